"""What every page needs of the database: records, terms with their labels, addresses."""

import difflib
import sqlite3
from functools import lru_cache
from urllib.parse import quote

from exporters.csl import PAGES
from exporters.reading import Row, row, rows
from exporters.sentence import MONTHS
from schema import ABSENT

KEPT = 32  # connections of which something is remembered; a site has one a thread

# What may stand in place of a value, as people read it.
ABSENCES = {
    "unknown": "Not known: looked for and not found",
    "no-written-rule": "No written rule",
    "not-applicable": "Does not apply",
}


@lru_cache(4096)
def day(date: str) -> str:
    """A partial date as people write it: 16 January 1986, January 1986, 1986."""
    parts = date.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return date
    year, *rest = parts
    month = [MONTHS[int(rest[0]) - 1]] if rest and 1 <= int(rest[0]) <= 12 else []
    return " ".join([*(str(int(number)) for number in rest[1:]), *month, year])


# Whether any source disputes the type of the body `i`.
CONTESTED = """
    EXISTS (SELECT 1 FROM statement s WHERE s.record = i.id AND s.field = 'type'
            AND s.standing = 'disputed')
"""


class Terms:
    """The controlled vocabularies: what a term is called, means, and where it comes in its list."""

    @classmethod
    @lru_cache(KEPT)
    def of(cls, connection: sqlite3.Connection) -> "Terms":
        """Those of the database behind a connection, read once: it does not change while it is open."""
        return cls(connection)

    def __init__(self, connection: sqlite3.Connection) -> None:
        found = rows(connection, "SELECT list, term, label, meaning FROM term ORDER BY rowid")
        self.terms = {(term["list"], term["term"]): term for term in found}
        self.order = {key: number for number, key in enumerate(self.terms)}

    def read(self, vocabulary: str | None, value: str | None) -> Row | None:
        """A value as people read it: its text and, where it is a term, its list and meaning."""
        if value is None:
            return None
        if value in ABSENT:
            return {"text": ABSENCES[value], "absent": True}
        term = self.terms.get((vocabulary or "", value))
        if term is None:
            return {"text": value}
        return {
            "text": term["label"],
            "title": term["meaning"],
            "path": f"/term/{vocabulary}#{vocabulary}_{value}",
        }

    def label(self, vocabulary: str, value: str | None) -> str | None:
        """The label alone."""
        found = self.read(vocabulary, value)
        return found["text"] if found else None

    def place(self, vocabulary: str, value: str | None) -> int:
        """Where a term comes in its list; what is none comes last."""
        return self.order.get((vocabulary, value or ""), len(self.order))


def record(connection: sqlite3.Connection, id: str) -> Row | None:
    """The record: section, name, path, version, day of the last change, and the kind of its page."""
    found = row(connection, "SELECT * FROM record WHERE id = ?", id)
    return found and {**found, "kind": PAGES[found["section"]]}


@lru_cache(KEPT)
def names(connection: sqlite3.Connection) -> dict[str, str]:
    """What every body is called; read once for a connection."""
    return dict(connection.execute("SELECT id, name FROM institution").fetchall())


def address(connection: sqlite3.Connection, id: str) -> str | None:
    """The path of the page on which an id of any kind stands, None where nothing has it.

    Records have pages; statements, passages, claims and terms are places on them; ids that a record
    had before lead to the record.
    """
    found = connection.execute("SELECT section FROM record WHERE id = ?", (id,)).fetchone()
    if found:
        return f"/{PAGES[found[0]]}/{id}"
    for sql in (
        "SELECT record FROM statement WHERE id = ?",
        "SELECT source FROM passage WHERE id = ?",
        "SELECT p.source FROM claim c JOIN passage p ON p.id = c.passage WHERE c.id = ?",
        "SELECT list FROM term WHERE id = ? AND list <> 'debates'",
    ):
        found = connection.execute(sql, (id,)).fetchone()
        if found:
            return f"{address(connection, found[0])}#{quote(id)}"
    found = connection.execute(
        "SELECT term FROM term WHERE id = ? AND list = 'debates'", (id,)
    ).fetchone()
    if found:
        return f"/debate/{found[0]}"
    found = connection.execute("SELECT new FROM former_id WHERE old = ?", (id,)).fetchone()
    return address(connection, found[0]) if found else None


def removed(connection: sqlite3.Connection, id: str) -> Row | None:
    """The record that had this id and is gone, with the path of its versions."""
    found = row(connection, "SELECT * FROM removed WHERE id = ?", id)
    return found and {**found, "path": f"/{PAGES[found['section']]}/{id}/v"}


def near(connection: sqlite3.Connection, id: str) -> list[Row]:
    """Records that may have been meant: their ids or names of any kind are much like `id`."""
    found = rows(
        connection,
        """
        SELECT n.institution AS id, r.section, r.name, i.short_name, n.name AS called
        FROM name n JOIN record r ON r.id = n.institution JOIN institution i ON i.id = r.id
        UNION ALL
        SELECT r.id, r.section, r.name, i.short_name, NULL
        FROM record r LEFT JOIN institution i ON i.id = r.id
        """,
    )
    known: dict[str, Row] = {}
    for item in found:  # a body's own name comes last, and stands against another's former one
        for name in (item["called"], item["name"], item["short_name"], item["id"]):
            if name:
                known[name.lower()] = {**item, "path": f"/{PAGES[item['section']]}/{item['id']}"}
    meant = id.lower().replace("-", " ")
    close = [
        *difflib.get_close_matches(id.lower(), known, 5, 0.6),
        *difflib.get_close_matches(meant, known, 5, 0.6),
        *(name for name in known if len(meant) > 2 and meant in name.replace("-", " ")),
    ]
    return list({known[name]["id"]: known[name] for name in close}.values())[:6]


def meant(connection: sqlite3.Connection, typed: str) -> list[Row]:
    """Records that may have been meant by what was typed into the search, where no body or person
    is called so; none for what nobody is called anything like.
    """
    for table in ("institution", "name", "person"):
        called = f"SELECT 1 FROM {table}_fts WHERE {table}_fts MATCH fts_words(?) LIMIT 1"  # noqa: S608  # three names of ours
        if connection.execute(called, (typed,)).fetchone():
            return []
    return near(connection, typed[:100]) if typed.strip() else []
