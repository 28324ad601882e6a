"""The ways to cite a record or source: one name a form."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from exporters.biblatex import biblatex
from exporters.coins import coins
from exporters.csl import Item, Unknown
from exporters.places import items, resting_on
from exporters.ris import ris
from exporters.sentence import sentence
from exporters.zotero import zotero

__all__ = ["FORMATS", "Unknown", "cite", "cite_all", "items", "written"]


def _json(found: list[dict[str, Any]]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _each(write: Callable[[dict[str, Any]], str], between: str = "") -> Callable[..., str]:
    return lambda found: between.join(map(write, found))


# Form, which is also the file's ending -> content type.
FORMATS = {
    "txt": "text/plain; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json; charset=utf-8",
}
_WRITERS: dict[str, Callable[[list[dict[str, Any]]], str]] = {
    "txt": _each(lambda found: f"{sentence(found)}\n"),
    "bib": _each(biblatex, "\n"),
    "ris": _each(ris),
    "json": _json,
    # Within a page, or for one reader alone: not among those to take away.
    "coins": _each(coins),
    "zotero": zotero,
}


def written(found: list[Item], form: str) -> str:
    """Items in one text of the form, KeyError for a form that is none."""
    return _WRITERS[form](found)


def cite(
    connection: sqlite3.Connection, id: str, form: str, site: str, sources: bool = False
) -> str:
    """The citation of a record, a version of it (`icann/v/12`), a statement, passage or claim, in one of
    FORMATS; with `sources` those of what it rests on, too.

    `site` is the address of the site, from its configuration and never from a request. Raises
    Unknown for an id that nothing has, KeyError for a form that is none.
    """
    return cite_all(connection, [id], form, site, sources)


def cite_all(
    connection: sqlite3.Connection,
    ids: Iterable[str],
    form: str,
    site: str,
    sources: bool = False,
    prefix: str = "",
) -> str:
    """The citations of several ids, in one text of the form, each once; `prefix` goes before their keys."""
    found: dict[str, Item] = {}
    wanted = list(ids)
    for id in wanted:
        for each in items(connection, id, site.rstrip("/")):
            # A version, or a statement in it, has a key of its own.
            key = id if each["id"] == id.partition("/v/")[0] else each["id"]
            found.setdefault(key, {**each, "id": f"{prefix}{key}"})
    if sources:
        for id in wanted:
            for source in resting_on(connection, id):
                for each in items(connection, source, site.rstrip("/")):
                    found.setdefault(source, {**each, "id": f"{prefix}{source}"})
    return written(list(found.values()), form)
