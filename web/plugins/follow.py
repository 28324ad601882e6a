"""For machines that follow the site: /feed.atom, /sitemap.xml, /robots.txt, /llms.txt."""

from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from web.follow import feed, for_models, robots, sitemap
from web.serving import DATABASE, allow, read, site

_READS = ("record", "post", "build")


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Take the four addresses."""
    return [
        (r"^/feed\.atom$", atom),
        (r"^/sitemap\.xml$", pages),
        (r"^/robots\.txt$", crawlers),
        (r"^/llms\.txt$", models),
    ]


async def atom(datasette: Datasette, request: Request) -> Response:
    """The records that changed last."""
    await allow(datasette, request, _READS)
    text = await read(datasette, lambda connection: feed(connection, site(datasette)))
    return Response(text, content_type="application/atom+xml; charset=utf-8")


async def pages(datasette: Datasette, request: Request) -> Response:
    """Every page there is."""
    await allow(datasette, request, _READS)
    text = await read(datasette, lambda connection: sitemap(connection, site(datasette)))
    return Response(text, content_type="application/xml; charset=utf-8")


async def crawlers(datasette: Datasette, request: Request) -> Response:
    """What crawlers may read."""
    return Response.text(robots(site(datasette)))


async def models(datasette: Datasette, request: Request) -> Response:
    """What there is for language models to read."""
    await allow(datasette, request, _READS)
    about = datasette.metadata(database=DATABASE) or {}
    tables, questions = about.get("tables") or {}, about.get("queries") or {}
    text = await read(datasette, lambda c: for_models(c, site(datasette), tables, questions))
    return Response.text(text)
