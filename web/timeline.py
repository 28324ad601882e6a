"""The timeline of the field: how much happened in each year, and what happened in one of them."""

import sqlite3

from exporters.reading import Row, rows
from web.notes import notes
from web.reading import Terms

BEFORE = "before"  # what is asked for to see the years before FIRST
FIRST = 1969  # the first packets of the ARPANET; the picture begins here
BUSY = 10  # events that make a year worth beginning with
HEIGHT = 80  # of the picture, in its own units; a year is 10 wide

_EVENTS = """
    SELECT e.statement, e.date, e.title, e.standing, s.note, i.id AS body, i.name, i.short_name
    FROM event e JOIN statement s ON s.id = e.statement JOIN institution i ON i.id = e.institution
    WHERE e.standing <> 'superseded'
"""
_LIVES = """
    SELECT s.id AS statement, s.value AS date, s.field, s.standing, i.id AS body, i.name, i.short_name
    FROM statement s JOIN institution i ON i.id = s.record
    WHERE s.section = 'facts' AND s.field IN ('founded', 'dissolved')
      AND s.standing IN ('held', 'unverified') AND s.value GLOB '[0-9]*'
      AND s.record NOT IN (SELECT id FROM regime)
"""


def page(connection: sqlite3.Connection, asked: str) -> Row:
    """Everything on the page; `asked` is a year, BEFORE, or nothing, which takes a late one."""
    found = rows(connection, f"{_EVENTS} ORDER BY e.date, i.name, s.line")
    told = {(event["body"], event["date"]) for event in found}  # which then tells of it
    lives = [
        {**life, "note": None, "life": True}
        for life in rows(connection, _LIVES)
        if (life["body"], life["date"]) not in told
    ]
    found = sorted([*found, *lives], key=lambda item: (item["date"], item["name"]))
    counts: dict[int, int] = {}
    early = 0
    for item in found:
        year = int(item["date"][:4])
        if year < FIRST:
            early += 1
        else:
            counts[year] = counts.get(year, 0) + 1
    last = max(counts, default=FIRST)
    most = max(counts.values(), default=1)
    chosen = _year(asked, counts, early)
    shown = [
        item
        for item in found
        if (int(item["date"][:4]) < FIRST if chosen == BEFORE else item["date"][:4] == chosen)
    ]
    return {
        "asked": asked,
        "year": chosen,
        "before": BEFORE,
        "first": FIRST,
        "early": early,
        "events": shown,
        "all": len(found),
        "bars": [
            {
                "year": number, "count": counts.get(number, 0), "x": (number - FIRST) * 10,
                "height": round(counts.get(number, 0) / most * HEIGHT, 1),
            }
            for number in range(FIRST, last + 1)
        ],
        "height": HEIGHT,
        "width": (last - FIRST + 1) * 10,
        "notes": notes(connection, [item["statement"] for item in shown], Terms.of(connection)),
    }  # fmt: skip


def _year(asked: str, counts: dict[int, int], early: int) -> str | None:
    """The year to show, None where nothing is known of the one that is asked for."""
    if asked == BEFORE:
        return BEFORE if early else None
    if asked:
        return asked if asked.isascii() and asked.isdigit() and int(asked) in counts else None
    busy = [year for year, count in counts.items() if count >= BUSY]  # not what is only planned
    return str(max(busy or counts)) if counts else None
