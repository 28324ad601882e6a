"""The pages of sources: a post passage by passage, any other document as a catalogue entry."""

import sqlite3
from itertools import groupby

from exporters.quotation import quotation
from exporters.reading import Row, row, rows
from web.notes import READ
from web.reading import CONTESTED, Terms, names, record
from web.wording import statement


def post(connection: sqlite3.Connection, id: str) -> Row | None:
    """Everything on the page of a post, None where there is no such post."""
    found = row(
        connection,
        """
        SELECT post.*, s.url, s.read_at, s.archived_url, s.read, s.accessed, s.note, s.title,
               s.tier, person.name AS author_name, parent.subject AS parent_subject,
               parent.sent AS parent_sent, who.name AS parent_author,
               page.sent AS page_sent, quoter.name AS page_author
        FROM post
        JOIN source s ON s.id = post.id
        JOIN person ON person.id = post.author
        LEFT JOIN post parent ON parent.id = post.in_reply_to
        LEFT JOIN person who ON who.id = parent.author
        LEFT JOIN post page ON page.id = post.page
        LEFT JOIN person quoter ON quoter.id = page.author
        WHERE post.id = ?
        """,
        id,
    )
    if found is None:
        return None
    terms = Terms.of(connection)
    return {
        **_shared(connection, found, terms),
        "post": found,
        "list": terms.read("lists", found["list"]),
        "debate": terms.read("debates", found["debate"]),
        "bodies": _bodies(connection, id, terms),
        "replies": rows(
            connection,
            """
            SELECT post.id, post.subject, post.sent, person.name AS author
            FROM post JOIN person ON person.id = post.author
            WHERE post.in_reply_to = ? ORDER BY post.sent, post.id
            """,
            id,
        ),
    }


def source(connection: sqlite3.Connection, id: str) -> Row | None:
    """Everything on the page of a source, None where there is no such source."""
    found = row(connection, "SELECT * FROM source WHERE id = ?", id)
    if found is None:
        return None
    terms = Terms.of(connection)
    return {
        **_shared(connection, found, terms),
        "source": found,
        "kind": terms.read("source-kinds", found["kind"]),
        "measures": rows(
            connection,
            """
            SELECT m.statement, m.institution, m.name, i.name AS state
            FROM measure m JOIN institution i ON i.id = m.institution
            WHERE m.instrument = ? ORDER BY i.name, m.name
            """,
            id,
        ),
    }


def _shared(connection: sqlite3.Connection, found: Row, terms: Terms) -> Row:
    """What the pages of posts and of other sources have in common."""
    return {
        "record": record(connection, found["id"]),
        "read": READ[found["read"]],
        "passages": _passages(connection, found["id"], terms),
        "rests": _resting(connection, found["id"], terms),
    }


def _bodies(connection: sqlite3.Connection, id: str, terms: Terms) -> list[Row]:
    """The bodies that a post makes claims about, with their types."""
    found = rows(
        connection,
        f"""
        SELECT i.id, i.name, i.type, {CONTESTED} AS contested, count(*) AS claims
        FROM claim c JOIN passage p ON p.id = c.passage JOIN institution i ON i.id = c.about
        WHERE p.source = ? GROUP BY i.id ORDER BY i.name
        """,  # noqa: S608  # our own columns
        id,
    )
    for body in found:
        body["type_label"] = terms.label("types", body["type"])
    return found


def _passages(connection: sqlite3.Connection, id: str, terms: Terms) -> list[Row]:
    """The passages of a source in order, each with its claims, answers, what rests on it, and a frame
    for quoting it.
    """
    found = rows(
        connection,
        """
        SELECT p.*, coalesce(person.name, body.name) AS speaker, origin.title AS quoted_title,
               origin.kind AS quoted_kind
        FROM passage p
        LEFT JOIN person ON person.id = p.person
        LEFT JOIN institution body ON body.id = p.body
        LEFT JOIN source origin ON origin.id = p.quoted_from
        WHERE p.source = ? ORDER BY p.position
        """,
        id,
    )
    claims = _by_passage(rows(connection, _CLAIMS, id))
    answers = _by_passage(rows(connection, _ANSWERS, id))
    answered = _by_passage(rows(connection, _ANSWERED, id))
    on_it = _by_passage(rows(connection, _RESTING, id))
    known = names(connection)
    for passage in found:
        key = passage["id"]
        passage["claims"] = claims.get(key, [])
        passage["frame"] = quotation(connection, key)
        passage["answers"] = answers.get(key, [])
        passage["answered_by"] = answered.get(key, [])
        passage["rests"] = [
            {"label": same[0], "text": same[1], "items": list(items)}
            for same, items in groupby(
                on_it.get(key, []), lambda item: statement(item, terms, known)
            )
        ]
        for claim in passage["claims"]:
            claim["read"] = terms.read("stances", claim["stance"])
    return found


def _resting(connection: sqlite3.Connection, id: str, terms: Terms) -> list[Row]:
    """What rests on a source, record by record."""
    found = rows(
        connection,
        """
        SELECT s.id, s.record, r.name, s.section, s.field, s.value, s.standing,
               group_concat(c.locator, '; ') AS locator
        FROM citation c JOIN statement s ON s.id = c.statement JOIN record r ON r.id = s.record
        WHERE c.source = ? GROUP BY s.id ORDER BY r.name, s.record, s.line, s.id
        """,
        id,
    )
    known = names(connection)
    for item in found:
        item["label"], item["text"] = statement(item, terms, known)
    return [
        {"id": key[0], "name": key[1], "items": list(items)}
        for key, items in groupby(found, lambda item: (item["record"], item["name"]))
    ]


def _by_passage(found: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for item in found:
        groups.setdefault(item["passage"], []).append(item)
    return groups


_CLAIMS = """
    SELECT c.passage, c.id, c.about, i.name, c.stance, c.gist
    FROM claim c JOIN passage p ON p.id = c.passage JOIN institution i ON i.id = c.about
    WHERE p.source = ? ORDER BY c.rowid
"""
_OTHER = "coalesce(person.name, body.name) AS speaker, s.issued AS sent"
_ANSWERS = f"""
    SELECT a.passage, q.id, q.source, q.gist, {_OTHER}
    FROM answer a
    JOIN passage p ON p.id = a.passage
    JOIN passage q ON q.id = a.answers
    JOIN source s ON s.id = q.source
    LEFT JOIN person ON person.id = q.person
    LEFT JOIN institution body ON body.id = q.body
    WHERE p.source = ? ORDER BY s.issued, q.position
"""  # noqa: S608  # our own columns
_ANSWERED = f"""
    SELECT a.answers AS passage, p.id, p.source, p.gist, {_OTHER}
    FROM answer a
    JOIN passage p ON p.id = a.passage
    JOIN passage q ON q.id = a.answers
    JOIN source s ON s.id = p.source
    LEFT JOIN person ON person.id = p.person
    LEFT JOIN institution body ON body.id = p.body
    WHERE q.source = ? ORDER BY s.issued, p.position
"""  # noqa: S608  # our own columns
_RESTING = """
    SELECT c.passage, s.id, r.name, s.section, s.field, s.value
    FROM citation c JOIN statement s ON s.id = c.statement JOIN record r ON r.id = s.record
    WHERE c.source = ? AND c.passage IS NOT NULL
    ORDER BY s.section, s.field, s.value, r.name, s.line
"""
