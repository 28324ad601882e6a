"""The SQL function by which the `search` query makes a full-text query of whatever is typed."""

import re
import sqlite3

from datasette import hookimpl


def fts_words(typed: str | None) -> str:
    """All the words, in any order; the last one may be unfinished. Never a syntax error."""
    words = re.findall(r"\w+", typed or "")
    return " ".join(f'"{word}"' for word in words) + "*" if words else '""'


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Give `fts_words` to SQL."""
    conn.create_function("fts_words", 1, fts_words, deterministic=True)
