"""Cells of tables and answers: ids as links, terms by their labels, lists as words, standing as a mark."""

import json
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit
from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import to_css_class
from jinja2 import Environment
from markupsafe import Markup, escape

from schema import TABLES
from web.serving import DATABASE, read

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(_\S+)?")
# Columns that hold ids -> where these lead. /id/ finds the place of any id.
LINKS = {
    "institution": "institution", "about": "institution", "body": "institution",
    "member": "institution", "source_id": "institution", "target_id": "institution",
    "target": "institution", "holder": "institution", "rir": "institution",
    "regime": "institution",
    "person": "person", "author": "person",
    "source": "source", "instrument": "source", "quoted_from": "source",
    "post": "post", "in_reply_to": "post",
    "record": "id", "statement": "id", "passage": "id", "answered_passage": "id", "claim": "id",
    "place": "id", "answers": "id", "new": "id",
}  # fmt: skip
# In answers to questions: a name leads to where the id beside it does, in the first such column.
_NAMED_BY = ("institution", "record", "about")
_STANDINGS = ("disputed", "superseded", "unverified")


# The columns of tables that hold a term -> the list it is of.
_TERMS = {
    (str(table.__tablename__), name): str(info.json_schema_extra["vocabulary"])
    for table in TABLES
    for name, info in table.model_fields.items()
    if isinstance(info.json_schema_extra, dict) and "vocabulary" in info.json_schema_extra
}
# What records are called, and the label and meaning of each term, of each running site: its database
# does not change.
_CALLED: WeakKeyDictionary[Datasette, dict[str, str]] = WeakKeyDictionary()
_MEANT: WeakKeyDictionary[Datasette, dict[str, tuple[str, str]]] = WeakKeyDictionary()


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Read what records are called and what terms mean, where any reader may know it."""

    async def shown(table: str) -> bool:
        return DATABASE in datasette.databases and await datasette.permission_allowed(
            None, "view-table", (DATABASE, table), default=True
        )

    async def known() -> None:
        _CALLED[datasette] = await read(datasette, _names) if await shown("record") else {}
        _MEANT[datasette] = await read(datasette, _terms) if await shown("term") else {}

    return known


def _names(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT id, name FROM record").fetchall())


def _terms(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    found = connection.execute("SELECT id, label, meaning FROM term")
    return {id: (label, meaning) for id, label, meaning in found}


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | None:
    """Show what the value means, where we know it; leave the rest to Datasette."""
    if database != DATABASE:
        return None
    label = None
    if isinstance(value, dict):  # a foreign key, already looked up
        value, label = value["value"], value["label"]
    if not isinstance(value, str):
        return None
    if column in LINKS and _ID.fullmatch(value):
        href = datasette.urls.path(f"/{LINKS[column]}/{quote(value)}")
        called = None if "name" in row.keys() else _CALLED.get(datasette, {}).get(value)  # noqa: SIM118  # a Row
        cell = Markup('<a href="{}" title="{}">{}</a>').format(
            href, value, short(label or called or value)
        )
        return cell + Markup(" <em>{}</em>").format(value) if called and table is None else cell
    if column == "name" and table is None:
        for beside in _NAMED_BY:
            if beside in row.keys() and isinstance(row[beside], str):  # noqa: SIM118  # a Row
                href = datasette.urls.path(f"/{LINKS[beside]}/{quote(row[beside])}")
                return Markup('<a href="{}">{}</a>').format(href, short(value))
    of = _TERMS.get((table or "", column))
    if of and f"{of}_{value}" in _MEANT.get(datasette, {}):
        label, meaning = _MEANT[datasette][f"{of}_{value}"]
        href = datasette.urls.path(f"/term/{of}#{quote(f'{of}_{value}')}")
        cell = Markup('<a href="{}" title="{}">{}</a>').format(href, meaning, label)
        same = label.lower().replace(" ", "-") == value  # by which SQL and filters know it
        return cell if same else cell + Markup(" <em>{}</em>").format(value)
    if column == "standing" and value in _STANDINGS:
        return Markup('<span class="standing {0}">{0}</span>').format(value)
    if value.startswith(("https://", "http://")) and not re.search(r"\s", value):
        return Markup('<a href="{}">{}</a>').format(value, host(value))
    if value.startswith("["):
        return listed(value)
    return None


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Give `cells` to templates."""
    env.globals["cells"] = cells


_css_class = lru_cache(to_css_class)


def cells(rows: Iterable[Iterable[dict[str, Any]]]) -> Markup:
    """The rows of a table as Datasette writes them."""
    lines = (
        "".join(
            f'<td class="col-{_css_class(cell["column"])} type-{cell["value_type"]}">{escape(cell["value"])}</td>'
            for cell in row
        )
        for row in rows
    )
    return Markup("".join(f"<tr>{line}</tr>\n" for line in lines))  # noqa: S704  # escaped above


def short(text: str, longest: int = 90) -> str:
    """A text cut where a word ends."""
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " …"


def host(url: str) -> str:
    """An address as people read it: its host, its last part, and that it leads to a passage."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rsplit("/", 1)[-1]
    place = ", at the words" if parts.fragment.startswith(":~:") else ""
    return f"{parts.netloc}{f' … {short(last, 40)}' if last else ''}{place}"


def listed(value: str) -> Markup | None:
    """A JSON list of texts, as words with commas."""
    try:
        found = json.loads(value)
    except ValueError:
        return None
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        return None
    return Markup(", ").join(found) or Markup("&nbsp;")
