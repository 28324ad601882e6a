"""The page of a body or regime: what is held of it, on what grounds, and what was said of it."""

import json
import sqlite3
from collections import Counter
from itertools import groupby

from exporters.reading import Row, row, rows
from schema import ABSENT, lasted
from web import ego, regime
from web.gaps import gaps
from web.notes import notes
from web.reading import Terms, day, names, record
from web.wording import GROUPS, fact, word


def page(connection: sqlite3.Connection, id: str) -> Row | None:
    """Everything on the page, None where there is no such body."""
    body = row(connection, "SELECT * FROM institution WHERE id = ?", id)
    if body is None:
        return None
    terms = Terms.of(connection)
    facts = _facts(connection, id, terms)
    found: Row = {
        "record": record(connection, id),
        "body": body,
        "regime": row(connection, "SELECT * FROM regime WHERE id = ?", id),
        "kind": terms.read("kinds", body["kind"]),
        "type": terms.read("types", body["type"]),
        "status": terms.read("statuses", body["status"]),
        "summary": summary(body, _rules(connection, body), terms, names(connection)),
        "groups": _grouped(facts),
        "mandates": [fact for fact in facts if fact["field"] == "mandate"],
        "rivals": [f for f in facts if f["field"] == "type" and f["standing"] == "disputed"],
        "types_held": [f for f in facts if f["field"] == "type" and f["standing"] == "held"],
        "unverified": json.loads(body["unverified"] or "[]"),
        "decisions": _decisions(connection, id, terms),
        "relations": _relations(connection, id),
        "offices": rows(connection, _OFFICES, id),
        "people": rows(connection, _PEOPLE, id),
        "measures": _measures(connection, _MEASURES, id, terms),
        "powers": _measures(connection, _POWERS, id, terms),
        "laws": regime.laws(connection, id, terms),
        "indicators": regime.indicators(connection, id, terms),
        "events": rows(connection, _EVENTS, id),
        "names": _names(connection, id, terms),
        "identifiers": rows(connection, "SELECT * FROM identifier WHERE institution = ?", id),
        "claims": _claims(connection, _ABOUT, id, terms),
        "debates": rows(connection, _DEBATES, id),
        "mapped": row(connection, "SELECT 1 FROM membership_matrix WHERE body = ? LIMIT 1", id),
        "voiced": _claims(connection, _VOICED, id, terms),
    }
    found["gaps"] = gaps(connection, id, facts, found["decisions"])
    found["ego"] = ego.picture(found["relations"], body["short_name"] or body["name"])
    found["notes"] = notes(connection, _order(found), terms)
    figures = [item for item in found["indicators"] if item["main"]]
    found["series"] = regime.series(figures, found["notes"])
    return found


def _order(found: Row) -> list[str]:
    """The statements of the page, in the order in which it shows them."""
    fields = [field for group in found["groups"] for field in group["fields"]]
    order = [fact["id"] for field in fields for item in field["items"] for fact in item["values"]]
    order += [item["statement"] for item in found["decisions"]]
    order += [item["statement"] for group in found["relations"] for item in group["items"]]
    for section in ("offices", "people", "measures", "powers", "events", "names", "laws"):
        order += [item["statement"] for item in found[section]]
    return order + [item["statement"] for item in found["indicators"]]


# Areas in which a body decides for others, the most telling first. How it fills its own posts or
# changes its own charter stands in the table, not in the summary.
_OUTWARD = ("standards", "policy", "allocation", "outcome", "general", "advice")


def summary(body: Row, rules: list[tuple[str, str]], terms: Terms, bodies: dict[str, str]) -> str:
    """One or two sentences made of the values of the wide table; `rules` are (area, rule),
    `bodies` the names by id, among them those of states.
    """
    unverified = json.loads(body["unverified"] or "[]")

    def marked(text: str, name: str) -> str:
        return f"{text} (unverified)" if name in unverified else text

    kind, form = terms.label("kinds", body["kind"]), terms.label("legal-forms", body["legal_form"])
    first = kind or form or "State or union of states"
    if body["founded"]:
        first += marked(f", founded {day(body['founded'])}", "founded")
    if body["dissolved"]:
        first += marked(f", ended {day(body['dissolved'])}", "dissolved")
    parts = [first]
    # An association in kind and in law is told once.
    if kind and form and form != kind:
        parts.append(marked(_lower(form), "legal_form"))
    country = body["seat_country"]
    country = bodies.get((country or "").lower(), country)
    # A state sits in itself.
    seat = ", ".join(part for part in (body["seat_city"], country) if part and part != body["name"])
    if seat:
        city = "seat_city" if body["seat_city"] else "seat_country"
        parts.append(marked(f"seat in {seat}", city))
    return f"{'; '.join(parts)}. {_decides(rules, terms, body['status'])}".strip()


