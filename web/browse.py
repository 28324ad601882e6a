"""All bodies, narrowed by what they are, what they do and how they decide."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlencode

from exporters.reading import Row, rows
from schema import ABSENT
from web.reading import CONTESTED, KEPT, Terms, names

_SHOWN = 8  # values of a facet that are shown at once; the rest unfold

# What to narrow by: column of the wide table -> heading, and the vocabulary of its values.
FACETS: dict[str, tuple[str, str | None]] = {
    "type": ("Who holds authority", "types"),
    "status": ("Status", "statuses"),
    "kind": ("Kind of body", "kinds"),
    "function": ("Does", "functions"),
    "issue_area": ("Deals with", "issue-areas"),
    "decision_rule": ("Decides by", "decision-rules"),
    "seat_country": ("Seat", None),
    "founded": ("Founded in the", None),
}
SORTS = {"name": "name", "founded": "oldest first", "newest": "newest first"}


def page(connection: sqlite3.Connection, asked: Mapping[str, str]) -> Row:
    """Everything on the page; `asked` has a value for each facet that narrows, and `sort`.

    A value that no body has leaves none, and is shown so that it can be taken back.
    """
    terms, known = Terms.of(connection), names(connection)
    chosen = {name: asked[name] for name in FACETS if asked.get(name)}
    sort = asked.get("sort") if asked.get("sort") in SORTS else "name"
    bodies = _bodies(connection)
    found = [body for body in bodies if _has(body, chosen)]
    found.sort(key=_called)
    if sort != "name":  # what has no date comes last, whichever way
        last = "9999" if sort == "founded" else ""
        found.sort(key=lambda body: body["founded"] or last, reverse=sort == "newest")

    def address(**other: str | None) -> str:
        """The page with other choices; None takes one back."""
        wanted = {**chosen, "sort": sort if sort != "name" else None, **other}
        query = urlencode({name: value for name, value in wanted.items() if value})
        return f"/browse?{query}" if query else "/browse"

    facets = []
    for name, (title, vocabulary) in FACETS.items():
        rest = {facet: value for facet, value in chosen.items() if facet != name}
        counts = Counter(
            value for body in bodies if _has(body, rest) for value in body["values"][name]
        )
        counts.setdefault(chosen.get(name, ""), 0)
        values = [
            {"label": _label(name, value, vocabulary, terms, known), "count": count,
             "chosen": chosen.get(name) == value,
             "path": address(**{name: None if chosen.get(name) == value else value})}
            for value, count in sorted(counts.items(), key=_by_time if name == "founded" else _by_count)
            if value
        ]  # fmt: skip
        facets.append({"title": title, "name": name, "chosen": name in chosen,
                       "first": values[:_SHOWN], "more": values[_SHOWN:]})  # fmt: skip
    return {
        "bodies": found,
        "of": len(bodies),
        "facets": facets,
        "chosen": [
            {"title": FACETS[name][0], "path": address(**{name: None}),
             "label": _label(name, value, FACETS[name][1], terms, known)}
            for name, value in chosen.items()
        ],
        "sorts": [
            {"label": label, "chosen": key == sort, "path": address(sort=None if key == "name" else key)}
            for key, label in SORTS.items()
        ],
    }  # fmt: skip


@lru_cache(KEPT)
def _bodies(connection: sqlite3.Connection) -> list[Row]:
    """All bodies, with their values for each facet; read once for a connection, and not to be changed."""
    terms = Terms.of(connection)
    bodies = rows(
        connection,
        f"""
        SELECT i.id, i.name, i.short_name, i.type, i.kind, i.status, i.founded, i.dissolved,
               i.seat_country, i.mandate, i.function, i.issue_area, i.decision_rule,
               {CONTESTED} AS contested
        FROM institution i WHERE i.id NOT IN (SELECT id FROM regime)
        """,  # noqa: S608  # our own columns
    )
    for body in bodies:
        body["values"] = {name: _values(name, body[name]) for name in FACETS}
        body["type_label"] = terms.label("types", body["type"])
        body["kind_label"] = terms.label("kinds", body["kind"])
        body["status_label"] = terms.label("statuses", body["status"])
    return bodies


def _values(name: str, value: str | None) -> list[str]:
    if value is None or value in ABSENT:
        return []
    if name == "founded":
        return [f"{value[:3]}0s"]
    if value.startswith("["):
        return [item for item in json.loads(value) if item not in ABSENT]
    return [value]


def _has(body: Row, chosen: Mapping[str, str]) -> bool:
    return all(value in body["values"][name] for name, value in chosen.items())


def _label(
    name: str, value: str, vocabulary: str | None, terms: Terms, known: Mapping[str, str]
) -> str:
    if vocabulary:
        return str(terms.label(vocabulary, value))
    return known.get(value.lower(), value) if name == "seat_country" else value


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _by_time(item: tuple[str, int]) -> str:
    return item[0]


def _called(body: Row) -> str:
    return str(body["short_name"] or body["name"]).casefold()
