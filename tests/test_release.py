"""A release: whole, checkable by others, and the same for the same state of the records."""

import csv
import hashlib
import json
import shutil
import sqlite3
import subprocess

import mlcroissant
import pyarrow.parquet
import pypandoc
import pytest
import rdflib
import yaml
from conftest import HERE, commit, run

SITE = "https://igkb.example"


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The made-up records, committed once."""
    folder = tmp_path_factory.mktemp("released")
    shutil.copytree(HERE / "kb", folder / "kb")
    commit(folder, "2004-05-06T12:00:00Z")
    return folder


def release(repository, folder):
    return run(
        "release", folder, "--kb", repository / "kb", "--db", repository / "kb.db", "--site", SITE
    )


@pytest.fixture(scope="module")
def released(repository):
    done = release(repository, repository / "out")
    assert done.exit_code == 0, done.output
    assert "release 2004.05.06, 61 files" in done.output
    return repository / "out"


def tables(folder):
    """Each resource of the package with its rows; what its description says of them must be so."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    found = {}
    for resource in package["resources"]:
        data = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data), resource["name"]
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}", resource["name"]
        with (folder / resource["path"]).open(encoding="utf-8", newline="") as file:
            found[resource["name"]] = resource, list(csv.DictReader(file))
    return package, found


PARSED = {"string": str, "integer": int, "number": float}


def test_what_the_package_says_of_types_keys_and_references_is_so(released):
    package, found = tables(released)
    assert package["profile"] == "tabular-data-package" and len(found) == 26
    for name, (resource, rows) in found.items():
        schema = resource["schema"]
        fields = {field["name"]: field for field in schema["fields"]}
        assert all(field["description"] for field in fields.values()), name
        for row in rows:
            assert list(row) == list(fields), name
            for column, text in row.items():
                assert text or not fields[column].get("constraints"), (name, column)
                assert not text or PARSED[fields[column]["type"]](text) is not None
        keys = [tuple(row[column] for column in schema.get("primaryKey", [])) for row in rows]
        assert not schema.get("primaryKey") or len(set(keys)) == len(keys), name
        for key in schema.get("foreignKeys", []):
            (column,), (there,) = key["fields"], key["reference"]["fields"]
            others = {row[there] for row in found[key["reference"]["resource"] or name][1]}
            assert {row[column] for row in rows if row[column]} <= others, (name, column)


def test_what_was_changed_afterwards_is_noticed(released, tmp_path):
    shutil.copytree(released, tmp_path / "out")
    path = tmp_path / "out/csv/institution.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Forum", "Forun", 1), encoding="utf-8", newline=""
    )
    with pytest.raises(AssertionError, match="institution"):
        tables(tmp_path / "out")


def test_every_file_has_its_checksum(released):
    sums = dict(
        reversed(line.split("  ")) for line in (released / "SHA256SUMS").read_text().splitlines()
    )
    files = {str(path.relative_to(released)) for path in released.rglob("*") if path.is_file()}
    assert sums.keys() == files - {"SHA256SUMS"}
    for name, told in sums.items():
        assert hashlib.sha256((released / name).read_bytes()).hexdigest() == told, name


def test_every_table_is_there_row_for_row(released):
    _, found = tables(released)
    connection = sqlite3.connect(released / "kb.db")
    known = {
        name for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_fts%' ESCAPE '\\' "
            "AND name NOT LIKE 'sqlite%'"
        )
    }  # fmt: skip
    assert {resource["title"] for resource, _ in found.values()} == known - {"record_version"}
    for resource, rows in found.values():
        table = resource["title"]
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (len(rows),), table
    connection.close()


def test_parquet_has_the_rows_of_the_tables_with_their_types(released):
    connection = sqlite3.connect(released / "kb.db")
    _, found = tables(released)
    for resource, _ in found.values():
        read = pyarrow.parquet.read_table(released / "parquet" / f"{resource['title']}.parquet")
        assert read.schema.names == [field["name"] for field in resource["schema"]["fields"]]
        keys = ", ".join(resource["schema"].get("primaryKey", [])) or "rowid"
        rows = connection.execute(f"SELECT * FROM {resource['title']} ORDER BY {keys}").fetchall()
        assert [tuple(row.values()) for row in read.to_pylist()] == rows, resource["title"]
        for field, told in zip(read.schema, resource["schema"]["fields"], strict=True):
            assert field.metadata[b"description"].decode() == told["description"]
    connection.close()


