"""Controlled vocabularies: a term, what it means, and where its neighbour begins."""

from schema.fields import (
    STRICT,
    Better,
    Declared,
    Id,
    Item,
    Locator,
    Text,
    Url,
    YesNo,
    many,
    optional,
    required,
)
from schema.statement import Citations


class TermFields(Declared):
    """One term of a list."""

    term: Id = required("The term, as records write it.")
    label: Text = required("The term as people read it.")
    meaning: Text = required("What it means.")
    boundary: Text = required("Where a neighbouring term begins.")
    inverse_label: Text | None = optional("relation-kinds: how it reads from the other side.")
    symmetric: YesNo | None = optional(
        "relation-kinds: yes where it reads the same from both sides."
    )
    unit: Text | None = optional("indicators: what the figures count.")
    better: Better | None = optional(
        "indicators: whether a higher or a lower figure is meant as better; left out where neither."
    )
    hyperkitty: Url | None = optional(
        "lists: the address of its archive in HyperKitty, such as https://lists.example/hyperkitty/list/l@a.example."
    )
    locator: Locator | None = optional(
        "source-kinds: required where a citation must say where in the source."
    )


class TermItem(TermFields, Item):
    """One item of `terms`."""

    cite: Citations | None = optional("Whose meaning it is; left out where it is ours.")
    note: Text | None = optional("A remark of the curator.")


class TermListRecord(Item):
    """kb/terms/<list>.yml: one controlled vocabulary."""

    title: Text = required("What the list is called.")
    about: Text = required("What the list is for.")
    former_ids: list[Id] = many("Ids it had before.")
    terms: list[TermItem] = required("The terms.", min_length=1)


class TermKey(Declared):
    """The key of a term."""

    id: str = required("`list_term`.", primary_key=True)
    list: str = required("The list it belongs to.", foreign_key="record.id")


class Term(TermFields, TermKey, table=True):
    """The controlled vocabularies: what each term means and where its neighbour begins."""

    __table_args__ = STRICT
    symmetric: str | None = optional("yes where a relation reads the same from both sides.")
    better: str | None = optional("indicators: higher or lower.")
    locator: str | None = optional("Whether citations of this kind of source need a locator.")
