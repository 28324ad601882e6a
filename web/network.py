"""The whole network: every body on a circle, by governance type, and a line for every tie."""

import math
import sqlite3
from functools import lru_cache
from itertools import groupby

from exporters.reading import Row, rows
from web.reading import KEPT, Terms

SIZE = 1000  # of the picture, in its own units
_RADIUS = 345  # of the circle; around it there is room for the names
_PULL = 0.25  # how near to the middle a line passes: 0 is through it, 1 along the circle
_GAP = 3  # places left free between two types


@lru_cache(KEPT)
def picture(connection: sqlite3.Connection) -> Row:
    """The picture with its legend, drawn once for a connection, and the bodies with the most ties.

    States are left out: what they have joined is on the map.
    """
    terms = Terms.of(connection)
    ties = rows(
        connection,
        """
        SELECT r.institution AS a, r.target AS b, min(r.kind) AS kind, min(r.standing <> 'held') AS doubtful
        FROM relation r
        WHERE r.standing <> 'superseded'
          AND r.institution NOT IN (SELECT id FROM regime) AND r.target NOT IN (SELECT id FROM regime)
        GROUP BY r.institution, r.target ORDER BY r.institution, r.target
        """,
    )
    tied: dict[str, set[str]] = {}
    for tie in ties:
        tied.setdefault(tie["a"], set()).add(tie["b"])
        tied.setdefault(tie["b"], set()).add(tie["a"])
    bodies = [
        body
        for body in rows(connection, "SELECT id, name, short_name, type FROM institution")
        if body["id"] in tied
    ]
    bodies.sort(
        key=lambda b: (terms.place("types", b["type"]), (b["short_name"] or b["name"]).lower())
    )
    types = _placed(bodies, tied, terms)
    at = {body["id"]: body for body in bodies}
    return {
        "size": SIZE,
        "types": types,
        "bodies": bodies,
        "ties": [
            {"d": _line(at[tie["a"]], at[tie["b"]]), "type": at[tie["a"]]["type"],
             "doubtful": tie["doubtful"]}
            for tie in ties
        ],
        "most": sorted(bodies, key=lambda body: (-body["ties"], body["name"]))[:40],
    }  # fmt: skip


def _placed(bodies: list[Row], tied: dict[str, set[str]], terms: Terms) -> list[Row]:
    """Give each body its place on the circle; returns the types with how many there are."""
    groups = [(kind, list(found)) for kind, found in groupby(bodies, lambda body: body["type"])]
    places = len(bodies) + _GAP * len(groups)
    place = 0
    for _, found in groups:
        for body in found:
            turn = 2 * math.pi * place / max(places, 1) - math.pi / 2
            body["x"] = round(SIZE / 2 + _RADIUS * math.cos(turn), 1)
            body["y"] = round(SIZE / 2 + _RADIUS * math.sin(turn), 1)
            left = math.cos(turn) < -1e-9
            body["left"] = left
            body["turn"] = round(math.degrees(turn) + (180 if left else 0), 1)
            body["ties"] = len(tied[body["id"]])
            place += 1
        place += _GAP
    return [
        {"type": kind, "read": terms.read("types", kind), "count": len(found)}
        for kind, found in groups
    ]


def _line(one: Row, other: Row) -> str:
    """A line that bends towards the middle of the circle."""
    x = SIZE / 2 + ((one["x"] + other["x"]) / 2 - SIZE / 2) * _PULL
    y = SIZE / 2 + ((one["y"] + other["y"]) / 2 - SIZE / 2) * _PULL
    return f"M{one['x']:g} {one['y']:g}Q{x:.0f} {y:.0f} {other['x']:g} {other['y']:g}"
