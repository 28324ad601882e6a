"""The database as it was on a day: temporary views that stand before the tables of the same name.

SQLite looks for a name among temporary views first, so whatever reads the tables reads what held
then, unchanged (sqlite.org/lang_naming.html). Partial dates are compared as far as both go: what began
"1998" is taken to hold on every day of that year.

On a day there holds what had begun by then and had not ended, and what has no date at all. What a
source shows only for a later time, with no beginning, is left out; so is what ended nobody knows
when, but for the time for which a source shows it. What has been superseded since was held then.
"""

import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from schema import ABSENT, LISTS, SINGLE

_DATED = ("statement", "decision", "relation", "office", "event", "name", "measure", "law",
          "indicator", "affiliation")  # fmt: skip
# A JSON list as Python writes it.
_LIST = """nullif(replace(json_group_array({}), '","', '", "'), '[]')"""
_ABSENT = ", ".join(f"'{word}'" for word in ABSENT)


def day_asked(text: str | None) -> str | None:
    """The day that `?on=` asks for, None where it asks for none. Raises ValueError where it is no day."""
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text).isoformat()


def opened(path: Path, on: str | None) -> closing[sqlite3.Connection]:
    """A connection of its own to the database `path`; with `on`, as it was on that day."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    for statement in _views(connection, on) if on else ():
        connection.execute(statement)
    return closing(connection)


def _views(connection: sqlite3.Connection, on: str) -> list[str]:
    made = [f"CREATE TEMP VIEW day AS SELECT '{on}' AS day"]
    made += [_dated(connection, table, on) for table in _DATED]
    for table in ("institution", "regime"):
        made.append(_wide(connection, table))
    made += [
        f"CREATE TEMP VIEW post AS SELECT * FROM main.post WHERE {_by('sent', on)}",
        "CREATE TEMP VIEW passage AS SELECT * FROM main.passage WHERE source NOT IN "
        "(SELECT id FROM main.post) OR source IN (SELECT id FROM post)",
        "CREATE TEMP VIEW claim AS SELECT * FROM main.claim "
        "WHERE passage IN (SELECT id FROM passage)",
    ]
    named = connection.execute("SELECT sql FROM main.sqlite_master WHERE type = 'view'").fetchall()
    made += [re.sub(r"^CREATE VIEW", "CREATE TEMP VIEW", sql) for (sql,) in named]
    return made


def _by(column: str, on: str) -> str:
    """Had it begun by that day? `on` is a whole day, so that no partial date is longer."""
    return f"({column} IS NULL OR {column} <= substr('{on}', 1, length({column})))"


def _holds(on: str) -> str:
    ended = f"until IS NOT NULL AND until < substr('{on}', 1, length(until))"
    only_later = f"since IS NULL AND NOT {_by('as_of', on)}"
    lost = (
        f"standing = 'superseded' AND until IS NULL AND coalesce(as_of < substr('{on}', 1, "
        "length(as_of)), TRUE)"
    )
    return f"{_by('since', on)} AND NOT ({ended}) AND NOT ({only_later}) AND NOT ({lost})"


def _columns(connection: sqlite3.Connection, table: str) -> list[Any]:
    return connection.execute(f'PRAGMA main.table_info("{table}")').fetchall()


def _dated(connection: sqlite3.Connection, table: str, on: str) -> str:
    columns = [
        "CASE standing WHEN 'superseded' THEN 'held' ELSE standing END AS standing"
        if name == "standing"
        else f'"{name}"'
        for _, name, *_ in _columns(connection, table)
    ]
    when = {
        "event": f" AND {_by('date', on)}",
        "indicator": f" AND {_by('year', on)}",
        "statement": f" AND NOT (section = 'facts' AND field = 'dissolved' AND NOT {_by('value', on)})"
        " AND (section <> 'events' OR id IN (SELECT statement FROM event))"
        " AND (section <> 'indicators' OR id IN (SELECT statement FROM indicator))",
    }.get(table, "")
    return f"CREATE TEMP VIEW {table} AS SELECT {', '.join(columns)} FROM main.{table} WHERE {_holds(on)}{when}"


def _wide(connection: sqlite3.Connection, table: str) -> str:
    """The wide table made of the statements again, as `loaders.rows` makes it."""
    of = "FROM statement s WHERE s.record = i.id AND s.section = 'facts'"
    strongest = (
        "ORDER BY s.standing = 'held' DESC, s.until IS NULL DESC, "
        "coalesce(s.since, s.as_of, '') DESC, s.line DESC LIMIT 1"
    )
    columns = []
    for _, name, kind, *_ in _columns(connection, table):
        if name in SINGLE:
            value = f"CASE WHEN s.value NOT IN ({_ABSENT}) THEN CAST(s.value AS {kind}) END"
            held = f"s.field = '{name}' AND s.standing IN ('held', 'unverified')"
            made = f"(SELECT {value} {of} AND {held} {strongest})"
        elif name in LISTS:
            made = (
                f"(SELECT {_LIST.format('value')} FROM (SELECT DISTINCT s.value "
                f"{of} AND s.field = '{name}' AND s.standing = 'held' ORDER BY s.value))"
            )
        elif name == "decision_rule":
            made = (
                f"(SELECT {_LIST.format('rule')} FROM (SELECT DISTINCT d.rule FROM "
                "decision d WHERE d.institution = i.id AND d.stage = 'final' "
                "AND d.standing = 'held' ORDER BY d.rule))"
            )
        elif name == "unverified":
            fields = ", ".join(f"'{field}'" for field in sorted(SINGLE))
            made = (
                f"(SELECT {_LIST.format('field')} FROM (SELECT DISTINCT s.field "
                f"{of} AND s.field IN ({fields}) AND s.standing = 'unverified' AND NOT EXISTS "
                "(SELECT 1 FROM statement h WHERE h.record = i.id AND h.section = 'facts' "
                "AND h.field = s.field AND h.standing = 'held') ORDER BY s.field))"
            )
        else:
            made = f'i."{name}"'
        columns.append(f'{made} AS "{name}"')
    return f"CREATE TEMP VIEW {table} AS SELECT {', '.join(columns)} FROM main.{table} i"
