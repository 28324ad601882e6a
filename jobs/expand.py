"""What a manuscript cites of ours: its keys and permalinks, and what has become of them since."""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from exporters.csl import Unknown
from exporters.places import items
from exporters.reading import row
from exporters.versions import paired, statements
from jobs.pandoc import pandoc

PREFIX = "igkb:"  # of a key in a manuscript: [@igkb:icann] or \cite{igkb:icann}
_KEY = re.compile(rf"{PREFIX}([a-z0-9][\w.+-]*(?:/v/[0-9]+)?)")
_PAGES = "institution|post|source|person|term|query"


class Cited(NamedTuple):
    """One place in a manuscript."""

    line: int  # 0 where the form has no lines
    id: str  # of a record, statement, passage or claim, with /v/<n> where a version is named
    key: str | None  # as it is written, None for a permalink


def text_of(path: Path) -> str:
    """The manuscript as text; what is no text by pandoc. Raises ClickException, OSError."""
    if path.suffix.lower() not in (".docx", ".odt", ".epub"):
        return path.read_text(encoding="utf-8-sig", errors="replace")
    read = pandoc(f"read {path}", "-t", "markdown", "--", str(path))
    # What has a meaning in Markdown is written with a backslash before it.
    return re.sub(r"\\([@_#\[\]])", r"\1", read)


def cited(text: str, site: str) -> list[Cited]:
    """Every key and permalink in the text, in its order."""
    link = re.compile(
        rf"{re.escape(site.rstrip('/'))}/(?:{_PAGES})/([a-z0-9-]+)(?:/v/([0-9]+))?(?:#([^\s)\]}}>\"'\\]+))?"
    )
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        for match in _KEY.finditer(line):
            id = match[1].rstrip(".-+_")
            found.append((number, match.start(), Cited(number, id, f"{PREFIX}{id}")))
        for match in link.finditer(line):
            record, version, place = match.groups()
            place = unquote(place or "").rstrip(".,;:")
            id = place if place.startswith(f"{record}_") else record
            found.append(
                (number, match.start(), Cited(number, f"{id}/v/{version}" if version else id, None))
            )
    return [each for *_, each in sorted(found, key=lambda item: item[:2])]


def known(connection: sqlite3.Connection, id: str) -> bool:
    """Is there anything with this id?"""
    try:
        items(connection, id, "")
    except Unknown:
        return False
    return True


def became(connection: sqlite3.Connection, id: str) -> Iterator[str]:
    """What a reader of the manuscript should know of what it cites, a line each."""
    of, _, number = id.partition("/v/")
    record = of.partition("_")[0]
    gone = row(connection, "SELECT removed_at FROM removed WHERE id = ?", record)
    if gone:
        yield f"the record was removed on {gone['removed_at'][:10]}"
        return
    stated = row(connection, "SELECT standing FROM statement WHERE id = ?", of)
    if stated and stated["standing"] != "held":
        yield f"the statement is {stated['standing']}"
    if number:
        yield from _since(connection, record, of, int(number))


def _since(connection: sqlite3.Connection, record: str, of: str, number: int) -> Iterator[str]:
    """What has changed since the version that was cited."""
    found = connection.execute(
        "SELECT version, content FROM record_version WHERE record = ? ORDER BY version", (record,)
    ).fetchall()
    contents = dict(found)
    latest = max(contents, default=0)
    if number not in contents or number == latest:
        return
    then, now = (statements(record, json.loads(contents[n])) for n in (number, latest))
    changes = [change for change in paired(then, now) if change.what != "same"]
    if of != record:
        changes = [change for change in changes if change.before and change.before.id == of]
        for change in changes:
            if change.after is None:
                yield f"no longer said since version {number}"
            for name, was, is_ in change.fields:
                yield f"changed since version {number}: {name} was “{was}”, is “{is_}”"
    elif changes:
        yield f"{len(changes)} statements changed since version {number}; the latest is {latest}"
