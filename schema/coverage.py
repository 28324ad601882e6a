"""The twelve things to ask of every body, and which statements answer each.

A curator's work list: a part is filled where at least one cited statement answers it; a looked-for
absence (`unknown`, `no-written-rule`, `not-applicable`) answers too.
"""

from typing import NamedTuple


class Part(NamedTuple):
    """One thing to ask of a body: facts, lists and kinds of relation that answer it."""

    label: str
    asks: str
    facts: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()  # these kinds, read from either side


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
    ),
    "money": Part(
        "Money", "Where its money comes from, and how much it is.",
        facts=("funding", "budget", "budget_currency", "budget_year"),
        relations=("funds",),
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
BESIDE = ("status", "staff_count", "languages", "un_status", "cctld", "cctld_manager", "rir")

ENOUGH = 9  # parts of a body in depth


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _answers(part: str, asked: Part) -> list[str]:
    """The selects that give a row of record and part for every statement that answers."""
    found = []
    if asked.facts:
        found.append(
            f"SELECT record, '{part}' FROM statement "
            f"WHERE section = 'facts' AND field IN ({_quoted(asked.facts)})"
        )
    if asked.sections:
        found.append(
            f"SELECT record, '{part}' FROM statement WHERE section IN ({_quoted(asked.sections)})"
        )
    if asked.relations:
        kinds = _quoted(asked.relations)
        found.append(f"SELECT institution, '{part}' FROM relation WHERE kind IN ({kinds})")
        found.append(f"SELECT target, '{part}' FROM relation WHERE kind IN ({kinds})")
    return found


def _filled() -> str:
    selects = [select for part, asked in PARTS.items() for select in _answers(part, asked)]
    selects += [
        "SELECT target, 'relations' FROM relation",
        "SELECT institution, 'names' FROM identifier",
        "SELECT about, 'claims' FROM claim",
    ]
    return "\nUNION ALL ".join(selects)


def sql() -> str:
    """The view `coverage`: one row a body or regime, and a column a part with the answers it has."""
    counts = ",\n".join(f"sum(part = '{part}') AS {part}" for part in PARTS)
    columns = ",\n".join(f"coalesce(f.{part}, 0) AS {part}" for part in PARTS)
    parts = " + ".join(f"(coalesce(f.{part}, 0) > 0)" for part in PARTS)
    return f"""
    WITH answers(record, part) AS ({_filled()}),
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
