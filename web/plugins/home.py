"""What the front page and the row pages know beside what Datasette tells them."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request

from web.home import page
from web.reading import address
from web.serving import DATABASE, allowed, day_asked, read

_READS = (
    "institution",
    "regime",
    "statement",
    "post",
    "person",
    "passage",
    "term",
    "measure",
    "build",
)
_PAGED = ("institution", "regime", "post", "source", "person", "record", "statement", "passage",
          "claim", "term")  # fmt: skip


@hookimpl
def extra_template_vars(
    template: str,
    view_name: str | None,
    table: str | None,
    request: Request | None,
    datasette: Datasette,
) -> Callable[[], Awaitable[dict[str, Any]]] | dict[str, Any]:
    """Give the front page its `home`, and the page of a row the address of the record's page."""

    async def front() -> dict[str, Any]:
        if not await allowed(datasette, request, _READS):
            return {}
        queries = await datasette.get_canned_queries(DATABASE, request.actor if request else None)
        database = datasette.get_database(DATABASE)
        on = day_asked(request) if request else None
        home = await read(datasette, page, on)
        return {"home": home, "queries": queries, "size": database.size, "on": on, "here": "/"}

    async def row() -> dict[str, Any]:
        id = request.url_vars["pks"] if request else ""
        return {"page_of_row": await read(datasette, lambda connection: address(connection, id))}

    if view_name == "index" and DATABASE in datasette.databases:
        return front
    if view_name == "row" and table in _PAGED:
        return row
    return {}
