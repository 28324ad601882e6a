"""Rows of a query as mappings from column to value."""

import sqlite3
from typing import Any

Row = dict[str, Any]


def rows(connection: sqlite3.Connection, sql: str, *values: str) -> list[Row]:
    """All rows of a query, in its order. Raises sqlite3.Error where the query cannot be run."""
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def row(connection: sqlite3.Connection, sql: str, *values: str) -> Row | None:
    """The first row of a query, None where there is none."""
    found = rows(connection, sql, *values)
    return found[0] if found else None
