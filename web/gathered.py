"""Pages that gather records (comparisons, the map, the timeline, …) and can be cited as they stand."""

import re
import sqlite3
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from exporters.cite import FORMATS, written
from exporters.csl import Item, date_parts, one_line, page_item
from exporters.reading import Row
from exporters.styles import in_styles
from web.browse import FACETS
from web.serving import day_asked, read, show, site

# What these pages are asked by, in the order in which it is cited.
_ASKED = ("id", "show", "year", *FACETS, "sort", "on")
# Forms of a bibliography that stand in the page itself: it has no id by which they could be fetched.
_FORMS = {"bib": "BibLaTeX", "ris": "RIS", "json": "CSL-JSON"}
assert _FORMS.keys() < FORMATS.keys()


def page_of(title: str, address: str, last: str | None) -> Item:
    """The CSL-JSON item of such a page, dated by the last change of the records behind it."""
    key = re.sub(r"[^a-z0-9]+", "-", address.split("://")[-1].partition("/")[2].lower()).strip("-")
    made = page_item(f"igkb-{key}"[:80], one_line(title), address)
    return {**made, "issued": date_parts(last)} if last else made


async def cited(
    datasette: Datasette, request: Request, template: str, found: Row, title: str | None
) -> Response:
    """The page with its citation; without one where there is nothing to cite (no `title`)."""
    context: dict[str, Any] = {}
    if title:
        on = day_asked(request)

        def last(connection: sqlite3.Connection) -> str | None:
            (day,) = connection.execute("SELECT max(changed_at) FROM record").fetchone()
            return str(day) if day else None

        asked = [(name, value) for name in _ASKED for value in request.args.getlist(name) if value]
        query = f"?{urlencode(asked)}" if asked else ""
        item = page_of(
            f"{title}, what held on {on}" if on else title,
            f"{site(datasette)}{request.path}{query}",
            await read(datasette, last),
        )
        context = {
            "cite_text": written([item], "txt").strip(),
            "permalink": item["URL"],
            "styles": [
                *in_styles([item]),
                *((name, written([item], form).strip()) for form, name in _FORMS.items()),
            ],
        }
    return await show(datasette, request, template, {**found, **context})
