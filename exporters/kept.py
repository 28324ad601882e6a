"""Kept queries, run again: is the answer still the one that was kept?"""

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from exporters import asof
from exporters.answer import Answer, Refused, answer
from exporters.reading import Row, row, rows

LONGEST = 5  # seconds that a kept query may take
_STEPS = 100_000  # of SQLite's virtual machine between two looks at the clock


class Told(NamedTuple):
    """What a build says of a kept query."""

    id: str
    what: str
    want: str
    warning: bool


def again(connection: sqlite3.Connection, kept: Row) -> Answer:
    """The answer of today to a kept query. Raises Refused where there is none."""
    path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    given = json.loads(kept["parameters"] or "{}")
    with asof.opened(path, kept["day"]) as own:
        ends = time.monotonic() + LONGEST
        own.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)
        try:
            return answer(own, kept["sql"], given, kept["day"])
        except sqlite3.Error as error:
            late = str(error) == "interrupted"
            why = f"it took longer than {LONGEST} seconds" if late else str(error)
            raise Refused(f"the query cannot be run: {why}") from None


def one(connection: sqlite3.Connection, id: str) -> Row | None:
    """A kept query as it was kept; None where there is none."""
    return row(connection, "SELECT * FROM kept_query WHERE id = ?", id)


def told(connection: sqlite3.Connection) -> Iterator[Told]:
    """Every kept query that cannot be run any more, or whose answer is another now."""
    for kept in rows(connection, "SELECT * FROM kept_query ORDER BY id"):
        try:
            found = again(connection, kept)
        except Refused as why:
            yield Told(kept["id"], f"has no answer: {why}", "mend the query, or remove it", False)
            continue
        if found.sha256 != kept["sha256"]:
            then = f"{kept['rows']:,} rows on {kept['state'][:10]}, {len(found.rows):,} now"
            want = f"look at what changed; `igkb keep {kept['id']}` keeps the answer of today"
            yield Told(kept["id"], f"the answer has changed: {then}", want, True)
