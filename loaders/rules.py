"""What a record must keep to on its own, beyond the types of its fields."""

import functools
from collections.abc import Iterable, Iterator
from typing import Any

from loaders.problem import Place, Said, shown
from loaders.read import Document
from schema import (
    ABSENT,
    FACTS,
    SINGLE,
    InstitutionRecord,
    Item,
    PersonRecord,
    PostRecord,
    RegimeRecord,
    SourceRecord,
    TermListRecord,
    slug,
)

SHORTEST_START = 3  # words; fewer are seldom found only once on a page


def numbered(record: Item, section: str) -> Iterator[tuple[int, Any]]:
    """The items of a list in the record, with their numbers; none that were found faulty."""
    for number, item in enumerate(record.__dict__.get(section) or ()):
        if item is not None:
            yield number, item


def own_rules(
    record: Item, document: Document, statements: Iterable[tuple[Place, str]], sound: bool
) -> Iterator[Said]:
    """What the record breaks on its own; `sound` where all its fields could be read."""
    held: list[Said] = []
    if isinstance(record, InstitutionRecord):
        held = list(_held_twice(record))
        yield from _fact_rules(record)
        stated = {
            name for _, fact in numbered(record, "facts") for name in fact.__pydantic_fields_set__
        }
        if sound and not record.facts:
            want = "add a cited type and status under `facts:`"
            yield Said((), "states nothing yet", "", want, warning=True)
        yield from _ratified_first(record)
        yield from _absent_without_note(record)
        for name in ("type", "status") if record.facts else ():
            if sound and name not in stated:
                want = f"add a cited `{name}:`, or `{name}: unknown` citing what you read"
                yield Said(("facts",), f"says nothing of its {name}", "", want)
        if isinstance(record, RegimeRecord) and record.iso2 and record.iso2.lower() != document.id:
            want = f"wanted {document.id.upper()}, or rename the file"
            yield Said(("iso2",), "does not match the file's name", shown(record.iso2), want)
    yield from held
    for section in ("facts", *NATURAL_KEYS):
        yield from _dates(record, section)
    yield from _addresses(statements, {said.place for said in held})
    if isinstance(record, TermListRecord):
        yield from _twice(("terms",), [(n, t.term) for n, t in numbered(record, "terms")], "term")
    if isinstance(record, PersonRecord):
        yield from _affiliation_rules(record)
    if isinstance(record, SourceRecord | PostRecord):
        keys = [(number, passage.key) for number, passage in numbered(record, "passages")]
        yield from _twice(("passages",), keys, "key of a passage")
        for number, passage in numbered(record, "passages"):
            if len(passage.start.split()) < SHORTEST_START:
                want = f"wanted at least {SHORTEST_START} words"
                yield Said(
                    ("passages", number, "start"),
                    "too short to be found once",
                    shown(passage.start),
                    want,
                )
            abouts = [
                (claim_number, claim.about) for claim_number, claim in enumerate(passage.claims)
            ]
            yield from _twice(("passages", number, "claims"), abouts, "claim about the same body")
            answers = list(enumerate(passage.answers))
            for at, answer in answers:
                if answer == f"{document.id} {passage.key}":
                    place = ("passages", number, "answers", at)
                    yield Said(
                        place, "a passage that answers itself", shown(answer), "name another"
                    )
            yield from _twice(("passages", number, "answers"), answers, "passage answered")


def _affiliation_rules(record: PersonRecord) -> Iterator[Said]:
    for number, item in numbered(record, "affiliations"):
        if not affiliated(item):
            want = "name the `institution:`, the `organisation:` or the `stakeholder_group:`"
            yield Said(("affiliations", number), "says nothing of where they belong", "", want)
        if item.institution and item.organisation:
            want = "keep `institution:`, the id of its record"
            place = ("affiliations", number, "organisation")
            yield Said(place, "a second name of the same body", shown(item.organisation), want)


def _fact_rules(record: InstitutionRecord) -> Iterator[Said]:
    held = [fact for _, fact in numbered(record, "facts") if fact.standing == "held"]
    founded = [fact.founded for fact in held if fact.founded and fact.founded not in ABSENT]
    began = min(founded, default=None)
    for number, fact in numbered(record, "facts"):
        if not any(getattr(fact, name) for name in fact.__pydantic_fields_set__ & FACTS):
            want = "add a field such as `founded: 1986`"
            yield Said(("facts", number), "states nothing", "", want)
        if fact.standing == "held" and _before(fact.dissolved, began):
            what = f"ended before it began ({began})"
            yield Said(
                ("facts", number, "dissolved"), what, shown(fact.dissolved), "mend one of the two"
            )


# What a reader has to be told of it: the citation alone does not show what is not there.
_WANTED_OF = {
    "unknown": "add a `note:` that names the text that does not tell it",
    "not-applicable": "add a `note:` that says why it cannot arise",
}


