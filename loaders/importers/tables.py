"""The tables that can be imported, and which statements a row of each gives.

Each importer names the columns it needs and a function from a row to records and statements. Every
row says where it is from (`source_url`), and its statements are cited to the source with that address,
or to the one of kind `dataset` below whose address it lies. Cells are text: NA is Namibia.
"""

import csv
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from loaders.importers import figures, states
from loaders.importers.merge import Found, Row
from loaders.problem import Problem, shown
from loaders.read import read


@dataclass(frozen=True)
class Importer:
    """Which columns a table must have, and what its rows state."""

    columns: tuple[str, ...]
    statements: Callable[[Row], Found]


IMPORTERS = {
    "countries": Importer(
        (
            "iso2",
            "iso3",
            "name_en",
            "un_formal_en",
            "name_fr",
            "is_independent",
            "capital",
            "wikidata",
        ),
        states.countries,
    ),
    "cctld": Importer(("iso2", "tld", "tld_ascii", "is_idn", "delegated", "manager", "iso_official"), states.cctld),
    "rir": Importer(("iso2", "rir"), states.rir),
    "memberships": Importer(
        ("iso2", "org_id", "status", "crosscheck", "curation_note"), states.memberships
    ),
    "treaties": Importer(
        (
            "iso2", "instrument", "status", "date_signed", "date_ratified", "date_joined",
            "entry_into_force", "confidence",
        ),
        states.treaties,
    ),
    "law-states": Importer(("iso2", "area", "status"), figures.law_states),
    "laws": Importer(("iso2", "area", "law_title", "law_url"), figures.laws),
    "authorities": Importer(("iso2", "authority", "scope"), figures.authorities),
    "freedom": Importer(("iso2", "edition", "score", "corroborated"), figures.freedom),
    "freedom-parts": Importer(("iso2", *figures.PARTS, *figures.QUESTIONS), figures.freedom_parts),
    "shutdowns": Importer(("iso2", "year", "shutdowns_started"), figures.shutdowns),
    "pulse": Importer(("iso2", "shutdown_events", "total_days"), figures.pulse),
    "prefixes": Importer(("iso2", "ipv4_prefixes", "ipv6_prefixes"), figures.prefixes),
    "infrastructure": Importer(("iso2", "indicator", "value"), figures.infrastructure),
    "cybersecurity": Importer(("iso2", "edition", "score"), figures.cybersecurity),
}  # fmt: skip
_PROVENANCE = ("source_url", "as_of")


@dataclass(frozen=True)
class Known:
    """A source that rows may be from."""

    id: str
    tier: str
    dataset: bool  # what lies below its address is from it too


def addresses(kb: Path) -> dict[str, Known]:
    """The address of every source, and of the copy that was read -> the source."""
    found = {}
    for path in sorted((kb / "sources").glob("*.yml")):
        value = read(path).value
        if isinstance(value, dict):
            known = Known(path.stem, str(value.get("tier")), value.get("kind") == "dataset")
            for name in ("read_at", "url"):
                if value.get(name):
                    found[str(value[name]).rstrip("/")] = known
    return found


def _source(address: str, known: dict[str, Known]) -> Known | None:
    """The source with this address, or the dataset with the longest one below which it lies."""
    address = address.rstrip("/")
    found = known.get(address)
    while not found and "/" in address:
        address = address.rpartition("/")[0]
        found = known.get(address)
        found = found if found and found.dataset else None
    return found


def rows(
    path: Path, importer: Importer, known: dict[str, Known]
) -> tuple[list[Row], list[Problem]]:
    """The rows of the table, each with its `line` and its `source` out of `known`, empty where none has
    its address; and everything that is wrong.
    """
    found: list[Row] = []
    problems: list[Problem] = []

    def wrong(line: int, place: str, what: str, got: str, want: str) -> None:
        problems.append(Problem(str(path), line, 1, place, what, got, want))

    columns = (*importer.columns, *_PROVENANCE)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                want = f"wanted the columns {', '.join(columns)}"
                wrong(1, "header", f"lacks {', '.join(missing)}", "", want)
                return [], problems
            for cells in reader:
                row = {
                    name: unicodedata.normalize("NFC", cells[name] or "").strip()
                    for name in columns
                }
                source = _source(row["source_url"], known)
                row |= {"source": source.id, "tier": source.tier} if source else _UNKNOWN
                row["line"] = str(reader.line_num)
                for name, (pattern, what, want) in _CELLS.items():
                    if name in row and not re.fullmatch(pattern, row[name]):
                        wrong(reader.line_num, name, what, shown(row[name]), want)
                found.append(row)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        wrong(0, "", f"cannot be read ({error})", "", "wanted CSV in UTF-8")
    return found, problems


_UNKNOWN = {"source": "", "tier": ""}
_DATE = r"\d{4}(-\d\d){0,2}"
_A_DATE = ("not a date", "wanted YYYY, YYYY-MM or YYYY-MM-DD")
_A_YEAR = (r"(GCI )?\d{4}", "not a year", "wanted YYYY")
_A_NUMBER = (r"-?\d+(\.\d+)?", "not a number", "wanted digits, with a point if need be")
# Cell -> what it must look like, what is wrong otherwise, what is wanted.
_CELLS = {
    "iso2": (r"[A-Z]{2}", "no country code", "wanted two capital letters of ISO 3166-1"),
    "as_of": (_DATE, *_A_DATE),
    **dict.fromkeys(("date_signed", "date_ratified", "date_joined", "entry_into_force"), (f"({_DATE})?", *_A_DATE)),
    **dict.fromkeys(("edition", "year"), _A_YEAR),
    **dict.fromkeys(("score", "shutdowns_started", "shutdown_events", "total_days", "ipv4_prefixes", "ipv6_prefixes", "value", *figures.PARTS, *figures.QUESTIONS), _A_NUMBER),
}  # fmt: skip