# How the summary speaks of what is no longer there, or not yet: its verbs for the two sentences.
_VERBS = {
    **dict.fromkeys(("concluded", "dissolved", "superseded"), ("Decided", "Took")),
    **dict.fromkeys(("proposed", "never-created"), ("Was to decide", "Was to take")),
}


def _decides(rules: list[tuple[str, str]], terms: Terms, status: str | None) -> str:
    """How it decides for others, in the most telling area."""
    decides, takes = _VERBS.get(status or "", ("Decides", "Takes"))
    for wanted in _OUTWARD:
        found = [rule for area, rule in rules if area == wanted]
        if "no-decisions" in found:
            return f"{takes} no binding decisions."
        if found:
            how = _and([_lower(str(terms.label("decision-rules", rule))) for rule in found])
            area = "" if wanted == "general" else f" on {wanted}"
            return f"{decides}{area} by {how}."
    return ""


def _rules(connection: sqlite3.Connection, body: Row) -> list[tuple[str, str]]:
    """The rules held for its final decisions, or until it ended, as (area, rule), the most frequent
    first.
    """
    found = rows(
        connection,
        "SELECT area, rule, standing, until FROM decision WHERE institution = ? AND stage = 'final'",
        body["id"],
    )
    counted = Counter(
        (item["area"], item["rule"])
        for item in found
        if item["rule"] not in ABSENT
        and (
            (item["standing"] == "held" and item["until"] is None)
            or (item["standing"] == "superseded" and lasted(item["until"], body["dissolved"]))
        )
    )
    return sorted(counted, key=lambda rule: (-counted[rule], rule))


