"""/reconcile: names matched to records, for OpenRefine (see web/reconcile.py); /reconcile/1.0-draft: the
same as the draft of the next version has it (web/reconcile_draft.py).
"""

import sqlite3
from collections.abc import Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from exporters.reading import Row, row
from web import institution, reconcile_draft
from web.reconcile import TYPES, Wrong, extended, manifest, matches, proposed, suggested
from web.serving import allow, read, show, site

_READS = ("institution", "regime", "person", "name", "record", "source", "decision", "term",
          "statement", "citation")  # fmt: skip
# Anyone's page may ask, and show what is answered in a frame: it is all public, and nothing is kept.
_OPEN = {"access-control-allow-origin": "*"}
_FRAMED = {"content-security-policy": "default-src 'none'; style-src 'self'; frame-ancestors *"}


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool:
    """Queries come by POST and change nothing."""
    return bool(scope["path"].startswith("/reconcile"))


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Take the service and what its manifest names."""
    return [
        (r"^/reconcile/?$", service),
        (r"^/reconcile(/1\.0-draft)?/suggest/(?P<what>entity|property|type)$", suggest),
        (r"^/reconcile/(properties|1\.0-draft/extend/propose)$", properties),
        (r"^/reconcile(/1\.0-draft)?/preview$", preview),
        (r"^/reconcile/1\.0-draft/?$", draft),
        (r"^/reconcile/1\.0-draft/(?P<what>match|extend)$", draft_answers),
    ]


def _json(found: Any, status: int = 200) -> Response:
    return Response.json(found, status=status, headers=_OPEN)


async def service(datasette: Datasette, request: Request) -> Response:
    """The manifest, the candidates for `queries`, or the values for `extend`."""
    await allow(datasette, request, _READS)
    given = {name: request.args.get(name) for name in ("queries", "extend") if name in request.args}
    if request.method == "POST":
        given |= await request.post_vars()
    here = site(datasette)
    answer: Callable[[Any], Any] | None = None
    if given.get("queries"):
        answer = lambda c: matches(c, str(given["queries"]))  # noqa: E731
    elif given.get("extend"):
        answer = lambda c: extended(c, str(given["extend"]), here)  # noqa: E731
    if answer is None:
        return _json(manifest(here))
    try:
        return _json(await read(datasette, answer))
    except Wrong as wrong:
        return _json({"error": str(wrong)}, status=400)


async def draft(datasette: Datasette, request: Request) -> Response:
    """The manifest of the draft."""
    return _json(reconcile_draft.manifest(site(datasette)))


async def draft_answers(datasette: Datasette, request: Request) -> Response:
    """The candidates for a batch, or the values of properties; both asked for in JSON."""
    await allow(datasette, request, _READS)
    if (
        request.method == "OPTIONS"
    ):  # browsers ask first whether JSON may be sent (fetch.spec.whatwg.org)
        allowed = {
            "access-control-allow-methods": "POST",
            "access-control-allow-headers": "content-type",
        }
        return Response.text("", status=200, headers={**_OPEN, **allowed})
    text = (await request.post_body()).decode("utf-8", "replace")
    here = site(datasette)

    def answer(connection: sqlite3.Connection) -> Row:
        if request.url_vars["what"] == "match":
            return reconcile_draft.matches(connection, text)
        return reconcile_draft.extended(connection, text, here)

    try:
        return _json(await read(datasette, answer))
    except Wrong as wrong:
        return _json({"error": str(wrong)}, status=400)


async def suggest(datasette: Datasette, request: Request) -> Response:
    """What begins with `prefix`."""
    await allow(datasette, request, _READS)
    what, prefix = request.url_vars["what"], (request.args.get("prefix") or "")[:100]
    return _json(await read(datasette, lambda c: suggested(c, what, prefix)))


async def properties(datasette: Datasette, request: Request) -> Response:
    """What can be fetched for records of a type."""
    limit = request.args.get("limit") or ""
    number = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 4 else 100
    return _json(proposed(request.args.get("type") or "institution", number))


async def preview(datasette: Datasette, request: Request) -> Response:
    """A few lines on a record, to be shown in a frame."""
    await allow(datasette, request, _READS)
    id = request.args.get("id") or ""

    def about(connection: sqlite3.Connection) -> Row | None:
        found = institution.page(connection, id)
        someone = row(connection, "SELECT name FROM person WHERE id = ?", id)
        return found or (someone and {"body": someone, "summary": TYPES["person"]})

    found = await read(datasette, about)
    status = 200 if found else 404
    return await show(
        datasette,
        request,
        "preview.html",
        {"id": id, **(found or {})},
        status,
        {**_OPEN, **_FRAMED},
    )
