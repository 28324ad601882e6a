"""The versions of a record: each as it was, what it changed, and what of it has changed since.

Old versions are told field by field out of their canonical JSON, whose form may be one that the schema
no longer knows; so nothing here relies on more than lists of statements.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from exporters.csl import PAGES
from exporters.reading import Row, row, rows
from web.reading import Terms, names
from web.wording import LABELS, statement

_CITED = ("cite",)
_SECTIONS = {
    "": "What it is called", "facts": "Facts", "decisions": "Who decides, and how",
    "relations": "How it stands to others", "offices": "Offices", "measures": "Measures",
    "events": "Timeline", "names": "Other names", "laws": "Laws", "indicators": "Figures",
    "affiliations": "Where they belong", "passages": "Passages", "terms": "Terms",
}  # fmt: skip
# What of an item tells that it is the same one, and what of it may change while it stays that.
_SAME: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "decisions": (("area", "stage", "rule", "key"), ("area", "stage")),
    "relations": (("kind", "target", "key"), ("kind", "target")),
    "offices": (("title", "key"), ("title",)),
    "events": (("date", "title"), ("date",)),
    "names": (("kind", "name"), ("kind", "language")),
    "measures": (("name", "key"), ("kind", "instrument")),
    "laws": (("area", "name"), ("url",)),
    "indicators": (("indicator", "year"), ("indicator", "year")),
    "affiliations": (("institution", "organisation", "role", "key"), ("institution", "organisation")),
    "passages": (("key",), ("key",)),
    "terms": (("term",), ("term",)),
}  # fmt: skip


class Said(NamedTuple):
    """One statement of a version: of a section, what it is about, its value, all else it says."""

    section: str
    field: str
    value: str
    more: dict[str, str]
    cites: tuple[str, ...]


def statements(value: dict[str, Any]) -> list[Said]:
    """What a record says, statement by statement, out of its plain value."""
    found = []
    for name, held in value.items():
        if not isinstance(held, list):
            found.append(Said("", name, _text(held), {}, ()))
        elif all(isinstance(item, dict) for item in held):
            for item in held:
                found += _item(name, item)
        else:
            found.append(Said("", name, ", ".join(map(_text, held)), {}, ()))
    return found


def _item(section: str, item: dict[str, Any]) -> Iterator[Said]:
    cites = tuple(_cited(item.get("cite")))
    more = {name: _text(held) for name, held in item.items() if name not in _CITED}
    if section == "facts":
        dates = {"since", "until", "as_of", "standing", "note", "key"}
        about = {name: more[name] for name in more if name in dates}
        for name, held in item.items():
            if name in dates or name in _CITED:
                continue
            for each in held if isinstance(held, list) else [held]:
                yield Said(section, name, _text(each), about, cites)
        return
    by_name = {
        "decisions": ("area", "rule"), "relations": ("kind", "target"), "offices": ("", "title"),
        "events": ("date", "title"), "names": ("kind", "name"), "measures": ("kind", "name"),
        "laws": ("area", "name"), "indicators": ("indicator", "value"),
        "affiliations": ("", "institution"), "passages": ("key", "gist"), "terms": ("term", "label"),
    }  # fmt: skip
    field, held = by_name.get(section, ("", ""))
    rest = {name: text for name, text in more.items() if name not in (field, held)}
    yield Said(section, more.get(field, ""), more.get(held, ""), rest, cites)


def _cited(cite: Any) -> Iterator[str]:
    for each in cite if isinstance(cite, list) else [cite]:
        if isinstance(each, dict):
            yield " ".join(_text(part) for part in each.values())
        elif each:
            yield _text(each)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_text(held)}" for name, held in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value)


class Change(NamedTuple):
    """What became of one statement from one version to another; one of the two may be missing."""

    before: Said | None
    after: Said | None

    @property
    def what(self) -> str:
        """In a word: added, removed, changed or same."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        return "changed" if self.fields else "same"

    @property
    def fields(self) -> list[tuple[str, str, str]]:
        """What differs where both are there: name, before, after."""
        if self.before is None or self.after is None:
            return []
        was, now = _all(self.before), _all(self.after)
        return [
            (name, was.get(name, ""), now.get(name, ""))
            for name in dict.fromkeys([*was, *now])
            if was.get(name, "") != now.get(name, "")
        ]


def _all(said: Said) -> dict[str, str]:
    return {"value": said.value, "about": said.field, **said.more, "cited": "; ".join(said.cites)}


def paired(before: list[Said], after: list[Said]) -> list[Change]:
    """Each statement of one version beside the same of another: those of the earlier in their order,
    then what the later has more.

    The same is first what is the same altogether, then what has the same value, then what is about
    the same thing.
    """
    free = dict(enumerate(after))
    found: dict[int, int] = {}
    for same in (_whole, _strict, _loose):
        at: dict[tuple[Any, ...], list[int]] = {}
        for place, said in free.items():
            at.setdefault(same(said), []).append(place)
        for number, said in enumerate(before):
            places = at.get(same(said))
            if number not in found and places:
                found[number] = places.pop(0)
                del free[found[number]]
    return [
        *(
            Change(said, after[found[number]] if number in found else None)
            for number, said in enumerate(before)
        ),
        *(Change(None, said) for said in free.values()),
    ]


def _whole(said: Said) -> tuple[Any, ...]:
    return said.section, said.field, said.value, tuple(sorted(said.more.items())), said.cites


def _by(said: Said, names: tuple[str, ...]) -> tuple[Any, ...]:
    about = {**said.more, "": said.field}
    for name in ("area", "kind", "date", "indicator", "key", "term"):
        about.setdefault(name, said.field)
    for name in ("rule", "target", "title", "name", "institution"):
        about.setdefault(name, said.value)
    return said.section, *(about.get(name, "") for name in names)


def _strict(said: Said) -> tuple[Any, ...]:
    if said.section not in _SAME:
        return said.section, said.field, said.value
    return _by(said, _SAME[said.section][0])


def _loose(said: Said) -> tuple[Any, ...]:
    if said.section not in _SAME:
        return said.section, said.field
    return _by(said, _SAME[said.section][1])


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
    said = {item["version"]: statements(_value(connection, id, item["version"])) for item in found}
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
    here = statements(_value(connection, id, number))
    since = paired(here, statements(_value(connection, id, about["latest"])))
    before = paired(statements(_value(connection, id, number - 1)), here) if number > 1 else []
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
        label, text = LABELS.get(said.field, said.field.replace("_", " ").capitalize()), said.value
    cites = [cite.partition(" ")[::2] for cite in said.cites]
    return {"label": label, "text": text, "more": list(said.more.items()), "cites": cites}


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
