"""The versions of a record: each as it was, what it changed, and what of it has changed since."""

import json
import sqlite3
from collections import Counter
from typing import Any

from exporters.csl import PAGES
from exporters.reading import Row, row, rows
from exporters.versions import Change, Said, paired, statements, stood_last
from web.reading import Terms, names
from web.wording import LABELS, statement

_SECTIONS = {
    "": "What it is called", "facts": "Facts", "decisions": "Who decides, and how",
    "relations": "How it stands to others", "offices": "Offices", "measures": "Measures",
    "events": "Timeline", "names": "Other names", "laws": "Laws", "indicators": "Figures",
    "affiliations": "Where they belong", "passages": "Passages", "terms": "Terms",
}  # fmt: skip


_LABELS = {**LABELS, "url": "URL", "doi": "DOI"}


def listed(connection: sqlite3.Connection, id: str) -> list[Row]:
    """The versions of a record, the newest first, without their texts."""
    return rows(
        connection,
        "SELECT version, committed, commit_id, section, blob, sha256 FROM record_version "
        "WHERE record = ? ORDER BY version DESC",
        id,
    )


def head(connection: sqlite3.Connection, id: str, number: int) -> Row | None:
    """What stands above a version, and whether it is what the record says today; None where it is not."""
    found = listed(connection, id)
    this = next((item for item in found if item["version"] == number), None)
    if this is None:
        return None
    about = _about(connection, id, found)
    current = about["record"] is not None and about["record"]["version"] == number
    return {**about, "this": this, "number": number, "current": current}


def history(connection: sqlite3.Connection, id: str) -> Row | None:
    """All versions of a record with how much each changed; none where the database was built without
    a history. None where there never was such a record.
    """
    found = listed(connection, id)
    if not found and not row(connection, "SELECT 1 FROM record WHERE id = ?", id):
        return None
    said = {
        item["version"]: statements(id, _value(connection, id, item["version"])) for item in found
    }
    for item in found:
        before = said.get(item["version"] - 1, [])
        item["changes"] = _counted(paired(before, said[item["version"]])) if before else None
    return {**_about(connection, id, found), "versions": found}


def page(connection: sqlite3.Connection, id: str, number: int) -> Row | None:
    """One version as it was, with what it changed and what has changed since; None where it is not."""
    about = head(connection, id, number)
    if about is None:
        return None
    terms, known = Terms.of(connection), names(connection)
    here = statements(id, _value(connection, id, number))
    since = paired(here, statements(id, _value(connection, id, about["latest"])))
    before = paired(statements(id, _value(connection, id, number - 1)), here) if number > 1 else []
    sections: dict[str, list[Row]] = {}
    for said, change in zip(here, since, strict=False):  # what came later stands behind these
        made = {**_shown(said, terms, known), "what": change.what}
        sections.setdefault(said.section, []).append(made)
    return {
        **about,
        "sections": [
            {"title": _SECTIONS.get(name, name.capitalize()), "items": items}
            for name, items in sorted(sections.items(), key=lambda item: _place(item[0]))
        ],
        "changed": [_told(change, terms, known) for change in before if change.what != "same"],
        "since": [_told(change, terms, known) for change in since if change.what != "same"],
    }


def given_up(connection: sqlite3.Connection, id: str) -> Row | None:
    """The last version in which a statement stood that its record no longer makes, with the name of
    the record and the path of its page; None where no version had it.
    """
    found = stood_last(connection, id)
    if found is None:
        return None
    about = _about(connection, found["record"], listed(connection, found["record"]))
    return {**found, "name": about["name"], "path": f"/{about['kind']}/{found['record']}"}


def _place(section: str) -> int:
    return list(_SECTIONS).index(section) if section in _SECTIONS else len(_SECTIONS)


def _counted(changes: list[Change]) -> Row:
    found = Counter(change.what for change in changes)
    return {what: found[what] for what in ("added", "changed", "removed")}


def _told(change: Change, terms: Terms, known: dict[str, str]) -> Row:
    said = change.after or change.before
    assert said is not None
    return {**_shown(said, terms, known), "what": change.what, "changes": change.fields}


def _shown(said: Said, terms: Terms, known: dict[str, str]) -> Row:
    about = {"section": said.section or "facts", "field": said.field, "value": said.value}
    if said.section in ("events", "indicators", "offices", "passages", "terms"):
        label, text = said.field, said.value
    elif said.section:
        label, text = statement(about, terms, known)
    else:
        label = _LABELS.get(said.field, said.field.replace("_", " ").capitalize())
        text = said.value
    cites = [cite.partition(" ")[::2] for cite in said.cites]
    return {
        "id": said.id,
        "label": label,
        "text": text,
        "more": list(said.more.items()),
        "cites": cites,
    }


def as_json(connection: sqlite3.Connection, id: str, number: int) -> Row | None:
    """One version with the plain value of the record as it was; None where it is not."""
    about = head(connection, id, number)
    if about is None:
        return None
    return {"id": id, **about["this"], "name": about["name"], "latest": about["latest"],
            "removed": bool(about["gone"]), "record": _value(connection, id, number)}  # fmt: skip


def _value(connection: sqlite3.Connection, id: str, number: int) -> dict[str, Any]:
    found = row(
        connection,
        "SELECT content FROM record_version WHERE record = ? AND version = ?",
        id,
        str(number),
    )
    return dict(json.loads(found["content"])) if found else {}


def _about(connection: sqlite3.Connection, id: str, found: list[Row]) -> Row:
    record = row(connection, "SELECT * FROM record WHERE id = ?", id)
    gone = row(connection, "SELECT * FROM removed WHERE id = ?", id)
    moved = row(connection, "SELECT new FROM former_id WHERE old = ?", id)
    section = (record or found[0])["section"]
    return {
        "record": record, "gone": gone, "moved": moved["new"] if moved else None,
        "name": (record or gone or {"name": id})["name"], "kind": PAGES[section],
        "latest": found[0]["version"] if found else None,
    }  # fmt: skip
