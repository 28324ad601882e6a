"""Whatever a record refers to: terms, ids, sources, locators, passages."""

import functools
from collections.abc import Iterator
from typing import Any

from loaders.index import SECTIONS, Index, SourceInfo
from loaders.links import page_url, passage_url
from loaders.problem import Place, Said, shown, wanted
from loaders.rules import numbered
from schema import (
    ABSENT,
    CitationItem,
    Item,
    PersonRecord,
    PostRecord,
    SourceRecord,
    TermListRecord,
)


def learn(record: Item, id: str, index: Index) -> None:
    """Add to the index what other records need to know of this one."""
    if isinstance(record, TermListRecord):
        if record.terms and None not in record.terms:  # of a faulty list nobody knows what it lacks
            index.terms[id] = frozenset(item.term for item in record.terms)
        if id == "relation-kinds":
            index.symmetric = frozenset(
                t.term for _, t in numbered(record, "terms") if t.symmetric in ("yes", "true")
            )
            index.inverses = {
                t.inverse_label.replace(" ", "-"): t.term
                for _, t in numbered(record, "terms")
                if t.inverse_label
            }
        if id == "lists":
            index.lists = {t.term: t.label for _, t in numbered(record, "terms")}
            index.archives = {
                t.term: t.hyperkitty for _, t in numbered(record, "terms") if t.hyperkitty
            }
        if id == "source-kinds":
            index.locators = frozenset(
                t.term for _, t in numbered(record, "terms") if t.locator == "required"
            )
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
            page = index.page(record.own_words.page)
        passages = {
            p.key: passage_url(page, p.start, p.end) for _, p in numbered(record, "passages")
        }
        index.sources[id] = SourceInfo(kind, record.url or record.read_at, page, needs, passages)


def references(record: Item, id: str, index: Index) -> Iterator[Said]:
    """Whatever the record refers to and is not there: terms, ids, sources, locators, passages."""
    for place, item in items(record):
        for name, vocabulary, absences in _term_fields(type(item)):
            value = getattr(item, name)
            if value is not None:
                yield from _unknown_terms(place, name, value, vocabulary, absences, index)
        for name, table in _reference_fields(type(item)):
            value = getattr(item, name)
            if value is not None:
                yield from _unknown_id((*place, name), value, SECTIONS[table], index)
    for place, citation in citations(record):
        yield from _locator_problems(place, citation, index)
    for number, relation in numbered(record, "relations"):
        if relation.target == id:
            place = ("relations", number, "target")
            yield Said(place, "a relation of the body to itself", shown(id), "name another body")
    for number, passage in numbered(record, "passages"):
        yield from _passage_references(("passages", number), passage, index)
    if isinstance(record, PostRecord) and record.own_words:
        page = record.own_words.page
        yield from _unknown_id(("own_words", "page"), page, ("posts",), index)


def items(record: Item) -> Iterator[tuple[Place, Item]]:
    """The record itself and every mapping in its lists, with the way to it."""
    yield (), record
    for name in record.__pydantic_fields_set__:
        value = getattr(record, name)
        if type(value) is list:
            for number, item in enumerate(value):
                if isinstance(item, Item):
                    yield (name, number), item
                    for claim_number, claim in enumerate(item.__dict__.get("claims", ())):
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
def _term_fields(cls: type[Item]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Each field that holds terms, with its list and the words that may stand in for a term."""
    found = []
    for name, info in cls.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and "vocabulary" in extra:
            found.append((name, str(extra["vocabulary"]), ABSENT if extra["absent"] else ()))
    return tuple(found)


@functools.cache
def _reference_fields(cls: type[Item]) -> tuple[tuple[str, str], ...]:
    found = []
    for name, info in cls.model_fields.items():
        # Where the type is Annotated, pydantic leaves what SQLModel declares in the metadata.
        for declared in (info, *info.metadata):
            table = getattr(declared, "foreign_key", None)
            if isinstance(table, str) and table in SECTIONS:
                found.append((name, table))
    return tuple(found)


def _unknown_terms(
    place: Place,
    name: str,
    value: Any,
    vocabulary: str,
    absences: tuple[str, ...],
    index: Index,
) -> Iterator[Said]:
    known = index.terms.get(vocabulary)
    if known is None:
        if value is not None and index.section(vocabulary) != "terms":
            want = f"wanted a list terms/{vocabulary}.yml"
            yield Said((*place, name), "its list of terms is missing", "", want)
        return  # else the list is faulty, which is a problem of its own
    for number, word in enumerate(value) if isinstance(value, list) else ((None, value),):
        if word in known or word in absences:
            continue
        at = (*place, name) if number is None else (*place, name, number)
        if word in index.inverses and vocabulary == "relation-kinds":
            want = f"the inverse is derived: write '{index.inverses[word]}' in the other record"
        else:
            want = wanted(word, known, f"a term of terms/{vocabulary}.yml")
        yield Said(at, f"no such term in {vocabulary}", shown(word), want)


def _unknown_id(
    place: Place, value: str, sections: tuple[str, ...], index: Index
) -> Iterator[Said]:
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
    info = index.source(id)
    if info is None:
        if index.section(id) not in ("sources", "posts"):
            yield from _unknown_id(place, id, ("sources", "posts"), index)
        return  # it is there and could not be read, which is a problem of its own
    if info.kind == "post" and at not in info.passages:
        what = f"no passage '{at}' in {id}" if at else f"does not say which passage of {id}"
        yield Said(
            place, what, shown(at) if at else "", wanted(at or "", info.passages, "its passages")
        )
    elif info.needs_locator and not at:
        want = f"say where, as in `{id} §2`, `{id} art. 3` or `{id} para. 4`"
        yield Said(
            place, f"{id} is longer than a page and the citation has no locator", shown(id), want
        )


def _passage_references(place: Place, passage: Any, index: Index) -> Iterator[Said]:
    if passage.speaker:
        sections = ("people", "institutions", "regimes")
        yield from _unknown_id((*place, "speaker"), passage.speaker, sections, index)
    for number, answer in enumerate(passage.answers):
        at = (*place, "answers", number)
        source, _, key = answer.partition(" ")
        info = index.source(source)
        if info is None:
            yield from _unknown_id(at, source, ("sources", "posts"), index)
        elif key not in info.passages:
            yield Said(
                at,
                f"no passage '{key}' in {source}",
                shown(answer),
                wanted(key, info.passages, "its passages"),
            )
