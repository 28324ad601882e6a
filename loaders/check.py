"""Plain values -> records, or every problem.

First each file on its own (`check_file`): syntax, fields, types, the record's own rules, and
whatever it refers to. Then what only all files together show (`Whole`): cycles, relations written
twice, sources nobody cites.
"""

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import PydanticUndefined

from loaders.index import SECTIONS, Index, SourceInfo, survey
from loaders.links import page_url, passage_url
from loaders.problem import Problem, Refused, shown, wanted
from loaders.read import Document, locate, read
from schema import (
    ABSENT,
    RECORDS,
    CitationItem,
    InstitutionRecord,
    Item,
    PersonRecord,
    PostRecord,
    RegimeFacts,
    RegimeRecord,
    SingleFacts,
    SourceRecord,
    TermListRecord,
)

Place = tuple[str | int, ...]

SINGLE = frozenset(SingleFacts.model_fields) | frozenset(RegimeFacts.model_fields)
FACTS = SINGLE | {"function", "issue_area"}
SHORTEST_START = 3  # words; fewer are seldom found only once on a page
TREES = ("part-of", "succeeds")  # kinds of relation in which a body cannot come back to itself

# Reading order: a file may be checked once all it refers to by more than its id has been read.
ORDER = ("terms", "sources", "people", "posts", "institutions", "regimes")


