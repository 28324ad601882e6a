"""Citations to take away: /cite/ietf.bib, .ris, .json, .txt; of one version /cite/ietf/v/3.bib; of a
statement, passage or claim by its id; with ?sources=1 also of what they rest on.
"""

from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from exporters.cite import FORMATS, Unknown, cite
from web.reading import address
from web.serving import allow, missing, read, site, wanted

# What a citation is made of.
READS = ("record", "record_version", "former_id", "institution", "source", "post", "person", "term",
         "statement", "citation", "passage", "claim", "event")  # fmt: skip


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Take /cite/<id>.<form> and /cite/<id>."""
    return [
        (r"^/cite/(?P<id>[^/]+(/v/[0-9]{1,6})?)\.(?P<form>[^/.]+)$", citation),
        (r"^/cite/(?P<id>[^/.]+)$", plain),
    ]


async def citation(datasette: Datasette, request: Request) -> Response:
    """The citation of a record in one form."""
    id, form = wanted(request), request.url_vars["form"]
    await allow(datasette, request, READS)
    sources = bool(request.args.get("sources"))
    if form not in FORMATS:
        forms = ", ".join(f"/cite/{id}.{known}" for known in FORMATS)
        return Response.text(
            f"There is no form {form!r} of a citation. There are: {forms}\n", status=404
        )
    try:
        text = await read(datasette, lambda c: cite(c, id, form, site(datasette), sources))
    except Unknown:
        known = await read(datasette, lambda connection: address(connection, id))
        if not known:
            return await missing(datasette, request, id)
        record = known.split("#")[0].split("/")[-1]
        return Response.redirect(datasette.urls.path(f"/cite/{record}.{form}"), status=301)
    return Response(
        text,
        content_type=FORMATS[form],
        headers={"content-disposition": f'inline; filename="{id.replace("/", "-")}.{form}"'},
    )


async def plain(datasette: Datasette, request: Request) -> Response:
    """Without a form: the one that people read."""
    return Response.redirect(datasette.urls.path(f"/cite/{request.url_vars['id']}.txt"))
