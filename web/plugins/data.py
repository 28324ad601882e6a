"""Pages that gather records, as data at the same address with .json: it leads to the rows behind them.

The rows come from tables and views, whose columns are documented and stay; of a page itself the form
may change with its look.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from exporters.cite import Unknown
from exporters.reading import Row
from exporters.record import as_json
from schema import JSON_COLUMNS
from web.browse import FACETS
from web.compare import MOST
from web.serving import DATABASE, allow, day_asked, missing, read, site, wanted
from web.worldmap import FIRST

# All rows that Datasette gives at once, as a list of objects.
_ROWS = {"_shape": "array", "_size": "max"}


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Take the addresses of the pages with .json."""
    return [
        (r"^/(?P<page>browse|contested|coverage|map|network|timeline)\.json$", rows),
        (r"^/debate/(?P<id>[^/]+)\.json$", debate),
        (r"^/compare\.json$", compared),
    ]


def _to(datasette: Datasette, table: str, wanted: Mapping[str, str]) -> Response:
    query = urlencode({**{name: value for name, value in wanted.items() if value}, **_ROWS})
    return Response.redirect(datasette.urls.path(f"/{DATABASE}/{table}.json?{query}"))


async def rows(datasette: Datasette, request: Request) -> Response:
    """To the rows of the table or view from which the page is made."""
    asked = {name: request.args.get(name) or "" for name in request.args}
    page = request.url_vars["page"]
    if page == "browse":
        return _to(datasette, "institution", _narrowed(asked))
    if page == "timeline":
        return _to(datasette, "timeline", {"date__startswith": asked.get("year", "")})
    if page == "map":
        return _to(datasette, *_shown(asked))
    if page == "network":
        among = "{} not in (select id from regime)"  # what states have joined is on the map
        both = " and ".join(among.format(column) for column in ("institution", "target"))
        return _to(datasette, "relation", {"_where": both})
    return _to(datasette, page, {})


def _narrowed(asked: Mapping[str, str]) -> dict[str, str]:
    """The choices of /browse as filters of the table; states stand in it, too, and are left out."""
    found = {"_where": "id not in (select id from regime)"}
    for name in FACETS:
        value = asked.get(name, "")
        if not value:
            continue
        if name == "founded":
            found["founded__startswith"] = value[:3]
        else:
            found[f"{name}__arraycontains" if name in JSON_COLUMNS else name] = value
    return found


def _shown(asked: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """What /map shows, as a table and its filters."""
    kind, _, name = (asked.get("show") or FIRST).partition(":")
    if kind == "member":
        return "membership_matrix", {"body": name}
    if kind == "law":
        return "regime", {f"{name}__notblank": "1"}
    return "regime_indicator", {"indicator": name, "year": asked.get("year", "")}


async def debate(datasette: Datasette, request: Request) -> Response:
    """To the claims made in a debate."""
    id = wanted(request)
    await allow(datasette, request, ("term",))
    known = await read(
        datasette,
        lambda c: c.execute("SELECT 1 FROM term WHERE id = ?", (f"debates_{id}",)).fetchone(),
    )
    return (
        _to(datasette, "said", {"debate": id}) if known else await missing(datasette, request, id)
    )


async def compared(datasette: Datasette, request: Request) -> Response:
    """The records side by side, each whole."""
    await allow(datasette, request, ("record", "statement", "citation", "source", "institution"))
    ids, here = request.args.getlist("id")[:MOST], site(datasette)

    def found(connection: sqlite3.Connection) -> list[Row]:
        made = []
        for id in ids:
            try:
                made.append(as_json(connection, id, here))
            except Unknown:
                continue
        return made

    return Response.json(await read(datasette, found, day_asked(request)))
