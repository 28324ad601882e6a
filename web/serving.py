"""Between the pages and Datasette: permissions, the connection, the template, the page not found."""

import asyncio
import os
import re
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from weakref import WeakKeyDictionary

from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils.asgi import BadRequest, Forbidden, Request, Response
from jinja2 import Environment, Template
from markupsafe import Markup

from exporters import asof
from web.reading import address, near, removed
from web.versions import given_up

DATABASE = "kb"
_SITE = "http://127.0.0.1:8001"


def site(datasette: Datasette) -> str:
    """The address at which the site is published: from IGKB_SITE or the metadata.

    Never from the request, whose Host header anyone can write.
    """
    configured = datasette.plugin_config("igkb") or {}
    return str(os.environ.get("IGKB_SITE") or configured.get("site_url") or _SITE).rstrip("/")


def repository(datasette: Datasette) -> str | None:
    """The address at which files of the repository are shown, None where it is not told."""
    told = (datasette.plugin_config("igkb") or {}).get("repository")
    return str(told) if told else None


def is_local(host: str | None) -> bool:
    """Is this the name of the machine itself, as seen from itself?"""
    return host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "::")  # noqa: S104  # not bound to


def wanted(request: Request) -> str:
    """The id in the address, with its %-escapes undone: ids of names may be in any script."""
    return unquote(request.url_vars["id"])


async def allow(datasette: Datasette, request: Request, tables: tuple[str, ...]) -> None:
    """Raise Forbidden unless the visitor may see every one of these tables."""
    for table in tables:
        await datasette.ensure_permissions(
            request.actor,
            [("view-table", (DATABASE, table)), ("view-database", DATABASE), "view-instance"],
        )


async def allowed(datasette: Datasette, request: Request | None, tables: tuple[str, ...]) -> bool:
    """Whether the visitor may see every one of these tables."""
    try:
        if request:
            await allow(datasette, request, tables)
    except Forbidden:
        return False
    return request is not None


# Pages read in threads of their own: those of Datasette are for the queries of readers, and a page
# would wait there until the slow ones before it have ended.
_PAGES = ThreadPoolExecutor(3, thread_name_prefix="pages")
_OPEN = threading.local()  # a thread's connections


async def read(
    datasette: Datasette, reader: Callable[[sqlite3.Connection], Any], on: str | None = None
) -> Any:
    """What `reader` finds in the database; with `on`, in the database as it was on that day."""
    database = datasette.get_database(DATABASE)

    def found() -> Any:
        if on is not None:
            return _apart(datasette, reader, file(datasette), on)
        held = _OPEN.__dict__.setdefault("of", WeakKeyDictionary())
        if database not in held:
            held[database] = _prepared(datasette, database.connect())
        return reader(held[database])

    return await asyncio.get_running_loop().run_in_executor(_PAGES, found)


async def ask(
    datasette: Datasette,
    reader: Callable[[sqlite3.Connection], Any],
    on: str | None = None,
    then: Path | None = None,
) -> Any:
    """As `read`, for what a reader asks in SQL, which takes its turn among the queries of all; in the
    database `then` of an earlier state, where there is one.
    """
    where = then or file(datasette)
    apart = partial(_apart, datasette, reader, where, on)
    return await datasette.get_database(DATABASE).execute_fn(
        (lambda _: apart()) if on or then else reader
    )


def file(datasette: Datasette) -> Path:
    """The file of the database that is served."""
    return Path(datasette.get_database(DATABASE).path)


def _apart(
    datasette: Datasette, reader: Callable[[sqlite3.Connection], Any], path: Path, on: str | None
) -> Any:
    with asof.opened(path, on) as connection:
        return reader(_prepared(datasette, connection))


