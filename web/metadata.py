"""The `tables:` section of datasette-metadata.yml, made from the schema.

The descriptions of tables, views and columns stand in the schema; what only the site needs (which
column names a row, what to facet and sort by) stands here. Run by cog, see `make docs`.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from schema import TABLES
from schema.views import VIEWS

LICENSE = {
    "license": "CC BY 4.0",
    "license_url": "https://creativecommons.org/licenses/by/4.0/",
    "source": "Internet Governance Knowledge Base",
    "about": "What it is, how to read it, how to correct it",
    "about_url": "/about",
}


class Shown(NamedTuple):
    """How the site shows a table or view."""

    title: str
    label: str | None = None
    facets: tuple[str, ...] = ()
    sort: str | None = None
    sort_desc: str | None = None
    size: int | None = None
    hidden: bool = False


SHOWN = {
    "record": Shown("Records", "name", ("section",), "id", size=50),
    "former_id": Shown("Former ids", sort="old", hidden=True),
    "term": Shown("Terms", "label", ("list",), "id", size=50),
    "source": Shown("Sources", "title", ("kind", "tier", "read"), sort_desc="issued"),
    "person": Shown("People", "name", sort="name"),
    "institution": Shown("Institutions", "name", ("type", "kind", "status"), "name", size=25),
    "regime": Shown("Regimes", "iso2", ("rir",), "id", size=50),
    "post": Shown("Posts", "subject", ("debate", "list", "author"), "sent", size=50),
    "passage": Shown("Passages", "gist", ("source", "person"), "id", size=50),
    "answer": Shown("Answers", sort="passage", size=50),
    "claim": Shown("Claims", "gist", ("stance", "person", "about"), "id", size=50),
    "statement": Shown("Statements", "id", ("section", "field", "standing"), "id", size=50),
    "citation": Shown("Citations", facets=("source",), sort="statement", size=50),
    "decision": Shown("Decisions", facets=("area", "stage", "rule", "binding"), sort="statement", size=50),
    "relation": Shown("Relations", facets=("kind", "standing"), sort="statement", size=50),
    "office": Shown("Offices", facets=("institution",), sort="statement", size=50),
    "event": Shown("Events", facets=("institution",), sort="date", size=50),
    "name": Shown("Other names", facets=("kind", "language"), sort="name", size=50),
    "measure": Shown("Measures", facets=("kind", "institution", "status"), sort="statement"),
    "law": Shown("Laws", "name", ("area", "institution"), sort="statement", size=50),
    "indicator": Shown("Indicators", facets=("indicator", "year", "institution"), sort="statement", size=50),
    "affiliation": Shown("Affiliations", facets=("institution", "stakeholder_group"), sort="statement", size=50),
    "identifier": Shown("Identifiers", facets=("scheme",), sort="institution", size=100),
    "kept_query": Shown("Kept queries", "title", sort="title"),
    "record_version": Shown("Versions of records", facets=("section",), sort_desc="committed"),
    "removed": Shown("Records that are gone", "name", ("section",), "id", size=50),
    "build": Shown("This build", sort="key", size=100),
    "evidence": Shown("Evidence", facets=("standing", "tier", "read"), sort="statement", size=50),
    "said": Shown("What was said", facets=("debate", "about", "speaker", "stakeholder_group", "stance"), sort="sent", size=50),
    "link": Shown("Links between bodies", facets=("kind", "standing"), sort="source_id", size=50),
    "membership": Shown("Membership", facets=("kind", "body"), sort="member", size=50),
    "membership_matrix": Shown("Membership of states", facets=("body", "status"), sort="state", size=50),
    "regime_indicator": Shown("Indicators of states", facets=("indicator", "year"), sort="state", size=50),
    "timeline": Shown("Timeline", facets=("what",), sort_desc="date", size=50),
    "contested": Shown("Contested facts", facets=("field", "standing"), sort="statement", size=50),
    "coverage": Shown("Coverage", facets=("section",), sort="parts", size=100),
}  # fmt: skip


def tables() -> str:
    """The section as YAML: every table and view with its title, columns and licence."""
    return "\n".join(_lines({**dict(_tables()), **dict(_views())}, 0))


def _tables() -> Iterator[tuple[str, dict[str, Any]]]:
    for table in TABLES:
        name = str(table.__tablename__)
        fields = table.model_fields
        columns = {
            column.name: fields[column.name].description
            for column in table.__table__.columns  # type: ignore[union-attr]
        }
        yield name, _table(name, " ".join((table.__doc__ or "").split()), columns)


def _views() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, view in VIEWS.items():
        columns = dict(view.columns)
        yield name, {**_table(name, view.about, columns), "sortable_columns": list(columns)}


def _table(name: str, about: str, columns: dict[str, Any]) -> dict[str, Any]:
    shown = SHOWN[name]
    said = {
        "title": shown.title,
        "description": about,
        **LICENSE,
        "label_column": shown.label,
        "facets": list(shown.facets),
        "facet_size": 12 if shown.facets else None,
        "sort": shown.sort,
        "sort_desc": shown.sort_desc,
        "size": shown.size,
        "hidden": shown.hidden,
        "columns": columns,
    }
    return {key: value for key, value in said.items() if value}


def _lines(values: dict[str, Any], depth: int) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield f"{'  ' * depth}{key}:"
            yield from _lines(value, depth + 1)
        else:
            yield f"{'  ' * depth}{key}: {json.dumps(value, ensure_ascii=False)}"
