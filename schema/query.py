"""A query that is kept: reviewed like a record, run again with every build, cited by its answer."""

from typing import Annotated

from pydantic import Field as Limits
from pydantic import StringConstraints

from schema.fields import STRICT, Day, Declared, Id, Item, Text, many, optional, required
from schema.record import RecordKey

Sql = Annotated[str, StringConstraints(min_length=1, max_length=10_000, strip_whitespace=True)]
Moment = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", max_length=20)
]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class QueryFields(Declared):
    """What is asked, and what the answer was."""

    title: Text = required("What the answer is called where it is cited.")
    about: Text | None = optional("What it answers, and what to bear in mind in reading it.")
    sql: Sql = required(
        "The query: one SELECT whose answer does not depend on chance or the clock."
    )
    day: Day | None = optional("The day for which it is asked what held; left out for today.")
    state: Moment = required(
        "When the records that were asked had been changed last, in UTC; `igkb keep` writes it."
    )
    rows: Annotated[int, Limits(ge=0)] = required(
        "How many rows the answer had; `igkb keep` writes it."
    )
    sha256: Sha256 = required("The SHA-256 of the answer; `igkb keep` writes it.")


class ParameterItem(Item):
    """One item of `parameters`."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] = required(
        "The parameter, as the query names it after the colon."
    )
    value: Text = required("What is entered for it.")


class QueryRecord(QueryFields, Item):
    """kb/queries/<id>.yml: one query that is kept."""

    former_ids: list[Id] = many("Ids it had before.")
    parameters: list[ParameterItem] = many("What is entered for the parameters of the query.")


class KeptQuery(QueryFields, RecordKey, table=True):
    """Queries that are kept and reviewed like records, with what their answers are known by."""

    __tablename__ = "kept_query"
    __table_args__ = STRICT
    parameters: str | None = optional("Names and values of its parameters, as a JSON object.")
