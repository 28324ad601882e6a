"""The ways to cite a record or source: one name a form."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from exporters.biblatex import biblatex
from exporters.csl import Unknown, item, version_item
from exporters.ris import ris
from exporters.sentence import sentence

__all__ = ["FORMATS", "Unknown", "cite", "cite_all"]


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
}


def cite(connection: sqlite3.Connection, id: str, form: str, site: str) -> str:
    """The citation of a record, or of one of its versions (`icann/v/12`), in one of FORMATS.

    `site` is the address of the site, from its configuration and never from a request. Raises
    Unknown for an id that no record has, KeyError for a form that is none.
    """
    return cite_all(connection, [id], form, site)


def cite_all(connection: sqlite3.Connection, ids: Iterable[str], form: str, site: str) -> str:
    """The citations of several records, in one text of the form."""
    return _WRITERS[form]([_item(connection, id, site.rstrip("/")) for id in ids])


def _item(connection: sqlite3.Connection, id: str, site: str) -> dict[str, Any]:
    of, _, number = id.partition("/v/")
    if number.isascii() and number.isdigit() and len(number) < 7:
        return version_item(connection, of, int(number), site)
    return item(connection, id, site)
