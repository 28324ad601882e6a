"""A body that governs, advises, campaigns or was only proposed: its record and its tables."""

from schema.fields import (
    LARGEST,
    STRICT,
    Binding,
    Country,
    Currency,
    Declared,
    FactDate,
    Id,
    Item,
    Language,
    PartialDate,
    Personality,
    Text,
    Url,
    many,
    optional,
    required,
    term,
)
from schema.record import RecordKey
from schema.statement import Cited, Standings, StatementLink


class Identity(Declared):
    """Which body it is. Needs no citation: it only says whom the record is about."""

    name: Text = required("The full name, in English where the body has one.")
    short_name: Text | None = optional("The name or acronym that people use.")
    kind: Id | None = term("kinds", "What sort of body it is in form.")
    url: Url | None = optional("Its own site.")


class Identifiers(Declared):
    """The body in other catalogues."""

    wikidata: Text | None = optional("Wikidata item, Q and digits.")
    ror: Text | None = optional("Research Organization Registry id.")
    isni: Text | None = optional("International Standard Name Identifier.")
    lei: Text | None = optional("Legal Entity Identifier.")
    icannwiki: Text | None = optional("Page name on ICANNWiki.")
    digwatch: Text | None = optional("Page name on Digital Watch.")


class SingleFacts(Declared):
    """Facts of which one value is held at a time."""

    type: Id | None = term(
        "types",
        "Governance type: who holds authority in it, and on what ground.",
        may_be_absent=True,
    )
    self_described_type: Text | None = optional("What the body calls itself.")
    status: Id | None = term("statuses", "Where it stands in its life.", may_be_absent=True)
    founded: FactDate | None = optional("When it came to be.")
    founding_act: Text | None = optional("The act or event by which it came to be.")
    founders: Text | None = optional("Who founded it.")
    dissolved: FactDate | None = optional("When it ended.")
    legal_form: Id | None = term("legal-forms", "What it is in law.", may_be_absent=True)
    legal_personality: Personality | None = optional("Is it a legal person: yes, no, or via-host.")
    jurisdiction: Text | None = optional("Where it is registered, or under whose law it stands.")
    registration: Text | None = optional("Its number in a public register.")
    seat_city: Text | None = optional("The city of its seat.")
    seat_country: Country | None = optional("The country of its seat, ISO 3166-1 alpha-2.")
    mandate: Text | None = optional("What it is for, in one sentence of ours.")
    members: Text | None = optional("Who may belong.")
    member_count: int | None = optional(
        "How many belong; the date stands in as_of.", ge=0, le=LARGEST
    )
    participation: Text | None = optional("How a person takes part, and at what cost.")
    meetings: Text | None = optional("When and how it meets.")
    appeal: Text | None = optional("Where its decisions can be challenged.")
    funding: Text | None = optional("Where its money comes from.")
    budget: int | None = optional(
        "Yearly budget, in whole units of budget_currency.", ge=0, le=LARGEST
    )
    budget_currency: Currency | None = optional("Currency of the budget, ISO 4217.")
    budget_year: PartialDate | None = optional("Year of the budget.")
    staff_count: int | None = optional(
        "How many work for it; the date stands in as_of.", ge=0, le=LARGEST
    )
    languages: Text | None = optional("The languages in which it works, or of its texts.")


class Facts(SingleFacts):
    """All facts of a body; the last two may have several values."""

    function: list[Id] | None = term("functions", "What it does.", may_be_absent=True)
    issue_area: list[Id] | None = term("issue-areas", "What it deals with.", may_be_absent=True)


class Fact(Cited, Facts):
    """One item of `facts`: one or more values that rest on the same citation."""


class DecisionFields(Declared):
    """Who decides what, and how."""

    area: Id = term("decision-areas", "What is decided.", may_miss=False)
    stage: Id = term("decision-stages", "At which step the rule applies.", may_miss=False)
    rule: Id = term("decision-rules", "How the decision is reached.", may_miss=False)
    threshold: Text | None = optional(
        "What has to be met: the share or number needed, of whom and with which quorum, or else a"
        " condition or a time limit. Terms of office and effects belong elsewhere."
    )
    participants: Text | None = optional("Who takes part.")
    binding: Binding | None = optional("Does it bind those it is about: yes, no or conditional.")


