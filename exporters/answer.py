"""The answer to a query as something that can be cited: the same query and rows are known again.

After the recommendations of the Research Data Alliance for citing dynamic data
(https://doi.org/10.15497/RDA00016): the query in a normal form, the state of the data, how many rows, and
a hash of them make the citation; its address runs the query again and says whether they are the same.
"""

import base64
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import sqlglot
from sqlglot import exp

from exporters.csl import Item, answer_title, date_parts, one_line, page_item

LONGEST = 10_000  # characters of a query
MOST = 10_000  # rows of an answer that is cited
LARGEST = 5_000_000  # characters of them together
SHOWN = 200  # rows of it that its page shows

# What gives another value each time: https://sqlite.org/lang_corefunc.html, lang_datefunc.html
_CLOCK = {"date", "time", "datetime", "julianday", "strftime", "unixepoch", "timediff"}
_CHANGING = {
    "random", "randomblob", "rand", "changes", "total_changes", "last_insert_rowid",
    "currenttimestamp", "currentdate", "currenttime", "currentdatetime", "sqlite_version", "sqlite_source_id",
}  # fmt: skip


class Refused(ValueError):
    """What was asked cannot be cited; says why, and what would."""


class Answer(NamedTuple):
    """The answer to a query: what makes it up, and what it is known by."""

    sql: str  # in the normal form
    parameters: dict[str, str]
    on: str | None  # the day of which what held is asked for, None for today
    columns: list[str]
    rows: list[tuple[Any, ...]]
    sha256: str
    id: str  # of the question: the query and its parameters
    of: str  # when the records were changed last, the moment by which their state is known

    @property
    def day(self) -> str:
        """The day of it."""
        return self.of[:10]

    def address(self, site: str) -> str:
        """Where the query is run again and held against this answer."""
        asked = {"sql": self.sql, **self.parameters, "of": self.of, "sha256": self.sha256}
        if self.on:
            asked["on"] = self.on
        return f"{site}/q?{urlencode(asked)}"

    def item(self, site: str, title: str | None = None) -> Item:
        """The CSL-JSON item."""
        named = title or self.sql
        named = one_line(named if len(named) <= 90 else f"{named[:90].rsplit(' ', 1)[0]} …")
        about = answer_title(named, len(self.rows), self.of, self.on)
        made = page_item(f"q-{self.id}", about, self.address(site))
        return {**made, "issued": date_parts(self.day)} if self.of[:1].isdigit() else made


def canonical(sql: str) -> str:
    """The query in its normal form: two that are read alike have one. Raises Refused."""
    if len(sql) > LONGEST:
        raise Refused(f"{len(sql):,} characters; wanted a query of at most {LONGEST:,}")
    try:
        found = sqlglot.parse(sql, read="sqlite")
    except sqlglot.errors.SqlglotError as error:
        why = re.split(r" but got | near: |\.? Line ", str(error).splitlines()[0])[0]
        raise Refused(f"the query cannot be read: {why}") from None
    except RecursionError:
        raise Refused("the query is nested too deep to be read") from None
    if len(found) != 1 or not isinstance(found[0], exp.Query):
        raise Refused("wanted one SELECT")
    tree = found[0]
    for name in tree.find_all(exp.Identifier):
        if not name.args.get("quoted"):
            name.set("this", name.name.lower())
    for order in tree.find_all(exp.Ordered):
        if order.args.get("desc") is False:
            order.set("desc", None)
    return tree.sql(dialect="sqlite", comments=False, normalize_functions="upper")


def refused(sql: str) -> Iterator[str]:
    """Why a query in its normal form has no answer of its own, a reason each."""
    tree = sqlglot.parse_one(sql, read="sqlite")
    for called in tree.find_all(exp.Func):
        name = (called.name if isinstance(called, exp.Anonymous) else type(called).__name__).lower()
        said = "random" if name == "rand" else name
        if name in _CHANGING:
            yield f"{said}() gives another value each time"
        elif name in _CLOCK and not called.args.get("expressions"):
            yield f"{said}() without a time is the time of the clock; name the day"
    for text in tree.find_all(exp.Literal):
        if text.is_string and text.name.strip().lower() == "now" and text.find_ancestor(exp.Func):
            yield "'now' is the time of the clock; name the day"
    for query in tree.find_all(exp.Query):
        if query.args.get("limit") and not query.args.get("order"):
            yield "LIMIT without ORDER BY takes any rows; say in which order"


def answer(
    connection: sqlite3.Connection, sql: str, parameters: Mapping[str, str], on: str | None = None
) -> Answer:
    """The answer to a query; `on` the day for which the connection shows what held. Raises Refused with
    every reason, sqlite3.Error where it cannot be run.
    """
    normal = canonical(sql)
    reasons = list(dict.fromkeys(refused(normal)))
    if reasons:
        raise Refused("; ".join(reasons))
    given = {name: parameters.get(name, "") for name in _named(normal)}
    ordered = bool(sqlglot.parse_one(normal, read="sqlite").args.get("order"))
    columns, rows, sha256 = _run(connection, normal, given, ordered)
    try:  # tables read backwards: what depends on the order in which rows lie comes out
        connection.execute("PRAGMA reverse_unordered_selects = ON")
        if _run(connection, normal, given, ordered)[2] != sha256:
            raise Refused(
                "the rows depend on the order in which they are stored; order by so many columns "
                "that no two rows are alike in them"
            )
    finally:
        connection.execute("PRAGMA reverse_unordered_selects = OFF")
    known = json.dumps([normal, sorted(given.items()), on], ensure_ascii=False)
    id = base64.b32encode(hashlib.sha256(known.encode()).digest()).decode()[:10].lower()
    return Answer(normal, given, on, columns, rows, sha256, id, moment(connection) or "unknown")


def moment(connection: sqlite3.Connection) -> str | None:
    """When the records were changed last: the moment by which their state is known. None where no
    history tells it.
    """
    (found,) = connection.execute(
        "SELECT max(at) FROM (SELECT max(committed) AS at FROM main.record_version "
        "UNION ALL SELECT max(removed_at) FROM main.removed)"
    ).fetchone()
    return str(found) if found else None


def is_moment(connection: sqlite3.Connection, at: str) -> bool:
    """Were records changed at this moment?"""
    return (
        connection.execute(
            "SELECT 1 FROM main.record_version WHERE committed = :at "
            "UNION ALL SELECT 1 FROM main.removed WHERE removed_at = :at",
            {"at": at},
        ).fetchone()
        is not None
    )


def _named(sql: str) -> list[str]:
    found = sqlglot.parse_one(sql, read="sqlite").find_all(exp.Placeholder)
    return list(dict.fromkeys(place.name for place in found if place.name))


def _run(
    connection: sqlite3.Connection, sql: str, given: Mapping[str, str], ordered: bool
) -> tuple[list[str], list[tuple[Any, ...]], str]:
    cursor = connection.execute(sql, dict(given))
    columns = [column[0] for column in cursor.description]
    rows: list[tuple[Any, ...]] = []
    lines: list[str] = []
    size = 0
    for row in cursor:
        rows.append(tuple(row))
        lines.append(json.dumps(list(map(_plain, row)), ensure_ascii=False))
        size += len(lines[-1])
        if len(rows) > MOST or size > LARGEST:
            raise Refused(
                f"more than {MOST:,} rows or {LARGEST:,} characters; narrow the query, or cite the database"
            )
    told = "\n".join(
        [json.dumps(columns, ensure_ascii=False), *(lines if ordered else sorted(lines))]
    )
    return columns, rows, hashlib.sha256(told.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return {"bytes": value.hex()} if isinstance(value, bytes) else value
