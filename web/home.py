"""The front page: what is here, by governance type, and where to start."""

import re
import sqlite3
from itertools import groupby

from web.reading import CONTESTED, Row, Terms, rows

# What list software and repliers put before a subject.
_REPLY = re.compile(r"^(((re|fwd?|aw)\s*:|\[[^\]]*\])\s*)+", re.IGNORECASE)


def page(connection: sqlite3.Connection) -> Row:
    """Everything on the page that comes from the database."""
    terms = Terms(connection)
    bodies = rows(
        connection,
        f"""
        SELECT i.id, i.name, i.short_name, i.type, i.status, {CONTESTED} AS contested
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
            FROM regime r JOIN institution i ON i.id = r.id ORDER BY i.name
            """,
        ),
        "threads": _threads(connection),
        "people": rows(connection, "SELECT id, name FROM person ORDER BY name"),
        "counts": {
            **{key.removeprefix("rows_"): value for key, value in counts.items()},
            "bodies": len(bodies),
        },
    }


def _threads(connection: sqlite3.Connection) -> list[Row]:
    """The posts under the subject they share, each below the one that it answers."""
    posts = rows(
        connection,
        """
        SELECT p.id, p.subject, p.sent, p.in_reply_to, who.name AS author, first.gist,
               asked.name AS answers,
               (SELECT count(*) FROM passage WHERE source = p.id) AS passages
        FROM post p
        JOIN person who ON who.id = p.author
        LEFT JOIN post parent ON parent.id = p.in_reply_to
        LEFT JOIN person asked ON asked.id = parent.author
        LEFT JOIN passage first ON first.source = p.id AND first.position = 1
        ORDER BY p.sent, coalesce(p.sent_time, ''), p.id
        """,
    )
    threads: dict[str, list[Row]] = {}
    for post in posts:
        threads.setdefault(_REPLY.sub("", post["subject"]).strip(), []).append(post)
    return [{"subject": subject, "posts": _tree(posts)} for subject, posts in threads.items()]


def _tree(posts: list[Row]) -> list[Row]:
    """Each post after the one that it answers, with its depth; answers oldest first."""
    here = {post["id"] for post in posts}
    answers: dict[str | None, list[Row]] = {}
    for post in posts:
        asked = post["in_reply_to"] if post["in_reply_to"] in here else None
        answers.setdefault(asked, []).append(post)
    found = []
    left = [(post, 0) for post in reversed(answers.get(None, []))]
    while left:
        post, depth = left.pop()
        found.append({**post, "depth": depth})
        left += [(answer, depth + 1) for answer in reversed(answers.get(post["id"], []))]
    return found
