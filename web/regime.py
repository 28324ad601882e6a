"""What only the page of a state has: laws that catalogues name, and figures."""

import re
import sqlite3
from itertools import groupby

from exporters.reading import Row, rows
from web.notes import Notes
from web.reading import Terms


def laws(connection: sqlite3.Connection, id: str, terms: Terms) -> list[Row]:
    """The laws that catalogues name, in the order of their areas."""
    found = rows(
        connection,
        """
        SELECT l.*, s.note FROM law l JOIN statement s ON s.id = l.statement
        WHERE l.institution = ? ORDER BY s.line
        """,
        id,
    )
    found.sort(key=lambda item: terms.place("law-areas", item["area"]))
    for item in found:
        item["area_read"] = terms.read("law-areas", item["area"])
    return found


def indicators(connection: sqlite3.Connection, id: str, terms: Terms) -> list[Row]:
    """Figures in the order of the vocabulary, each indicator's latest first.

    `latest` marks that one; `main` what is no answer to a single question of Freedom on the Net.
    """
    found = rows(
        connection,
        """
        SELECT x.*, t.label, t.unit, s.note,
               x.year = (SELECT max(y.year) FROM indicator y WHERE y.institution = x.institution
                         AND y.indicator = x.indicator AND y.standing <> 'superseded') AS latest
        FROM indicator x JOIN statement s ON s.id = x.statement
        JOIN term t ON t.id = 'indicators_' || x.indicator
        WHERE x.institution = ? AND x.standing <> 'superseded' ORDER BY x.year DESC, s.line
        """,
        id,
    )
    found.sort(key=lambda item: terms.place("indicators", item["indicator"]))
    for item in found:
        item["main"] = not re.fullmatch(r"fotn-[abc]\d", item["indicator"])
        item["read"] = terms.read("indicators", item["indicator"])
    return found


def series(figures: list[Row], found: Notes) -> list[Row]:
    """One row an indicator: the latest figure and those before, which share a mark where they can."""
    rows = []
    for _, items in groupby(figures, lambda item: item["indicator"]):
        latest, *before = items
        shared = {(item["standing"], tuple(p["number"] for p in found.of(item["statement"])))
                  for item in before}  # fmt: skip
        rows.append({"latest": latest, "before": before, "shared": len(shared) == 1})
    return rows
