"""The same service as the draft of version 1.0 has it: other forms around the same answers.

https://reconciliation-api.github.io/specs/draft/
"""

import sqlite3
from typing import Any

from exporters.csl import NAME
from exporters.reading import Row
from web import reconcile
from web.reconcile import MOST, TYPES, Wrong


def manifest(site: str) -> Row:
    """What the service is and can. Its other addresses follow from that of the manifest."""
    return {
        "versions": ["1.0-draft"],
        "name": NAME,
        "lang": "en",
        "documentation": f"{site}/about#use",
        "defaultTypes": [{"id": id, "name": name} for id, name in TYPES.items()],
        "view": {"url": f"{site}/id/{{{{id}}}}"},
        "preview": reconcile.PREVIEW,
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {"proposeProperties": True, "propertySettings": []},
        "standardizedScore": True,
    }


def matches(connection: sqlite3.Connection, text: str) -> Row:
    """The candidates for each query of a batch, in its order. Raises Wrong."""
    such = (
        'such as {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "ICANN"}]}]}'
    )
    queries = reconcile.mapping(text, "the batch", such).get("queries")
    if not isinstance(queries, list):
        raise Wrong(f"no list of queries; wanted one {such}")
    if len(queries) > MOST:
        raise Wrong(f"{len(queries)} queries; wanted at most {MOST} in a batch")
    known = reconcile.known(connection)
    return {
        "results": [
            {"candidates": reconcile.result(connection, known, _plain(query))} for query in queries
        ]
    }


def _plain(query: object) -> Row:
    """A query in the form of version 0.2. Raises Wrong."""
    conditions = query.get("conditions") if isinstance(query, dict) else None
    if not isinstance(query, dict) or not isinstance(conditions, list) or not conditions:
        raise Wrong('a query wants conditions, such as {"conditions": [{"matchType": "name", …}]}')
    names, properties = [], []
    for condition in conditions:
        kind = condition.get("matchType") if isinstance(condition, dict) else None
        if kind == "property":
            properties.append(
                {
                    "pid": condition.get("propertyId"),
                    "v": condition.get("propertyValue"),
                    "required": condition.get("required") is True,
                    "quantifier": condition.get("matchQuantifier"),
                }
            )
        elif kind in ("name", "id"):
            names.append(_first(condition.get("propertyValue")))
        else:
            raise Wrong(f"matchType {kind!r}; wanted name, id or property")
    return {
        "query": " ".join(names), "type": query.get("type"), "limit": query.get("limit"),
        "properties": properties,
    }  # fmt: skip


def _first(value: Any) -> str:
    """A name to look for, out of a value, an entity or a list of these."""
    if isinstance(value, list):
        return _first(value[0]) if value else ""
    if isinstance(value, dict):
        return str(value.get("name") or value.get("id") or "")
    return "" if value is None else str(value)


def extended(connection: sqlite3.Connection, text: str, site: str) -> Row:
    """The values of properties of records. Raises Wrong."""
    found = reconcile.extended(connection, text, site)
    return {
        "meta": found["meta"],
        "rows": [
            {
                "id": id,
                "properties": [{"id": name, "values": values} for name, values in row.items()],
            }
            for id, row in found["rows"].items()
        ],
    }
