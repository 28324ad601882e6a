"""/unapi: by which a reference manager takes a record and its sources from a page, whole.

http://unapi.info/specs/unapi-revision-1.html: without an id the forms there are, with one those of it (300),
with a form the citation.
"""

from typing import Any
from xml.etree import ElementTree as xml

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from exporters.cite import FORMATS, Unknown, cite
from web.plugins.cite import READS
from web.serving import allow, read, site

# Name by which reference managers know it -> ours.
_FORMS = {"rdf_zotero": "zotero", "ris": "ris", "bibtex": "bib", "csljson": "json"}
_TYPES = {**FORMATS, "zotero": "application/rdf+xml; charset=utf-8"}


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Take /unapi."""
    return [(r"^/unapi$", unapi)]


async def unapi(datasette: Datasette, request: Request) -> Response:
    """The forms, or one citation; 404 for an id that nothing has, 406 for a form that is none."""
    await allow(datasette, request, READS)
    id, form = request.args.get("id"), request.args.get("format")
    if id is not None:
        try:
            text = await read(
                datasette, lambda c: cite(c, id, _FORMS.get(form or "", "txt"), site(datasette))
            )
        except Unknown:
            return Response.text(f"nothing has the id {id!r}\n", status=404)
        if form in _FORMS:
            return Response(text, content_type=_TYPES[_FORMS[form]])
        if form is not None:
            return Response.text(f"no form {form!r}; there are {', '.join(_FORMS)}\n", status=406)
    root = xml.Element("formats", {"id": id} if id is not None else {})
    for name, ours in _FORMS.items():
        xml.SubElement(root, "format", name=name, type=_TYPES[ours].partition(";")[0])
    told = xml.tostring(root, encoding="unicode", xml_declaration=True)
    return Response(told, status=200 if id is None else 300, content_type="application/xml")
