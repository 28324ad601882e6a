"""/q: the answer to a query, cited and run again; /q.bib and the like: its citation."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request, Response

from exporters.answer import SHOWN, Answer, Refused, answer, is_moment
from exporters.cite import FORMATS, written
from web.serving import DATABASE, ask, day_asked, file, read, show, site
from web.then import Busy, database, forget

# Parameters of the page itself; all others are those of the query.
_OWN = {"sql", "on", "of", "sha256", "title"}


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Take /q and /q.<form>."""
    return [(r"^/q$", page), (rf"^/q\.(?P<form>{'|'.join(FORMATS)})$", citation)]


@hookimpl
def asgi_wrapper() -> Callable[[Any], Any]:
    """Remove the databases of earlier states when the server stops."""

    def wrap(app: Any) -> Any:
        async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
            async def told() -> Any:
                message = await receive()
                if message["type"] == "lifespan.shutdown":
                    forget()
                return message

            await app(scope, told if scope["type"] == "lifespan" else receive, send)

        return wrapped

    return wrap


async def _answered(datasette: Datasette, request: Request, then: Path | None = None) -> Answer:
    """The answer to the query of the request, within the limits of the SQL page, from the database
    `then` of an earlier state or the one that is served. Raises Refused.
    """
    await datasette.ensure_permissions(
        request.actor, [("execute-sql", DATABASE), ("view-database", DATABASE), "view-instance"]
    )
    sql, on = request.args.get("sql") or "", day_asked(request)
    given = {name: request.args.get(name) or "" for name in request.args if name not in _OWN}
    most = datasette.setting("sql_time_limit_ms")

    def found(connection: sqlite3.Connection) -> Answer:
        with sqlite_timelimit(connection, 2 * most):  # it is run twice
            return answer(connection, sql, given, on)

    try:
        made: Answer = await ask(datasette, found, on, then)
    except sqlite3.Error as error:
        why = f"it took longer than {most} ms" if str(error) == "interrupted" else str(error)
        raise Refused(f"the query cannot be run: {why}") from None
    return made


async def _cited(datasette: Datasette, request: Request) -> tuple[Answer, str | None]:
    """The answer, and how it stands to the one that was cited: "verified" where it is the same,
    "then" where it is that of the state which was cited and today's is another, "busy" where that
    state could be asked in a moment, "differs" where it is another. Raises Refused.
    """
    found, cited = await _answered(datasette, request), request.args.get("sha256")
    if not cited:
        return found, None
    of = request.args.get("of") or ""
    if found.sha256 == cited:
        return found, "verified"
    if of != found.of and await read(datasette, lambda connection: is_moment(connection, of)):
        try:
            then = await database(file(datasette), of)
        except Busy:
            return found, "busy"
        if then:
            with suppress(Refused):  # it asks for what was not there yet
                before = await _answered(datasette, request, then)
                if before.sha256 == cited:
                    return before, "then"
    return found, "differs"


async def page(datasette: Datasette, request: Request) -> Response:
    """The answer with its citation, and whether it is the one that was cited; why there is none."""
    asked = {name: request.args.get(name) or "" for name in ("sql", "title", "sha256", "of")}
    here = site(datasette)
    try:
        found, verdict = await _cited(datasette, request)
    except Refused as why:
        refused = {"asked": asked, "why": str(why)}
        return await show(datasette, request, "answer.html", refused, status=400)
    item = found.item(here, asked["title"] or None)
    context: dict[str, Any] = {
        "asked": asked, "found": found, "shown": found.rows[:SHOWN], "verdict": verdict,
        "today": {"sql": found.sql, **found.parameters, **({"on": found.on} if found.on else {})},
        "cite_text": written([item], "txt").strip(), "permalink": found.address(here),
        "formats": list(FORMATS), "query": request.query_string,
    }  # fmt: skip
    if verdict == "busy":  # never kept
        later = {"retry-after": "5"}
        return await show(datasette, request, "answer.html", context, status=503, headers=later)
    return await show(datasette, request, "answer.html", context)


async def citation(datasette: Datasette, request: Request) -> Response:
    """The citation of the answer in one form."""
    form = request.url_vars["form"]
    try:
        found, _ = await _cited(datasette, request)
    except Refused as why:
        return Response.text(f"{why}\n", status=400)
    item = found.item(site(datasette), request.args.get("title") or None)
    return Response(written([item], form), content_type=FORMATS[form])
