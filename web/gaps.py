"""What we do not know of a body: what nobody has looked for yet, and what was looked for in vain."""

import sqlite3

from exporters.reading import Row, rows
from schema.coverage import PARTS, filled
from web.wording import LABELS

_FILLED = f"SELECT DISTINCT part FROM ({filled()}) WHERE record = ?"  # noqa: S608  # made of our own words


def gaps(connection: sqlite3.Connection, id: str, facts: list[Row], decisions: list[Row]) -> Row:
    """Parts without any answer; fields and decisions whose answer is that it is not known."""
    answered = {row["part"] for row in rows(connection, _FILLED, id)}
    unknown = [
        fact for fact in facts if fact["value"] == "unknown" and fact["standing"] != "superseded"
    ]
    rules = [
        item for item in decisions if item["rule"] == "unknown" and item["standing"] != "superseded"
    ]
    return {
        "parts": [part for name, part in PARTS.items() if name not in answered],
        "facts": [{"id": fact["id"], "text": LABELS[fact["field"]]} for fact in unknown],
        "rules": [
            {"id": item["statement"],
             "text": f"{item['area_read']['text']}, {item['stage_read']['text'].lower()}"}
            for item in rules
        ],
    }  # fmt: skip
