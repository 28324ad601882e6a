"""Checking again: statements drawn at random, shown one at a time, verdicts kept in a CSV file."""

import csv
import hashlib
import math
import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from exporters.reading import Row, rows

VERDICTS = {
    "right": "a re-opened source says so at the place cited",
    "wrong": "a re-opened source says otherwise",
    "uncarried": "the source could be opened and does not say it",
    "unopened": "no source of it could be opened again",
}
COLUMNS = (
    "statement", "said", "sources", "verdict", "checked_against", "checked", "seed", "remark",
)  # fmt: skip

# The lists that are tables of their own: what they add to a statement's value.
_TABLES = (
    "decision", "relation", "office", "event", "name", "measure", "law", "indicator", "affiliation",
)  # fmt: skip
_DATES = ("since", "until", "as_of")
_HIDDEN = {"statement", "institution", "person", "standing", *_DATES}


class Drawn(NamedTuple):
    """A statement with all that is needed to check it."""

    statement: Row
    details: dict[str, str]
    citations: list[Row]


def draw(
    connection: sqlite3.Connection,
    sample: int,
    seed: int,
    section: str | None = None,
    by_hand: bool = False,
) -> list[str]:
    """The ids of `sample` statements about bodies, regimes and people, the same for the same seed.

    Each id has its place in the draw by a hash of its own: a statement that is added or mended
    meanwhile moves no other, and a smaller sample is the beginning of a larger one. Meanings of
    terms are left out: they are definitions. With `section`, a folder of kb/, those of its records
    alone; with `by_hand` none that rest on tables alone (sources of kind dataset), which are
    imported and checked against the table. Fewer where there are not so many.
    """
    ids = connection.execute(
        """
        SELECT s.id FROM statement s JOIN record r ON r.id = s.record
        WHERE s.section <> 'terms' AND r.section = coalesce(:section, r.section)
          AND (NOT :by_hand OR EXISTS (
            SELECT 1 FROM citation c JOIN source src ON src.id = c.source
            WHERE c.statement = s.id AND src.kind <> 'dataset'))
        """,
        {"section": section, "by_hand": by_hand},
    ).fetchall()

    def place(id: str) -> bytes:
        return hashlib.sha256(f"{seed} {id}".encode()).digest()

    return sorted((id for (id,) in ids), key=place)[:sample]


def drawn(connection: sqlite3.Connection, id: str) -> Drawn:
    """One statement with its details and citations."""
    (statement,) = rows(
        connection,
        "SELECT s.*, r.name, r.path FROM statement s JOIN record r ON r.id = s.record "
        "WHERE s.id = ?",
        id,
    )
    details: dict[str, str] = {}
    for table in _TABLES:
        for row in rows(connection, f"SELECT * FROM {table} WHERE statement = ?", id):  # noqa: S608
            details = {k: str(v) for k, v in row.items() if v is not None and k not in _HIDDEN}
    citations = rows(
        connection,
        """
        SELECT c.locator, c.quote, coalesce(c.url, src.url) AS url, src.read_at, src.id AS source,
               src.title, src.issued, src.tier, src.read, src.accessed, p.start, p."end"
        FROM citation c JOIN source src ON src.id = c.source
        LEFT JOIN passage p ON p.id = c.passage
        WHERE c.statement = ? ORDER BY c.position
        """,
        id,
    )
    return Drawn(statement, details, citations)