def _prepared(datasette: Datasette, connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection with what plugins add to each that Datasette opens: functions and limits."""
    pm.hook.prepare_connection(conn=connection, database=DATABASE, datasette=datasette)
    return connection


def day_asked(request: Request) -> str | None:
    """The day that `?on=` asks for, None where it asks for none. Raises BadRequest."""
    try:
        return asof.day_asked(request.args.get("on"))
    except ValueError:
        got = request.args.get("on")
        raise BadRequest(f"on={got} is no day; wanted one such as on=2012-06-30") from None


async def show(
    datasette: Datasette,
    request: Request,
    template: str,
    context: dict[str, Any],
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """A page made of a template."""
    local = is_local(urlsplit(site(datasette)).hostname)
    on = day_asked(request)
    context = {
        "metadata": datasette.metadata(),
        "local": local,
        "on": on,
        "here": request.path,
        "as_json": _as_json(datasette, request),
        **context,
    }
    made = await datasette.render_template(_template(datasette, template), context, request)
    return Response.html(made, status=status, headers=headers)


# Pages that gather records; with .json they lead to the rows behind them (web/plugins/data.py).
_GATHERED = re.compile(r"/(browse|compare|contested|coverage|map|network|timeline|debate/[^/]+)")


def _as_json(datasette: Datasette, request: Request) -> str | None:
    """The address of the page as data, where it gathers records."""
    if not _GATHERED.fullmatch(request.path):
        return None
    query = f"?{request.query_string}" if request.query_string else ""
    return str(datasette.urls.path(f"{request.path}.json{query}"))


def fragment(datasette: Datasette, template: str, context: dict[str, Any]) -> Markup:
    """A part of a page, made of a template of ours that needs nothing but this context."""
    made = _plain(datasette, template).render({"urls": datasette.urls, **context})
    return Markup(made)  # noqa: S704  # made by the template, which escapes


# Of each running site, its templates compiled for plain calls. Datasette's are compiled to await
# every call and loop, which doubles the time of a page; ours await nothing.
_PLAIN: WeakKeyDictionary[Datasette, Environment] = WeakKeyDictionary()


def _plain(datasette: Datasette, name: str) -> Template:
    if datasette not in _PLAIN:
        made = datasette.jinja_env.overlay(enable_async=False)
        made.getattr = partial(_named, made.getattr)  # compiled templates call it
        _PLAIN[datasette] = made
    return _PLAIN[datasette].get_template(name)


def _named(otherwise: Callable[[Any, str], Any], whole: Any, name: str) -> Any:
    """What `whole.name` says in a template: of a row its value, at once. Jinja would first fail to find
    an attribute of that name, two thousand times a page.
    """
    if type(whole) is dict and name in whole:
        return whole[name]
    return otherwise(whole, name)


def _template(datasette: Datasette, name: str) -> Template:
    """A template of ours, of the form that `render_template` takes."""
    template = _plain(datasette, name)

    async def render(context: dict[str, Any]) -> str:
        return template.render(context)

    template.render_async = render  # type: ignore[method-assign]  # it is awaited there
    return template


async def elsewhere(datasette: Datasette, request: Request, id: str) -> Response:
    """A redirect where the id, or one it was before, has another page; else a page that helps."""
    path = await read(datasette, lambda connection: address(connection, id))
    if path and path.split("#")[0] != unquote(request.path):
        return Response.redirect(datasette.urls.path(path), status=301)
    return await missing(datasette, request, id, later=path is not None)


async def missing(datasette: Datasette, request: Request, id: str, later: bool = False) -> Response:
    """The page for an id that nothing has: what may have been meant, where to search; for that of a
    record that was removed, or of a statement that its record no longer makes, with status 410,
    where its versions are.

    `later` where something has it, and there was nothing of it on the day that was asked for.
    """
    gone = await read(datasette, lambda connection: removed(connection, id.split("/")[0]))
    left = None if gone or later else await read(datasette, lambda c: given_up(c, id))
    found = [] if later or left else await read(datasette, lambda connection: near(connection, id))
    context = {"id": id, "near": found, "later": later, "search": f"/kb/search?q={quote(id)}",
               "gone": gone, "left": left}  # fmt: skip
    status = 410 if left or (gone and "/" not in id) else 404
    return await show(datasette, request, "missing.html", context, status=status)
