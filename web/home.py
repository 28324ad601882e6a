"""The front page: what is here, by governance type, and where to start."""

import sqlite3
from functools import lru_cache
from itertools import groupby

from exporters.reading import Row, rows
from web import network
from web.debate import debates
from web.reading import CONTESTED, KEPT, Terms


def page(connection: sqlite3.Connection) -> Row:
    """Everything on the page that comes from the database."""
    terms = Terms.of(connection)
    bodies = rows(
        connection,
        f"""
        SELECT i.id, i.name, i.short_name, i.type, i.status, {CONTESTED} AS contested,
               EXISTS (SELECT 1 FROM json_each(i.unverified) u WHERE u.value = 'type') AS doubtful
        FROM institution i WHERE i.id NOT IN (SELECT id FROM regime)
        ORDER BY coalesce(i.short_name, i.name) COLLATE NOCASE
        """,  # noqa: S608  # our own columns
    )
    for body in bodies:
        body["status_label"] = terms.label("statuses", body["status"])
    bodies.sort(key=lambda body: terms.place("types", body["type"]))
    counts = dict(connection.execute("SELECT key, value FROM build").fetchall())
    return {
        "types": [
            {"type": kind, "read": terms.read("types", kind), "bodies": list(found)}
            for kind, found in groupby(bodies, lambda body: body["type"])
        ],
        "regimes": rows(
            connection,
            """
            SELECT r.id, i.name, r.cctld,
                   (SELECT count(*) FROM measure m WHERE m.institution = r.id) AS measures
            FROM regime r JOIN institution i ON i.id = r.id WHERE measures > 0 ORDER BY i.name
            """,
        ),
        "debates": debates(connection),
        "network": network.picture(connection),
        "changed": rows(
            connection,
            """
            SELECT id, section, name, changed_at FROM record
            WHERE changed_at IS NOT NULL AND section IN ('institutions', 'regimes', 'posts')
            ORDER BY changed_at DESC, version DESC, name LIMIT 6
            """,
        ),
        "shares": _shares(connection),
        "counts": {
            **{key.removeprefix("rows_"): value for key, value in counts.items()},
            "bodies": len(bodies),
        },
    }


@lru_cache(KEPT)
def _shares(connection: sqlite3.Connection) -> Row:
    """In per cent: statements that rest on a primary source, on one source only, or are unverified."""
    (found,) = rows(
        connection,
        """
        SELECT round(100.0 * avg(primaries > 0)) AS primaries, round(100.0 * avg(sources = 1)) AS single,
               round(100.0 * avg(standing = 'unverified')) AS unverified
        FROM (SELECT s.standing, count(DISTINCT c.source) AS sources, sum(src.tier = 'primary') AS primaries
              FROM statement s JOIN citation c ON c.statement = s.id JOIN source src ON src.id = c.source
              WHERE s.section <> 'terms' GROUP BY s.id)
        """,
    )
    return {name: None if value is None else int(value) for name, value in found.items()}
