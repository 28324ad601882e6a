"""The pages of records: /institution/ietf, /post/igc-050909, /source/…, /person/…, /term/…; and
the pages that gather them: /debate/…, /network, /schema, /timeline, /contested, /map, /compare, /coverage, /about."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from jinja2 import Environment
from markupsafe import Markup

from exporters.cite import FORMATS, Unknown, cite, items, written
from exporters.linked import as_script, linked
from exporters.reading import Row
from exporters.record import as_json
from exporters.styles import in_styles
from web import (
    browse,
    card,
    compare,
    contested,
    correct,
    coverage,
    debate,
    institution,
    network,
    person,
    query,
    schema_page,
    source,
    term,
    timeline,
    worldmap,
)  # fmt: skip
from web.gathered import cited
from web.reading import address, day
from web.serving import (
    DATABASE,
    allow,
    day_asked,
    elsewhere,
    missing,
    read,
    repository,
    show,
    site,
    wanted,
)
from web.signposts import header, signposts

Reader = Callable[[sqlite3.Connection, str], Row | None]

_COMMON = (
    "record",
    "statement",
    "citation",
    "source",
    "passage",
    "claim",
    "institution",
    "person",
    "term",
)
# Page -> what reads it, its template, and the tables it reads, each of which a visitor must be
# allowed to see.
PAGES: dict[str, tuple[Reader, str, tuple[str, ...]]] = {
    "institution": (
        institution.page, "institution.html",
        (*_COMMON, "regime", "decision", "relation", "link", "membership_matrix", "office",
         "affiliation", "measure", "law", "indicator", "event", "name", "identifier", "said",
         "post"),
    ),
    "post": (source.post, "post.html", (*_COMMON, "post", "answer")),
    "source": (source.source, "source.html", (*_COMMON, "answer", "measure")),
    "person": (person.page, "person.html", (*_COMMON, "post", "affiliation", "said")),
    "query": (query.page, "kept.html", (*_COMMON, "kept_query")),
    "term": (
        term.page, "term.html",
        (*_COMMON, "decision", "relation", "name", "measure", "law", "indicator", "post", "affiliation"),
    ),
}  # fmt: skip


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Take the page of every record, and /about."""
    return [
        (rf"^/(?P<page>{'|'.join(PAGES)})/(?P<id>[^/]+)\.json$", record_json),
        (rf"^/(?P<page>{'|'.join(PAGES)})/(?P<id>[^/]+)/?$", record_page),
        (r"^/card/(?P<id>[^/]+)\.png$", picture),
        (r"^/debate/(?P<id>[^/]+)$", debate_page),
        (r"^/coverage$", coverage_page),
        (r"^/map$", map_page),
        (r"^/browse$", browse_page),
        (r"^/compare$", compare_page),
        (r"^/network$", network_page),
        (r"^/schema$", tables_page),
        (r"^/timeline$", timeline_page),
        (r"^/contested$", contested_page),
        (r"^/correct/(?P<id>[^/]+)$", correct_page),
        (r"^/about$", about),
    ]


async def record_page(datasette: Datasette, request: Request) -> Response:
    """The page of one record; another address or a page that helps where there is none."""
    return await whole(datasette, request, {})


async def whole(datasette: Datasette, request: Request, more: dict[str, Any]) -> Response:
    """The page of the record that the address names, with more in its context."""
    kind, id = request.url_vars["page"], wanted(request)
    reader, template, tables = PAGES[kind]
    await allow(datasette, request, tables)
    on, here = day_asked(request), site(datasette)

    def page(connection: sqlite3.Connection) -> Row | None:
        """All in one go: each trip to the database waits for a thread."""
        if kind == "source" and source.post(connection, id):
            return None  # a post is a source too, but has a page that shows more
        found = reader(connection, id)
        if found is None:
            return None
        with suppress(Unknown):  # lists of terms are not cited
            cited = items(connection, id, here)
            found["cite_text"] = written(cited, "txt").strip()
            found["coins"] = written(cited, "coins")
            found["styles"] = in_styles(cited)
        if not on:  # what catalogues take is what holds today
            found["linked"] = Markup(as_script(linked(connection, id, here)))  # noqa: S704  # has no <
        return found

    found = await read(datasette, page, on)
    if found is None or request.path.endswith("/"):
        return await elsewhere(datasette, request, id)
    context: Row = {"id": id, "permalink": f"{here}/{kind}/{id}", "formats": list(FORMATS),
               "card": f"{here}/card/{id}.png"}  # fmt: skip
    version = found["record"]["version"] if found.get("record") and not on else None
    posts = signposts(f"{here}/{kind}/{quote(id)}", quote(id), here, version, version)
    context["signposts"] = posts
    headers = {"link": header(posts)}
    return await show(datasette, request, template, {**found, **context, **more}, headers=headers)


async def record_json(datasette: Datasette, request: Request) -> Response:
    """The same record as JSON; another address where its page has one."""
    kind, id = request.url_vars["page"], wanted(request)
    await allow(datasette, request, PAGES[kind][2])
    path = await read(datasette, lambda connection: address(connection, id))
    if path is None or "#" in path or path.startswith("/debate"):
        return Response.json({"error": f"no record {id!r}"}, status=404)
    if path != f"/{kind}/{id}":
        return Response.redirect(datasette.urls.path(f"{path}.json"), status=301)
    on = day_asked(request)
    found = await read(datasette, lambda connection: as_json(connection, id, site(datasette)), on)
    return Response.json({**found, "on": on} if on else found)


