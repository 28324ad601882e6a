"""Records -> rows. Pure: what comes out depends on the record and the index alone."""

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy
from sqlmodel import SQLModel

from loaders.check import Checked
from loaders.history import Life
from loaders.index import Index
from loaders.links import citation_url, hyperkitty_url
from loaders.rules import affiliated, numbered
from schema import (
    ABSENT,
    FACTS,
    LISTS,
    SINGLE,
    Affiliation,
    Answer,
    Citation,
    Claim,
    Decision,
    Event,
    FormerId,
    Identifier,
    Identifiers,
    Indicator,
    Institution,
    InstitutionRecord,
    Item,
    KeptQuery,
    Law,
    Measure,
    Name,
    Office,
    Passage,
    Person,
    PersonRecord,
    Post,
    PostRecord,
    QueryRecord,
    Record,
    Regime,
    RegimeFacts,
    RegimeRecord,
    Relation,
    Source,
    SourceRecord,
    Statement,
    Term,
    TermListRecord,
    lasted,
)

Table = type[SQLModel]
Row = tuple[Any, ...]
Emit = Callable[..., None]

# The lists of a record that become tables of their own, and what of an item is its field and value.
SECTIONS: dict[str, tuple[Table, Callable[[Any], tuple[str, str]]]] = {
    "decisions": (Decision, lambda item: (item.area, item.rule)),
    "relations": (Relation, lambda item: (item.kind, item.target)),
    "offices": (Office, lambda item: ("office", item.title)),
    "events": (Event, lambda item: ("event", item.title)),
    "names": (Name, lambda item: (item.kind, item.name)),
    "measures": (Measure, lambda item: (item.kind, item.name)),
    "laws": (Law, lambda item: (item.area, item.name)),
    "indicators": (Indicator, lambda item: (item.indicator, f"{item.value:.12g}")),
    "affiliations": (Affiliation, lambda item: ("affiliation", affiliated(item))),
}


def table_of(table: Table) -> sqlalchemy.Table:
    """What SQLAlchemy made of the class."""
    return table.__table__  # type: ignore[attr-defined, no-any-return]


@functools.cache
def columns(table: Table) -> tuple[str, ...]:
    """The names of the table's columns, in their order."""
    return tuple(column.name for column in table_of(table).columns)


def rows(checked: Checked, index: Index) -> Iterator[tuple[Table, Row]]:
    """Every row that the record gives, as (table, values in the order of its columns); that of
    `record` as yet without version.
    """
    record, document = checked.record, checked.document
    found: list[tuple[Table, Row]] = []

    def emit(table: Table, item: Item | None = None, **more: Any) -> None:
        values = {**item.__dict__, **more} if item is not None else more
        found.append((table, tuple(map(values.get, columns(table)))))

    emit(
        Record, id=document.id, section=document.section, name=_name(record),
        path=f"kb/{document.section}/{document.id}.yml",
    )  # fmt: skip
    for old in record.former_ids:  # type: ignore[attr-defined]  # every record class has it
        emit(FormerId, old=old, new=document.id)
    if isinstance(record, InstitutionRecord):
        _institution(record, document.id, emit)
    elif isinstance(record, SourceRecord):
        emit(Source, record, id=document.id)
    elif isinstance(record, PostRecord):
        _post(record, document.id, index, emit)
    elif isinstance(record, PersonRecord):
        emit(Person, record, id=document.id)
    elif isinstance(record, QueryRecord):
        given = {item.name: item.value for item in record.parameters}
        emit(
            KeptQuery, record, id=document.id,
            parameters=json.dumps(given, ensure_ascii=False) if given else None,
        )  # fmt: skip
    if isinstance(record, SourceRecord | PostRecord):
        _passages(record, document.id, index, emit)
    _statements(checked, index, emit)
    return iter(found)


def version_rows(life: Life) -> Iterator[Row]:
    """The rows of record_version; without content and file where the database before has them."""
    for v in life.versions:
        yield (
            life.id, v.number, v.committed, v.commit, v.section, v.blob, v.sha256, v.content, v.yaml,
        )  # fmt: skip


def removed_row(life: Life) -> Row:
    """The row that tells that a record is gone."""
    last = life.versions[-1]
    return life.id, last.section, life.name or life.id, last.number, life.removed


def _name(record: Any) -> str:
    for field in ("name", "title", "subject"):
        if hasattr(record, field):
            return str(getattr(record, field))
    raise TypeError(f"{type(record).__name__} has nothing to be called by")


def _strongest_last(fact: Any) -> tuple[bool, bool, str]:
    """The wide table takes a held value before an unverified one, and of several the latest."""
    return fact.standing == "held", fact.until is None, fact.since or fact.as_of or ""


def _ended(record: InstitutionRecord) -> str | None:
    """The date of the body's end, None where there is none."""
    ends = [f for f in record.facts if f.dissolved and f.standing in ("held", "unverified")]
    last = max(ends, key=_strongest_last, default=None)
    return None if last is None or last.dissolved in ABSENT else last.dissolved


