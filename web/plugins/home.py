"""The front page, and what the page of a row knows beside what Datasette tells it."""

from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from markupsafe import Markup

from exporters.linked import as_script, linked_dataset
from web.home import page
from web.reading import address
from web.serving import DATABASE, allowed, day_asked, fragment, read, show, site

_READS = (
    "institution", "regime", "statement", "citation", "source", "post", "person", "passage",
    "term", "measure", "record", "build", "relation",
)  # fmt: skip
_PAGED = ("institution", "regime", "post", "source", "person", "record", "statement", "passage",
          "claim", "term")  # fmt: skip


# The picture of the network, of each running site: half of the front page, and the same for everyone.
_DRAWN: WeakKeyDictionary[Datasette, Markup] = WeakKeyDictionary()


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Take / from Datasette, whose own view counts every table first."""
    return [(r"^/$", front)]


async def front(datasette: Datasette, request: Request) -> Response:
    """The front page; without the records where the visitor may not see them all."""
    if DATABASE not in datasette.databases or not await allowed(datasette, request, _READS):
        return await show(datasette, request, "index.html", {})
    queries = await datasette.get_canned_queries(DATABASE, request.actor)
    on, here = day_asked(request), site(datasette)
    home, said = await read(
        datasette, lambda connection: (page(connection), linked_dataset(connection, here)), on
    )
    drawn = _DRAWN.get(datasette) if on is None else None
    if drawn is None and home["network"]["bodies"]:
        drawn = fragment(datasette, "_network.html", {"network": home["network"]})
        if on is None:
            _DRAWN[datasette] = drawn
    found = {
        "home": home,
        "network": drawn,
        "queries": queries,
        "size": datasette.get_database(DATABASE).size,
        "permalink": f"{here}/",
        "linked": None if on else Markup(as_script(said)),  # noqa: S704  # has no <
    }
    return await show(datasette, request, "index.html", found)


@hookimpl
def extra_template_vars(
    view_name: str | None, table: str | None, request: Request | None, datasette: Datasette
) -> Callable[[], Awaitable[dict[str, Any]]] | dict[str, Any]:
    """Give the page of a row the address of the record's page."""

    async def row() -> dict[str, Any]:
        id = request.url_vars["pks"] if request else ""
        return {"page_of_row": await read(datasette, lambda connection: address(connection, id))}

    return row if view_name == "row" and table in _PAGED else {}