async def picture(datasette: Datasette, request: Request) -> Response:
    """The picture that goes with a link to the record where it is shared."""
    await allow(
        datasette, request, ("record", "statement", "passage", "institution", "source", "term")
    )
    id, here = wanted(request), site(datasette)

    def made(connection: sqlite3.Connection) -> bytes | None:
        """In the thread of the database: drawing takes longer than asking."""
        found = card.card(connection, id)
        return card.drawn(found, here) if found else None

    found = await read(datasette, made)
    if found is None:
        return await missing(datasette, request, id)
    return Response(found, content_type="image/png")


async def debate_page(datasette: Datasette, request: Request) -> Response:
    """The page of one debate; a page that helps where there is none."""
    id = wanted(request)
    await allow(datasette, request, (*_COMMON, "said", "post", "affiliation"))
    found = await read(
        datasette, lambda connection: debate.page(connection, id), day_asked(request)
    )
    if found is None:
        return await missing(datasette, request, id)
    here = site(datasette)
    text = await read(datasette, lambda connection: cite(connection, f"debates_{id}", "txt", here))
    context = {"permalink": f"{here}/debate/{id}", "cite_text": text.strip()}
    context["formats"] = list(FORMATS)
    return await show(datasette, request, "debate.html", {**found, **context})


async def coverage_page(datasette: Datasette, request: Request) -> Response:
    """What is there and what is missing, record by record."""
    await allow(datasette, request, (*_COMMON, "relation", "identifier", "coverage"))
    found = await read(datasette, coverage.page, day_asked(request))
    return await cited(datasette, request, "coverage.html", found, "Coverage of the records")


def _map_title(found: Row) -> str | None:
    if not found.get("title"):
        return None
    year = f", {found['year']}" if found.get("year") else ""
    return f"Map of states: {found['title']}{year}"


async def map_page(datasette: Datasette, request: Request) -> Response:
    """A figure, law or membership of states on a map of the world, and as a table."""
    tables = ("indicator", "regime_indicator", "membership_matrix", "regime", "relation")
    await allow(datasette, request, (*_COMMON, *tables))
    asked = {name: request.args.get(name) or "" for name in ("show", "year")}
    found = await read(
        datasette, lambda connection: worldmap.page(connection, asked), day_asked(request)
    )
    return await cited(datasette, request, "map.html", found, _map_title(found))


def _browse_title(found: Row) -> str:
    chosen = ", ".join(str(choice["label"]) for choice in found["chosen"])
    return f"Bodies: {chosen}" if chosen else "Bodies"


async def browse_page(datasette: Datasette, request: Request) -> Response:
    """All bodies, narrowed by what is asked for."""
    await allow(
        datasette, request, ("record", "statement", "institution", "regime", "decision", "term")
    )
    asked = {name: request.args.get(name) or "" for name in (*browse.FACETS, "sort")}
    found = await read(datasette, lambda c: browse.page(c, asked), day_asked(request))
    return await cited(datasette, request, "browse.html", found, _browse_title(found))


def _compare_title(found: Row) -> str | None:
    called = [str(body["short_name"] or body["name"]) for body in found["bodies"]]
    return f"Side by side: {', '.join(called)}" if len(called) > 1 else None


async def compare_page(datasette: Datasette, request: Request) -> Response:
    """Two to four bodies or regimes side by side."""
    await allow(datasette, request, PAGES["institution"][2])
    ids = request.args.getlist("id")
    found = await read(
        datasette, lambda connection: compare.page(connection, ids), day_asked(request)
    )
    return await cited(datasette, request, "compare.html", found, _compare_title(found))


async def network_page(datasette: Datasette, request: Request) -> Response:
    """Who is connected with whom."""
    await allow(datasette, request, (*_COMMON, "regime", "relation"))
    found = await read(datasette, network.picture, day_asked(request))
    return await cited(
        datasette, request, "network.html", {"network": found}, "Who is connected with whom"
    )


def _timeline_title(found: Row) -> str | None:
    return f"Timeline of the field, {found['year']}" if found.get("year") else None


async def timeline_page(datasette: Datasette, request: Request) -> Response:
    """How much happened in each year, and what happened in one."""
    await allow(datasette, request, (*_COMMON, "event"))
    asked = request.args.get("year") or ""
    found = await read(
        datasette, lambda connection: timeline.page(connection, asked), day_asked(request)
    )
    return await cited(datasette, request, "timeline.html", found, _timeline_title(found))


async def contested_page(datasette: Datasette, request: Request) -> Response:
    """Where sources say two things."""
    await allow(datasette, request, (*_COMMON, "relation"))
    found = await read(datasette, contested.page, day_asked(request))
    return await cited(datasette, request, "contested.html", found, "What is contested")


async def tables_page(datasette: Datasette, request: Request) -> Response:
    """How the tables hang together, and what each column means."""
    await allow(
        datasette, request, tuple(name for line in schema_page.GRID for name in line if name)
    )
    said = (datasette.metadata(database=DATABASE) or {}).get("tables") or {}
    found = await read(datasette, lambda connection: schema_page.page(connection, said))
    return await show(datasette, request, "schema.html", found)


async def about(datasette: Datasette, request: Request) -> Response:
    """What the knowledge base is and how to read it."""
    await allow(datasette, request, ("record", "term"))
    found = await read(datasette, term.lists)
    context = {"lists": found, "repository": repository(datasette)}
    return await show(datasette, request, "about.html", context)


async def correct_page(datasette: Datasette, request: Request) -> Response:
    """Where something is written, and how to have it corrected."""
    await allow(datasette, request, ("record", "statement", "passage", "claim", "term"))
    id = wanted(request)
    place = await read(datasette, lambda connection: correct.place(connection, id))
    if place is None:
        return await missing(datasette, request, id)
    kept = repository(datasette)
    context = {"id": id, "place": place, "repository": kept and correct.at_repository(kept, place)}
    return await show(datasette, request, "correct.html", context)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Give `day` to templates."""
    env.filters["day"] = day
