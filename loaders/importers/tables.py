"""The tables that can be imported, and which statements a row of each gives.

Each importer names the columns it needs and a function from a row to records and statements. Every
row says where it is from (`source_url`), and its statements are cited to the source of kind `dataset`
with that address, or with one that it lies below. Cells are text: NA is Namibia.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from loaders.importers.merge import Imported, New
from loaders.problem import Problem, shown
from loaders.read import read

Row = dict[str, str]  # a row of the table; `source` is the id of its source
Found = Iterator[New | Imported]


@dataclass(frozen=True)
class Importer:
    """Which columns a table must have, and what its rows state."""

    columns: tuple[str, ...]
    statements: Callable[[Row], Found]


_TERRITORY = re.compile(
    r"(?:Part|Territory|Territories|Crown dependency|Commonwealth) of ([A-Z]{2})|Associated with ([A-Z]{2})"
)
_OPEN = {
    "PS": "An observer in the United Nations; its status as a state is disputed.",
    "EH": "Its status is disputed.",
    "TW": "Its status as a state is disputed.",
    "XK": "Its status as a state is disputed.",
    "AQ": "Under a treaty among states, and of no state.",
}


def _countries(row: Row) -> Found:
    """A state or territory: names, codes, capital, and the state it belongs to."""
    code, id = row["iso2"], row["iso2"].lower()
    identity = {
        "name": row["name_en"],
        "iso2": code,
        "iso3": row["iso3"],
        "wikidata": row["wikidata"],
    }
    yield New(id, "regimes", {name: value for name, value in identity.items() if value})
    cite, day = f"{row['source']} {code}", row["as_of"]
    note = {"note": _OPEN[code]} if code in _OPEN else {}
    kind = {"International": "not-applicable", "In contention": "unknown"}.get(
        row["is_independent"]
    )
    yield Imported(id, "facts", {"type": kind or "state"}, cite, day, note, yields=True)
    yield Imported(id, "facts", {"status": "active"}, cite, day, yields=True)
    if row["capital"]:
        seat: dict[str, str | list[str]] = {"seat_city": row["capital"], "seat_country": code}
        yield Imported(id, "facts", seat, cite, day, yields=True)
    owner = _TERRITORY.fullmatch(row["is_independent"])
    if owner:
        yield Imported(id, "facts", {"un_status": "territory"}, cite, day)
        state = (owner.group(1) or owner.group(2)).lower()
        yield Imported(id, "relations", {"kind": "territory-of", "target": state}, cite, day)
    formal = row["un_formal_en"].rstrip(" *")
    for name, sort, language in ((formal, "official", "en"), (row["name_fr"], "alias", "fr")):
        if name and name != row["name_en"]:
            values: dict[str, str | list[str]] = {"name": name, "kind": sort, "language": language}
            yield Imported(id, "names", values, cite, day)


def _cctld(row: Row) -> Found:
    """The country-code top-level domain and who manages it; domains in other scripts are left out."""
    if row["delegated"] != "1" or row["iso_official"] != "1" or row["is_idn"] == "1":
        return
    id, domain = row["iso2"].lower(), row["tld"].removeprefix(".")
    if row["iso2"] == "GB" and domain == "gb":
        return  # the older of two domains; .uk is the one in use
    values: dict[str, str | list[str]] = {"cctld": domain, "cctld_manager": row["manager"]}
    yield Imported(id, "facts", values, f"{row['source']} {domain}", row["as_of"])


def _rir(row: Row) -> Found:
    """Which Regional Internet Registry serves the code."""
    registry = row["rir"].lower().replace(" ", "-")
    cite = f"{row['source']} {row['iso2']}"
    yield Imported(row["iso2"].lower(), "facts", {"rir": registry}, cite, row["as_of"])


# Bodies of the table that have a record here.
BODIES = {
    "UN": "un", "ITU": "itu", "WIPO": "wipo", "UNESCO": "unesco", "OECD": "oecd", "COE": "coe",
    "OSCE": "osce", "SCO": "sco", "EU": "eu",
}  # fmt: skip


def _memberships(row: Row) -> Found:
    """Membership in a body that has a record; of the United Nations also as a fact.

    A row that a curator added or changed from memory (`curation_note`) is not what its source says.
    """
    body = BODIES.get(row["org_id"])
    if body is None or row["status"] != "member" or row["curation_note"] or row["iso2"] == "EU":
        return
    id, standing = row["iso2"].lower(), _CROSSCHECKED.get(row["crosscheck"], "unverified")
    beside = {} if standing == "held" else {"standing": standing}
    cite = f"{row['source']} {row['iso2']} {row['org_id']}"
    values: dict[str, str | list[str]] = {"kind": "member-of", "target": body}
    yield Imported(id, "relations", values, cite, row["as_of"], beside)
    if body == "un" and standing == "held":
        yield Imported(id, "facts", {"un_status": "member"}, cite, row["as_of"])


_CROSSCHECKED = {"agrees": "held", "differs": "disputed"}  # with a second list; else not checked

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
        _countries,
    ),
    "cctld": Importer(("iso2", "tld", "is_idn", "delegated", "manager", "iso_official"), _cctld),
    "rir": Importer(("iso2", "rir"), _rir),
    "memberships": Importer(
        ("iso2", "org_id", "status", "crosscheck", "curation_note"), _memberships
    ),
}
_PROVENANCE = ("source_url", "as_of")


def addresses(kb: Path) -> dict[str, str]:
    """The address of every dataset among the sources, and of the copy that was read -> its id."""
    found = {}
    for path in sorted((kb / "sources").glob("*.yml")):
        value = read(path).value
        if isinstance(value, dict) and value.get("kind") == "dataset":
            for name in ("read_at", "url"):
                if value.get(name):
                    found[str(value[name]).rstrip("/")] = path.stem
    return found


def _source(address: str, known: dict[str, str]) -> str | None:
    """The dataset with this address, or with the longest one below which it lies."""
    address = address.rstrip("/")
    while address not in known and "/" in address:
        address = address.rpartition("/")[0]
    return known.get(address)


def rows(path: Path, importer: Importer, known: dict[str, str]) -> tuple[list[Row], list[Problem]]:
    """The rows of the table, each with its `source` out of `known`, and everything that is wrong."""
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
                row = {name: (cells[name] or "").strip() for name in columns}
                row["source"] = _source(row["source_url"], known) or ""
                for name, pattern, what, want in _CELLS:
                    if not re.fullmatch(pattern, row[name]):
                        got = shown(row["source_url" if name == "source" else name])
                        wrong(reader.line_num, name, what, got, want)
                found.append(row)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        wrong(0, "", f"cannot be read ({error})", "", "wanted CSV in UTF-8")
    return found, problems


# Cell, what it must look like, what is wrong otherwise, what is wanted.
_CELLS = (
    ("iso2", r"[A-Z]{2}", "no country code", "wanted two capital letters of ISO 3166-1"),
    ("as_of", r"\d{4}(-\d\d){0,2}", "not a date", "wanted YYYY, YYYY-MM or YYYY-MM-DD"),
    (
        "source",
        r".+",
        "no dataset with this address",
        "write one with `igkb new source` and read it",
    ),
)
