"""What is there of every record and what is not: the work list of curators, from the database."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterable

from tabulate import tabulate

from exporters.csl import Unknown
from exporters.reading import Row, rows
from schema.coverage import ENOUGH, PARTS, columns

_COLUMNS = {
    "record": "record",
    "parts": "parts",
    "statements": "statements",
    "percent_primary": "primary",
    "percent_single_source": "one source",
    "percent_unverified": "unverified",
    "percent_excerpt_only": "in part only",
    "oldest_access": "oldest reading",
}


def work_list(
    connection: sqlite3.Connection, records: Iterable[str] = (), without: str | None = None
) -> list[Row]:
    """Rows of the view `coverage`, those with the fewest parts first.

    Of `records` alone where some are given, and of those alone that lack the part `without`.
    Raises Unknown for an id that is no body or regime.
    """
    found = rows(connection, "SELECT * FROM coverage ORDER BY parts, statements, record")
    wanted = list(records)
    known = {row["record"] for row in found}
    for id in wanted:
        if id not in known:
            raise Unknown(id)
    return [
        row
        for row in found
        if (not wanted or row["record"] in wanted) and (without is None or not row[without])
    ]


def missing(row: Row) -> list[str]:
    """The labels of the parts that have no answer."""
    return [asked.label for part, asked in PARTS.items() if not row[part]]


def overall(found: list[Row]) -> Row:
    """The sums over these rows; percentages are of all their statements or citations."""
    statements = sum(row["statements"] for row in found)
    citations = sum(row["citations"] for row in found)

    def share(column: str, whole: str, of: int) -> float | None:
        """The percentage over all: each row's own, weighted by what it is a percentage of."""
        if not of:
            return None
        total: float = sum((row[column] or 0) * row[whole] for row in found)
        return round(total / of, 1)

    return {
        "records": len(found),
        "enough": sum(row["parts"] >= ENOUGH for row in found),
        "statements": statements,
        "citations": citations,
        "percent_primary": share("percent_primary", "citations", citations),
        "percent_single_source": share("percent_single_source", "statements", statements),
        "percent_unverified": share("percent_unverified", "statements", statements),
        "percent_excerpt_only": share("percent_excerpt_only", "statements", statements),
        "oldest_access": min(
            (r["oldest_access"] for r in found if r["oldest_access"]), default=None
        ),
        "filled": {part: sum(row[part] > 0 for row in found) for part in PARTS},
    }


def as_text(found: list[Row]) -> str:
    """A table for a terminal: a line a record with what is missing, then how it stands overall."""
    lines = [
        [*(row[column] for column in _COLUMNS), ", ".join(missing(row)) or "nothing"]
        for row in found
    ]
    headers = [*_COLUMNS.values(), "missing"]
    widths = [None] * len(_COLUMNS) + [40]
    table = tabulate(lines, headers, floatfmt=".0f", missingval="-", maxcolwidths=widths)
    whole = overall(found)
    parts = [
        [asked.label, count, asked.asks]
        for (part, count), asked in zip(whole["filled"].items(), PARTS.values(), strict=True)
    ]
    few = tabulate(parts, ["part", "records", "what it asks"])
    return f"{table}\n\n{few}\n\n{summary(whole)}\n"


def summary(whole: Row) -> str:
    """The whole in two lines."""
    if not whole["statements"]:
        return f"{whole['records']} records, which state nothing."
    return (
        f"{whole['records']} record{'' if whole['records'] == 1 else 's'}, {whole['enough']} with at least {ENOUGH} of the "
        f"{len(PARTS)} parts; {whole['statements']} statements, {whole['citations']} citations.\n"
        f"Of the citations {whole['percent_primary']:.0f} % are to primary sources. Of the "
        f"statements {whole['percent_single_source']:.0f} % rest on one source, "
        f"{whole['percent_unverified']:.0f} % are unverified, and of "
        f"{whole['percent_excerpt_only']:.0f} % no source was read whole; the oldest reading is "
        f"of {whole['oldest_access']}."
    )


def as_csv(found: list[Row]) -> str:
    """The rows as CSV with a header, RFC 4180 but for its line ends."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns()), lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return out.getvalue()


def as_json(found: list[Row]) -> str:
    """The rows and the whole as JSON."""
    return (
        json.dumps({"records": found, "overall": overall(found)}, ensure_ascii=False, indent=1)
        + "\n"
    )


FORMATS = {"text": as_text, "csv": as_csv, "json": as_json}
