"""No query may make the server hold more memory than a page needs."""

import sqlite3

from datasette import hookimpl

LONGEST = 5_000_000  # bytes of one value; randomblob(900000000) would else take 0.9 GB


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Let no value grow longer than LONGEST."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
