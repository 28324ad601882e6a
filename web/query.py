"""The page of a kept query: what is asked, the answer of today, and whether it is the one that was kept."""

import json
import sqlite3
from urllib.parse import urlencode

from exporters.answer import SHOWN, Refused
from exporters.kept import again, one
from exporters.reading import Row, rows
from web.reading import record


def page(connection: sqlite3.Connection, id: str) -> Row | None:
    """Everything on the page, None where there is no such query."""
    kept = one(connection, id)
    if kept is None:
        return None
    given = json.loads(kept["parameters"] or "{}")
    on = {"on": kept["day"]} if kept["day"] else {}
    asked = {"sql": kept["sql"], **given, **on, "title": kept["title"]}
    found: Row = {
        "record": record(connection, id),
        "kept": kept,
        "given": given,
        "run": urlencode({"sql": kept["sql"], **given}),
        "then": urlencode({**asked, "of": kept["state"], "sha256": kept["sha256"]}),
        "others": every(connection),
    }
    try:
        answer = again(connection, kept)
    except Refused as why:
        return {**found, "why": str(why)}
    same = answer.sha256 == kept["sha256"]
    return {**found, "found": answer, "shown": answer.rows[:SHOWN], "same": same}


def every(connection: sqlite3.Connection) -> list[Row]:
    """All kept queries, by title."""
    return rows(connection, "SELECT id, title, about FROM kept_query ORDER BY title")