class RelationFields(Declared):
    """How the body stands to another."""

    kind: Id = term("relation-kinds", "Which relation; the inverse is derived.", may_miss=False)
    target: Id = required("The other body.", foreign_key="institution.id")
    signed: PartialDate | None = optional("Of a treaty or declaration: when it signed.")
    ratified: PartialDate | None = optional(
        "Of a treaty: when it ratified, accepted, approved or acceded; bound from `since`."
    )


class OfficeFields(Declared):
    """A post held in the body."""

    title: Text = required("What the post is called.")
    holder: Text | None = optional("Who holds it, by name.")
    filled_by: Text | None = optional("How it is filled.")
    seats: int | None = optional("How many such posts there are.", ge=1, le=LARGEST)
    term: Text | None = optional("For how long it is held.")


class EventFields(Declared):
    """A dated turning point."""

    date: PartialDate = required("When.")
    title: Text = required("What happened, in words of ours.")


class NameFields(Declared):
    """Another name of the body."""

    name: Text = required("The name.")
    kind: Id = term("name-kinds", "What sort of name it is.", may_miss=False)
    language: Language | None = optional("Its language, BCP 47.")


class DecisionItem(Cited, DecisionFields):
    """One item of `decisions`."""


class RelationItem(Cited, RelationFields):
    """One item of `relations`."""


class OfficeItem(Cited, OfficeFields):
    """One item of `offices`; its key is part of its address."""

    key: Id = required("Short name of the post, such as chair.")


class EventItem(Cited, EventFields):
    """One item of `events`."""


class NameItem(Cited, NameFields):
    """One item of `names`."""


class InstitutionRecord(Identifiers, Identity, Item):
    """kb/institutions/<id>.yml: one body."""

    kind: Id = term("kinds", "What sort of body it is in form.", may_miss=False)
    former_ids: list[Id] = many("Ids it had before; they redirect here.")
    facts: list[Fact] = many("What we say of it, each with its citation.")
    decisions: list[DecisionItem] = many("Who decides what, how.")
    relations: list[RelationItem] = many("How it stands to others.")
    offices: list[OfficeItem] = many("Posts held in it.")
    events: list[EventItem] = many("Dated turning points.")
    names: list[NameItem] = many("Other names.")


class Institution(SingleFacts, Identity, RecordKey, table=True):
    """Every body, one row each, with the values that we hold, or where none is held the unverified
    one; of a body that has ended those that held until then. Proofs are in statement and citation.
    """

    __table_args__ = STRICT
    function: str | None = optional("What it does: a JSON list of terms of functions.")
    issue_area: str | None = optional("What it deals with: a JSON list of terms of issue-areas.")
    decision_rule: str | None = optional(
        "How it decides: a JSON list of the rules held for its final decisions."
    )
    unverified: str | None = optional(
        "Which values of this row are unverified, since none is held: a JSON list of columns."
    )


class Decision(Standings, DecisionFields, StatementLink, table=True):
    """Who decides what and how: body, area and stage, with rule, threshold and bindingness."""

    __table_args__ = STRICT


class Relation(Standings, RelationFields, StatementLink, table=True):
    """How bodies stand to one another, written once; the view `link` shows both directions."""

    __table_args__ = STRICT


class Office(Standings, OfficeFields, StatementLink, table=True):
    """Posts held in bodies: chairs, seats, directors, and how they are filled."""

    __table_args__ = STRICT


class Event(Standings, EventFields, StatementLink, table=True):
    """Dated turning points in the life of bodies."""

    __table_args__ = STRICT


class Name(Standings, NameFields, StatementLink, table=True):
    """Other names of bodies: former, in other languages, acronyms."""

    __table_args__ = STRICT


class Identifier(Declared, table=True):
    """Bodies in other catalogues, for joining with other data."""

    __table_args__ = STRICT
    institution: str = required("The body.", foreign_key="institution.id", primary_key=True)
    scheme: str = required("The catalogue: wikidata, ror, isni, …", primary_key=True)
    value: str = required("Its id there.")
