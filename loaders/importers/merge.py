"""Put imported statements into records, beside what people wrote and without touching it.

A statement belongs to an import where all its citations are to the source of that import. What
belongs to nobody's import is never changed. A value that changed upstream supersedes the old one
with its date; a value that hand-written statements contradict is added as disputed. A relation that
somebody wrote from another source is left as it is where the row contradicts nothing in it, and so is
whatever a row states from a source that is no longer among the records: a better one took its place.
"""

import difflib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

# The order of the lists in a record.
SECTIONS = (
    "facts",
    "decisions",
    "relations",
    "offices",
    "measures",
    "events",
    "names",
    "laws",
    "indicators",
)
_BESIDE = {"key", "note", "cite", "standing", "since", "until", "as_of"}
_LISTS = rf"(?:{'|'.join(SECTIONS)}):"
_BEGINS = rf"\n\n{_LISTS}"


Values = dict[str, str | list[str] | int | float]  # what a statement says, as written in a record


@dataclass(frozen=True)
class Imported:
    """One statement that a row gives: where it goes, what it says, what it rests on."""

    record: str  # the id of the record
    section: str
    values: Values  # what it states
    cite: str  # source and locator
    as_of: str | None = None  # the day for which the source shows it
    beside: dict[str, str] = field(default_factory=dict)  # since, standing, note, key
    yields: bool = False  # left out where a hand-written value of the fact is held
    together: frozenset[str] = frozenset()  # facts of other rows that may stand in one item with it

    @property
    def source(self) -> str:
        """The source alone; empty where there is no record of it."""
        return self.cite.partition(" ")[0]


@dataclass(frozen=True)
class New:
    """A record to make where there is none yet: its folder and what stands above its lists."""

    record: str
    folder: str
    identity: dict[str, str]


@dataclass(frozen=True)
class Change:
    """One file as it was (None where it is new) and as it is to be."""

    path: Path
    before: str | None
    after: str

    def diff(self) -> str:
        """The change as a unified diff."""
        old = (self.before or "").splitlines(keepends=True)
        name = str(self.path)
        before = name if self.before is not None else "/dev/null"
        return "".join(difflib.unified_diff(old, self.after.splitlines(True), before, name))


Row = dict[str, str]  # a row of a table; `source` is the id of its source, `tier` how near it is
Found = Iterator[New | Imported]  # what a row states


def standing_of(standing: str) -> dict[str, str]:
    """The standing as a statement carries it: held goes without saying."""
    return {} if standing == "held" else {"standing": standing}


def merge(kb: Path, found: Iterable[New | Imported]) -> tuple[list[Change], list[Imported]]:
    """The changes that the import makes to the records below `kb`, none of which is written; and what it
    cannot cite: statements without a source that nobody has made from another one.

    Raises KeyError with the id where a statement is about a record that is not there.
    """
    uncited: list[Imported] = []
    texts: dict[Path, str | None] = {}
    documents: dict[Path, CommentedMap] = {}
    changed: set[Path] = set()
    paths: dict[str, Path] = {path.stem: path for path in sorted(kb.glob("*/*.yml"))}

    def document(record: str) -> CommentedMap:
        path = paths[record]
        if path not in documents:
            texts[path] = path.read_text(encoding="utf-8")
            documents[path] = _yaml().load(texts[path])
        return documents[path]

    for item in found:
        if isinstance(item, New):
            if item.record not in paths:
                path = kb / item.folder / f"{item.record}.yml"
                paths[item.record] = path
                texts[path], documents[path] = None, CommentedMap(item.identity)
                changed.add(path)
            else:
                for name, value in item.identity.items():
                    made = document(item.record)
                    if name not in made:
                        made.insert(_lists_begin(made), name, value)
                        changed.add(paths[item.record])
            continue
        made = document(item.record)
        new = _missing(made, item)
        if new and not item.source:
            uncited.append(item)
        elif new:
            _place(made, item, new)
            changed.add(paths[item.record])
    return [
        Change(path, texts[path], _dumped(documents[path], texts[path])) for path in sorted(changed)
    ], uncited


