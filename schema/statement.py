"""Statements and what they rest on: the part every record shares."""

from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from sqlmodel import Field

from schema.fields import (
    STRICT,
    Declared,
    Id,
    Item,
    PartialDate,
    Phrase,
    Standing,
    Text,
    optional,
    required,
)


class CitationFields(Declared):
    """Where in a source a statement stands."""

    source: Id = required(
        "The source: a record in kb/sources or kb/posts.", foreign_key="source.id"
    )
    quote: Phrase | None = optional("At most eight words of the source, to find the place by.")


class CitationItem(CitationFields, Item):
    """A citation written out as a mapping, or read from the short form `source locator`."""

    at: Text | None = optional(
        "The locator: section, article, paragraph, heading, or the key of a post's passage."
    )


def read_citations(value: Any) -> Any:
    """Turn `cite:` as written (a string, a mapping, or a list of them) into a list of mappings."""
    if value == "" or value == []:
        raise PydanticCustomError("no_citation", "no source given; wanted `source-id locator`")
    found = []
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, str):
            source, _, locator = entry.strip().partition(" ")
            found.append(
                {"source": source, "at": locator.strip()} if locator else {"source": source}
            )
        else:
            found.append(entry)
    return found


Citations = Annotated[
    list[CitationItem],
    BeforeValidator(
        read_citations, json_schema_input_type=str | CitationItem | list[str | CitationItem]
    ),
]


class Standings(Declared):
    """When a statement holds, and how well it stands."""

    since: PartialDate | None = optional("The first year, month or day on which it holds.")
    until: PartialDate | None = optional("The last year, month or day on which it held.")
    as_of: PartialDate | None = optional(
        "The year, month or day for which a source shows it: alone where its beginning is not "
        "known, beside since as the latest that a source shows."
    )
    standing: Standing = Field(
        default="held",
        description="held: we stand by it. disputed: another source says otherwise. superseded: "
        "was so, is no longer. unverified: rests on a source that we would not rely on alone.",
    )


class Cited(Standings, Item):
    """What every statement in a record carries."""

    key: Id | None = optional("A short name, needed where two statements would share an id.")
    note: Text | None = optional("A remark of the curator: how to read the source, what is open.")
    cite: Citations = required("What it rests on: `source-id locator`, or a list of these.")


class StatementLink(Declared):
    """The two columns by which a row of a section leads back to its statement."""

    statement: str = required(
        "The statement this row spells out.", foreign_key="statement.id", primary_key=True
    )
    institution: str = required("The body it is about.", foreign_key="institution.id")


class StatementFields(Declared):
    """What is stated, and of whom."""

    id: str = required(
        "`record_field`, or `record_section_key`; the same when the file is reordered.",
        primary_key=True,
    )
    record: str = required("The record it belongs to.", foreign_key="record.id")
    section: str = required("The list in the record in which it stands: facts, relations, …")
    field: str = required("Which field or kind of thing it states.")
    value: str = required("The value, as text.")


class Statement(Standings, StatementFields, table=True):
    """Every cited value of every record, one row each: what is said, since when, how well it stands."""

    __table_args__ = STRICT
    note: str | None = optional("A remark of the curator: how to read the source, what is open.")
    line: int = required("The line of the record's file at which it is written.")


class CitationKey(Declared):
    """The key of a citation: its statement, and its number among those of the statement."""

    statement: str = required("The statement.", foreign_key="statement.id", primary_key=True)
    position: int = required(
        "1 for the first citation of a statement, and so on.", primary_key=True
    )


class Citation(CitationFields, CitationKey, table=True):
    """What each statement rests on: source, place in it, and a link straight to that place."""

    __table_args__ = STRICT
    locator: str | None = optional("Section, article, paragraph, heading or passage.")
    passage: str | None = optional(
        "The passage, where the source is recorded passage by passage.", foreign_key="passage.id"
    )
    url: str | None = optional("The address of the place: with a fragment where there is one.")
