"""A release: whole, checkable by others, and the same for the same state of the records."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess

import pypandoc
import pytest
import yaml
from conftest import HERE, run
from frictionless import Package

SITE = "https://igkb.example"


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The made-up records, committed once."""
    folder = tmp_path_factory.mktemp("released")
    shutil.copytree(HERE / "kb", folder / "kb")
    named = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (
            ("NAME", "a"),
            ("EMAIL", "a@b.example"),
            ("DATE", "2004-05-06T12:00:00Z"),
        )
    }
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "."]):
        subprocess.run(
            ["git", "-c", "commit.gpgsign=false", *arguments],
            cwd=folder,
            env={**os.environ, **named},
            check=True,
        )
    return folder


def release(repository, folder):
    return run(
        "release", folder, "--kb", repository / "kb", "--db", repository / "kb.db", "--site", SITE
    )


@pytest.fixture(scope="module")
def released(repository):
    done = release(repository, repository / "out")
    assert done.exit_code == 0, done.output
    assert "release 2004.05.06, 32 files" in done.output
    return repository / "out"


def test_the_package_is_valid_with_types_keys_and_hashes(released):
    report = Package(str(released / "datapackage.json")).validate()
    assert report.valid, report.to_summary()
    assert report.stats["tasks"] == 25


@pytest.mark.parametrize(
    ("spoil", "told"),
    [(lambda text: text.replace("example-forum", "example-forun", 1), "hash-count"),
     (lambda text: f"{text}one,too,few\r\n", "hash-count")],
)  # fmt: skip
def test_what_was_changed_afterwards_is_noticed(spoil, told, released, tmp_path):
    shutil.copytree(released, tmp_path / "out")
    path = tmp_path / "out/csv/institution.csv"
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")
    report = Package(str(tmp_path / "out/datapackage.json")).validate()
    assert not report.valid and told in report.to_summary() + str(report.flatten(["type"]))


def test_every_file_has_its_checksum(released):
    sums = dict(
        reversed(line.split("  ")) for line in (released / "SHA256SUMS").read_text().splitlines()
    )
    files = {str(path.relative_to(released)) for path in released.rglob("*") if path.is_file()}
    assert sums.keys() == files - {"SHA256SUMS"}
    for name, told in sums.items():
        assert hashlib.sha256((released / name).read_bytes()).hexdigest() == told, name


def test_every_table_is_there_row_for_row(released):
    package = json.loads((released / "datapackage.json").read_text())
    tables = {resource["title"]: released / resource["path"] for resource in package["resources"]}
    connection = sqlite3.connect(released / "kb.db")
    known = {
        name for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_fts%' ESCAPE '\\' "
            "AND name NOT LIKE 'sqlite%'"
        )
    }  # fmt: skip
    assert tables.keys() == known - {"record_version"}
    rows = {table: len(Package(str(released / "datapackage.json")).get_resource(table.replace("_", "-")).read_rows())
            for table in ("institution", "statement", "citation", "former_id")}  # fmt: skip
    for table, count in rows.items():
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (count,), table
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
