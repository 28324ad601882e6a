"""The page of a debate: its posts below what they answer, who stands where, and on which bodies."""

import re
import sqlite3
from itertools import groupby

from exporters.reading import Row, row, rows
from web.reading import Terms

# What list software and repliers put before a subject.
_REPLY = re.compile(r"^(((re|fwd?|aw)\s*:|\[[^\]]*\])\s*)+", re.IGNORECASE)

_POSTS = """
    SELECT p.id, p.subject, p.sent, p.in_reply_to, who.name AS author, first.gist,
           asked.name AS answers,
           (SELECT count(*) FROM passage WHERE source = p.id) AS passages
    FROM post p
    JOIN person who ON who.id = p.author
    LEFT JOIN post parent ON parent.id = p.in_reply_to
    LEFT JOIN person asked ON asked.id = parent.author
    LEFT JOIN passage first ON first.source = p.id AND first.position = 1
    WHERE p.debate = ?
    ORDER BY p.sent, coalesce(p.sent_time, ''), p.id
"""


# The list from which most posts come: what is read is no even sample of the field.
_SLANT = """
    SELECT t.label AS list, count(*) AS posts, (SELECT count(*) FROM post) AS all_posts
    FROM post p JOIN term t ON t.id = 'lists_' || p.list
    GROUP BY p.list ORDER BY posts DESC, p.list LIMIT 1
"""


def debates(connection: sqlite3.Connection) -> list[Row]:
    """The debates that have posts, in the order of the vocabulary, with how much was said in each."""
    return rows(
        connection,
        """
        SELECT t.term AS id, t.label, t.meaning, count(DISTINCT p.id) AS posts,
               min(p.sent) AS first_sent, max(p.sent) AS last_sent
        FROM term t JOIN post p ON p.debate = t.term
        WHERE t.list = 'debates' GROUP BY t.id ORDER BY t.rowid
        """,
    )


def page(connection: sqlite3.Connection, id: str) -> Row | None:
    """Everything on the page, None where there is no such debate."""
    debate = row(connection, "SELECT * FROM term WHERE list = 'debates' AND term = ?", id)
    if debate is None:
        return None
    terms = Terms.of(connection)
    claims = rows(
        connection,
        """
        SELECT said.*, c.passage FROM said JOIN claim c ON c.id = said.claim
        WHERE said.debate = ? ORDER BY said.name, said.sent, said.source, said.claim
        """,
        id,
    )
    for claim in claims:
        claim["read"] = terms.read("stances", claim["stance"])
        claim["group"] = terms.label("stakeholder-groups", claim["stakeholder_group"])
    return {
        "debate": debate,
        "threads": threads(rows(connection, _POSTS, id)),
        "claims": claims,
        "sides": _sides(claims, terms),
        "slant": row(connection, _SLANT),
        "bodies": [
            {"id": key[0], "name": key[1], "items": list(items)}
            for key, items in groupby(claims, lambda claim: (claim["about"], claim["name"]))
        ],
        "others": [other for other in debates(connection) if other["id"] != id],
    }


def _sides(claims: list[Row], terms: Terms) -> Row:
    """A count of claims by part of the field and stance, with the stances that occur."""
    stances = sorted({c["stance"] for c in claims}, key=lambda s: terms.place("stances", s))
    groups = sorted(
        {c["stakeholder_group"] for c in claims},
        key=lambda g: terms.place("stakeholder-groups", g),
    )
    return {
        "stances": [terms.read("stances", stance) for stance in stances],
        "rows": [
            {
                "group": terms.read("stakeholder-groups", group) or {"text": "Not known"},
                "speakers": len(
                    {c["person"] or c["body"] for c in claims if c["stakeholder_group"] == group}
                ),
                "counts": [
                    sum(c["stakeholder_group"] == group and c["stance"] == stance for c in claims)
                    for stance in stances
                ],
            }
            for group in groups
        ],
    }


def threads(posts: list[Row]) -> list[Row]:
    """The posts under the subject they share, each below the one that it answers."""
    found: dict[str, list[Row]] = {}
    for post in posts:
        found.setdefault(_REPLY.sub("", post["subject"]).strip(), []).append(post)
    return [{"subject": subject, "posts": _tree(posts)} for subject, posts in found.items()]


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
