"""A release: the database as it is, frozen, with all that makes it usable and citable elsewhere.

Data Package: https://specs.frictionlessdata.io/data-package/ (version 1), table schemas and hashes in it.
Citation File Format: https://citation-file-format.github.io/ (1.2.0). The same database gives the same
release: what is dated is dated by the last change of a record.
"""

import csv
import hashlib
import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from exporters import parquet
from exporters.cite import cite_all
from exporters.croissant import croissant
from exporters.csl import ABOUT, AUTHOR, NAME
from exporters.reading import rows
from exporters.record import LICENCE
from exporters.turtle import turtle
from schema import TABLES

# Whole in the database; as tables of text they would be larger than all else together.
_LEFT_OUT = {"record_version"}
_TYPES = {"INTEGER": "integer", "REAL": "number"}


class State(NamedTuple):
    """Which state of the records a database is."""

    day: str  # of the last change
    commit: str

    @property
    def version(self) -> str:
        """The day with dots, which no style of citation takes for a range."""
        return self.day.replace("-", ".")


class Refused(ValueError):
    """It cannot be released; says why, and what would."""


def state(connection: sqlite3.Connection) -> State:
    """The state of the records. Raises Refused where it is not that of a commit."""
    (day,) = connection.execute("SELECT max(changed_at) FROM record").fetchone()
    if not day:
        raise Refused("the database was built without a git history; build it in a whole clone")
    changed = [
        path
        for (path,) in connection.execute(
            "SELECT path FROM record WHERE version IS NULL ORDER BY path"
        )
    ]
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        raise Refused(
            f"not committed as they are: {', '.join(changed[:3])}{more}; commit them, and build again"
        )
    (commit,) = connection.execute(
        "SELECT commit_id FROM record_version ORDER BY committed DESC, record LIMIT 1"
    ).fetchone()
    return State(day, commit)


def write(connection: sqlite3.Connection, db: Path, folder: Path, site: str) -> list[Path]:
    """Write the release into a new folder; returns its files. Raises Refused, OSError."""
    now = state(connection)
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty; give a new folder")
    (folder / "csv").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(db, folder / "kb.db")
    resources = [
        made for table in TABLES if (made := _resource(connection, table, folder)) is not None
    ]
    package = {
        "profile": "tabular-data-package", "name": "igkb", "id": f"{site}/", "title": NAME,
        "description": ABOUT,
        "version": now.version, "created": f"{now.day}T00:00:00Z", "homepage": f"{site}/",
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE, "title": "Creative Commons Attribution 4.0"}],
        "contributors": [{"title": AUTHOR, "role": "author"}],
        "sources": [{"title": "Every statement names its own: citation.csv and source.csv"}],
        "resources": resources,
    }  # fmt: skip
    everything = [
        id
        for (id,) in connection.execute(
            "SELECT id FROM record WHERE section NOT IN ('terms', 'people') ORDER BY section, id"
        )
    ]
    (folder / "parquet").mkdir()
    for resource in resources:
        parquet.write(connection, resource, folder / "parquet" / f"{resource['title']}.parquet")
    told = croissant(package, folder, f"{AUTHOR}. {NAME}. Version {now.version}. {site}/.")
    texts = {
        "datapackage.json": json.dumps(package, ensure_ascii=False, indent=1) + "\n",
        "croissant.json": json.dumps(told, ensure_ascii=False, indent=1) + "\n",
        "igkb.ttl": turtle(connection, site),
        "CITATION.cff": _citation(now, site),
        "igkb.bib": cite_all(connection, everything, "bib", site, prefix="igkb:"),
        "igkb.json": cite_all(connection, everything, "json", site, prefix="igkb:"),
        "README.md": _readme(now, site),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{_sha256(path)}  {path.relative_to(folder)}\n" for path in files)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="")
    return [*files, folder / "SHA256SUMS"]


def _resource(connection: sqlite3.Connection, table: Any, folder: Path) -> dict[str, Any] | None:
    """The table as CSV, and what the data package says of it."""
    name = str(table.__tablename__)
    if name in _LEFT_OUT:
        return None
    columns = rows(connection, f'PRAGMA table_info("{name}")')
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow([column["name"] for column in columns])
    keys = ", ".join(f'"{column["name"]}"' for column in columns if column["pk"]) or "rowid"
    writer.writerows(connection.execute(f'SELECT * FROM "{name}" ORDER BY {keys}'))  # noqa: S608  # our own names
    path = folder / "csv" / f"{name}.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    meanings = {field: info.description for field, info in table.model_fields.items()}
    schema: dict[str, Any] = {
        "fields": [
            {
                "name": column["name"], "type": _TYPES.get(column["type"], "string"),
                "description": meanings.get(column["name"]) or "",
                **({"constraints": {"required": True}} if column["notnull"] or column["pk"] else {}),
            }
            for column in columns
        ],
        "primaryKey": [column["name"] for column in columns if column["pk"]],
        "foreignKeys": list(_references(connection, name)),
    }  # fmt: skip
    return {
        "profile": "tabular-data-resource", "name": name.replace("_", "-"), "path": f"csv/{name}.csv",
        "title": name, "description": " ".join((table.__doc__ or "").split()), "format": "csv",
        "mediatype": "text/csv", "encoding": "utf-8", "bytes": path.stat().st_size,
        "hash": f"sha256:{_sha256(path)}", "schema": {key: value for key, value in schema.items() if value},
    }  # fmt: skip


def _references(connection: sqlite3.Connection, name: str) -> Iterator[dict[str, Any]]:
    for key in rows(connection, f'PRAGMA foreign_key_list("{name}")'):
        there = "" if key["table"] == name else key["table"].replace("_", "-")
        yield {
            "fields": [key["from"]],
            "reference": {"resource": there, "fields": [key["to"] or "id"]},
        }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _citation(now: State, site: str) -> str:
    return f"""cff-version: 1.2.0
type: dataset
title: {NAME}
message: Cite the record that you used by its own address, or the whole dataset as below.
authors:
  - name: {AUTHOR}
version: "{now.version}"
date-released: "{now.day}"
commit: {now.commit}
license: CC-BY-4.0
url: "{site}/"
keywords:
  - Internet governance
  - institutions
  - multistakeholder
"""


def _readme(now: State, site: str) -> str:
    return f"""# {NAME}, {now.version}

The state of commit {now.commit}, of {now.day}. Data under CC BY 4.0.

- `kb.db`: the whole database, SQLite, with every version of every record. `datasette kb.db` opens it.
- `csv/`, `datapackage.json`: its tables but for the versions, as a Data Package with types, keys, meanings and hashes.
- `parquet/`: the same tables with typed columns; `croissant.json` tells of them to tools of machine
  learning.
- `igkb.ttl`: records, statements, sources and terms as RDF, in the words of ORG, PROV and SKOS.
- `igkb.bib`, `igkb.json`: every record and source as BibLaTeX and CSL-JSON; the keys are those of [@igkb:icann].
- `CITATION.cff`: how to cite it whole. A record is cited by its own address, such as {site}/institution/icann.
- `SHA256SUMS`: `sha256sum -c SHA256SUMS` holds the files against it.
"""