def screen(found: Drawn, number: int, of: int) -> str:
    """What a person needs to check one statement, to be read beside the opened source."""
    s = found.statement
    lines = [
        f"Statement {number} of {of}: {s['id']}",
        f"{s['name']} ({s['path']}:{s['line']})",
        "",
        f"  {s['section']}, {s['field']}: {s['value']}",
    ]
    lines += [
        f"    {name.replace('_', ' ')}: {value}"
        for name, value in found.details.items()
        if value != s["value"]
    ]
    held = ", ".join([s["standing"], *(f"{word} {s[word]}" for word in _DATES if s[word])])
    lines.append(f"    standing: {held}")
    if s["note"]:
        lines.append(f"    note: {s['note']}")
    for position, c in enumerate(found.citations, 1):
        issued = f", {c['issued']}" if c["issued"] else ""
        lines += [
            "",
            f"  [{position}] {c['title']}{issued}",
            f"      {c['source']}, {c['tier']}, read {c['read']} on {c['accessed']}",
        ]
        if c["locator"]:
            lines.append(f"      place: {c['locator']}")
        if c["quote"]:
            lines.append(f"      words: {c['quote']}")
        if c["start"]:
            lines.append(f"      from “{c['start']}” to “{c['end']}”")
        lines += [f"      {url}" for url in dict.fromkeys((c["url"], c["read_at"])) if url]
    return "\n".join(lines)


def said(found: Drawn) -> str:
    """The statement in one line, as it stood when it was checked."""
    s = found.statement
    details = "; ".join(
        f"{name} {value}" for name, value in found.details.items() if value != s["value"]
    )
    dates = "; ".join(f"{word} {s[word]}" for word in _DATES if s[word])
    return "; ".join(part for part in (f"{s['field']}: {s['value']}", details, dates) if part)


def sources(found: Drawn) -> str:
    """Its citations in one line."""
    return "; ".join(
        f"{c['source']} {c['locator']}" if c["locator"] else c["source"] for c in found.citations
    )


def results(path: Path) -> list[dict[str, str]]:
    """The verdicts kept in a file so far; none where it is not there.

    Raises ValueError with the line where the file is not of this form, OSError where it cannot be
    read. A byte order mark and the line ends of spreadsheets are read.
    """
    if not path.exists() or not path.stat().st_size:
        return []
    found = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        try:
            columns = tuple(reader.fieldnames or ())
            if columns != COLUMNS:
                got = ", ".join(columns)
                raise ValueError(f"{path}:1: wanted the columns {', '.join(COLUMNS)} (got {got})")
            for row in reader:
                where = f"{path}:{reader.line_num}"
                if None in row or None in row.values():
                    raise ValueError(f"{where}: wanted {len(COLUMNS)} cells, as in the header")
                if row["verdict"] not in VERDICTS:
                    raise ValueError(
                        f"{where}: no verdict '{row['verdict']}'; wanted {', '.join(VERDICTS)}"
                    )
                found.append(row)
        except (csv.Error, UnicodeDecodeError) as error:
            raise ValueError(f"{path}:{reader.line_num + 1}: not CSV in UTF-8 ({error})") from None
    return found


def keep(path: Path, row: dict[str, str]) -> None:
    """Add one verdict to the file, which `begin` has made."""
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, COLUMNS, lineterminator="\n").writerow(row)


def begin(path: Path) -> None:
    """Make the file with its header where it is not there, and see to it that its last line ends.

    Raises OSError where it cannot be written: before the first question, not after it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        file.seek(0)
        text = file.read()
        if not text:
            file.write(",".join(COLUMNS).encode() + b"\n")
        elif not text.endswith(b"\n"):
            file.write(b"\n")


def rate(verdicts: Iterable[str]) -> str:
    """The share that failed of those that could be checked, with the 95 % Wilson score interval.

    Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212: sound for small shares and samples.
    """
    counts = Counter(verdicts)
    failed = counts["wrong"] + counts["uncarried"]
    checked = failed + counts["right"]
    told = f"{checked} checked, {counts['wrong']} wrong, {counts['uncarried']} not carried by the source"
    if counts["unopened"]:
        told += f"; {counts['unopened']} more could not be opened again"
    if not checked:
        return told
    z, share = 1.96, failed / checked
    middle = share + z * z / (2 * checked)
    spread = z * math.sqrt(share * (1 - share) / checked + z * z / (4 * checked * checked))
    low, high = ((middle + sign * spread) / (1 + z * z / checked) for sign in (-1, 1))
    return (
        f"{told}: {100 * share:.1f} % (95 % interval {100 * max(low, 0):.1f} to {100 * high:.1f} %)"
    )
