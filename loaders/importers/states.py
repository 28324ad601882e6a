"""Which state it is and what it has joined: codes, domain, registry, memberships, treaties."""

import re

from loaders.importers.merge import Found, Imported, New, Row, Values, standing_of

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


def countries(row: Row) -> Found:
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
        seat: Values = {"seat_city": row["capital"], "seat_country": code}
        yield Imported(id, "facts", seat, cite, day, yields=True)
    owner = _TERRITORY.fullmatch(row["is_independent"])
    if owner:
        yield Imported(id, "facts", {"un_status": "territory"}, cite, day)
        state = (owner.group(1) or owner.group(2)).lower()
        yield Imported(id, "relations", {"kind": "territory-of", "target": state}, cite, day)
    formal = row["un_formal_en"].rstrip(" *")
    for name, sort, language in ((formal, "official", "en"), (row["name_fr"], "alias", "fr")):
        if name and name != row["name_en"]:
            values: Values = {"name": name, "kind": sort, "language": language}
            yield Imported(id, "names", values, cite, day)


def cctld(row: Row) -> Found:
    """The country-code top-level domain and who manages it, and domains in other scripts."""
    if row["delegated"] != "1" or row["iso_official"] != "1":
        return
    id, domain = row["iso2"].lower(), row["tld"].removeprefix(".")
    if row["is_idn"] == "1":
        cite = f"{row['source']} {row['tld_ascii'].removeprefix('.')}"
        yield Imported(id, "facts", {"idn_cctlds": [domain]}, cite, row["as_of"])
        return
    if row["iso2"] == "GB" and domain == "gb":
        return  # the older of two domains; .uk is the one in use
    values: Values = {"cctld": domain, "cctld_manager": row["manager"]}
    yield Imported(id, "facts", values, f"{row['source']} {domain}", row["as_of"])


def rir(row: Row) -> Found:
    """Which Regional Internet Registry serves the code."""
    registry = row["rir"].lower().replace(" ", "-")
    cite = f"{row['source']} {row['iso2']}"
    yield Imported(row["iso2"].lower(), "facts", {"rir": registry}, cite, row["as_of"])


# What the table calls a body -> its record. CTO is left out: in the source that is the Caribbean
# Tourism Organization.
BODIES = {
    "UN": "un", "ITU": "itu", "WIPO": "wipo", "UNESCO": "unesco", "OECD": "oecd", "COE": "coe",
    "OSCE": "osce", "SCO": "sco", "EU": "eu", "AFUNION": "african-union", "APEC": "apec",
    "APT": "apt", "ASEAN": "asean", "ATU-UAT": "atu", "BRICS": "brics", "CARICOM": "caricom",
    "CCASG": "gcc", "CEPT": "cept", "CIS": "cis", "COMMONWEALTH": "commonwealth", "CPTPP": "cptpp",
    "CSTO": "csto", "DN": "digital-nations", "EAC": "eac", "EAEU": "eaeu",
    "ECOWAS": "ecowas", "EEA": "eea", "EFTA": "efta", "FVEY": "five-eyes", "G-20": "g20",
    "G-77": "g77", "G7": "g7", "INTERPOL": "interpol", "LAS": "arab-league",
    "MERCOSUR": "mercosur", "NATO": "nato", "NINEEYES": "nine-eyes", "OAS": "oas", "OIC": "oic",
    "OPENGOV": "ogp", "PIF": "pacific-islands-forum", "QSD": "quad", "RCEP": "rcep",
    "SADC": "sadc", "SSEUR": "fourteen-eyes", "USMCA": "usmca", "WASSENAAR": "wassenaar",
    "WTO": "wto", "ISO": "iso", "UPU": "upu", "ITSO": "itso",
}  # fmt: skip


def memberships(row: Row) -> Found:
    """Membership in a body; of the United Nations also as a fact.

    A row that a curator added or changed from memory (`curation_note`) is not what its source says.
    """
    body = BODIES.get(row["org_id"])
    if body is None or row["status"] != "member" or row["curation_note"] or row["iso2"] == "EU":
        return
    id, standing = row["iso2"].lower(), _CROSSCHECKED.get(row["crosscheck"], "unverified")
    cite = f"{row['source']} {row['iso2']} {row['org_id']}"
    values: Values = {"kind": "member-of", "target": body}
    yield Imported(id, "relations", values, cite, row["as_of"], standing_of(standing))
    if body == "un" and standing == "held":
        yield Imported(id, "facts", {"un_status": "member"}, cite, row["as_of"])


_CROSSCHECKED = {"agrees": "held", "differs": "disputed"}  # with a second list; else not checked


# What the table calls a treaty, declaration or group -> its record.
_TREATIES = {
    "budapest-convention": "budapest-convention",
    "budapest-second-protocol-cets224": "budapest-second-protocol",
    "christchurch-call": "christchurch-call",
    "convention-108": "convention-108",
    "convention-108-plus-cets223": "convention-108-plus",
    "declaration-future-internet": "declaration-future-internet",
    "freedom-online-coalition": "freedom-online-coalition",
    "gac": "gac",
    "malabo-convention": "malabo-convention",
    "paris-call": "paris-call",
    "un-convention-against-cybercrime": "un-cybercrime-convention",
    "un-gge-2019-2021": "un-gge-ict",
}
_HOW = {
    "party": "party-to",
    "ratified": "party-to",
    "signatory": "signatory-of",
    "endorsed": "signatory-of",
    "supporter": "signatory-of",
    "member": "member-of",
}


def treaties(row: Row) -> Found:
    """What a state signed, ratified or joined, with the dates that the source gives.

    Held where the source is primary, unverified where it is not or where the state is said to have
    left since, disputed where sources contradict one another. Invitations and refusals are left out.
    """
    target = _TREATIES.get(row["instrument"])
    how = _HOW.get(row["status"].split()[0]) if row["status"] else None
    conflict = row["confidence"] != "source_text"
    if target is None or (how is None and not conflict):
        return
    left = " until " in row["status"]
    standing = "held" if row["tier"] == "primary" and not left else "unverified"
    values: Values = {"kind": how or "party-to", "target": target}
    for name, cell in (("signed", "date_signed"), ("ratified", "date_ratified")):
        if row[cell]:
            values[name] = row[cell]
    since = row["entry_into_force"] or row["date_joined"]
    beside = {"since": since} if since else {}
    beside |= standing_of("disputed" if conflict else standing)
    cite = f"{row['source']} {row['iso2']}"
    yield Imported(row["iso2"].lower(), "relations", values, cite, row["as_of"], beside)
