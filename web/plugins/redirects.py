"""Addresses that lead on: /id/<any id> to where it stands, /regime/in to /institution/in."""

from typing import Any
from urllib.parse import quote

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from web.reading import address
from web.serving import allow, elsewhere, read, wanted

_TABLES = ("record", "former_id", "statement", "passage", "claim", "term")


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Take /id/<id>, /id/<id>.json and /regime/<code>."""
    return [
        (r"^/id/(?P<id>[^/]+)\.json$", as_data),
        (r"^/id/(?P<id>[^/]+)/?$", anything),
        (r"^/regime/(?P<id>[^/]+)/?$", regime),
    ]


async def anything(datasette: Datasette, request: Request) -> Response:
    """To the page on which a record, statement, passage, claim or term stands."""
    await allow(datasette, request, _TABLES)
    return await elsewhere(datasette, request, wanted(request))


async def as_data(datasette: Datasette, request: Request) -> Response:
    """To the JSON of the record in which a record, statement, passage, claim or term stands."""
    await allow(datasette, request, _TABLES)
    path = await read(datasette, lambda connection: address(connection, wanted(request)))
    if path is None:
        return Response.json({"error": f"nothing has the id {wanted(request)!r}"}, status=404)
    record, _, place = path.partition("#")
    page = f"{record}.json" if not record.startswith("/debate") else "/term/debates.json"
    return Response.redirect(datasette.urls.path(page + (f"#{place}" if place else "")), status=301)


async def regime(datasette: Datasette, request: Request) -> Response:
    """To the page of the state, which is where its regime is."""
    code = quote(wanted(request).lower(), safe="")
    return Response.redirect(datasette.urls.path(f"/institution/{code}"), status=301)
