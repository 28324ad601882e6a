"""Statements as people read them: `rule: rough-consensus` is what the file says, not a reader."""

from exporters.reading import Row
from schema import VOCABULARIES
from web.reading import Terms, day

# Facts in the order in which people ask for them. A test holds this against the schema.
GROUPS: dict[str, dict[str, str]] = {
    "What it is": {
        "type": "Governance type",
        "self_described_type": "Calls itself",
        "mandate": "Mandate",
        "function": "Functions",
        "issue_area": "Deals with",
    },
    "Since when": {
        "status": "Status",
        "founded": "Founded",
        "founding_act": "Founding act",
        "founders": "Founders",
        "dissolved": "Ended",
    },
    "Under what law": {
        "legal_form": "Legal form",
        "legal_personality": "Legal person",
        "jurisdiction": "Jurisdiction",
        "registration": "Registration",
        "seat_city": "Seat, city",
        "seat_country": "Seat, country",
    },
    "Names and numbers": {
        "un_status": "In the United Nations",
        "cctld": "Country-code domain",
        "idn_cctlds": "Domains in other scripts",
        "cctld_manager": "Domain managed by",
        "rir": "Regional Internet Registry",
    },
    "What laws it has": {
        "data_protection_authority": "Data protection authority",
        "privacy_law": "Law on personal data",
        "cybercrime_law": "Law on cybercrime",
        "transactions_law": "Law on electronic transactions",
        "consumer_law": "Law on consumers online",
        "indirect_tax_law": "Law on taxes for what is bought online",
    },
    "Who belongs": {
        "members": "Members",
        "member_count": "Number of members",
    },
    "Who pays": {
        "funding": "Funding",
        "budget": "Yearly budget",
        "budget_currency": "Currency of the budget",
        "budget_year": "Year of the budget",
        "staff_count": "Staff",
    },
    "How to take part": {
        "participation": "Taking part",
        "meetings": "Meetings",
        "appeal": "Challenging a decision",
        "languages": "Working languages",
    },
}
LABELS = {name: label for group in GROUPS.values() for name, label in group.items()}

_DATES = {"founded", "dissolved"}
_NUMBERS = {"member_count", "staff_count", "budget"}
_WORDS = {
    "yes": "Yes",
    "no": "No",
    "conditional": "On conditions",
    "via-host": "Through its legal home",
}
# Sections whose field is a term of a list.
_KINDS = {
    "decisions": "decision-areas",
    "relations": "relation-kinds",
    "names": "name-kinds",
    "measures": "measure-kinds",
    "laws": "law-areas",
    "indicators": "indicators",
}


def fact(field: str, value: str, terms: Terms, names: dict[str, str]) -> Row:
    """The value of a fact: its text and, where it is a term or a body, where that is explained."""
    read = terms.read(VOCABULARIES.get(field), value) or {}
    if read.get("absent") or read.get("path"):
        return read
    if field in _DATES:
        return {"text": day(value)}
    if field in _NUMBERS and value.isdigit():
        return {"text": f"{int(value):,}".replace(",", "\N{NO-BREAK SPACE}")}
    body = value.lower() if field == "seat_country" else value if field == "rir" else ""
    if body in names:
        return {"text": names[body], "path": f"/institution/{body}"}
    return {"text": _WORDS.get(value, value)}


def word(value: str | None, terms: Terms) -> Row | None:
    """A yes, no or the like."""
    return terms.read(None, value) if value not in _WORDS else {"text": _WORDS[value or ""]}


def statement(row: Row, terms: Terms, names: dict[str, str]) -> tuple[str, str]:
    """A statement of any section as a label and a text."""
    section, field, value = str(row["section"]), str(row["field"]), str(row["value"])
    if section == "facts":
        return LABELS.get(field, field), str(fact(field, value, terms, names)["text"])
    if section == "terms":
        return f"Meaning of “{field}”", value
    label = str(terms.label(_KINDS[section], field)) if section in _KINDS else field.capitalize()
    label = label[:1].upper() + label[1:]
    if section == "decisions":
        return f"Decides: {label[:1].lower()}{label[1:]}", str(terms.label("decision-rules", value))
    return label, names.get(value, value) if section in ("relations", "affiliations") else value
