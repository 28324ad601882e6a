"""The JSON Schemas that editors use say what `igkb check` says."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parent.parent
SCHEMAS = {
    "institutions": "institution",
    "regimes": "regime",
    "posts": "post",
    "sources": "source",
    "people": "person",
    "queries": "query",
    "terms": "term-list",
}


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: numbers and null, but neither dates nor yes and no."""


EditorLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if tag.endswith((":int", ":float", ":null"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def validator(name: str) -> jsonschema.Draft7Validator:
    found = json.loads((ROOT / "schema" / "json" / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(found)
    return jsonschema.Draft7Validator(found)


@pytest.mark.parametrize("section", SCHEMAS)
def test_an_editor_accepts_every_record_that_check_accepts(section: str) -> None:
    check = validator(SCHEMAS[section])
    faults = []
    for path in sorted((ROOT / "kb" / section).glob("*.yml")):
        value = yaml.load(path.read_text("utf-8"), EditorLoader)
        faults += [f"{path.name}: {e.json_path}: {e.message}" for e in check.iter_errors(value)]
    assert faults == []


def test_an_editor_marks_an_unknown_key_a_wrong_term_and_a_missing_citation() -> None:
    record = {
        "name": "Example Forum",
        "kind": "forums",
        "fonded": 1986,
        "facts": [{"type": "organic"}],
    }
    messages = " ".join(error.message for error in validator("institution").iter_errors(record))
    assert "'fonded' was unexpected" in messages
    assert "'forums' is not one of" in messages
    assert "'cite' is a required property" in messages


def test_what_is_generated_is_not_stale() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