def _lower(text: str) -> str:
    """Lower the first letter, unless the word is an acronym or name in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _facts(connection: sqlite3.Connection, id: str, terms: Terms) -> list[Row]:
    found = rows(
        connection,
        """
        SELECT * FROM statement WHERE record = ? AND section = 'facts'
        ORDER BY standing = 'superseded', line, id
        """,
        id,
    )
    known = names(connection)
    for item in found:
        item["read"] = fact(item["field"], item["value"], terms, known)
    return found


def _grouped(facts: list[Row]) -> list[Row]:
    groups: list[Row] = []
    for title, fields in GROUPS.items():
        shown: list[Row] = []
        for name, label in fields.items():
            of_field = [fact for fact in facts if fact["field"] == name]
            if of_field:
                shown.append({"name": name, "label": label, "items": _items(of_field)})
        _note_once([item for field in shown for item in field["items"]])
        if shown:
            groups.append({"title": title, "fields": shown})
    return groups


def _items(facts: list[Row]) -> list[Row]:
    """The values of one field, those that stand in one item of the record (one line) together."""
    found = []
    for line, together in groupby(facts, lambda fact: (fact["line"], fact["standing"])):
        values = list(together)
        found.append({"line": line, "values": values, "last": values[-1]})
    return found


def _note_once(items: list[Row]) -> None:
    """A note on an item of several fields stands under the last of them alone."""
    seen = set()
    for item in reversed(items):
        key = (item["line"], item["last"]["note"])
        if key in seen:
            item["last"] = {**item["last"], "note": None}
        seen.add(key)


def _decisions(connection: sqlite3.Connection, id: str, terms: Terms) -> list[Row]:
    found = rows(
        connection,
        """
        SELECT d.*, s.note FROM decision d JOIN statement s ON s.id = d.statement
        WHERE d.institution = ? ORDER BY s.line
        """,
        id,
    )
    for item in found:
        for name in ("area", "stage", "rule"):
            item[f"{name}_read"] = terms.read(f"decision-{name}s", item[name])
        if item["rule"] == "unknown":  # said so often in a table that the long form drowns it
            item["rule_read"] = {**item["rule_read"], "text": "Not known"}
        item["binding_read"] = word(item["binding"], terms)
    found.sort(key=lambda item: (item["standing"] == "superseded", item["until"] is not None))
    return found


def _relations(connection: sqlite3.Connection, id: str) -> list[Row]:
    found = rows(
        connection,
        """
        SELECT l.*, coalesce(i.short_name, i.name) AS short, i.name, s.note
        FROM link l
        JOIN institution i ON i.id = l.target_id
        JOIN statement s ON s.id = l.statement
        WHERE l.source_id = ? ORDER BY l.derived, l.kind, l.label, i.name
        """,
        id,
    )
    by_label = sorted(found, key=lambda item: item["label"])
    groups = {label: list(items) for label, items in groupby(by_label, lambda item: item["label"])}
    first = list(dict.fromkeys(item["label"] for item in found))
    return [{"label": label, "items": groups[label]} for label in first]


def _measures(connection: sqlite3.Connection, sql: str, id: str, terms: Terms) -> list[Row]:
    found = rows(connection, sql, id)
    for item in found:
        item["kind_read"] = terms.read("measure-kinds", item["kind"])
        item["status_read"] = terms.read("measure-statuses", item["status"])
        item["grounds"] = json.loads(item["grounds"] or "[]")
    return found


def _names(connection: sqlite3.Connection, id: str, terms: Terms) -> list[Row]:
    found = rows(connection, _NAMES, id)
    for item in found:
        item["kind_read"] = terms.read("name-kinds", item["kind"])
    return found


def _claims(connection: sqlite3.Connection, sql: str, id: str, terms: Terms) -> list[Row]:
    """Claims in groups of one stance, in the order of the vocabulary."""
    found = rows(connection, sql, id)
    found.sort(key=lambda claim: terms.place("stances", claim["stance"]))
    return [
        {"stance": stance, "read": terms.read("stances", stance), "items": list(items)}
        for stance, items in groupby(found, lambda claim: claim["stance"])
    ]


_OFFICES = """
    SELECT o.*, s.note FROM office o JOIN statement s ON s.id = o.statement
    WHERE o.institution = ? ORDER BY s.line
"""
_PEOPLE = """
    SELECT a.*, p.name, s.note FROM affiliation a
    JOIN person p ON p.id = a.person JOIN statement s ON s.id = a.statement
    WHERE a.institution = ? ORDER BY p.name
"""
_MEASURE = """
    SELECT m.*, state.name AS state, holder.name AS holder_name, src.title AS instrument_title,
           s.note
    FROM measure m
    JOIN statement s ON s.id = m.statement
    JOIN institution state ON state.id = m.institution
    LEFT JOIN institution holder ON holder.id = m.holder
    LEFT JOIN source src ON src.id = m.instrument
"""
_MEASURES = f"{_MEASURE} WHERE m.institution = ? ORDER BY s.line"
_POWERS = f"{_MEASURE} WHERE m.holder = ? ORDER BY state.name, s.line"
_EVENTS = """
    SELECT e.*, s.note FROM event e JOIN statement s ON s.id = e.statement
    WHERE e.institution = ? ORDER BY e.date, s.line
"""
_NAMES = """
    SELECT n.*, s.note FROM name n JOIN statement s ON s.id = n.statement
    WHERE n.institution = ? ORDER BY s.line
"""
_ABOUT = """
    SELECT said.*, c.passage FROM said JOIN claim c ON c.id = said.claim
    WHERE said.about = ? ORDER BY said.sent, said.speaker, said.claim
"""
_DEBATES = """
    SELECT t.term AS id, t.label, count(*) AS claims FROM said
    JOIN term t ON t.id = 'debates_' || said.debate
    WHERE said.about = ? GROUP BY t.id ORDER BY claims DESC, t.rowid
"""
_VOICED = """
    SELECT said.*, c.passage FROM said JOIN claim c ON c.id = said.claim
    WHERE said.body = ? ORDER BY said.sent, said.name, said.claim
"""