def test_croissant_is_valid_and_gives_the_rows(released, caplog):
    """Read by the reference reader, which refuses and warns of what the format does not have."""
    read = mlcroissant.Dataset(jsonld=released / "croissant.json")
    assert (list(read.metadata.issues.errors), list(read.metadata.issues.warnings)) == ([], [])
    assert not caplog.records
    _, found = tables(released)
    for resource, told in found.values():
        name = resource["title"]
        rows = list(read.records(name))
        assert len(rows) == len(told)
        for row, there in zip(rows, told, strict=True):
            for column, text in there.items():
                value = row[f"{name}/{column}"]
                if value is None or value != value:  # not a number: it has no other absence
                    value = ""
                elif isinstance(value, bytes):
                    value = value.decode()
                same = value == text if isinstance(value, str) else value == float(text)
                assert same, (name, column, value, text)


def test_turtle_tells_bodies_statements_and_what_they_rest_on(released):
    graph = rdflib.Graph().parse(released / "igkb.ttl")
    connection = sqlite3.connect(released / "kb.db")
    statements = connection.execute("SELECT count(*) FROM statement WHERE section <> 'terms'")
    asked = graph.query(
        "SELECT (count(DISTINCT ?s) AS ?n) WHERE { ?s a rdf:Statement ; rdf:subject ?of ; rdf:object ?v ; "
        "igkb:standing ?how ; prov:wasDerivedFrom ?source . ?source a prov:Entity }"
    )
    assert [int(row.n) for row in asked] == [statements.fetchone()[0]]
    assert [str(row.date) for row in graph.query(
        "SELECT ?date WHERE { ?body a org:Organization ; skos:prefLabel 'Example Forum' ; schema:foundingDate ?date }"
    )] == ["1999-04"]  # fmt: skip
    sources = connection.execute(
        "SELECT count(DISTINCT source) FROM citation WHERE statement NOT LIKE 'types%'"
    )
    derived = {source for _, source in graph.subject_objects(rdflib.PROV.wasDerivedFrom)}
    assert 0 < len(derived) <= sources.fetchone()[0]
    for about in {*graph.subjects(), *graph.objects()}:
        assert not isinstance(about, rdflib.URIRef) or " " not in about
    connection.close()


def test_it_says_how_it_is_cited(released):
    told = yaml.safe_load((released / "CITATION.cff").read_text())
    assert (told["version"], told["date-released"], told["cff-version"]) == (
        "2004.05.06",
        "2004-05-06",
        "1.2.0",
    )
    assert {"message", "title", "authors", "commit", "license"} <= told.keys() and len(
        told["commit"]
    ) == 40
    read = subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", "biblatex", "-t", "csljson", released / "igkb.bib"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert read.stderr == ""
    ids = {item["id"] for item in json.loads(read.stdout)}
    assert ids == {item["id"] for item in json.loads((released / "igkb.json").read_text())}
    assert "igkb:example-forum" in ids


def test_the_same_state_gives_the_same_release(repository, released, tmp_path):
    assert release(repository, tmp_path / "again").exit_code == 0
    assert (tmp_path / "again/SHA256SUMS").read_bytes() == (released / "SHA256SUMS").read_bytes()


def test_nothing_is_written_over_and_nothing_uncommitted_is_released(
    repository, released, tmp_path
):
    assert "is not empty" in release(repository, released).output
    shutil.copytree(repository, tmp_path / "changed")
    forum = tmp_path / "changed/kb/institutions/example-forum.yml"
    forum.write_text(forum.read_text().replace("name: Example Forum", "name: Example Forum of All"))
    done = release(tmp_path / "changed", tmp_path / "out")
    assert (
        done.exit_code
        and "not committed as they are: kb/institutions/example-forum.yml" in done.output
    )
    shutil.copytree(HERE / "kb", tmp_path / "bare/kb")
    done = release(tmp_path / "bare", tmp_path / "out")
    assert done.exit_code and "without a git history" in done.output
    assert not (tmp_path / "out").exists()
