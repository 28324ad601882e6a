"""The tables that can be imported, and which statements a row of each gives.

Each importer names the columns it needs, the source its statements are cited to (a record that is
there), and a function from a row to records and statements. Cells are text: NA is Namibia.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from loaders.importers.merge import Imported, New
from loaders.problem import Problem, shown

Row = dict[str, str]
Found = Iterator[New | Imported]


@dataclass(frozen=True)
class Importer:
    """What is imported, from which columns, cited to which source."""

    about: str
    source: str
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
    source, code, id = "country-codes", row["iso2"], row["iso2"].lower()
    yield New(
        id, "regimes",
        {"name": row["name_en"], "iso2": code, **({"iso3": row["iso3"]} if row["iso3"] else {}),
         **({"wikidata": row["wikidata"]} if row["wikidata"] else {})},
    )  # fmt: skip
    cite, day = f"{source} {code}", row["as_of"]
    owner = _TERRITORY.search(" ".join(row.values()))
    note = {"note": _OPEN[code]} if code in _OPEN else {}
    kind = {"International": "not-applicable", "In contention": "unknown"}.get(
        row["is_independent"]
    )
    kind = "state" if code == "PS" else kind or "state"
    yield Imported(id, "facts", {"type": kind}, cite, day, note, yields=True)
    yield Imported(id, "facts", {"status": "active"}, cite, day, yields=True)
    standing = (
        "member"
        if row["un_member"] == "1"
        else "observer"
        if row["un_observer"] == "1"
        else "neither"
    )
    yield Imported(id, "facts", {"un_status": "territory" if owner else standing}, cite, day)
    if row["capital"]:
        seat: dict[str, str | list[str]] = {"seat_city": row["capital"], "seat_country": code}
        yield Imported(id, "facts", seat, cite, day, yields=True)
    if owner:
        state = (owner.group(1) or owner.group(2)).lower()
        yield Imported(id, "relations", {"kind": "territory-of", "target": state}, cite, day)
    formal = row["un_formal_en"].rstrip(" *")
    for name, kind, language in ((formal, "official", "en"), (row["name_fr"], "alias", "fr")):
        if name and name != row["name_en"]:
            yield Imported(
                id, "names", {"name": name, "kind": kind, "language": language}, cite, day
            )


def _cctld(row: Row) -> Found:
    if row["delegated"] != "1" or row["iso_official"] != "1" or row["is_idn"] == "1":
        return
    id, domain = row["iso2"].lower(), row["tld"].removeprefix(".")
    if row["iso2"] == "GB" and domain == "gb":
        return  # the older of two domains; .uk is the one in use
    values: dict[str, str | list[str]] = {"cctld": domain, "cctld_manager": row["manager"]}
    yield Imported(id, "facts", values, f"iana-root-db {domain}", row["as_of"])


def _rir(row: Row) -> Found:
    registries = {"RIPE": "ripe-ncc", "RIPE NCC": "ripe-ncc"}
    registry = registries.get(row["rir"], row["rir"].lower())
    cite = f"ripe-ncc-country-codes {row['iso2']}"
    yield Imported(row["iso2"].lower(), "facts", {"rir": registry}, cite, row["as_of"])


# Bodies of the table that have a record here.
BODIES = {
    "UN": "un", "ITU": "itu", "WIPO": "wipo", "UNESCO": "unesco", "OECD": "oecd", "COE": "coe",
    "OSCE": "osce", "SCO": "sco", "EU": "eu",
}  # fmt: skip


def _memberships(row: Row) -> Found:
    body = BODIES.get(row["org_id"])
    if body is None or row["status"] != "member" or row["iso2"] == "EU":
        return
    standing = {"agrees": "held", "differs": "disputed"}.get(row["crosscheck"], "unverified")
    beside = {} if standing == "held" else {"standing": standing}
    cite = f"internacia-intblocks {row['iso2']} {row['org_id']}"
    values: dict[str, str | list[str]] = {"kind": "member-of", "target": body}
    yield Imported(row["iso2"].lower(), "relations", values, cite, row["as_of"], beside)


IMPORTERS = {
    "countries": Importer(
        "States and territories: names, codes, capital, standing in the United Nations.",
        "country-codes",
        ("iso2", "iso3", "name_en", "un_formal_en", "name_fr", "is_independent", "un_member",
         "un_observer", "capital", "wikidata", "as_of"),
        _countries,
    ),
    "cctld": Importer(
        "Country-code top-level domains and their managers, from the root zone database of IANA.",
        "iana-root-db",
        ("iso2", "tld", "is_idn", "delegated", "manager", "iso_official", "as_of"),
        _cctld,
    ),
    "rir": Importer(
        "Which Regional Internet Registry serves which country code.",
        "ripe-ncc-country-codes",
        ("iso2", "rir", "as_of"),
        _rir,
    ),
    "memberships": Importer(
        "Membership of states in bodies that have a record.",
        "internacia-intblocks",
        ("iso2", "org_id", "status", "crosscheck", "as_of"),
        _memberships,
    ),
}  # fmt: skip


def rows(path: Path, importer: Importer) -> tuple[list[Row], list[Problem]]:
    """The rows of the table, and everything that is wrong with it: columns, codes, dates."""
    problems: list[Problem] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in importer.columns if name not in (reader.fieldnames or ())]
            if missing:
                want = f"wanted the columns {', '.join(importer.columns)}"
                said = f"lacks {', '.join(missing)}"
                return [], [Problem(str(path), 1, 1, "header", said, "", want)]
            found = []
            for row in reader:
                where = reader.line_num
                if not re.fullmatch(r"[A-Z]{2}", row["iso2"] or ""):
                    want = "wanted two capital letters of ISO 3166-1"
                    problems.append(
                        Problem(
                            str(path), where, 1, "iso2", "no country code", shown(row["iso2"]), want
                        )
                    )
                elif not re.fullmatch(r"\d{4}(-\d\d){0,2}", row["as_of"] or ""):
                    want = "wanted YYYY, YYYY-MM or YYYY-MM-DD"
                    problems.append(
                        Problem(
                            str(path), where, 1, "as_of", "not a date", shown(row["as_of"]), want
                        )
                    )
                else:
                    found.append(
                        {name: (value or "").strip() for name, value in row.items() if name}
                    )
            return found, problems
    except (OSError, UnicodeDecodeError) as error:
        return [], [
            Problem(str(path), 1, 1, "file", f"cannot be read ({error})", "", "wanted CSV in UTF-8")
        ]
