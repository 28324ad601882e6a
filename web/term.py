"""The page of a controlled vocabulary: its terms, their meanings, and how often each is used."""

import sqlite3

from exporters.reading import Row, rows
from web.notes import notes
from web.reading import Terms, record

# Where the terms of each list are used: rows of term, count. A test holds this against kb.
_FACT = """
    SELECT value, count(*) FROM statement WHERE section = 'facts' AND field = ? GROUP BY value
"""
USES: dict[str, tuple[str, str, str | None]] = {
    "types": (_FACT, "/kb/statement?section=facts&field=type&value=", "type"),
    "statuses": (_FACT, "/kb/statement?section=facts&field=status&value=", "status"),
    "legal-forms": (_FACT, "/kb/statement?section=facts&field=legal_form&value=", "legal_form"),
    "functions": (_FACT, "/kb/statement?section=facts&field=function&value=", "function"),
    "issue-areas": (_FACT, "/kb/statement?section=facts&field=issue_area&value=", "issue_area"),
    "kinds": ("SELECT kind, count(*) FROM institution GROUP BY kind", "/kb/institution?kind=", None),
    "un-statuses": (_FACT, "/kb/statement?section=facts&field=un_status&value=", "un_status"),
    "law-states": (
        "SELECT value, count(*) FROM statement WHERE section = 'facts' AND field GLOB '*_law' GROUP BY value",
        "/kb/statement?section=facts&field__endswith=_law&value=", None,
    ),
    "law-areas": ("SELECT area, count(*) FROM law GROUP BY area", "/kb/law?area=", None),
    "indicators": ("SELECT indicator, count(*) FROM indicator GROUP BY indicator", "/kb/indicator?indicator=", None),
    "decision-areas": ("SELECT area, count(*) FROM decision GROUP BY area", "/kb/decision?area=", None),
    "decision-stages": ("SELECT stage, count(*) FROM decision GROUP BY stage", "/kb/decision?stage=", None),
    "decision-rules": ("SELECT rule, count(*) FROM decision GROUP BY rule", "/kb/decision?rule=", None),
    "relation-kinds": ("SELECT kind, count(*) FROM relation GROUP BY kind", "/kb/relation?kind=", None),
    "name-kinds": ("SELECT kind, count(*) FROM name GROUP BY kind", "/kb/name?kind=", None),
    "measure-kinds": ("SELECT kind, count(*) FROM measure GROUP BY kind", "/kb/measure?kind=", None),
    "measure-statuses": ("SELECT status, count(*) FROM measure GROUP BY status", "/kb/measure?status=", None),
    "stances": ("SELECT stance, count(*) FROM claim GROUP BY stance", "/kb/claim?stance=", None),
    "source-kinds": ("SELECT kind, count(*) FROM source GROUP BY kind", "/kb/source?kind=", None),
    "debates": ("SELECT debate, count(*) FROM post GROUP BY debate", "/kb/post?debate=", None),
    "stakeholder-groups": ("SELECT stakeholder_group, count(*) FROM affiliation GROUP BY stakeholder_group", "/kb/affiliation?stakeholder_group=", None),
    "lists": ("SELECT list, count(*) FROM post GROUP BY list", "/kb/post?list=", None),
}  # fmt: skip


def page(connection: sqlite3.Connection, id: str) -> Row | None:
    """Everything on the page, None where there is no such list."""
    found = record(connection, id)
    if found is None or found["section"] != "terms":
        return None
    terms = rows(
        connection,
        """
        SELECT t.*, s.note FROM term t LEFT JOIN statement s ON s.id = t.id
        WHERE t.list = ? ORDER BY t.rowid
        """,
        id,
    )
    sql, where, field = USES.get(id, ("", "", None))
    counts = dict(connection.execute(sql, (field,) if field else ()).fetchall()) if sql else {}
    for term in terms:
        term["uses"] = counts.get(term["term"], 0) if sql else None
        term["where"] = where + term["term"]
    return {
        "record": found,
        "terms": terms,
        "lists": lists(connection),
        "notes": notes(connection, [term["id"] for term in terms], Terms.of(connection)),
    }


def lists(connection: sqlite3.Connection) -> list[Row]:
    """All vocabularies, by name."""
    return rows(
        connection,
        """
        SELECT r.id, r.name, count(*) AS terms FROM record r JOIN term t ON t.list = r.id
        GROUP BY r.id ORDER BY r.name
        """,
    )
