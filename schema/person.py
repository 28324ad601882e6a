"""Someone who speaks or writes: the public name, the affiliation, nothing more."""

from schema.fields import STRICT, Declared, Id, Item, Text, Url, many, optional, required, term
from schema.record import RecordKey
from schema.statement import Cited, Standings


class PersonFields(Declared):
    """Who it is."""

    name: Text = required("The name under which they speak in public.")
    given_name: Text | None = optional("Given names, for citations.")
    family_name: Text | None = optional("Family name, for citations.")
    url: Url | None = optional("Their own public page.")


class AffiliationFields(Declared):
    """To which body they belong, and from which part of the field they speak there."""

    institution: Id | None = optional("The body.", foreign_key="institution.id")
    organisation: Text | None = optional("The name of a body that has no record.")
    role: Text | None = optional("As what.")
    stakeholder_group: Id | None = term(
        "stakeholder-groups", "From which part of the field they speak in that place."
    )


class AffiliationItem(Cited, AffiliationFields):
    """One item of `affiliations`."""


class PersonRecord(PersonFields, Item):
    """kb/people/<id>.yml: one person."""

    former_ids: list[Id] = many("Ids they had before.")
    affiliations: list[AffiliationItem] = many("Where they belong.")


class Person(PersonFields, RecordKey, table=True):
    """People who speak in the posts or wrote sources that are recorded passage by passage."""

    __table_args__ = STRICT


class Affiliation(Standings, AffiliationFields, table=True):
    """Which person belongs to which body, as what, since when, in which stakeholder group."""

    __table_args__ = STRICT
    statement: str = required(
        "The statement this row spells out.", foreign_key="statement.id", primary_key=True
    )
    person: str = required("The person.", foreign_key="person.id")
