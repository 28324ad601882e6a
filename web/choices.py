"""What may be entered for the parameters of the named questions, offered while typing."""

import sqlite3

_TERMS = "SELECT term, label FROM term WHERE list = ? ORDER BY rowid"
_BODIES = "SELECT id, name FROM institution ORDER BY name"

# Parameter, or question/parameter where questions use a word differently -> vocabulary.
VOCABULARIES = {
    "rule": "decision-rules",
    "stage": "decision-stages",
    "type": "types",
    "status": "statuses",
    "function": "functions",
    "debate": "debates",
    "indicator": "indicators",
    "laws-by-area/area": "law-areas",
    "measures-by-kind-and-state/kind": "measure-kinds",
    "most-used-sources/kind": "source-kinds",
}
# The same -> query of value and label.
QUERIES = {
    "speaker": "SELECT id, name FROM person UNION SELECT i.id, i.name FROM institution i "
    "WHERE i.id IN (SELECT body FROM claim) ORDER BY 2",
    "about": "SELECT id, name FROM institution WHERE id IN (SELECT about FROM claim) ORDER BY name",
    "record": "SELECT id, name FROM record WHERE section IN ('institutions', 'regimes') ORDER BY name",
    "body": _BODIES,
    "who-belongs-to/body": "SELECT DISTINCT body, body_name FROM membership ORDER BY body_name",
    "member": "SELECT DISTINCT member, member_name FROM membership ORDER BY member_name",
    "institution": "SELECT id, name FROM institution WHERE id IN (SELECT institution FROM office) ORDER BY name",
    "one": _BODIES,
    "other": _BODIES,
    "joined": "SELECT DISTINCT body, body_name FROM membership_matrix ORDER BY body_name",
    "country": "SELECT r.id, i.name FROM regime r JOIN institution i ON i.id = r.id ORDER BY i.name",
    "measures-that-ended/country": "SELECT DISTINCT m.institution, i.name FROM measure m "
    "JOIN institution i ON i.id = m.institution WHERE m.until IS NOT NULL ORDER BY i.name",
    "rir": "SELECT DISTINCT r.rir, i.name FROM regime r JOIN institution i ON i.id = r.rir ORDER BY i.name",
    "state": "SELECT DISTINCT m.institution, i.name FROM measure m JOIN institution i "
    "ON i.id = m.institution ORDER BY i.name",
    "who-answers-whom/post": "SELECT DISTINCT p.id, w.name || ', ' || p.sent FROM answer a "
    "JOIN passage ON passage.id IN (a.passage, a.answers) JOIN post p ON p.id = passage.source "
    "JOIN person w ON w.id = p.author ORDER BY p.sent, p.id",
    "post": "SELECT p.id, w.name || ', ' || p.sent FROM post p JOIN person w ON w.id = p.author "
    "ORDER BY p.sent",
    "field": "SELECT DISTINCT field, '' FROM statement WHERE section = 'facts' ORDER BY field",
    "standing": "SELECT DISTINCT standing, '' FROM statement ORDER BY standing",
}


def choices(
    connection: sqlite3.Connection, question: str, parameters: list[str]
) -> dict[str, list[tuple[str, str]]]:
    """For each parameter of a question, the values that give an answer, with their labels."""
    found = {}
    for name in parameters:
        for known in (f"{question}/{name}", name):
            if known in VOCABULARIES:
                found[name] = connection.execute(_TERMS, (VOCABULARIES[known],)).fetchall()
                break
            if known in QUERIES:
                found[name] = connection.execute(QUERIES[known]).fetchall()
                break
    return {name: [(value, label) for value, label in rows] for name, rows in found.items()}
