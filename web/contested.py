"""What is contested: where sources say two things, both, with who says each."""

import sqlite3
from itertools import groupby

from exporters.reading import Row, rows
from web.notes import notes
from web.reading import Terms, names
from web.wording import LABELS, fact


def page(connection: sqlite3.Connection) -> Row:
    """Every fact of which a disputed value is recorded, body by body; types first.

    Memberships of states that two lists tell otherwise are counted, and lead to their table.
    """
    terms, known = Terms.of(connection), names(connection)
    found = rows(
        connection,
        """
        SELECT s.*, r.name, r.section AS folder FROM statement s JOIN record r ON r.id = s.record
        WHERE s.section = 'facts' AND s.standing <> 'superseded' AND EXISTS (
          SELECT 1 FROM statement d WHERE d.record = s.record AND d.section = 'facts'
          AND d.field = s.field AND d.standing = 'disputed')
        ORDER BY s.field <> 'type', r.name, s.field, s.standing <> 'held', s.line
        """,
    )
    found_notes = notes(connection, [item["id"] for item in found], terms)
    for item in found:
        item["read"] = fact(item["field"], item["value"], terms, known)
        item["voices"] = found_notes.voices(item["id"])
    groups = [
        {"record": key[0], "name": key[1], "field": key[2], "label": LABELS.get(key[2], key[2]),
         "values": list(items)}
        for key, items in groupby(found, lambda item: (item["record"], item["name"], item["field"]))
    ]  # fmt: skip
    return {
        "types": [group for group in groups if group["field"] == "type"],
        "others": [group for group in groups if group["field"] != "type"],
        "relations": connection.execute(
            "SELECT count(*) FROM relation WHERE standing = 'disputed'"
        ).fetchone()[0],
        "notes": found_notes,
    }
