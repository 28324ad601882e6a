"""No query may take from other readers: no more memory than a page needs, and no wait for its end."""

import sqlite3
import traceback
from collections.abc import Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database

LONGEST = 5_000_000  # bytes of one value; randomblob(900000000) would else take 0.9 GB


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Let no value grow longer than LONGEST."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)


@hookimpl
def startup(datasette: Datasette) -> None:
    """Let a query that fails leave nothing behind that the rest of the server must wait for.

    The traceback of its error holds the cursor, which is closed where the error is dropped: in the
    thread that answers everybody. Closing waits for the connection, on which the next query is
    running by then, so that each slow query stopped all readers until the next had ended.
    """
    for database in datasette.databases.values():
        database.execute_fn = _letting_go(database)


def _letting_go(database: Database) -> Callable[[Callable[[sqlite3.Connection], Any]], Any]:
    plain = database.execute_fn

    async def execute_fn(fn: Callable[[sqlite3.Connection], Any]) -> Any:
        def run(connection: sqlite3.Connection) -> Any:
            try:
                return fn(connection)
            except Exception as error:
                traceback.clear_frames(error.__traceback__)
                raise

        return await plain(run)

    return execute_fn
