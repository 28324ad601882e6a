"""What may be said: every field of every record and every table, declared once.

Imports nothing of ours. `RECORDS` maps a folder of kb/ to the class its files are read with;
`TABLES` are the tables, in an order in which each refers only to those before it or to itself.
"""

from schema.fields import ABSENT, LONGEST_PHRASE, Item, lasted, slug
from schema.institution import (
    Decision,
    Event,
    Facts,
    Identifier,
    Identifiers,
    Institution,
    InstitutionRecord,
    Name,
    Office,
    Relation,
    SingleFacts,
)
from schema.person import Affiliation, Person, PersonRecord
from schema.query import KeptQuery, QueryRecord
from schema.record import Build, FormerId, Record, RecordVersion, Removed
from schema.regime import (
    Indicator,
    Law,
    Measure,
    Regime,
    RegimeFacts,
    RegimeRecord,
    SingleRegimeFacts,
)
from schema.source import Answer, Claim, Passage, Post, PostRecord, Source, SourceRecord
from schema.statement import Citation, CitationItem, Statement
from schema.term import Term, TermListRecord

VERSION = 1  # raised when a table or column changes its meaning or goes

RECORDS: dict[str, type[Item]] = {
    "terms": TermListRecord,
    "sources": SourceRecord,
    "people": PersonRecord,
    "posts": PostRecord,
    "institutions": InstitutionRecord,
    "regimes": RegimeRecord,
    "queries": QueryRecord,
}

# Facts that have one value at a time, all facts, and those that may have several at once.
SINGLE = frozenset(SingleFacts.model_fields) | frozenset(SingleRegimeFacts.model_fields)
FACTS = frozenset(Facts.model_fields) | frozenset(RegimeFacts.model_fields)
LISTS = FACTS - SINGLE
JSON_COLUMNS = LISTS | {"decision_rule", "unverified", "grounds"}  # hold JSON lists

# Facts whose value is a term -> the list of terms.
VOCABULARIES = {
    name: str(info.json_schema_extra["vocabulary"])
    for name, info in {**Facts.model_fields, **RegimeFacts.model_fields}.items()
    if isinstance(info.json_schema_extra, dict) and "vocabulary" in info.json_schema_extra
}

TABLES = (
    Record, FormerId, Term, Source, Person, Institution, Regime, Post, Passage, Answer, Claim,
    Statement, Citation, Decision, Relation, Office, Event, Name, Measure, Law,
    Indicator, Affiliation, Identifier, KeptQuery,
    RecordVersion, Removed, Build,
)  # fmt: skip

__all__ = [
    "ABSENT", "FACTS", "JSON_COLUMNS", "LISTS", "LONGEST_PHRASE", "RECORDS", "SINGLE", "TABLES", "VERSION", "VOCABULARIES",
    "Affiliation", "Answer", "Build", "Citation", "CitationItem", "Claim", "Decision", "Event",
    "Facts", "FormerId", "Identifier", "Identifiers", "Indicator", "Institution",
    "InstitutionRecord", "Item", "KeptQuery", "Law", "Measure", "Name", "Office", "Passage", "Person", "PersonRecord", "Post", "PostRecord", "QueryRecord",
    "Record", "RecordVersion", "Regime", "RegimeFacts", "RegimeRecord", "Relation", "Removed", "SingleFacts", "SingleRegimeFacts", "Source",
    "SourceRecord", "Statement", "Term", "TermListRecord", "lasted", "slug",
]  # fmt: skip
