"""Where a statement, passage, claim or record is written down, for whoever would correct it."""

import sqlite3

from exporters.reading import Row, row
from web.reading import address


def place(connection: sqlite3.Connection, id: str) -> Row | None:
    """The record, its file and the line in it (None where only the file is known); None for an id
    that nothing has.
    """
    found = row(
        connection,
        """
        SELECT r.id, r.name, r.path, s.line, s.field, s.value, s.standing
        FROM statement s JOIN record r ON r.id = s.record WHERE s.id = ?
        """,
        id,
    )
    if found:
        return found
    page = address(connection, id)
    if page is None:
        return None
    record = page.split("#")[0].rsplit("/", 1)[-1]
    return row(connection, "SELECT id, name, path, NULL AS line FROM record WHERE id = ?", record)


def at_repository(repository: str, found: Row) -> str:
    """The address of the file in the repository, at the line where it is known."""
    line = f"#L{found['line']}" if found["line"] else ""
    return f"{repository.rstrip('/')}/{found['path']}{line}"