def _absent_without_note(record: InstitutionRecord) -> Iterator[Said]:
    """A value that says that we looked, without the note that says where. What a rule cannot apply
    to stands in its participants and threshold.
    """
    found = [
        (("facts", number, name), getattr(fact, name))
        for number, fact in numbered(record, "facts")
        for name in sorted(fact.__pydantic_fields_set__ & SINGLE)
        if not fact.note
    ]
    found += [
        (("decisions", number, "rule"), "unknown")
        for number, decision in numbered(record, "decisions")
        if decision.rule == "unknown" and not decision.note
    ]
    for place, value in found:
        if value in _WANTED_OF:
            yield Said(place, f"{value} without a note", "", _WANTED_OF[value])


def _held_twice(record: InstitutionRecord) -> Iterator[Said]:
    held: dict[str, list[tuple[str, str, Place, str]]] = {}
    for number, fact in numbered(record, "facts"):
        if fact.standing == "held":
            for name in sorted(fact.__pydantic_fields_set__ & SINGLE):
                for since, until, place, value in held.get(name, ()):
                    if not (_before(until, fact.since) or _before(fact.until, since)):
                        what = (
                            f"a second held value for '{name}'; facts.{place[1]} has {shown(value)}"
                        )
                        want = "set the weaker one to `standing: disputed`, or date them with since and until"
                        yield Said(("facts", number, name), what, shown(getattr(fact, name)), want)
                held.setdefault(name, []).append(
                    (
                        fact.since or "",
                        fact.until or "",
                        ("facts", number),
                        str(getattr(fact, name)),
                    )
                )


def _addresses(statements: Iterable[tuple[Place, str]], told: set[Place]) -> Iterator[Said]:
    """Statements that would share an id; of the places in `told` there is a clearer problem."""
    seen: dict[str, Place] = {}
    for place, statement in statements:
        if statement in seen and place not in told:
            first = ".".join(map(str, seen[statement]))
            want = "give one of the two a `key:` of its own"
            yield Said(place, f"has the same address as {first}", shown(statement), want)
        seen[statement] = place


def statement_ids(record: Item, id: str) -> Iterator[tuple[Place, str]]:
    """Every statement of a record: the way to it and its id, which no reordering changes."""
    for number, fact in numbered(record, "facts"):
        key = f"_{fact.key}" if fact.key else ""
        for name in sorted(
            fact.__pydantic_fields_set__ & FACTS, key=_places(fact.__class__).__getitem__
        ):
            if name in SINGLE:
                yield ("facts", number, name), f"{id}_{name}{key}"
            else:
                for position, value in enumerate(getattr(fact, name)):
                    yield ("facts", number, name, position), f"{id}_{name}_{value}{key}"
    for section, (word, natural) in NATURAL_KEYS.items():
        for number, item in numbered(record, section):
            yield (section, number), f"{id}_{word}_{item.key or natural(item)}"


@functools.cache
def _places(cls: type[Item]) -> dict[str, int]:
    """Each field of the class with its place in the order of declaration."""
    return {name: place for place, name in enumerate(cls.model_fields)}


# How an item is addressed where it has no key: section -> word in the id, natural key.
NATURAL_KEYS: dict[str, tuple[str, Any]] = {
    "decisions": ("decision", lambda item: f"{item.area}-{item.stage}"),
    "relations": ("relation", lambda item: f"{item.kind}-{item.target}"),
    "offices": ("office", lambda item: item.key),
    "events": ("event", lambda item: item.date),
    "names": ("name", lambda item: slug(item.name)),
    "measures": ("measure", lambda item: item.key),
    "laws": ("law", lambda item: f"{item.area}-{slug(item.name)}"),
    "indicators": ("indicator", lambda item: f"{item.indicator}-{item.year}"),
    "affiliations": ("affiliation", lambda item: item.institution or slug(affiliated(item))),
}


def affiliated(item: Any) -> str:
    """What an affiliation states: the body, by id or name, or else the stakeholder group alone."""
    return str(item.institution or item.organisation or item.stakeholder_group or "")


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
            what = f"ended before it began ({item.since})"
            yield Said((section, number, "until"), what, shown(item.until), want)
        if _before(item.as_of, item.since) or _before(item.until, item.as_of):
            want = "as_of is a day on which the source shows that it holds"
            what = f"does not lie between since ({item.since}) and until ({item.until})"
            yield Said((section, number, "as_of"), what, shown(item.as_of), want)


def _ratified_first(record: Item) -> Iterator[Said]:
    for number, relation in numbered(record, "relations"):
        if _before(relation.ratified, relation.signed):
            what = f"ratified before it was signed ({relation.signed})"
            want = "mend one of the two"
            yield Said(("relations", number, "ratified"), what, shown(relation.ratified), want)


def _twice(place: Place, values: list[tuple[int, str]], kind: str) -> Iterator[Said]:
    seen: set[str] = set()
    for number, value in values:
        if value in seen:
            yield Said(
                (*place, number), f"the same {kind} twice", shown(value), "keep one, or join them"
            )
        seen.add(value)
