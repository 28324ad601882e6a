"""Every answer of the reconciliation service against the schemas of its specification.

The schemas are not ours to ship: `make conform SPECS=folder`, a checkout of
https://github.com/reconciliation-api/specs.
"""

import json
import os
from pathlib import Path

import jsonschema
import pytest
from referencing import Registry, Resource

SPECS = Path(os.environ["SPECS"])
ASKED = [
    {"query": "ICANN"},
    {"query": "Intrenet Enginering Task Force", "type": "institution", "limit": 3},
    {"query": "ICANN", "properties": [{"pid": "seat_country", "v": "CH"}]},
    {"query": ""},
]
DRAFTED = [
    {"conditions": [{"matchType": "name", "propertyValue": "ICANN"}]},
    {"type": "regime", "limit": 2, "conditions": [{"matchType": "id", "propertyValue": "cn"}]},
    {"conditions": [{"matchType": "name", "propertyValue": "ITU"},
                    {"matchType": "property", "propertyId": "status", "propertyValue": ["active"],
                     "required": True, "matchQuantifier": "any"}]},
]  # fmt: skip
EXTEND = {
    "ids": ["icann", "cn", "milton-mueller", "nobody"],
    "properties": [{"id": name} for name in ("founded", "function", "member_count", "citation")],
}


def holds(version, name, value):
    """Raise ValidationError unless `value` is as the schema has it."""
    folder = SPECS / version / "schemas"
    schemas = {path.name: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    registry: Registry = Registry()
    for schema in schemas.values():
        schema.setdefault("$schema", "http://json-schema.org/draft-07/schema#")
        if (
            schema["$schema"] == "http://json-schema.org/schema#"
        ):  # "the newest", when it was written
            schema["$schema"] = "http://json-schema.org/draft-07/schema#"
        registry = registry.with_resource(schema.get("$id", ""), Resource.from_contents(schema))
    jsonschema.Draft7Validator(schemas[f"{name}.json"], registry=registry).validate(value)


@pytest.mark.parametrize(
    ("version", "path"), [("0.2", "/reconcile"), ("1.0-draft", "/reconcile/1.0-draft")]
)
def test_manifest_and_suggestions(version, path, site):
    holds(version, "manifest", site.get(path).json())
    for what, schema in (("entity", "entities"), ("property", "properties"), ("type", "types")):
        answer = site.get(f"{path}/suggest/{what}?prefix=in").json()
        assert answer["result"]
        holds(version, f"suggest-{schema}-response", answer)


def test_matches(site):
    batch = {f"q{n}": query for n, query in enumerate(ASKED)}
    holds("0.2", "reconciliation-query-batch", batch)
    answer = site.client.post("/reconcile", data={"queries": json.dumps(batch)}).json()
    holds("0.2", "reconciliation-result-batch", answer)
    assert answer["q0"]["result"][0]["id"] == "icann"
    holds("1.0-draft", "reconciliation-query-batch", {"queries": DRAFTED})
    answer = site.client.post("/reconcile/1.0-draft/match", json={"queries": DRAFTED}).json()
    holds("1.0-draft", "reconciliation-result-batch", answer)
    assert [found["candidates"][0]["id"] for found in answer["results"]] == ["icann", "cn", "itu"]


def test_extension(site):
    holds("0.2", "data-extension-query", EXTEND)
    holds("1.0-draft", "data-extension-query", EXTEND)
    answer = site.client.post("/reconcile", data={"extend": json.dumps(EXTEND)}).json()
    holds("0.2", "data-extension-response", answer)
    assert answer["rows"]["icann"]["founded"]
    answer = site.client.post("/reconcile/1.0-draft/extend", json=EXTEND).json()
    holds("1.0-draft", "data-extension-response", answer)
    assert answer["rows"][0]["properties"][0]["values"]
    proposed = site.get("/reconcile/1.0-draft/extend/propose?type=institution").json()
    holds("1.0-draft", "data-extension-property-proposal", proposed)