def _yaml() -> YAML:
    """Round trip: comments, order, quotes and line breaks stay as they are."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100_000
    yaml.indent(mapping=2, sequence=2, offset=0)
    return yaml


def _dumped(made: CommentedMap, before: str | None) -> str:
    """The record as text, with a blank line before each list where the file is written so."""
    out = io.StringIO()
    _yaml().dump(made, out)
    text = out.getvalue()
    if before is None or re.search(_BEGINS, before):
        text = re.sub(rf"(?m)(?<!\n)\n(?={_LISTS})", "\n\n", text)
    if before is None or "\n\n- " not in before:  # the blank line stays behind what was last
        text = text.replace("\n\n- ", "\n- ")
    return text


def _lists_begin(made: CommentedMap) -> int:
    """Where the first list stands, before which identity belongs."""
    return next((n for n, name in enumerate(made) if name in SECTIONS), len(made))


def _missing(made: CommentedMap, item: Imported) -> dict[str, list[Any]]:
    """What of the statement is not there yet, with what is said of the same: of facts by name, of an
    item of a list under no name.
    """
    there = made.get(item.section, ())
    if item.section == "facts":
        return {
            name: rivals
            for name, value in item.values.items()
            if not _settled(rivals := _rivals(there, name, value), item, name, value)
        }
    about = _address(item.values, item.section)
    rivals = [old for old in there if _address(old, item.section) == about]
    return {} if any(_says(old, item) for old in rivals) else {"": rivals}


def _place(made: CommentedMap, item: Imported, new: dict[str, list[Any]]) -> None:
    """Write what is not there yet."""
    if item.section not in made:
        later = SECTIONS[SECTIONS.index(item.section) + 1 :]
        at = next((n for n, name in enumerate(made) if name in later), len(made))
        made.insert(at, item.section, CommentedSeq())
    for name, rivals in new.items():
        # Fields of one row that are new together stay together.
        _add(made[item.section], item, {name: item.values[name]} if name else item.values, rivals)


def _rivals(there: Any, name: str, value: Any) -> list[Any]:
    """What states the same fact; of a fact that may have several values, those with this one."""
    several = isinstance(value, list)
    return [
        old
        for old in there
        if name in old and (not several or set(_plain(value)) & set(_plain(old[name])))
    ]


def _settled(rivals: list[Any], item: Imported, name: str, value: Any) -> bool:
    """Is the value there already, or does a hand-written one stand that this import yields to?"""
    standing = [old for old in rivals if old.get("standing") != "superseded"]
    by_hand = [old for old in standing if _sources(old) != {item.source}]
    return any(_plain(old[name]) == _plain(value) for old in standing) or bool(
        by_hand and (item.yields or not item.source)
    )


def _add(there: Any, item: Imported, values: dict[str, Any], rivals: list[Any]) -> None:
    """Write the statement; what it takes the place of is superseded, what contradicts it stays."""
    current = [old for old in rivals if old.get("standing", "held") in ("held", "unverified")]
    ours = [old for old in current if _sources(old) == {item.source}]
    beside = dict(item.beside)
    if ours:
        for old in ours:
            _part(there, old, set(values))
            old["standing"] = "superseded"
            if item.as_of:
                old["until"] = item.as_of
        beside["key"] = "-".join(filter(None, (beside.get("key"), item.as_of or str(len(rivals)))))
    elif current and item.section == "facts":
        beside.update(standing="disputed", key=item.source)
    last = there[-1] if there else None
    if (
        item.section == "facts"
        and not beside
        and last is not None
        and last.get("cite") == item.cite
        and not set(values) & set(last)
        and set(last) <= {*item.values, *item.together, "as_of", "cite"}
    ):
        for name, value in values.items():
            last.insert(list(last).index("cite") - ("as_of" in last), name, value)
        return
    there.append(_written(item, values, beside))


def _part(there: Any, old: CommentedMap, changed: set[str]) -> None:
    """Give the facts of an item that did not change an item of their own: they still hold."""
    kept = {name: old[name] for name in old if name not in changed | _BESIDE}
    if kept:
        there.append(
            CommentedMap({**kept, **{name: old[name] for name in ("as_of", "cite") if name in old}})
        )
        for name in kept:
            del old[name]


# What makes two statements of a list be about the same.
_ABOUT = {
    "relations": ("kind", "target"),
    "events": ("date",),
    "names": ("name",),
    "laws": ("area", "name"),
    "indicators": ("indicator", "year"),
}


def _address(values: Any, section: str) -> str:
    return " ".join(str(values.get(name)) for name in _ABOUT[section])


def _says(old: Any, item: Imported) -> bool:
    """Does the statement say what the row states, or stand in its place?"""
    if not item.source:
        return True
    if item.section == "relations":
        told = {**item.values, "since": item.beside.get("since")}
        return all(_agree(old.get(name), value) for name, value in told.items())
    same = all(_plain(old.get(name)) == _plain(value) for name, value in item.values.items())
    return same and item.beside.get("since") in (None, str(old.get("since")))


def _agree(one: Any, other: Any) -> bool:
    """Do two values not contradict each other? Partial dates are compared as far as both go."""
    if one is None or other is None:
        return True
    short, long = sorted((str(one), str(other)), key=len)
    return long.startswith(short)


def _plain(value: Any) -> Any:
    return [str(part) for part in value] if isinstance(value, list) else str(value)


def _sources(old: Any) -> set[str]:
    cites = old.get("cite") or []
    cites = cites if isinstance(cites, list) else [cites]
    return {
        str(cite["source"] if isinstance(cite, dict) else cite).partition(" ")[0] for cite in cites
    }


def _written(item: Imported, values: dict[str, Any], beside: dict[str, str]) -> CommentedMap:
    """A statement as a block; a relation or figure on one line."""
    made = CommentedMap(values)
    for name, value in values.items():
        if isinstance(value, list):
            made[name] = CommentedSeq(value)
            made[name].fa.set_flow_style()
    for name in ("key", "standing", "since", "until"):
        if name in beside:
            made[name] = beside[name]
    # A figure says itself for when it is.
    if item.as_of and "since" not in beside and item.section != "indicators":
        made["as_of"] = item.as_of
    made["cite"] = item.cite
    if "note" in beside:
        made["note"] = beside["note"]
    if item.section in ("relations", "indicators") and "note" not in beside:
        made.fa.set_flow_style()
    return made


def write(changes: Iterable[Change]) -> Iterator[Path]:
    """Write the files one after another, each whole or not at all; gives the path of each."""
    for change in changes:
        change.path.parent.mkdir(parents=True, exist_ok=True)
        beside = change.path.with_suffix(".new")
        beside.write_text(change.after, encoding="utf-8")
        beside.replace(change.path)
        yield change.path
