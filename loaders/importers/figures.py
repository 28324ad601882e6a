"""By what states are compared: their laws as a catalogue has them, authorities, and figures."""

import html
import re

from loaders.importers.merge import Found, Imported, Row, Values, standing_of

# What the Global Cyberlaw Tracker calls an area -> fact about its state, and term of law-areas.
_AREAS = {
    "Electronic Transactions": ("transactions_law", "electronic-transactions"),
    "Consumer Protection": ("consumer_law", "consumer-protection"),
    "Privacy and Data Protection": ("privacy_law", "privacy"),
    "Cybercrime": ("cybercrime_law", "cybercrime"),
    "Indirect Taxation": ("indirect_tax_law", "indirect-taxation"),
}
_LAW_STATES = {"Legislation": "law", "Draft Legislation": "draft", "No Legislation": "none"}
_LAW_FACTS = frozenset(fact for fact, _ in _AREAS.values())


def law_states(row: Row) -> Found:
    """Whether the state has a law in an area; where there is no data nothing is stated."""
    state = _LAW_STATES.get(row["status"])
    if state is None or row["area"] not in _AREAS:
        return
    values: Values = {_AREAS[row["area"]][0]: state}
    cite = f"{row['source']} {row['iso2']}"
    yield Imported(row["iso2"].lower(), "facts", values, cite, row["as_of"], together=_LAW_FACTS)


def laws(row: Row) -> Found:
    """A law by name. Titles grow stale: what calls itself a bill or draft is not held."""
    if row["area"] not in _AREAS:
        return
    name = " ".join(html.unescape(row["law_title"]).split())
    values: Values = {"area": _AREAS[row["area"]][1], "name": name}
    if re.fullmatch(r"https?://[^\s<>\"]+", row["law_url"]):
        values["url"] = row["law_url"]
    stale = re.search(r"\b(bill|draft)\b", name, re.IGNORECASE)
    beside = standing_of("unverified" if stale else "held")
    cite = f"{row['source']} {row['iso2']}, {row['area']}"
    yield Imported(row["iso2"].lower(), "laws", values, cite, row["as_of"], beside)


def authorities(row: Row) -> Found:
    """The national supervisory authority for data protection; others are left out."""
    if row["scope"] == "national":
        values: Values = {"data_protection_authority": row["authority"]}
        cite = f"{row['source']} {row['iso2']}"
        yield Imported(row["iso2"].lower(), "facts", values, cite, row["as_of"])


def _figure(row: Row, indicator: str, year: str, value: str, standing: str = "held") -> Imported:
    number = float(value)
    figure = int(number) if number.is_integer() else number
    values: Values = {"indicator": indicator, "year": year, "value": figure}
    cite, beside = f"{row['source']} {row['iso2']}", standing_of(standing)
    return Imported(row["iso2"].lower(), "indicators", values, cite, row["as_of"], beside)


def freedom(row: Row) -> Found:
    """Freedom on the Net, one row an edition; held where the publisher or a second copy says so."""
    sure = row["corroborated"] == "1" or row["tier"] == "primary"
    standing = "held" if sure else "unverified"
    yield _figure(row, "freedom-on-the-net", row["edition"], row["score"], standing)


QUESTIONS = [
    f"{part}{n}" for part, last in (("A", 5), ("B", 8), ("C", 8)) for n in range(1, last + 1)
]
PARTS = {"A": "fotn-access", "B": "fotn-content", "C": "fotn-rights"}


def freedom_parts(row: Row) -> Found:
    """The parts and single answers of the edition of 2024."""
    for cell, indicator in (*PARTS.items(), *((q, f"fotn-{q.lower()}") for q in QUESTIONS)):
        yield _figure(row, indicator, "2024", row[cell])


def shutdowns(row: Row) -> Found:
    """Shutdowns begun in a year, from a single copy."""
    yield _figure(row, "shutdowns-started", row["year"], row["shutdowns_started"], "unverified")


def pulse(row: Row) -> Found:
    """Shutdowns and their days, counted up to the day of the row; from a single copy."""
    day = row["as_of"]
    yield _figure(row, "pulse-shutdowns", day, row["shutdown_events"], "unverified")
    yield _figure(row, "pulse-shutdown-days", day, row["total_days"], "unverified")


def prefixes(row: Row) -> Found:
    """Prefixes that the registries delegated, on the day of the row."""
    for version in ("ipv4", "ipv6"):
        yield _figure(row, f"{version}-prefixes", row["as_of"], row[f"{version}_prefixes"])


_COUNTS = {
    "ixp_count": "exchange-points",
    "datacentre_facility_count": "data-centres",
    "ipv6_adoption_pct": "ipv6-use",
}


def infrastructure(row: Row) -> Found:
    """Exchange points, data centres, use of IPv6 on the day of the row; from a single copy."""
    if row["indicator"] in _COUNTS and row["iso2"] != "XK":  # which the source does not have
        yield _figure(row, _COUNTS[row["indicator"]], row["as_of"], row["value"], "unverified")


def cybersecurity(row: Row) -> Found:
    """Global Cybersecurity Index; the editions are inferred from when the figures change."""
    year = row["edition"].removeprefix("GCI ")
    yield _figure(row, "cybersecurity-index", year, row["score"], "unverified")
