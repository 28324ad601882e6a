"""The page of the schema: how the tables hang together, and what each column means."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from exporters.reading import Row, rows

# Where each table stands in the picture: what others refer to is above them. A test holds this
# against the schema.
GRID = (
    ("term", "record", "former_id", "record_version", "removed", "build"),
    ("person", "institution", "regime", "source", "post"),
    ("identifier", "statement", "citation", "passage", "answer", "kept_query"),
    ("decision", "relation", "office", "event", "name"),
    ("measure", "law", "indicator", "affiliation", "claim"),
)
WIDE, HIGH, ACROSS, DOWN = 150, 34, 190, 96  # of a box, and from one to the next


def page(connection: sqlite3.Connection, said: Mapping[str, Any]) -> Row:
    """Everything on the page; `said` is what the metadata says of tables, views and their columns."""
    places = {
        name: (column * ACROSS, line * DOWN)
        for line, names in enumerate(GRID)
        for column, name in enumerate(names)
        if name
    }
    tables, lines = [], []
    for name, (x, y) in places.items():
        keys = {
            key["from"]: key["table"]
            for key in rows(connection, f'PRAGMA foreign_key_list("{name}")')
        }
        lines += [
            {"d": _line(places[name], places[other]), "title": f"{name}.{column} is a {other}"}
            for column, other in keys.items()
            if other != name
        ]
        tables.append(
            {
                "name": name, "x": x, "y": y, "about": said.get(name, {}).get("description", ""),
                "count": connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0],  # noqa: S608
                "columns": _columns(connection, name, said, keys),
            }
        )  # fmt: skip
    views = [
        {"name": view["name"], "about": said.get(view["name"], {}).get("description", ""),
         "columns": _columns(connection, view["name"], said, {})}
        for view in rows(connection, "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name")
    ]  # fmt: skip
    return {
        "tables": tables, "views": views, "lines": lines, "wide": WIDE, "high": HIGH,
        "width": ACROSS * (len(GRID[0]) - 1) + WIDE, "height": DOWN * (len(GRID) - 1) + HIGH,
    }  # fmt: skip


def _columns(
    connection: sqlite3.Connection, name: str, said: Mapping[str, Any], keys: Mapping[str, str]
) -> list[Row]:
    meanings = said.get(name, {}).get("columns", {})
    return [
        {"name": column["name"], "type": column["type"].lower(), "key": bool(column["pk"]),
         "leads": keys.get(column["name"]), "about": meanings.get(column["name"], "")}
        for column in rows(connection, f'PRAGMA table_info("{name}")')
    ]  # fmt: skip


def _line(one: tuple[int, int], other: tuple[int, int]) -> str:
    """From the box that refers to the one it refers to, from edge to edge."""
    (x1, y1), (x2, y2) = one, other
    x1, x2 = x1 + WIDE // 2, x2 + WIDE // 2
    if y1 == y2:  # beside each other: a bow below both
        return f"M{x1} {y1 + HIGH}Q{(x1 + x2) // 2} {y1 + HIGH + 26} {x2} {y2 + HIGH}"
    y1, y2 = (y1, y2 + HIGH) if y1 > y2 else (y1 + HIGH, y2)
    return f"M{x1} {y1}C{x1} {(y1 + y2) // 2} {x2} {(y1 + y2) // 2} {x2} {y2}"
