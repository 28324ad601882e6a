"""The types that fields are made of, and the three ways to declare a field.

A field is declared once, with a description. The record class that reads YAML, the table class
that makes SQL, the column help of the site, the JSON Schema of editors and the data dictionary
all take it from there.
"""

import datetime
import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    GetCoreSchemaHandler,
    StringConstraints,
)
from pydantic_core import PydanticCustomError, core_schema
from sqlalchemy import Float, String
from sqlalchemy.ext.compiler import compiles
from sqlmodel import Field, SQLModel
from sqlmodel._compat import SQLModelConfig
from sqlmodel.sql.sqltypes import AutoString

# What may stand in place of a value: we looked, and this is what we found.
ABSENT = ("unknown", "no-written-rule", "not-applicable")

LONGEST_PHRASE = 8  # words of another's text that a phrase or a quotation may carry

LARGEST = 2**63 - 1  # the largest INTEGER of SQLite

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")  # not digits of every script


@compiles(AutoString, "sqlite")
@compiles(String, "sqlite")
def _text(type_: Any, compiler: Any, **options: Any) -> str:
    """STRICT tables know TEXT and refuse VARCHAR."""
    return "TEXT"


@compiles(Float, "sqlite")
def _real(type_: Any, compiler: Any, **options: Any) -> str:
    """STRICT tables know REAL and refuse FLOAT."""
    return "REAL"


class OneOf:
    """A text that is one of a few words fixed in code, because code acts on them."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.literal_schema(list(self.words))


def partial_date(value: str) -> str:
    """Pass YYYY, YYYY-MM or YYYY-MM-DD through when it is a day, month or year that exists.

    Dates stay text: they sort, and a year is not pretended to be a day (ISO 8601-1, 5.2.2.3).
    """
    found = _DATE.fullmatch(value)
    if found:
        year, month, day = found.groups()
        try:
            datetime.date(int(year), int(month or 1), int(day or 1))
            return value
        except ValueError:
            pass
    raise PydanticCustomError("partial_date", "not a date; wanted YYYY, YYYY-MM or YYYY-MM-DD")


def lasted(until: str | None, end: str | None) -> bool:
    """Whether what was so `until` a date was so until the `end` of the body.

    Both may be one day, which one source gives where another has the month or year. Or `until` is
    the day before, where the end is told by the first day of what came after.
    """
    if until is None or end is None:
        return False
    if end.startswith(until) or until.startswith(end):
        return True
    if len(until) < len("YYYY-MM-DD") or len(end) < len("YYYY-MM-DD"):
        return False
    return (datetime.date.fromisoformat(end) - datetime.date.fromisoformat(until)).days == 1


def _whole_day(value: str) -> str:
    if len(partial_date(value)) < len("YYYY-MM-DD"):
        raise PydanticCustomError("whole_day", "not a whole day; wanted YYYY-MM-DD")
    return value


def _date_or_absence(value: str) -> str:
    return value if value in ABSENT else partial_date(value)


def _phrase(value: str) -> str:
    if len(value.split()) > LONGEST_PHRASE:
        raise PydanticCustomError(
            "too_many_words", "too long; wanted at most {limit} words", {"limit": LONGEST_PHRASE}
        )
    return value


# A text is not begun with what spreadsheets take for a formula (OWASP, "CSV Injection"); words of
# others are taken as they are, and may begin with a dash.
Text = Annotated[
    str, StringConstraints(min_length=1, strip_whitespace=True, pattern=r"^([^=+\-@]|$)")
]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
PartialDate = Annotated[str, AfterValidator(partial_date)]
Day = Annotated[str, AfterValidator(_whole_day)]
FactDate = Annotated[str, AfterValidator(_date_or_absence)]
Number = Annotated[float, AllowInfNan(False)]
Phrase = Annotated[
    str,
    StringConstraints(min_length=1, strip_whitespace=True, pattern=r"^([^=+@]|$)"),
    AfterValidator(_phrase),
]
Country = Annotated[str, StringConstraints(pattern=rf"^([A-Z]{{2}}|{'|'.join(ABSENT)})$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$")]

Standing = Annotated[str, OneOf("held", "disputed", "superseded", "unverified")]
Read = Annotated[str, OneOf("full-text", "excerpt", "catalogue")]
Tier = Annotated[str, OneOf("primary", "secondary")]
Extent = Annotated[str, OneOf("page", "document")]
Binding = Annotated[str, OneOf("yes", "no", "conditional", *ABSENT)]
Personality = Annotated[str, OneOf("yes", "no", "via-host", *ABSENT)]
Locator = Annotated[str, OneOf("required", "optional")]
Better = Annotated[str, OneOf("higher", "lower")]
YesNo = Annotated[str, OneOf("yes", "no", "true", "false")]


STRICT = {"sqlite_strict": True}  # what every table is: a text in a column of numbers is refused


class Declared(SQLModel):
    """Fields declared once. How they are validated is worked out when first needed: tables never do."""

    model_config = SQLModelConfig(defer_build=True)


class Item(Declared):
    """A mapping read from YAML. It knows its keys and refuses every other."""

    model_config = SQLModelConfig(extra="forbid")
    # SQLModel's own __init__ makes validation call back into Python for every nested mapping,
    # which doubles its time; records need nothing of what it adds for tables.
    __init__ = BaseModel.__init__
    __new__ = BaseModel.__new__


def optional(description: str, **more: Any) -> Any:
    """A field that may be left out."""
    return Field(default=None, description=description, **more)


def many(description: str) -> Any:
    """A list that may be left out, and is then empty."""
    return Field(default_factory=list, description=description)


def slug(text: str) -> str:
    """A key made of a name: letters and digits of any script, joined by hyphens."""
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def required(description: str, **more: Any) -> Any:
    """A field that must be there."""
    return Field(description=description, **more)


def term(
    vocabulary: str, description: str, *, may_miss: bool = True, may_be_absent: bool = False
) -> Any:
    """A field whose value is a term of `kb/terms/<vocabulary>.yml`.

    With `may_be_absent` one of ABSENT may stand there too: it was looked for.
    """
    about = {"json_schema_extra": {"vocabulary": vocabulary, "absent": may_be_absent}}
    declare = optional if may_miss else required
    return declare(description, schema_extra=about)
