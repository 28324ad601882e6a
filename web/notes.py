"""Footnotes: every place cited on a page has a number, listed under its source."""

import sqlite3
from collections.abc import Iterable

from exporters.reading import Row, rows
from web.reading import Terms
from web.wording import LABELS

# How much of a source was read, as people read it.
READ = {"full-text": "read in full", "excerpt": "read in part", "catalogue": "catalogue entry only"}


class Notes:
    """The citations of the statements of one page, numbered in the order in which it shows them.

    A source is listed once; each place in it that is cited has a number of its own, so that a
    number leads to one place, on screen and on paper.
    """

    def __init__(self, citations: list[Row], order: Iterable[str], terms: Terms) -> None:
        by_statement: dict[str, list[Row]] = {}
        for citation in citations:
            by_statement.setdefault(citation["statement"], []).append(citation)
        self.marks: dict[str, list[Row]] = {}
        places: dict[tuple[str, str | None, str | None], Row] = {}
        sources: dict[str, Row] = {}
        shown = [id for id in dict.fromkeys(order) if id in by_statement]
        for id in shown:
            for citation in by_statement[id]:
                source = sources.setdefault(citation["source"], _source(citation, terms))
                key = (citation["source"], citation["locator"], citation["quote"])
                place = places.setdefault(key, {**citation, "statements": {}})
                if not place["statements"]:
                    source["places"].append(place)
                label = LABELS.get(citation["field"], citation["field"].replace("-", " "))
                place["statements"].setdefault(label, id)
                self.marks.setdefault(id, []).append(place)
        self.sources = list(sources.values())
        number = 0
        for source in self.sources:
            for place in source["places"]:
                number += 1
                place["number"] = number
                where = f", {place['locator']}" if place["locator"] else ""
                place["label"] = f"{source['title']}{where}"
        for found in self.marks.values():
            found.sort(key=lambda place: place["number"])
        self.count = number

    def of(self, statement: str) -> list[Row]:
        """The numbered places on which a statement rests."""
        return self.marks.get(statement, [])

    def voices(self, statement: str) -> list[str]:
        """Who says so: the speakers of the passages cited, else the authors or titles."""
        found = [
            place["speaker"] or place["author"] or place["title"] for place in self.of(statement)
        ]
        return list(dict.fromkeys(found))


def _source(citation: Row, terms: Terms) -> Row:
    page = "post" if citation["kind"] == "post" else "source"
    return {
        "id": citation["source"],
        "title": citation["title"],
        "author": citation["author"],
        "publisher": citation["publisher"],
        "number": citation["number"],
        "issued": citation["issued"],
        "kind": terms.label("source-kinds", citation["kind"]),
        "tier": citation["tier"],
        "read": READ[citation["read"]],
        "accessed": citation["accessed"],
        "path": f"/{page}/{citation['source']}",
        "places": [],
    }


CITATIONS = """
    SELECT c.statement, st.field, c.source, c.locator, c.passage, c.quote, c.url,
           s.title, s.author, s.publisher, s.number, s.issued, s.kind, s.tier, s.read, s.accessed,
           p.gist, coalesce(person.name, body.name) AS speaker
    FROM citation c
    JOIN statement st ON st.id = c.statement
    JOIN source s ON s.id = c.source
    LEFT JOIN passage p ON p.id = c.passage
    LEFT JOIN person ON person.id = p.person
    LEFT JOIN institution body ON body.id = p.body
"""


def notes(connection: sqlite3.Connection, statements: list[str], terms: Terms) -> Notes:
    """The notes of these statements, in this order."""
    found: list[Row] = []
    for start in range(0, len(statements), 500):
        some = statements[start : start + 500]
        marks = ",".join("?" * len(some))
        found += rows(
            connection,
            f"{CITATIONS} WHERE c.statement IN ({marks}) ORDER BY c.statement, c.position",  # question marks
            *some,
        )
    return Notes(found, statements, terms)
