"""Two to four bodies or regimes side by side, with the source of what stands in each cell."""

import sqlite3

from exporters.reading import Row, rows
from web import institution
from web.notes import notes
from web.reading import Terms, near
from web.wording import GROUPS

MOST = 4


def page(connection: sqlite3.Connection, asked: list[str]) -> Row:
    """Everything on the page; `asked` are ids, of which what nobody has is told."""
    ids = list(dict.fromkeys(id.strip().lower() for id in asked if id.strip()))
    known = {
        body["id"]: body
        for body in rows(
            connection,
            "SELECT i.id, i.name, i.short_name, i.id IN (SELECT id FROM regime) AS regime "
            "FROM institution i ORDER BY i.name",
        )
    }
    bodies = [known[id] for id in ids if id in known][:MOST]
    terms = Terms.of(connection)
    columns = [_column(connection, body["id"], terms) for body in bodies]
    groups = _groups(columns) if len(bodies) > 1 else []
    order = [
        item["statement"]
        for group in groups
        for line in group["lines"]
        for cell in line["cells"]
        for item in cell
    ]
    return {
        "bodies": bodies,
        "unknown": {id: near(connection, id) for id in ids if id not in known},
        "left_out": [known[id] for id in ids if id in known][MOST:],
        "known": list(known.values()),
        "groups": groups,
        "notes": notes(connection, order, terms),
        "most": MOST,
    }


def _column(connection: sqlite3.Connection, id: str, terms: Terms) -> dict[str, list[Row]]:
    """What is held of one body: label of the line -> what stands in its cell."""
    found = institution.page(connection, id)
    assert found is not None
    column: dict[str, list[Row]] = {}

    def put(line: str, item: Row, read: Row) -> None:
        if item["standing"] != "superseded":
            statement = item.get("statement") or item["id"]
            column.setdefault(line, []).append({**item, "read": read, "statement": statement})

    for group in found["groups"]:
        for field in group["fields"]:
            for items in field["items"]:
                for fact in items["values"]:
                    put(f"{group['title']}|{field['label']}", fact, fact["read"])
    for item in found["decisions"]:
        if item["stage"] == "final":
            more = f": {item['threshold']}" if item["threshold"] else ""
            read = {**item["rule_read"], "text": f"{item['rule_read']['text']}{more}"}
            put(f"How it decides|{item['area_read']['text']}", item, read)
    for item in found["measures"]:
        read = {"text": item["name"], "path": f"/id/{item['statement']}"}
        put(f"What it does on the net|{item['kind_read']['text']}", item, read)
    for item in found["indicators"]:
        read = {"text": f"{item['value']:,.12g} {item['unit'] or ''} ({item['year']})"}
        if item["latest"] and item["main"]:
            put(f"Figures|{item['label']}", item, read)
    for group in found["relations"]:
        for item in group["items"]:
            read = {"text": item["name"], "path": f"/institution/{item['target_id']}"}
            if not item["derived"]:
                put(f"How it stands to others|{group['label'].capitalize()}", item, read)
    return column


_TITLES = (
    *GROUPS,
    "How it decides",
    "What it does on the net",
    "Figures",
    "How it stands to others",
)


def _groups(columns: list[dict[str, list[Row]]]) -> list[Row]:
    """The lines of the table in groups; a line is there where one of the bodies has it."""
    names = list(dict.fromkeys(line for column in columns for line in column))
    order = [f"{title}|{label}" for title, labels in GROUPS.items() for label in labels.values()]
    names.sort(key=lambda name: order.index(name) if name in order else len(order))
    groups = []
    for title in _TITLES:
        lines = [
            {
                "label": name.partition("|")[2],
                "cells": [column.get(name, []) for column in columns],
            }
            for name in names
            if name.startswith(f"{title}|")
        ]
        if lines:
            groups.append({"title": title, "lines": lines})
    return groups