# From here on every passage is known, and what was read before can be held against them.
AFTER_PASSAGES = ("posts", "institutions", "regimes")


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read and validated."""

    document: Document
    record: Item


class Said(NamedTuple):
    """A problem before it has a line: where in the record, what, got, wanted."""

    place: Place
    what: str
    got: str = ""
    wanted: str = ""


@dataclass
class Whole:
    """What is gathered file by file and judged at the end."""

    index: Index
    cited: set[str] = field(default_factory=set)
    edges: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # kind, from -> to
    places: dict[tuple[str, str, str], tuple[Path, Place]] = field(default_factory=dict)
    former: dict[str, tuple[str, Path]] = field(default_factory=dict)
    waiting: list[Checked] = field(default_factory=list)  # until all passages are known

    def gather(self, checked: Checked) -> Iterator[Problem]:
        """Note what this record adds to the picture."""
        record, document = checked.record, checked.document
        for place, citation in citations(record):
            self.cited.add(citation.source)
        for old in getattr(record, "former_ids", ()):
            taken = self.index.files.get(old) or self.former.get(old)
            if taken:
                what = f"a former id that {taken[1]} has"
                yield _problem(document.path, Said(("former_ids",), what, shown(old), "choose another"))
            self.former[old] = (document.id, document.path)
        for _, passage in numbered(record, "passages"):
            if passage.quoted_from:
                self.cited.add(passage.quoted_from)
        for _, measure in numbered(record, "measures"):
            if measure.instrument:
                self.cited.add(measure.instrument)
        for number, relation in numbered(record, "relations"):
            key = (relation.kind, document.id, relation.target)
            self.places[key] = (document.path, ("relations", number, "target"))
            if relation.kind in TREES and relation.standing == "held":
                self.edges.setdefault(key[:2], []).append(relation.target)

    def problems(self) -> Iterator[Problem]:
        """What only all files together show."""
        for kind, source, target in self.places:
            if kind in self.index.symmetric and source < target:
                other = self.places.get((kind, target, source))
                if other:
                    what = f"'{kind}' is written on both records"
                    want = f"it reads the same from both sides: keep the one in {source}"
                    yield _problem(other[0], Said(other[1], what, shown(source), want))
        for kind in TREES:
            yield from self._cycles(kind)
        for id in sorted(self.index.ids("sources") - self.cited):
            path = self.index.files[id][1]
            yield Problem(
                str(path), 0, 0, "", "no statement cites this source", "",
                "cite it or remove it", warning=True,
            )  # fmt: skip

    def _cycles(self, kind: str) -> Iterator[Problem]:
        done: set[str] = set()
        for start in sorted(source for k, source in self.edges if k == kind):
            trail: dict[str, None] = {}
            node = start
            while node and node not in done and node not in trail:
                trail[node] = None
                node = next(iter(self.edges.get((kind, node), ())), "")
            if node in trail:
                way = list(trail)
                ring = way[way.index(node) :]
                path, place = self.places[kind, ring[-1], node]
                what = f"'{kind}' leads back to itself: {' -> '.join([*ring, node])}"
                yield _problem(path, Said(place, what, shown(node), "cut the ring at one of them"))
            done.update(trail)


def check_file(path: Path, section: str, index: Index) -> tuple[Checked | None, list[Problem]]:
    """Read one file and check it on its own.

    Returns the record and its problems; None where the file cannot be read at all. Where there
    are problems the record holds what could be read, so that the rest is checked all the same.
    What it refers to is for `check_references`, once `index.sources` is complete.
    """
    try:
        document = read(path, section)
    except Refused as refused:
        return None, list(refused.problems)
    cls = RECORDS[section]
    said: list[Said] = []
    try:
        record = cls.__pydantic_validator__.validate_python(document.value)
    except ValidationError as error:
        said.extend(_in_our_words(error, cls))
        record = _salvaged(cls, document.value)
    checked = Checked(document, record)
    said.extend(_own_rules(checked, sound=not said))
    return checked, [_problem(path, each) for each in said]


def _salvaged(cls: type[Item], value: dict[str, Any]) -> Item:
    """The record without its faulty parts: faulty items of lists are None, so places stay true."""
    sound: dict[str, Any] = {}
    for name, info in cls.model_fields.items():
        given, item_class = value.get(name), _item_class(info.annotation)
        if item_class and isinstance(given, list):
            sound[name] = [_or_none(item_class, item) for item in given]
        elif item_class and isinstance(given, dict):
            sound[name] = _or_none(item_class, given)
        elif name in value:
            adapted = _or_none(cls, {name: given}, name)
            sound[name] = adapted if adapted is not None else info.get_default(call_default_factory=True)
        if sound.get(name) is PydanticUndefined:
            sound[name] = None
    defaults = {
        name: [] if info.default_factory or str(info.annotation).startswith("list") else None
        for name, info in cls.model_fields.items()
    }
    return cls.model_construct(set(sound), **(defaults | sound))


def _or_none(cls: type[Item], value: Any, only: str | None = None) -> Any:
    """The value as the class (or one field of it) reads it, None where it is faulty."""
    try:
        if only:
            return getattr(cls.__pydantic_validator__.validate_assignment(cls.model_construct(), only, value[only]), only)
        return cls.__pydantic_validator__.validate_python(value)
    except ValidationError:
        return None


def numbered(record: Item, section: str) -> Iterator[tuple[int, Any]]:
    """The items of a list in the record, with their numbers; none that were found faulty."""
    for number, item in enumerate(getattr(record, section, None) or ()):
        if item is not None:
            yield number, item


def learn(checked: Checked, index: Index) -> None:
    """Add to the index what other records need to know of this one."""
    record, id = checked.record, checked.document.id
    if isinstance(record, TermListRecord):
        index.terms[id] = frozenset(item.term for _, item in numbered(record, "terms"))
        if id == "relation-kinds":
            index.symmetric = frozenset(t.term for _, t in numbered(record, "terms") if t.symmetric in ("yes", "true"))
            index.inverses = {
                t.inverse_label.replace(" ", "-"): t.term for _, t in numbered(record, "terms") if t.inverse_label
            }
        if id == "lists":
            index.lists = {t.term: t.label for _, t in numbered(record, "terms")}
        if id == "source-kinds":
            index.locators = frozenset(t.term for _, t in numbered(record, "terms") if t.locator == "required")
    elif isinstance(record, PersonRecord):
        index.people[id] = record.name
        if record.family_name and record.given_name:
            index.people[id] = f"{record.family_name}, {record.given_name}"
    elif isinstance(record, PostRecord):
        index.pages[id] = page_url(record.read_at, record.url)
    if isinstance(record, SourceRecord | PostRecord):
        kind = "post" if isinstance(record, PostRecord) else record.kind
        extent = getattr(record, "extent", None)
        needs = extent == "document" or (extent is None and kind in index.locators)
        page = page_url(record.read_at, record.url)
        if isinstance(record, PostRecord) and record.own_words and record.own_words.page != id:
            other = index.files.get(record.own_words.page)
            page = index.pages.get(record.own_words.page) or (_page_of(other[1]) if other else None)
        passages = {p.key: passage_url(page, p.start, p.end) for _, p in numbered(record, "passages")}
        index.sources[id] = SourceInfo(kind, record.url or record.read_at, needs, passages)


@functools.lru_cache
def _page_of(path: Path) -> str | None:
    """The address of a post that is read later than one whose words stand on its page."""
    try:
        value = read(path).value
    except Refused:
        return None
    return page_url(value.get("read_at"), value.get("url"))


def check_references(checked: Checked, index: Index) -> list[Problem]:
    """Whatever the record refers to: terms, ids, sources, locators, passages."""
    path, id = checked.document.path, checked.document.id
    found: list[Said] = []
    for place, item in items(checked.record):
        for name, vocabulary in _term_fields(type(item)):
            found.extend(_unknown_terms(place, name, getattr(item, name), vocabulary, index))
        for name, table in _reference_fields(type(item)):
            value = getattr(item, name)
            if value is not None:
                found.extend(_unknown_id((*place, name), value, SECTIONS[table], index))
    for place, citation in citations(checked.record):
        found.extend(_locator_problems(place, citation, index))
    for number, relation in numbered(checked.record, "relations"):
        if relation.target == id:
            place = ("relations", number, "target")
            found.append(Said(place, "a relation of the body to itself", shown(id), "name another body"))
    for number, passage in numbered(checked.record, "passages"):
        found.extend(_passage_references(("passages", number), passage, index))
    if isinstance(checked.record, PostRecord) and checked.record.own_words:
        page = checked.record.own_words.page
        found.extend(_unknown_id(("own_words", "page"), page, ("posts",), index))
    return [_problem(path, said) for said in found]


def check(kb: Path, only: Iterable[Path] = ()) -> list[Problem]:
    """Every problem of the records below `kb`, or of the files named in `only`."""
    return sorted(set(_check(kb, {path.resolve() for path in only})))


def _check(kb: Path, only: set[Path]) -> Iterator[Problem]:
    index, problems = survey(kb)
    yield from problems
    whole = Whole(index)
    for path in only - {path.resolve() for _, path in index.files.values()}:
        if not any(problem.path == str(path) for problem in problems):
            want = f"wanted files of {kb}/<folder>/<id>.yml"
            yield Problem(str(path), 0, 0, "", "not one of the records", "", want)
    late: list[Checked] = []
    for section in ORDER:
        for id, path in files(index, section):
            named = not only or path.resolve() in only
            if not named and section in ("institutions", "regimes"):
                continue
            checked, found = check_file(path, section, index)
            if named:
                yield from found
            if checked:
                learn(checked, index)
                if named:
                    late.append(checked)
        if section in AFTER_PASSAGES:
            for checked in late:
                yield from check_references(checked, index)
                yield from whole.gather(checked)
            late = []
    if not only:
        yield from whole.problems()


def files(index: Index, section: str) -> list[tuple[str, Path]]:
    """Id and path of each record in a folder, in order of their ids."""
    return sorted((id, path) for id, (found, path) in index.files.items() if found == section)


def items(record: Item) -> Iterator[tuple[Place, Item]]:
    """The record itself and every mapping in its lists, with the way to it."""
    yield (), record
    for name in record.__pydantic_fields_set__:
        value = getattr(record, name)
        if type(value) is list:
            for number, item in enumerate(value):
                if isinstance(item, Item):
                    yield (name, number), item
                    for claim_number, claim in enumerate(getattr(item, "claims", ())):
                        yield (name, number, "claims", claim_number), claim


def citations(record: Item) -> Iterator[tuple[Place, CitationItem]]:
    """Every citation in the record, with the way to it."""
    for name in record.__pydantic_fields_set__:
        value = getattr(record, name)
        if type(value) is list:
            for number, item in enumerate(value):
                for position, citation in enumerate(getattr(item, "cite", None) or ()):
                    yield (name, number, "cite", position), citation


@functools.cache
def _term_fields(cls: type[Item]) -> tuple[tuple[str, str], ...]:
    found = []
    for name, info in cls.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and "terms" in extra:
            found.append((name, str(extra["terms"])))
    return tuple(found)


@functools.cache
def _reference_fields(cls: type[Item]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, info.foreign_key)  # type: ignore[attr-defined]  # SQLModel's FieldInfo has it
        for name, info in cls.model_fields.items()
        if getattr(info, "foreign_key", None) in SECTIONS
    )


def _own_rules(checked: Checked, sound: bool) -> Iterator[Said]:
    record, document = checked.record, checked.document
    if isinstance(record, InstitutionRecord):
        yield from _statement_rules(record, document.id)
        stated = {name for _, fact in numbered(record, "facts") for name in fact.__pydantic_fields_set__}
        for name in ("type", "status"):
            if sound and name not in stated:
                want = f"add a cited `{name}:`, or `{name}: unknown` citing what you read"
                yield Said(("facts",), f"says nothing of its {name}", "", want)
        if isinstance(record, RegimeRecord) and record.iso2 and record.iso2.lower() != document.id:
            want = f"wanted {document.id.upper()}, or rename the file"
            yield Said(("iso2",), "does not match the file's name", shown(record.iso2), want)
    if isinstance(record, PersonRecord):
        yield from _dates(record, "affiliations")
    if isinstance(record, TermListRecord):
        yield from _twice(("terms",), [(n, t.term) for n, t in numbered(record, "terms")], "term")
    if isinstance(record, SourceRecord | PostRecord):
        keys = [(number, passage.key) for number, passage in numbered(record, "passages")]
        yield from _twice(("passages",), keys, "key of a passage")
        for number, passage in numbered(record, "passages"):
            if len(passage.start.split()) < SHORTEST_START:
                want = f"wanted at least {SHORTEST_START} words"
                yield Said(("passages", number, "start"), "too short to be found once", shown(passage.start), want)
            abouts = [(claim_number, claim.about) for claim_number, claim in enumerate(passage.claims)]
            yield from _twice(("passages", number, "claims"), abouts, "claim about the same body")


def _statement_rules(record: InstitutionRecord, id: str) -> Iterator[Said]:
    held: dict[str, list[tuple[str, str, Place, str]]] = {}
    found: list[Said] = []
    for number, fact in numbered(record, "facts"):
        names = fact.__pydantic_fields_set__ & FACTS
        if not names:
            want = "add a field such as `founded: 1986`"
            yield Said(("facts", number), "states nothing", "", want)
        if fact.standing == "held":
            for name in sorted(names & SINGLE):
                for since, until, place, value in held.get(name, ()):
                    if not (_before(until, fact.since) or _before(fact.until, since)):
                        what = f"a second held value for '{name}'; facts.{place[1]} has {shown(value)}"
                        want = "set the weaker one to `standing: disputed`, or date them with since and until"
                        found.append(
                            Said(("facts", number, name), what, shown(getattr(fact, name)), want)
                        )
                held.setdefault(name, []).append(
                    (fact.since or "", fact.until or "", ("facts", number), str(getattr(fact, name)))
                )
    yield from found
    for section in ("facts", "decisions", "relations", "offices", "events", "names", "measures"):
        yield from _dates(record, section)
    doubled = {said.place for said in found}
    seen: dict[str, Place] = {}
    for place, statement in statement_ids(record, id):
        if statement in seen and place not in doubled:
            first = ".".join(map(str, seen[statement]))
            want = "give one of the two a `key:` of its own"
            yield Said(place, f"has the same address as {first}", shown(statement), want)
        seen[statement] = place


def statement_ids(record: Item, id: str) -> Iterator[tuple[Place, str]]:
    """Every statement of a record: the way to it and its id, which no reordering changes."""
    for number, fact in numbered(record, "facts"):
        key = f"_{fact.key}" if fact.key else ""
        for name in type(fact).model_fields:
            if name in FACTS and name in fact.__pydantic_fields_set__:
                if name in SINGLE:
                    yield ("facts", number, name), f"{id}_{name}{key}"
                else:
                    for position, value in enumerate(getattr(fact, name)):
                        yield ("facts", number, name, position), f"{id}_{name}_{value}{key}"
    for section, (word, natural) in NATURAL_KEYS.items():
        for number, item in numbered(record, section):
            yield (section, number), f"{id}_{word}_{item.key or natural(item)}"


def _slug(text: str) -> str:
    """A key made of a name: letters and digits of any script, joined by hyphens."""
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


# How an item is addressed where it has no key: section -> word in the id, natural key.
NATURAL_KEYS: dict[str, tuple[str, Any]] = {
    "decisions": ("decision", lambda item: f"{item.area}-{item.stage}"),
    "relations": ("relation", lambda item: f"{item.kind}-{item.target}"),
    "offices": ("office", lambda item: item.key),
    "events": ("event", lambda item: item.date),
    "names": ("name", lambda item: _slug(item.name)),
    "measures": ("measure", lambda item: item.key),
    "affiliations": ("affiliation", lambda item: item.institution),
}


def _before(first: str | None, second: str | None) -> bool:
    """True where the one date is certainly earlier; partial dates are compared as far as both go."""
    if not first or not second:
        return False
    length = min(len(first), len(second))
    return first[:length] < second[:length]


def _dates(record: Item, section: str) -> Iterator[Said]:
    for number, item in numbered(record, section):
        if _before(item.until, item.since):
            want = "until is the last day, since the first"
            yield Said((section, number, "until"), f"ended before it began ({item.since})", shown(item.until), want)


def _twice(place: Place, values: list[tuple[int, str]], kind: str) -> Iterator[Said]:
    seen: set[str] = set()
    for number, value in values:
        if value in seen:
            yield Said((*place, number), f"the same {kind} twice", shown(value), "keep one, or join them")
        seen.add(value)


def _unknown_terms(
    place: Place, name: str, value: Any, vocabulary: str, index: Index
) -> Iterator[Said]:
    known = index.terms.get(vocabulary)
    if known is None:
        return  # the list could not be read, which is a problem of its own
    for number, word in enumerate(value) if isinstance(value, list) else ((None, value),):
        if word is None or word in known or word in ABSENT:
            continue
        at = (*place, name) if number is None else (*place, name, number)
        if word in index.inverses and vocabulary == "relation-kinds":
            want = f"the inverse is derived: write '{index.inverses[word]}' in the other record"
        else:
            want = wanted(word, known, f"a term of terms/{vocabulary}.yml")
        yield Said(at, f"no such term in {vocabulary}", shown(word), want)


def _unknown_id(place: Place, value: str, sections: tuple[str, ...], index: Index) -> Iterator[Said]:
    section = index.section(value)
    if section is None:
        folders = " or ".join(f"kb/{s}" for s in sections)
        want = wanted(value, index.ids(*sections), f"the id of a record in {folders}")
        yield Said(place, "no such record", shown(value), want)
    elif section not in sections:
        folders = " or ".join(f"kb/{s}" for s in sections)
        yield Said(place, f"a record in kb/{section}", shown(value), f"wanted one in {folders}")


def _locator_problems(place: Place, citation: CitationItem, index: Index) -> Iterator[Said]:
    id, at = citation.source, citation.at
    info = index.sources.get(id)
    if info is None:
        if index.section(id) not in ("sources", "posts"):
            yield from _unknown_id(place, id, ("sources", "posts"), index)
        return  # it is there and could not be read, which is a problem of its own
    if info.kind == "post" and at not in info.passages:
        what = f"no passage '{at}' in {id}" if at else f"does not say which passage of {id}"
        yield Said(place, what, shown(at) if at else "", wanted(at or "", info.passages, "its passages"))
    elif info.needs_locator and not at:
        want = f"say where, as in `{id} §2`, `{id} art. 3` or `{id} para. 4`"
        yield Said(place, f"{id} is longer than a page and the citation has no locator", shown(id), want)


def _passage_references(place: Place, passage: Any, index: Index) -> Iterator[Said]:
    if passage.speaker:
        sections = ("people", "institutions", "regimes")
        yield from _unknown_id((*place, "speaker"), passage.speaker, sections, index)
    for number, answer in enumerate(passage.answers):
        at = (*place, "answers", number)
        source, _, key = answer.partition(" ")
        info = index.sources.get(source)
        if info is None:
            yield from _unknown_id(at, source, ("sources", "posts"), index)
        elif key not in info.passages:
            yield Said(at, f"no passage '{key}' in {source}", shown(answer), wanted(key, info.passages, "its passages"))


# What a pattern of schema/fields.py asks for, in words.
_PATTERNS = {
    "^[a-z0-9]+(-": "wanted lower-case letters and digits, words joined by single hyphens",
    "^https?": "wanted an address that begins with https://",
    "^([A-Z]{2}|": "wanted an ISO 3166-1 alpha-2 code in capitals, such as CH",
    "^[A-Z]{3}$": "wanted a code of three capitals",
    "^[A-Z]{2}$": "wanted a code of two capitals",
    "^[a-z]{2,3}": "wanted a language tag such as fr or zh-Hans",
    "^\\d{2}:\\d{2}": "wanted a time in UTC such as 20:45Z",
}


def _in_our_words(error: ValidationError, cls: type[Item]) -> Iterator[Said]:
    for fault in error.errors(include_url=False):
        place, kind, got = fault["loc"], fault["type"], fault["input"]
        context = fault.get("ctx", {})
        if kind == "extra_forbidden":
            known = _fields_at(cls, place[:-1])
            want = wanted(str(place[-1]), known, "a field of docs/data-dictionary.md")
            yield Said(place, f"no field '{place[-1]}' here", "", want)
        elif kind == "missing":
            info = _fields_at(cls, place[:-1]).get(place[-1])
            want = f"wanted: {info.description}" if info is not None and info.description else ""
            yield Said(place, f"'{place[-1]}' is missing", "", want)
        elif kind == "string_pattern_mismatch":
            pattern = str(context.get("pattern", ""))
            want = next((text for start, text in _PATTERNS.items() if pattern.startswith(start)), "")
            yield Said(place, "not of the right form", shown(got), want)
        elif kind in ("string_too_short", "too_short"):
            want = "leave the field out, or write unknown, no-written-rule or not-applicable"
            yield Said(place, "empty", "", want)
        elif kind == "string_too_long":
            yield Said(place, "too long", shown(got), f"wanted at most {context['max_length']} characters")
        elif kind == "literal_error":
            words = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            yield Said(place, "not a word we know here", shown(got), wanted(str(got), words, "one of"))
        elif kind in ("int_parsing", "int_from_float", "greater_than_equal", "int_type"):
            yield Said(place, "not a whole number of that kind", shown(got), "wanted digits only")
        elif kind in ("string_type", "list_type", "model_type", "model_attributes_type", "dict_type"):
            form = {"string_type": "text", "list_type": "a list of items that begin with `- `"}
            yield Said(place, "of the wrong form", shown(got), f"wanted {form.get(kind, '`field: value` lines')}")
        else:
            what, _, want = fault["msg"].partition("; ")
            yield Said(place, what, shown(got), want)


def _fields_at(cls: type[Item], place: Place) -> dict[Any, Any]:
    """The fields of the class that reads the mapping at `place`."""
    current: Any = cls
    for step in place:
        if isinstance(step, str):
            info = current.model_fields.get(step)
            if info is None:
                return {}
            current = _item_class(info.annotation) or current
    return dict(current.model_fields)


def _item_class(annotation: Any) -> type[Item] | None:
    if isinstance(annotation, type) and issubclass(annotation, Item):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _item_class(part)
        if found:
            return found
    return None


def _problem(path: Path, said: Said) -> Problem:
    line, column = locate(path, said.place)
    place = ".".join(map(str, said.place))
    return Problem(str(path), line, column, place, said.what, said.got, said.wanted)
