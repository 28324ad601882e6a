"""What stands within a record as CSL-JSON items: a statement, a passage, a claim.

A statement is cited as the place in the version of the record in which it stands. What a speaker said
is cited by the speaker's own post first, and our record of it second.
"""

import json
import sqlite3

from exporters.csl import PAGES, Item, date_parts, item, one_line, page_item
from exporters.reading import Row, row
from exporters.versions import statements
from schema import VOCABULARIES

# Sections whose field is a term, and those whose value is one.
_FIELD_TERMS = {
    "decisions": "decision-areas", "relations": "relation-kinds", "names": "name-kinds",
    "measures": "measure-kinds", "laws": "law-areas", "indicators": "indicators",
}  # fmt: skip
_VALUE_TERMS = {"decisions": "decision-rules"}


def items(connection: sqlite3.Connection, id: str, site: str) -> list[Item]:
    """What is cited for an id of any kind: one item, or two for what a speaker said.

    `<id>/v/<n>` is a version of a record, or a statement as it stood in that version. Raises Unknown.
    """
    of, _, number = id.partition("/v/")
    version = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else None
    if "_" not in of:  # a record: what stands within one has its id before a low line
        return [item(connection, of, site, version)]
    stated = _then(connection, of, version) if version else row(connection, _STATEMENT, of)
    if stated is not None:
        return [_statement(connection, stated, site)]
    said = row(connection, _SAID, of, of)
    if said is not None:
        return [item(connection, said["source"], site), _said(said, site)]
    return [item(connection, of, site, version)]


def resting_on(connection: sqlite3.Connection, id: str) -> list[str]:
    """What a record or statement rests on, in the order in which it cites it; a version, or a statement
    in one, on what that version cited. A source that is no record any more is the last version of it.
    """
    of, _, version = id.partition("/v/")
    if version:  # as it cited them then
        record = of.partition("_")[0]
        kept = row(connection, _VERSION, record, version)
        said = statements(record, json.loads(kept["content"])) if kept else []
        cited = (cite for each in said if of in (record, each.id) for cite in each.cites)
        sources = dict.fromkeys(cite.partition(" ")[0] for cite in cited)
        return [now for source in sources if (now := _now(connection, source))]
    found = connection.execute(
        "SELECT c.source FROM citation c JOIN statement s ON s.id = c.statement "
        "WHERE s.id = :id OR s.record = :id ORDER BY s.line, s.id, c.position",
        {"id": of},
    ).fetchall()
    return list(dict.fromkeys(source for (source,) in found))


def _now(connection: sqlite3.Connection, source: str) -> str | None:
    """Under which id a source is found today that a version of a record cited."""
    found = row(
        connection,
        """
        SELECT coalesce(
            (SELECT id FROM source WHERE id = ?1),
            (SELECT new FROM former_id WHERE old = ?1),
            (SELECT record || '/v/' || max(version) FROM record_version WHERE record = ?1)) AS id
        """,
        source,
    )
    return found["id"] if found else None


def _then(connection: sqlite3.Connection, id: str, version: int) -> Row | None:
    """A statement as it stood in a version of its record, None where none with this id did."""
    record = id.partition("_")[0]
    kept = row(connection, _VERSION, record, str(version))
    if kept is None or id == record:
        return None
    value = json.loads(kept["content"])
    said = next((said for said in statements(record, value) if said.id == id), None)
    if said is None:
        return None
    return {
        "id": id, "record": record, "version": version, "changed_at": kept["committed"][:10],
        "folder": kept["section"], "name": value.get("name"), "short_name": value.get("short_name"),
        "section": said.section, "field": said.field, "value": said.value,
    }  # fmt: skip


def _statement(connection: sqlite3.Connection, s: Row, site: str) -> Item:
    at = f"{site}/{PAGES[s['folder']]}/{s['record']}" + (
        f"/v/{s['version']}" if s["version"] else ""
    )
    made = page_item(
        s["id"], f"{s['short_name'] or s['name']}: {_text(connection, s)}", f"{at}#{s['id']}"
    )
    if s["version"]:
        made |= {"version": str(s["version"]), "issued": date_parts(s["changed_at"])}
    return made


def _text(connection: sqlite3.Connection, s: Row) -> str:
    """A statement in words: what it is about, and its value."""
    section, field, value = s["section"], s["field"], s["value"]
    about = _label(connection, _FIELD_TERMS.get(section), field)
    if section == "facts":
        value = _label(connection, VOCABULARIES.get(field), value)
    elif section in ("relations", "affiliations"):
        named = row(connection, "SELECT name FROM institution WHERE id = ?", value)
        value = named["name"] if named else value
    elif section == "events":
        about = field  # its date
    else:
        value = _label(connection, _VALUE_TERMS.get(section), value)
    return one_line(f"{about[:1].lower()}{about[1:].replace('_', ' ')}, {value}")


def _label(connection: sqlite3.Connection, vocabulary: str | None, term: str) -> str:
    found = vocabulary and row(
        connection, "SELECT label FROM term WHERE id = ?", f"{vocabulary}_{term}"
    )
    return str(found["label"]) if found else term


def _said(s: Row, site: str) -> Item:
    version = f"/v/{s['version']}" if s["version"] else ""
    about = f" on {s['about']}: {s['stance']}" if s["about"] else f", passage {s['key']}"
    made = page_item(
        s["id"],
        f"{s['speaker']}{about}",
        f"{site}/{PAGES[s['folder']]}/{s['source']}{version}#{s['id']}",
    )
    if s["version"]:
        made |= {"version": str(s["version"]), "issued": date_parts(s["changed_at"])}
    return made


_STATEMENT = """
    SELECT s.id, s.record, s.section, s.value, coalesce(e.date, s.field) AS field,
           r.section AS folder, r.name, r.version, r.changed_at, i.short_name
    FROM statement s JOIN record r ON r.id = s.record LEFT JOIN institution i ON i.id = r.id
    LEFT JOIN event e ON e.statement = s.id
    WHERE s.id = ? AND s.section <> 'terms'
"""
_VERSION = "SELECT section, committed, content FROM record_version WHERE record = ? AND version = ?"
_SAID = """
    SELECT p.id, p.source, p.key, r.section AS folder, r.version, r.changed_at, NULL AS about, NULL AS stance,
           coalesce(person.name, body.name, src.author) AS speaker
    FROM passage p JOIN record r ON r.id = p.source JOIN source src ON src.id = p.source
    LEFT JOIN person ON person.id = p.person LEFT JOIN institution body ON body.id = p.body
    WHERE p.id = ?
    UNION ALL
    SELECT c.id, p.source, p.key, r.section, r.version, r.changed_at,
           coalesce(about.short_name, about.name), coalesce(t.label, c.stance),
           coalesce(person.name, body.name, src.author)
    FROM claim c JOIN passage p ON p.id = c.passage JOIN record r ON r.id = p.source
    JOIN source src ON src.id = p.source JOIN institution about ON about.id = c.about
    LEFT JOIN term t ON t.id = 'stances_' || c.stance
    LEFT JOIN person ON person.id = c.person LEFT JOIN institution body ON body.id = c.body
    WHERE c.id = ?
"""
