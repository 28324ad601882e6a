"""The twelve things to ask of every body, and which statements answer each.

A curator's work list: a part is filled where at least one cited statement answers it; a looked-for
absence (`unknown`, `no-written-rule`, `not-applicable`) answers too.
"""

from typing import NamedTuple


class Part(NamedTuple):
    """One thing to ask of a body: facts, lists and kinds of relation that answer it.

    Besides these, any relation answers `relations`, an identifier `names` and a claim `claims`.
    """

    label: str
    asks: str
    facts: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()  # of these kinds, written from the body
    related: tuple[str, ...] = ()  # of these kinds, in which the body is the target


PARTS = {
    "type": Part(
        "Type", "Of which governance type it is, and who calls it so.",
        facts=("type", "self_described_type"),
    ),
    "founding": Part(
        "Founding", "When, by what act and by whom it came to be, and what came before it.",
        facts=("founded", "founding_act", "founders", "dissolved"),
        relations=("succeeds", "created-by", "proposed-by"),
    ),
    "law": Part(
        "Law and seat", "What it is in law, where it is registered, and where it sits.",
        facts=("legal_form", "legal_personality", "jurisdiction", "registration", "seat_city",
               "seat_country"),
        relations=("legal-home", "hosted-by", "owned-by"),
    ),
    "mandate": Part(
        "Mandate", "What it is for, what it does, and what it deals with.",
        facts=("mandate", "function", "issue_area"),
    ),
    "decisions": Part(
        "Decisions", "Who decides what in it, and by which rule.",
        sections=("decisions",),
    ),
    "members": Part(
        "Members", "Who belongs to it, who holds its offices, and to what it belongs.",
        facts=("members", "member_count"), sections=("offices",),
        relations=("member-of", "observer-of", "party-to", "signatory-of"),
        related=("member-of", "observer-of", "party-to", "signatory-of"),
    ),
    "money": Part(
        "Money", "Where its money comes from, and how much it is.",
        facts=("funding", "budget", "budget_currency", "budget_year"),
        related=("funds",),
    ),
    "relations": Part(
        "Relations", "How it stands to other bodies.",
        sections=("relations",),
    ),
    "participation": Part(
        "Taking part", "How a person takes part, when it meets, and where to appeal.",
        facts=("participation", "meetings", "appeal"),
    ),
    "events": Part(
        "Events", "The dated turning points of its life.",
        sections=("events",),
    ),
    "names": Part(
        "Names", "Its other names, and its number in other catalogues.",
        sections=("names",),
    ),
    "claims": Part(
        "What was said", "What speakers said about it.",
    ),
}  # fmt: skip

# Facts that answer none of the twelve.
BESIDE = (
    "status", "staff_count", "languages", "un_status", "cctld", "cctld_manager", "rir",
    "idn_cctlds",     "data_protection_authority", "transactions_law", "consumer_law", "privacy_law",
    "cybercrime_law", "indirect_tax_law",
)  # fmt: skip

ENOUGH = 9  # parts of a body in depth


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _case(column: str, answers: dict[str, tuple[str, ...]]) -> str:
    """The part for each word in a column: one scan of the table instead of one a part."""
    arms = " ".join(
        f"WHEN {column} IN ({_quoted(words)}) THEN '{part}'"
        for part, words in answers.items()
        if words
    )
    return f"CASE {arms} END"


def filled() -> str:
    """A query: a row of record and part for every answer; part is NULL for what answers none."""
    facts = _case("field", {part: asked.facts for part, asked in PARTS.items()})
    lists = _case("section", {part: asked.sections for part, asked in PARTS.items()})
    own = _case("kind", {part: asked.relations for part, asked in PARTS.items()})
    other = _case("kind", {part: asked.related for part, asked in PARTS.items()})
    return f"""
      SELECT record, CASE section WHEN 'facts' THEN {facts} ELSE {lists} END AS part FROM statement
      UNION ALL SELECT institution, {own} FROM relation
      UNION ALL SELECT target, {other} FROM relation
      UNION ALL SELECT target, 'relations' FROM relation
      UNION ALL SELECT institution, 'names' FROM identifier
      UNION ALL SELECT about, 'claims' FROM claim
    """


def sql() -> str:
    """The view `coverage`: one row a body or regime, and a column a part with the answers it has."""
    counts = ",\n".join(f"sum(part = '{part}') AS {part}" for part in PARTS)
    columns = ",\n".join(f"coalesce(f.{part}, 0) AS {part}" for part in PARTS)
    parts = " + ".join(f"(coalesce(f.{part}, 0) > 0)" for part in PARTS)
    return f"""
    WITH answers(record, part) AS ({filled()}),
    filled AS (SELECT record, {counts} FROM answers GROUP BY record),
    stated AS (
      SELECT s.record, s.id, s.standing, count(DISTINCT c.source) AS sources,
             max(src.read = 'full-text') AS in_full, count(*) AS citations,
             sum(src.tier = 'primary') AS to_primary, min(src.accessed) AS oldest
      FROM statement s
      JOIN citation c ON c.statement = s.id
      JOIN source src ON src.id = c.source
      GROUP BY s.id
    ),
    shares AS (
      SELECT record, count(*) AS statements, sum(citations) AS citations,
             round(100.0 * sum(to_primary) / sum(citations), 1) AS percent_primary,
             round(100.0 * sum(sources = 1) / count(*), 1) AS percent_single_source,
             round(100.0 * sum(standing = 'unverified') / count(*), 1) AS percent_unverified,
             round(100.0 * sum(in_full = 0) / count(*), 1) AS percent_excerpt_only,
             min(oldest) AS oldest_access
      FROM stated GROUP BY record
    )
    SELECT r.id AS record, r.name, r.section, i.status,
           {parts} AS parts,
           {columns},
           coalesce(t.statements, 0) AS statements, coalesce(t.citations, 0) AS citations,
           t.percent_primary, t.percent_single_source, t.percent_unverified,
           t.percent_excerpt_only, t.oldest_access
    FROM record r
    JOIN institution i ON i.id = r.id
    LEFT JOIN filled f ON f.record = r.id
    LEFT JOIN shares t ON t.record = r.id
    """


def columns() -> dict[str, str]:
    """What each column of the view means."""
    return {
        "record": "The record.",
        "name": "What it is called.",
        "section": "institutions or regimes.",
        "status": "Where it stands in its life.",
        "parts": f"How many of the {len(PARTS)} things to ask have an answer; a body in depth has "
        f"at least {ENOUGH}.",
        **{part: f"Answers to: {asked.asks}" for part, asked in PARTS.items()},
        "statements": "How many statements it has.",
        "citations": "How many citations these have.",
        "percent_primary": "Percentage of the citations that are to primary sources.",
        "percent_single_source": "Percentage of the statements that rest on one source only.",
        "percent_unverified": "Percentage of the statements that are marked unverified.",
        "percent_excerpt_only": "Percentage of the statements none of whose sources was read whole.",
        "oldest_access": "The oldest day on which one of its sources was read.",
    }
