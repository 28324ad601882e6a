"""How one state, or a union of states, governs the Internet."""

from typing import Annotated

from pydantic import StringConstraints

from schema.fields import (
    STRICT,
    Declared,
    Id,
    Number,
    PartialDate,
    Text,
    Url,
    many,
    optional,
    required,
    term,
)
from schema.institution import Facts, InstitutionRecord
from schema.statement import Cited, Standings, StatementLink


class Codes(Declared):
    """The state in ISO 3166-1."""

    iso2: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] = required(
        "ISO 3166-1 alpha-2 code, upper case; the file's name is the same in lower case."
    )
    iso3: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] | None = optional(
        "ISO 3166-1 alpha-3 code, upper case."
    )


class SingleRegimeFacts(Declared):
    """Facts that only a state has; one value is held at a time."""

    un_status: Id | None = term(
        "un-statuses", "How it stands to the United Nations: member, observer, territory."
    )
    cctld: Text | None = optional("Its country-code top-level domain, without the dot.")
    cctld_manager: Text | None = optional("Who manages that domain.")
    rir: Id | None = optional(
        "The Regional Internet Registry that serves it.", foreign_key="institution.id"
    )
    data_protection_authority: Text | None = optional("Who supervises data protection in it.")
    transactions_law: Id | None = term(
        "law-states", "Whether it has a law on electronic transactions and signatures."
    )
    consumer_law: Id | None = term(
        "law-states", "Whether it has a law that protects consumers online."
    )
    privacy_law: Id | None = term("law-states", "Whether it has a law on personal data.")
    cybercrime_law: Id | None = term("law-states", "Whether it has a law on offences by computer.")
    indirect_tax_law: Id | None = term(
        "law-states", "Whether it has a law that taxes what is bought online from abroad."
    )


class RegimeFacts(SingleRegimeFacts):
    """All facts that only a state has; the last may have several values."""

    idn_cctlds: list[Text] | None = optional(
        "Its top-level domains in other scripts, without the dot."
    )


class RegimeFact(Cited, RegimeFacts, Facts):
    """One item of a regime's `facts`."""


class MeasureFields(Declared):
    """What the state does: law, power, ban, plan."""

    kind: Id = term("measure-kinds", "What sort of measure it is.", may_miss=False)
    name: Text = required("What it is, in neutral words of ours.")
    status: Id | None = term("measure-statuses", "Where it stands.")
    instrument: Id | None = optional(
        "The law or act it rests on; its official number stands there.", foreign_key="source.id"
    )
    holder: Id | None = optional("The body that holds the power.", foreign_key="institution.id")
    power: Text | None = optional("What may be done, and by whom.")
    review: Text | None = optional("Who reviews it, and how.")
    penalty: Text | None = optional("What follows on a breach.")


class MeasureItem(Cited, MeasureFields):
    """One item of `measures`; its key is part of its address."""

    key: Id = required("Short name of the measure, such as app-blocking.")
    grounds: list[Text] | None = optional("The grounds on which it may be used.")


class LawFields(Declared):
    """A law that a catalogue of laws names, without what it says: that is a measure."""

    area: Id = term("law-areas", "What it is about.", may_miss=False)
    name: Text = required("What it is called, as the catalogue has it.")
    url: Url | None = optional("Where the catalogue says that its text is.")


class LawItem(Cited, LawFields):
    """One item of `laws`."""


class IndicatorFields(Declared):
    """A figure that somebody publishes for many states, so that they can be compared."""

    indicator: Id = term("indicators", "What is measured.", may_miss=False)
    year: PartialDate = required("The year or edition it is for, or the day it was counted.")
    value: Number = required("The figure; its unit stands with the term.")


class IndicatorItem(Cited, IndicatorFields):
    """One item of `indicators`."""


class RegimeRecord(Codes, InstitutionRecord):
    """kb/regimes/<cc>.yml: one state or union of states. Loads to `institution` and `regime`."""

    kind: Id | None = term(  # type: ignore[assignment]
        "kinds", "Left out: a regime is a state or union."
    )
    facts: list[RegimeFact] = many(  # type: ignore[assignment]
        "What we say of it, each with its citation."
    )
    measures: list[MeasureItem] = many("What the state does.")
    laws: list[LawItem] = many("Laws that catalogues name.")
    indicators: list[IndicatorItem] = many("Figures by which states are compared.")


class RegimeKey(Declared):
    """The key of a regime: its institution."""

    id: str = required("The code in lower case.", foreign_key="institution.id", primary_key=True)


class Regime(SingleRegimeFacts, Codes, RegimeKey, table=True):
    """States and unions as regimes: code, domain, registry. Their other facts are in institution."""

    __table_args__ = STRICT
    idn_cctlds: str | None = optional("Its domains in other scripts: a JSON list.")


class Measure(Standings, MeasureFields, StatementLink, table=True):
    """What states do to or on the Internet: the law, the power, who holds it, since when."""

    __table_args__ = STRICT
    grounds: str | None = optional("The grounds on which it may be used: a JSON list.")


class Law(Standings, LawFields, StatementLink, table=True):
    """Laws that a catalogue names for a state, by area; what a law says is in measure."""

    __table_args__ = STRICT


class Indicator(Standings, IndicatorFields, StatementLink, table=True):
    """Figures for states, one row a state, indicator and year; units stand in term."""

    __table_args__ = STRICT
