"""A record whole, as JSON: what the page shows, with every statement and what it rests on."""

import json
import sqlite3
from typing import Any

from exporters.csl import PAGES, Unknown
from exporters.reading import Row, row, rows
from schema import JSON_COLUMNS

LICENCE = "https://creativecommons.org/licenses/by/4.0/"

# What a section's table adds to the statement it spells out.
_DETAILS = {
    "decisions": "decision", "relations": "relation", "offices": "office", "events": "event",
    "names": "name", "measures": "measure", "laws": "law", "indicators": "indicator",
    "affiliations": "affiliation",
}  # fmt: skip
# The table with the one row that each record of a folder has.
_TABLES = {
    "institutions": ("institution",), "regimes": ("institution", "regime"), "posts": ("post",),
    "sources": ("source",), "people": ("person",), "terms": (), "queries": ("kept_query",),
}  # fmt: skip
_OF_STATEMENT = {"statement", "institution", "person", "since", "until", "as_of", "standing"}


def as_json(connection: sqlite3.Connection, id: str, site: str) -> dict[str, Any]:
    """The record with this id; what is empty is left out. Raises Unknown where there is none."""
    record = row(connection, "SELECT * FROM record WHERE id = ?", id)
    if record is None:
        raise Unknown(id)
    section = record["section"]
    found: dict[str, Any] = {
        **_full(record), "url": f"{site}/{PAGES[section]}/{id}", "licence": LICENCE,
    }  # fmt: skip
    for table in _TABLES[section]:
        wide = row(connection, f"SELECT * FROM {table} WHERE id = ?", id)  # noqa: S608  # our own names
        found[table] = {k: v for k, v in _full(wide or {}).items() if k != "id"}
    statements = _statements(connection, id)
    passages = _passages(connection, id)
    claims = rows(connection, "SELECT * FROM said WHERE about = ? ORDER BY sent, claim", id)
    made = rows(connection, "SELECT * FROM said WHERE person = ? ORDER BY sent, claim", id)
    resting = rows(
        connection, "SELECT statement FROM citation WHERE source = ? ORDER BY statement", id
    )
    terms = rows(connection, "SELECT * FROM term WHERE list = ? ORDER BY rowid", id)
    parts = {
        "statements": statements,
        "passages": passages,
        "said_about_it": list(map(_full, claims)),
        "claims": list(map(_full, made)) if section == "people" else [],
        "rests_on_it": list(dict.fromkeys(item["statement"] for item in resting)),
        "terms": list(map(_full, terms)),
        "sources": _sources(connection, id),
    }
    return {**found, **{name: part for name, part in parts.items() if part}}


def _full(given: Row) -> Row:
    """The row without what is empty, its JSON lists as lists."""
    return {
        name: json.loads(value) if name in JSON_COLUMNS else value
        for name, value in given.items()
        if value is not None and value != ""
    }


def _by(column: str, found: list[Row]) -> dict[str, list[Row]]:
    """The rows by the value of a column, which is left out of them."""
    groups: dict[str, list[Row]] = {}
    for item in found:
        groups.setdefault(item.pop(column), []).append(_full(item))
    return groups


def _statements(connection: sqlite3.Connection, id: str) -> list[Row]:
    details: dict[str, Row] = {}
    for table in _DETAILS.values():
        of = "person" if table == "affiliation" else "institution"
        for item in rows(connection, f"SELECT * FROM {table} WHERE {of} = ?", id):  # noqa: S608
            details[item["statement"]] = {k: v for k, v in item.items() if k not in _OF_STATEMENT}
    cited = _by(
        "statement",
        rows(
            connection,
            "SELECT c.statement, c.source, c.locator, c.quote, c.passage, c.url FROM citation c JOIN "
            "statement s ON s.id = c.statement WHERE s.record = ? ORDER BY c.statement, c.position",
            id,
        ),
    )
    found = rows(connection, "SELECT * FROM statement WHERE record = ? ORDER BY line", id)
    return [
        {
            **{k: v for k, v in _full(item).items() if k != "record"},
            **({"details": _full(details[item["id"]])} if item["id"] in details else {}),
            "citations": cited.get(item["id"], []),
        }
        for item in found
    ]


def _passages(connection: sqlite3.Connection, id: str) -> list[Row]:
    claims = _by(
        "passage",
        rows(
            connection,
            "SELECT c.* FROM claim c JOIN passage p ON p.id = c.passage WHERE p.source = ? "
            "ORDER BY c.rowid",
            id,
        ),
    )
    found = rows(connection, "SELECT * FROM passage WHERE source = ? ORDER BY position", id)
    return [
        {
            **{k: v for k, v in _full(item).items() if k not in ("source", "position")},
            **({"claims": claims[item["id"]]} if item["id"] in claims else {}),
        }
        for item in found
    ]


def _sources(connection: sqlite3.Connection, id: str) -> dict[str, Row]:
    """The sources that its statements cite, by id."""
    found = rows(
        connection,
        "SELECT * FROM source WHERE id IN (SELECT c.source FROM citation c "
        "JOIN statement s ON s.id = c.statement WHERE s.record = ?) ORDER BY id",
        id,
    )
    return {item["id"]: {k: v for k, v in _full(item).items() if k != "id"} for item in found}