def _institution(record: InstitutionRecord, id: str, emit: Emit) -> None:
    wide: dict[str, Any] = {}
    lists: dict[str, list[str]] = {name: [] for name in LISTS}
    unverified: set[str] = set()
    ended = _ended(record)

    def lasting(item: Any) -> bool:
        """Held, or so until the body itself ended: of that the row tells what it was at the end."""
        return item.standing == "held" or (
            item.standing == "superseded" and lasted(item.until, ended)
        )

    for fact in sorted(record.facts, key=_strongest_last):
        for name in fact.__pydantic_fields_set__ & FACTS:
            value = getattr(fact, name)
            if name in SINGLE and (lasting(fact) or fact.standing == "unverified"):
                wide[name] = None if value in ABSENT else value
                (unverified.discard if lasting(fact) else unverified.add)(name)
            elif name not in SINGLE and lasting(fact):
                lists[name].extend(value)
    wide["unverified"] = json.dumps(sorted(unverified)) if unverified else None
    rules = {d.rule for d in record.decisions if d.stage == "final" and lasting(d)}
    lists["decision_rule"] = list(rules)
    for name, values in lists.items():
        wide[name] = _json(sorted(set(values)))
    emit(Institution, record, id=id, **wide)
    if isinstance(record, RegimeRecord):
        regime = {name: wide.get(name) for name in RegimeFacts.model_fields}
        emit(Regime, record, id=id, **regime)
    for scheme in Identifiers.model_fields:
        value = getattr(record, scheme)
        if value:
            emit(Identifier, institution=id, scheme=scheme, value=value)


def _post(record: PostRecord, id: str, index: Index, emit: Emit) -> None:
    archive_url = hyperkitty_url(index.archives.get(record.list), record.message_id)
    emit(
        Source, record, id=id, kind="post", tier="primary", title=record.subject,
        url=record.url or archive_url,
        author=index.people[record.author], issued=record.sent,
        container_title=index.lists.get(record.list),
    )  # fmt: skip
    own = record.own_words
    emit(
        Post, record, id=id, page=own.page, begins=own.begins, ends=own.ends,
        archive_url=archive_url,
    )  # fmt: skip


def _passages(record: SourceRecord | PostRecord, id: str, index: Index, emit: Emit) -> None:
    author = record.author if isinstance(record, PostRecord) else None
    for position, passage in enumerate(record.passages, 1):
        speaker = passage.speaker or author
        person = speaker if speaker in index.people else None
        voice = {"person": person, "body": None if person else speaker}
        address = f"{id}_{passage.key}"
        url = index.sources[id].passages[passage.key]
        emit(Passage, passage, id=address, source=id, position=position, url=url, **voice)
        for answer in passage.answers:
            emit(Answer, passage=address, answers=answer.replace(" ", "_"))
        for claim in passage.claims:
            emit(
                Claim, claim, id=f"{address}_{claim.about}", passage=address,
                gist=claim.gist or passage.gist, **voice,
            )  # fmt: skip


def _statements(checked: Checked, index: Index, emit: Emit) -> None:
    record, document = checked.record, checked.document
    if isinstance(record, TermListRecord):
        for number, item in numbered(record, "terms"):
            id = f"{document.id}_{item.term}"
            emit(Term, item, id=id, list=document.id)
            if item.cite:
                line = document.lines["terms"][number]
                emit(
                    Statement, id=id, record=document.id, section="terms", field=item.term,
                    value=item.meaning, standing="held", note=item.note, line=line,
                )  # fmt: skip
                _citations(id, item, index, emit)
        return
    for place, id in checked.statements:
        section, number = str(place[0]), int(place[1])
        item = getattr(record, section)[number]
        if section == "facts":
            field = str(place[2])
            value = getattr(item, field)
            value = value[place[3]] if len(place) > 3 else value
        else:
            table, said = SECTIONS[section]
            field, value = said(item)
            extra = {"grounds": _json(item.grounds)} if section == "measures" else {}
            emit(
                table, item, statement=id, institution=_about(item, document.id, section),
                person=document.id, **extra,
            )  # fmt: skip
        emit(
            Statement, item, id=id, record=document.id, section=section, field=field,
            value=str(value), line=document.lines[section][number],
        )  # fmt: skip
        _citations(id, item, index, emit)


def _about(item: Any, id: str, section: str) -> str | None:
    return item.institution if section == "affiliations" else id


def _json(values: list[str] | None) -> str | None:
    return json.dumps(values, ensure_ascii=False) if values else None


def _citations(statement: str, item: Any, index: Index, emit: Emit) -> None:
    for position, citation in enumerate(item.cite, 1):
        info = index.sources[citation.source]
        passage = url = None
        if citation.at in info.passages:
            passage, url = f"{citation.source}_{citation.at}", info.passages[citation.at]
        url = url or citation_url(info.kind, info.url, info.page, citation.at, citation.quote)
        emit(
            Citation, statement=statement, position=position, source=citation.source,
            locator=citation.at, passage=passage, quote=citation.quote, url=url,
        )  # fmt: skip
