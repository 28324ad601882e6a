"""What a version of a record said, statement by statement, and how two versions compare.

Read out of the canonical JSON that `record_version` keeps, whose form may be one that the schema no
longer knows: so nothing here relies on more than lists of statements.
"""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from exporters.reading import Row, rows
from schema import LISTS, slug

# What a fact says beside its fields.
_APART = {"since", "until", "as_of", "standing", "note", "key"}
# What of an item is its field and its value; and what tells that it is the same one, strictly and
# loosely: what else it says may change while it stays that.
_FIELDS = {
    "decisions": ("area", "rule"), "relations": ("kind", "target"), "offices": ("", "title"),
    "events": ("date", "title"), "names": ("kind", "name"), "measures": ("kind", "name"),
    "laws": ("area", "name"), "indicators": ("indicator", "value"),
    "affiliations": ("", "institution"), "passages": ("key", "gist"), "terms": ("term", "label"),
}  # fmt: skip
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
    """One statement of a version: its id, section, what it is about, its value, all else it says."""

    id: str
    section: str
    field: str
    value: str
    more: dict[str, str]
    cites: tuple[str, ...]


def statements(id: str, value: dict[str, Any]) -> list[Said]:
    """What the record `id` says, statement by statement, out of its plain value."""
    found = []
    for name, held in value.items():
        if not isinstance(held, list):
            found.append(Said("", "", name, _text(held), {}, ()))
        elif all(isinstance(item, dict) for item in held):
            for item in held:
                found += _item(id, name, item)
        else:
            found.append(Said("", "", name, ", ".join(map(_text, held)), {}, ()))
    return found


def stood_last(connection: sqlite3.Connection, id: str) -> Row | None:
    """The record, number and time of the last version in which the statement `id` stood; None where
    none is known that had it.
    """
    record = id.partition("_")[0]
    for item in rows(
        connection,
        "SELECT record, version, committed, content FROM record_version "
        "WHERE record = ? ORDER BY version DESC",
        record,
    ):
        content = item.pop("content")
        if content and any(said.id == id for said in statements(record, json.loads(content))):
            return item
    return None


def _item(id: str, section: str, item: dict[str, Any]) -> Iterator[Said]:
    cites = tuple(_cited(item.get("cite")))
    more = {name: _text(held) for name, held in item.items() if name != "cite"}
    if section == "facts":
        about = {name: more[name] for name in more if name in _APART}
        key = f"_{more['key']}" if more.get("key") else ""
        for name, held in item.items():
            if name in _APART or name == "cite":
                continue
            for each in held if isinstance(held, list) else [held]:
                value = _text(each)
                own = f"{id}_{name}_{value}{key}" if name in LISTS else f"{id}_{name}{key}"
                yield Said(own, section, name, value, about, cites)
        return
    field, held = _FIELDS.get(section, ("", ""))
    rest = {name: text for name, text in more.items() if name not in (field, held)}
    own = _address(id, section, more)
    yield Said(own, section, more.get(field, ""), more.get(held, ""), rest, cites)


# As `loaders.rules` makes them of checked records: word in the id, natural key.
_ADDRESSES: dict[str, tuple[str, Any]] = {
    "decisions": ("decision", lambda of: f"{of('area')}-{of('stage')}"),
    "relations": ("relation", lambda of: f"{of('kind')}-{of('target')}"),
    "offices": ("office", lambda of: ""),
    "events": ("event", lambda of: of("date")),
    "names": ("name", lambda of: slug(of("name"))),
    "measures": ("measure", lambda of: ""),
    "laws": ("law", lambda of: f"{of('area')}-{slug(of('name'))}"),
    "indicators": ("indicator", lambda of: f"{of('indicator')}-{of('year')}"),
    "affiliations": ("affiliation", lambda of: of("institution") or slug(of("organisation") or of("stakeholder_group"))),
}  # fmt: skip


def _address(id: str, section: str, item: dict[str, str]) -> str:
    if section == "passages":
        return f"{id}_{item.get('key', '')}"
    if section == "terms":
        return f"{id}_{item.get('term', '')}"
    if section not in _ADDRESSES:
        return ""
    word, natural = _ADDRESSES[section]
    return f"{id}_{word}_{item.get('key') or natural(lambda name: item.get(name, ''))}"


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
