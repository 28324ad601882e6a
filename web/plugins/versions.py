"""/institution/icann/v/12: a version of a record, for ever; /institution/icann/v: all of them."""

import sqlite3
from typing import Any
from urllib.parse import quote

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from markupsafe import Markup

from exporters.cite import FORMATS, items, written
from exporters.linked import as_script, linked_version
from exporters.reading import Row
from exporters.styles import in_styles
from web import versions
from web.plugins.pages import PAGES, whole
from web.serving import allow, missing, read, show, site, wanted
from web.signposts import header, signposts

_READS = ("record", "record_version", "removed", "statement", "term", "institution")


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Take the addresses of versions."""
    kinds = "|".join(PAGES)
    return [
        (rf"^/(?P<page>{kinds})/(?P<id>[^/]+)/v/?$", every),
        (rf"^/(?P<page>{kinds})/(?P<id>[^/]+)/v/(?P<number>[0-9]{{1,6}})$", one),
        (rf"^/(?P<page>{kinds})/(?P<id>[^/]+)/v/(?P<number>[0-9]{{1,6}})\.json$", as_data),
    ]


async def every(datasette: Datasette, request: Request) -> Response:
    """All versions of a record."""
    await allow(datasette, request, _READS)
    return await _every(datasette, request, 200)


async def _every(datasette: Datasette, request: Request, status: int) -> Response:
    id = wanted(request)
    found = await read(datasette, lambda connection: versions.history(connection, id))
    if found is None:
        return await missing(datasette, request, id)
    if found["kind"] != request.url_vars["page"]:
        return Response.redirect(datasette.urls.path(f"/{found['kind']}/{id}/v"), status=301)
    context = {"id": id, "number": request.url_vars.get("number"), **found}
    return await show(datasette, request, "versions.html", context, status)


async def as_data(datasette: Datasette, request: Request) -> Response:
    """One version as JSON."""
    await allow(datasette, request, _READS)
    id, number = wanted(request), int(request.url_vars["number"])
    found = await read(datasette, lambda connection: versions.as_json(connection, id, number))
    if found is None:
        return Response.json({"error": f"no version {number} of {id!r}"}, status=404)
    return Response.json(found)


async def one(datasette: Datasette, request: Request) -> Response:
    """One version: the page of the record where it is what the record says today, else told out of
    the file as it was.
    """
    await allow(datasette, request, _READS)
    id, number, here = wanted(request), int(request.url_vars["number"]), site(datasette)

    def page(connection: sqlite3.Connection) -> Row | None:
        found = versions.head(connection, id, number)
        if found is None or found["current"]:
            return found
        made = versions.page(connection, id, number)
        cited = items(connection, f"{id}/v/{number}", here)
        text = written(cited, "txt").strip()
        day = found["this"]["committed"][:10]
        said = linked_version(
            f"{here}/{found['kind']}/{quote(id)}", found["name"], day, number, here
        )
        return {
            **found, **(made or {}), "cite_text": text, "styles": in_styles(cited),
            "linked": Markup(as_script(said)),  # noqa: S704  # has no <
        }  # fmt: skip

    found = await read(datasette, page)
    if found is None:
        return await _every(datasette, request, 404)
    if found["kind"] != request.url_vars["page"]:
        path = datasette.urls.path(f"/{found['kind']}/{id}/v/{number}")
        return Response.redirect(path, status=301)
    permalink = f"{here}/{found['kind']}/{id}/v/{number}"
    context = {"id": id, "formats": list(FORMATS), "permalink": permalink, **found}
    if found["current"]:
        return await whole(datasette, request, {"as_version": context, "permalink": permalink})
    posts = signposts(
        f"{here}/{found['kind']}/{quote(id)}", quote(id), here, number, found["latest"]
    )
    context["signposts"] = posts
    headers = {"link": header(posts)}
    return await show(datasette, request, "version.html", context, headers=headers)
