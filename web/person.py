"""The page of a person: where they belong, what they wrote, what they said about whom."""

import sqlite3
from itertools import groupby

from exporters.reading import Row, row, rows
from web.notes import notes
from web.reading import Terms, record


def page(connection: sqlite3.Connection, id: str) -> Row | None:
    """Everything on the page, None where there is no such person."""
    person = row(connection, "SELECT * FROM person WHERE id = ?", id)
    if person is None:
        return None
    terms = Terms.of(connection)
    affiliations = rows(
        connection,
        """
        SELECT a.*, i.name, s.note FROM affiliation a
        LEFT JOIN institution i ON i.id = a.institution
        JOIN statement s ON s.id = a.statement
        WHERE a.person = ? ORDER BY s.line
        """,
        id,
    )
    for item in affiliations:
        item["group"] = terms.read("stakeholder-groups", item["stakeholder_group"])
    claims = rows(
        connection,
        """
        SELECT said.*, c.passage FROM said JOIN claim c ON c.id = said.claim
        WHERE said.person = ? ORDER BY said.name, said.sent, said.claim
        """,
        id,
    )
    for claim in claims:
        claim["read"] = terms.read("stances", claim["stance"])
    return {
        "record": record(connection, id),
        "person": person,
        "affiliations": affiliations,
        "notes": notes(connection, [item["statement"] for item in affiliations], terms),
        "posts": rows(
            connection,
            """
            SELECT id, subject, sent, list,
                   (SELECT count(*) FROM passage WHERE source = post.id) AS passages
            FROM post WHERE author = ? ORDER BY sent, id
            """,
            id,
        ),
        "bodies": [
            {"id": key[0], "name": key[1], "items": list(items)}
            for key, items in groupby(claims, lambda claim: (claim["about"], claim["name"]))
        ],
    }
