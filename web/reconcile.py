"""Matching names to records for OpenRefine and the like: Reconciliation Service API 0.2.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

import difflib
import json
import re
import sqlite3
from typing import Any

from exporters.cite import Unknown, cite
from exporters.csl import NAME, PAGES
from exporters.reading import Row, row, rows
from schema import JSON_COLUMNS

TYPES = {
    "institution": "Body",
    "regime": "State, territory or union",
    "person": "Person",
}
PREVIEW = {"width": 420, "height": 160}  # of the frame, in pixels
MOST = 50  # queries in a batch, or records to extend at once
CERTAIN = 100  # the score of a name that is written just so
_CLOSE = 0.6  # of 1: names less alike are no candidates
_CANDIDATES = 5

# What can be fetched for a record: columns of the wide tables, and what we make of it.
_COLUMNS = {
    "short_name": "Acronym", "type": "Governance type", "kind": "Kind of body", "status": "Status",
    "founded": "Founded", "dissolved": "Ended", "legal_form": "Legal form",
    "seat_city": "Seat, city", "seat_country": "Seat, country", "url": "Its own site",
    "mandate": "Mandate", "function": "Functions", "issue_area": "Deals with",
    "member_count": "Number of members", "decision_rule": "Decision rules",
    "iso2": "ISO 3166-1 alpha-2", "iso3": "ISO 3166-1 alpha-3", "cctld": "Country-code domain",
    "rir": "Regional Internet Registry",
}  # fmt: skip
_MADE = {"permalink": "Permalink", "citation": "Citation"}
PROPERTIES = {**_COLUMNS, **_MADE}


class Wrong(ValueError):
    """What was asked is not of the form that the specification gives; says what is wanted."""


def manifest(site: str) -> Row:
    """What the service is and can."""
    service = {"service_url": site}
    return {
        "versions": ["0.2"],
        "name": NAME,
        "identifierSpace": f"{site}/id/",
        "schemaSpace": f"{site}/schema",
        "documentation": f"{site}/about#use",
        "defaultTypes": [{"id": id, "name": name} for id, name in TYPES.items()],
        "view": {"url": f"{site}/id/{{{{id}}}}"},
        "preview": {"url": f"{site}/reconcile/preview?id={{{{id}}}}", **PREVIEW},
        "suggest": {
            what: {**service, "service_path": f"/reconcile/suggest/{what}"}
            for what in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {**service, "service_path": "/reconcile/properties"},
            "property_settings": [],
        },
    }


def matches(connection: sqlite3.Connection, text: str) -> Row:
    """The candidates for each query of a batch, given as JSON. Raises Wrong."""
    batch = mapping(text, "queries", 'such as {"q0": {"query": "ICANN"}}')
    if len(batch) > MOST:
        raise Wrong(f"{len(batch)} queries; wanted at most {MOST} in a batch")
    found = known(connection)
    return {key: {"result": result(connection, found, query)} for key, query in batch.items()}


def result(connection: sqlite3.Connection, known: list[Row], query: object) -> list[Row]:
    """The candidates for one query among the records that are known. Raises Wrong."""
    if not isinstance(query, dict):
        raise Wrong('a query is a mapping such as {"query": "ICANN"}')
    asked = str(query.get("query") or "")
    types = query.get("type")
    types = [types] if isinstance(types, str) else types if isinstance(types, list) else []
    limit = query.get("limit")
    limit = int(limit) if isinstance(limit, int | float) and 0 < limit <= MOST else _CANDIDATES
    found = [
        {**record, "score": _score(asked, record["names"])}
        for record in known
        if not types or record["type"] in types
    ]
    found = [record for record in found if record["score"] >= _CLOSE * CERTAIN]
    found = _agreeing(connection, found, query.get("properties"))
    found.sort(key=lambda record: (-record["score"], record["type"] == "person", record["name"]))
    certain = [record for record in found if record["score"] == CERTAIN]
    return [
        {"id": record["id"], "name": record["name"], "score": record["score"],
         "match": len(certain) == 1 and record is certain[0],
         "description": record["about"],
         "type": [{"id": record["type"], "name": TYPES[record["type"]]}]}
        for record in found[:limit]
    ]  # fmt: skip


def _plain(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.casefold()))


def _score(asked: str, names: list[str]) -> float:
    """From 0 to 100: how well what was asked is one of the names."""
    wanted = _plain(asked)
    if not wanted:
        return 0
    best = 0.0
    for name in names:
        if name == wanted:
            return CERTAIN
        matcher = difflib.SequenceMatcher(None, wanted, name)
        if matcher.real_quick_ratio() > max(best, _CLOSE) and matcher.quick_ratio() > max(
            best, _CLOSE
        ):
            best = max(best, matcher.ratio())
        if len(wanted) > 3 and set(wanted.split()) <= set(name.split()):  # a part of a longer name
            best = max(best, 0.7 + 0.2 * len(wanted) / len(name))
    return round(best * (CERTAIN - 1), 1)


def known(connection: sqlite3.Connection) -> list[Row]:
    """Every body, state and person with all the names it is found by."""
    found = rows(
        connection,
        """
        SELECT i.id, i.name, i.short_name, CASE WHEN r.id IS NULL THEN 'institution' ELSE 'regime' END AS type,
               r.iso2, r.iso3, coalesce(i.mandate, '') AS about
        FROM institution i LEFT JOIN regime r ON r.id = i.id
        UNION ALL SELECT id, name, NULL, 'person', NULL, NULL, '' FROM person
        """,
    )
    others: dict[str, list[str]] = {}
    for name in rows(connection, "SELECT institution, name FROM name"):
        others.setdefault(name["institution"], []).append(name["name"])
    for record in found:
        names = [record["name"], record["short_name"], record["iso2"], record["iso3"], record["id"]]
        names += others.get(record["id"], [])
        record["names"] = list(dict.fromkeys(_plain(name) for name in names if name))
    return found


def _agreeing(connection: sqlite3.Connection, found: list[Row], asked: object) -> list[Row]:
    """The candidates, those lower that have another value of a property that was given; none of
    these where the property is required.
    """
    for given in asked if isinstance(asked, list) else ():
        name = given.get("pid") if isinstance(given, dict) else None
        if name not in _COLUMNS:
            continue
        values = given.get("v")
        wanted = {
            _plain(str(value.get("id") if isinstance(value, dict) else value))
            for value in (values if isinstance(values, list) else [values])
        }
        kept = []
        for record in found:
            has = {_plain(str(value)) for value in _values(connection, record["id"], str(name))}
            agrees = {
                "all": wanted <= has, "none": not has & wanted,
            }.get(given.get("quantifier"), bool(has & wanted))  # fmt: skip
            if not agrees and has:
                record["score"] = round(record["score"] * 0.7, 1)
            if agrees or not given.get("required"):
                kept.append(record)
        found = kept
    return found


def _values(connection: sqlite3.Connection, id: str, name: str) -> list[Any]:
    wide = row(
        connection,
        "SELECT i.*, r.iso2, r.iso3, r.cctld, r.rir FROM institution i "
        "LEFT JOIN regime r ON r.id = i.id WHERE i.id = ?",
        id,
    )
    value = (wide or {}).get(name)
    if value is None:
        return []
    if name in JSON_COLUMNS:
        return list(json.loads(value))
    return [value]


def extended(connection: sqlite3.Connection, text: str, site: str) -> Row:
    """The values of properties of records, asked for as JSON. Raises Wrong."""
    asked = mapping(text, "extend", 'such as {"ids": ["icann"], "properties": [{"id": "founded"}]}')
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list):
        raise Wrong("extend wants a list of ids and a list of properties")
    if len(ids) > MOST:
        raise Wrong(f"{len(ids)} ids; wanted at most {MOST} at once")
    names = [str(p.get("id")) if isinstance(p, dict) else str(p) for p in properties]
    known = [name for name in names if name in PROPERTIES]
    return {
        "meta": [{"id": name, "name": PROPERTIES[name]} for name in known],
        "rows": {
            str(id): {name: _cells(connection, str(id), name, site) for name in known} for id in ids
        },
    }


def _cells(connection: sqlite3.Connection, id: str, name: str, site: str) -> list[Row]:
    record = row(connection, "SELECT section FROM record WHERE id = ?", id)
    if record is None:
        return []
    if name == "permalink":
        return [{"str": f"{site}/{PAGES[record['section']]}/{id}"}]
    if name == "citation":
        try:
            return [{"str": cite(connection, id, "txt", site).strip()}]
        except Unknown:
            return []
    return [
        {"int": value} if isinstance(value, int) else {"str": str(value)}
        for value in _values(connection, id, name)
    ]


def suggested(connection: sqlite3.Connection, what: str, prefix: str) -> Row:
    """Entities, properties or types whose name begins with the prefix; entities also much like it."""
    if what == "type":
        listed = [{"id": id, "name": name} for id, name in TYPES.items()]
    elif what == "property":
        listed = [{"id": id, "name": name} for id, name in PROPERTIES.items()]
    else:
        return {"result": _entities(connection, prefix)}
    wanted = prefix.casefold()
    return {"result": [x for x in listed if wanted in x["name"].casefold() or wanted in x["id"]]}


def _entities(connection: sqlite3.Connection, prefix: str) -> list[Row]:
    wanted, everything = _plain(prefix), known(connection)
    begun = [
        r for r in everything if wanted and any(name.startswith(wanted) for name in r["names"])
    ]
    begun.sort(key=lambda r: (wanted not in r["names"], r["type"] == "person", r["name"]))
    like = [
        r for r in everything if r not in begun and _score(prefix, r["names"]) >= _CLOSE * CERTAIN
    ]
    return [
        {"id": r["id"], "name": r["name"], "description": r["about"],
         "notable": [{"id": r["type"], "name": TYPES[r["type"]]}]}
        for r in (begun or like)[:10]
    ]  # fmt: skip


def proposed(type_: str, limit: int) -> Row:
    """The properties that can be fetched."""
    found = [{"id": id, "name": name} for id, name in PROPERTIES.items()]
    return {"type": type_, "limit": limit, "properties": found[:limit]}


def mapping(text: str, name: str, such: str) -> dict[str, Any]:
    """A mapping given as JSON. Raises Wrong, which names it and shows one `such`."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Wrong(f"{name} is no JSON; wanted a mapping {such}") from None
    if not isinstance(found, dict):
        raise Wrong(f"{name} is no mapping; wanted one {such}")
    return found
