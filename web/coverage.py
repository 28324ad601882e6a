"""The page on what is there and what is missing: the curators' work list, for readers an honest one."""

import sqlite3

from exporters.coverage import missing, overall, work_list
from exporters.reading import Row
from schema.coverage import ENOUGH, PARTS
from web.reading import Terms


def page(connection: sqlite3.Connection) -> Row:
    """Everything on the page: the whole, its parts, and each body and regime, emptiest first."""
    found = work_list(connection)
    terms = Terms.of(connection)
    for row in found:
        row["missing"] = missing(row)
        row["status_label"] = terms.label("statuses", row["status"])
    bodies = [row for row in found if row["section"] == "institutions"]
    return {
        "bodies": bodies,
        "regimes": [row for row in found if row["section"] == "regimes"],
        "parts": PARTS,
        "enough": ENOUGH,
        "whole": overall(bodies),
    }
