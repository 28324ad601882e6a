"""The database: which rows come of the made-up records, and that it is whole or not there at all."""

import hashlib
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from functools import partial
from pathlib import Path

import pytest
import yaml
from conftest import HERE, IGKB, commit, environment, run

from loaders import ahead, history
from loaders.problem import Refused
from loaders.read import FOLDERS
from loaders.store import store
from loaders.write import APPLICATION_ID, build
from schema import RECORDS, TABLES, VERSION
from schema.views import SEARCHED, VIEWS

ROWS = json.loads((HERE / "rows.json").read_text(encoding="utf-8"))
TABLE_NAMES = [str(table.__tablename__) for table in TABLES]


def rows(connection, table):
    """The rows of a table as mappings, without what is NULL, in a settled order."""
    cursor = connection.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description]
    found = [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in cursor
    ]
    return sorted(found, key=lambda row: json.dumps(row, ensure_ascii=False))


def ask(path, sql):
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


# What is in it ------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ROWS)
def test_the_records_give_exactly_these_rows(table, tiny):
    assert rows(tiny, table) == sorted(
        ROWS[table], key=lambda row: json.dumps(row, ensure_ascii=False)
    )


def test_every_table_is_among_them(tiny):
    history = {"record_version", "removed"}  # the made-up records have none
    assert {*ROWS, "term", *history} == set(TABLE_NAMES)


def test_a_term_gives_this_row(tiny):
    (row,) = (row for row in rows(tiny, "term") if row["id"] == "relation-kinds_part-of")
    assert row == {
        "id": "relation-kinds_part-of",
        "list": "relation-kinds",
        "term": "part-of",
        "label": "part of",
        "inverse_label": "has part",
        "meaning": "Is a unit or organ of the target.",
        "boundary": "Belonging by choice is member-of.",
    }


def test_the_wide_row_takes_an_unverified_value_only_where_none_is_held_and_says_so(kb):
    registry = kb / "institutions/example-registry.yml"
    text = registry.read_text(encoding="utf-8")
    weak = "- {founded: 1998, key: weak, standing: unverified, cite: rfc99999 §2}\n"
    weaker = "- {type: state, key: weaker, standing: unverified, cite: rfc99999 §2}\n"
    # Before and after the held one in the file: the order there does not matter.
    text = text.replace("facts:\n", f"facts:\n{weak}{weaker}").rstrip("\n")
    last = weaker.replace("weaker", "weakest").replace("state", "multistakeholder")
    registry.write_text(f"{text}\n{last}", encoding="utf-8")
    build(kb, kb.with_name("kb.db"))
    found = ask(
        kb.with_name("kb.db"),
        "SELECT founded, type, unverified FROM institution WHERE id = 'example-registry'",
    )
    assert found == [("1998", "private", '["founded"]')]


@pytest.mark.parametrize(
    ("dates", "group"),
    [
        ("since: 1999", "academia"),  # the post is of April 1999
        ("since: 1999-05", "civil-society"),
        ("until: 1999-03", "civil-society"),
        ("until: 1999", "academia"),
        ("as_of: 2020", "civil-society"),  # says nothing of then: the first that is written
    ],
)
def test_a_speaker_speaks_from_where_they_belonged_when_the_post_was_sent(dates, group, kb):
    alice = kb / "people/alice-example.yml"
    text = alice.read_text(encoding="utf-8").replace(
        "  role: chair\n", "  role: chair\n  since: 2001\n"
    )
    if "as_of" in dates:
        text = text.replace("  since: 2001\n", "")
    other = (
        f"- {{organisation: A school, stakeholder_group: academia, {dates}, cite: forum-site}}\n"
    )
    rest = "- {organisation: A club, stakeholder_group: civil-society, cite: forum-site}\n"
    alice.write_text(text.rstrip("\n") + "\n" + other + rest, encoding="utf-8")
    build(kb, kb.with_name("kb.db"))
    sql = "SELECT DISTINCT stakeholder_group FROM said WHERE source = 'forum-000001'"
    assert ask(kb.with_name("kb.db"), sql) == [(group,)]


def test_relations_are_read_from_both_sides(tiny):
    found = tiny.execute("SELECT source_id, label, target_id, derived FROM link").fetchall()
    assert set(found) == {
        ("example-forum", "has legal home", "example-secretariat", 0),
        ("example-secretariat", "legal home of", "example-forum", 1),
        ("example-forum", "liaises with", "example-registry", 0),
        ("example-registry", "liaises with", "example-forum", 1),
        ("example-secretariat", "part of", "example-forum", 0),
        ("example-forum", "has part", "example-secretariat", 1),
        ("example-secretariat", "succeeds", "example-registry", 0),
        ("example-registry", "succeeded by", "example-secretariat", 1),
        ("xa", "party to", "example-forum", 0),
        ("example-forum", "has party", "xa", 1),
    }


def test_a_state_is_party_to_what_it_ratified_with_its_dates(tiny):
    names = "iso2, body, status, signed, ratified, since"
    assert tiny.execute(f"SELECT {names} FROM membership_matrix").fetchall() == [
        ("XA", "example-forum", "party", "2001-11-23", "2003", "2004-01-01")
    ]


def test_figures_are_a_time_series_with_their_unit(tiny):
    names = "iso2, indicator, year, value, unit, better, standing"
    assert tiny.execute(f"SELECT {names} FROM regime_indicator ORDER BY year").fetchall() == [
        ("XA", "freedom-on-the-net", "2024", 76.5, "points of 100", "higher", "held"),
        ("XA", "freedom-on-the-net", "2025", 77.0, "points of 100", "higher", "unverified"),
    ]


def test_evidence_has_every_citation_of_every_statement(tiny):
    evidence = tiny.execute("SELECT statement, position FROM evidence").fetchall()
    assert (
        sorted(evidence)
        == tiny.execute(
            "SELECT statement, position FROM citation ORDER BY statement, position"
        ).fetchall()
    )


def test_what_is_contested_is_shown_with_both_sides(tiny):
    assert tiny.execute(
        "SELECT field, value, standing FROM contested ORDER BY value"
    ).fetchall() == [
        ("founded", "1998", "disputed"),
        ("founded", "1999-04", "held"),
    ]


def test_who_said_what_names_people_and_bodies(tiny):
    found = tiny.execute("SELECT speaker, about, stance FROM said ORDER BY claim").fetchall()
    assert found == [
        ("Alice Example", "example-forum", "supports"),
        ("Bob", "xa", "opposes"),
        ("Bob", "example-forum", "supports"),
        ("Bob", "example-registry", "opposes"),
        ("Example Forum", "example-forum", "supports"),
    ]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_asked_and_has_rows(view, tiny):
    assert tiny.execute(f'SELECT count(*) FROM "{view}"').fetchone()[0] > 0


@pytest.mark.parametrize(
    ("table", "word", "found"),
    [
        ("institution", "forum", 1),
        ("statement", "exampleville", 1),
        ("statement", "before", 1),
        ("passage", "register", 1),
        ("person", "álice", 1),  # accents make no difference
        ("term", "consensus", 1),
    ],
)
def test_words_are_found(table, word, found, tiny):
    assert table in SEARCHED
    sql = f'SELECT count(*) FROM "{table}_fts" WHERE "{table}_fts" MATCH ?'
    assert tiny.execute(sql, [word]).fetchone() == (found,)


# How it is made -----------------------------------------------------------------------------------


def test_no_row_refers_to_nothing_and_no_page_is_damaged(tiny):
    assert tiny.execute("PRAGMA foreign_key_check").fetchall() == []
    assert tiny.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_every_table_is_strict(table, tiny):
    assert tiny.execute(
        "SELECT strict FROM pragma_table_list WHERE name = ?", [table]
    ).fetchall() == [(1,)]


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_every_foreign_key_has_an_index(table, tiny):
    keys = {row[3] for row in tiny.execute(f'PRAGMA foreign_key_list("{table}")')}
    indexed = set()
    for index in tiny.execute(f'PRAGMA index_list("{table}")').fetchall():
        indexed.add(tiny.execute(f'PRAGMA index_info("{index[1]}")').fetchone()[2])
    assert keys <= indexed


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_every_id_that_leads_to_a_record_is_a_foreign_key(table, tiny):
    """A column with the name of a table leads there, unless it is a word of its own. But versions
    outlive their record.
    """
    if table == "record_version":
        return
    columns = {row[1] for row in tiny.execute(f'PRAGMA table_info("{table}")')}
    keys = {row[3] for row in tiny.execute(f'PRAGMA foreign_key_list("{table}")')}
    assert columns & {"institution", "statement", "source", "passage", "record", "target"} <= keys


def test_it_says_what_it_is(tiny):
    assert tiny.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert APPLICATION_ID.to_bytes(4, "big") == b"igkb"
    assert tiny.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_one_file_is_all_of_it(tiny_db, tiny):
    assert tiny.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert sorted(path.name for path in tiny_db.parent.iterdir()) == ["kb", "kb.db"]


def test_others_may_read_it(tiny_db):
    assert tiny_db.stat().st_mode & 0o777 == 0o644


def test_the_same_records_give_the_same_bytes_wherever_and_whenever(tiny_db, tmp_path):
    for seed, folder in (("1", "a"), ("2", "another folder")):
        place = tmp_path / folder
        shutil.copytree(HERE / "kb", place / "records")
        for path in (place / "records").rglob("*.yml"):
            os.utime(path, (int(seed), int(seed)))
        subprocess.run(
            [*IGKB, "build", "--kb", "records", "-o", "out.db"],
            cwd=place, env={**environment(), "PYTHONHASHSEED": seed, "TZ": f"UTC{seed}"},
            check=True, capture_output=True,
        )  # fmt: skip
        assert (place / "out.db").read_bytes() == tiny_db.read_bytes()


def test_reading_ahead_in_a_second_process_gives_the_same_bytes(kb, tiny_db, monkeypatch):
    monkeypatch.setattr(ahead, "WORTH", 0)
    taken = []
    take = ahead._Received.take
    monkeypatch.setattr(
        ahead._Received, "take", lambda self, path: taken.append(take(self, path)) or taken[-1]
    )
    with ahead.ahead(kb):
        build(kb, Path("kb.db"))
    assert len([found for found in taken if found]) == len(list(kb.glob("*/*.yml")))
    assert Path("kb.db").read_bytes() == tiny_db.read_bytes()


def test_a_store_in_another_process_gives_the_same_bytes(kb, tiny_db, monkeypatch):
    monkeypatch.setattr("loaders.store.worth", lambda kb: True)
    with store(kb) as apart:
        assert apart.child != os.getpid()
        build(kb, Path("kb.db"), store=apart)
    assert Path("kb.db").read_bytes() == tiny_db.read_bytes()


def test_what_goes_wrong_in_the_other_process_is_raised_in_this_one(kb, monkeypatch):
    monkeypatch.setattr("loaders.store.worth", lambda kb: True)
    Path("t.db").touch()
    tables = ["CREATE TABLE build (key TEXT PRIMARY KEY, value TEXT)"]
    with store(kb) as apart, pytest.raises(sqlite3.IntegrityError, match=r"build\.key"):
        apart.open("t.db", tables)
        apart.insert({"build": [("a", "1"), ("a", "2")]})
        apart.finish({}, {})
    with store(kb) as apart, pytest.raises(sqlite3.OperationalError, match="unable to open"):
        apart.open("missing/t.db", tables)
        apart.finish({}, {})
    with store(kb) as apart, pytest.raises(sqlite3.OperationalError, match="was ended"):
        apart.open("t.db", [])
        os.kill(apart.child, signal.SIGKILL)
        apart.finish({}, {})


def test_a_file_that_is_gone_is_not_made_again(kb):
    with store(kb) as here, pytest.raises(sqlite3.OperationalError, match="unable to open"):
        here.open("gone.db", [])
    assert not Path("gone.db").exists()


def test_what_the_second_process_cannot_read_is_told_of_by_the_first(kb, monkeypatch):
    monkeypatch.setattr(ahead, "WORTH", 0)
    (kb / "sources/broken.yml").write_text("- [", encoding="utf-8")
    with ahead.ahead(kb), pytest.raises(Refused, match=r"sources/broken\.yml"):
        build(kb, Path("kb.db"))


def test_every_folder_of_records_is_read():
    assert set(FOLDERS) == set(RECORDS)


def test_the_order_of_lists_and_fields_changes_no_statement_id_and_no_value(kb, tiny):
    def turned(value):
        if isinstance(value, dict):
            return {key: turned(inner) for key, inner in reversed(value.items())}
        return [turned(inner) for inner in reversed(value)] if isinstance(value, list) else value

    for path in [*kb.glob("institutions/*.yml"), *kb.glob("regimes/*.yml")]:
        record = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        text = yaml.safe_dump(turned(record), sort_keys=False, default_style='"')
        path.write_text(text, encoding="utf-8")
    build(kb, Path("turned.db"))
    for sql in (
        "SELECT id, field, value, since, until, standing FROM statement ORDER BY id",
        "SELECT * FROM institution ORDER BY id",
        "SELECT * FROM regime ORDER BY id",
        "SELECT * FROM relation ORDER BY statement",
    ):
        assert ask("turned.db", sql) == tiny.execute(sql).fetchall()


# When it is not made ------------------------------------------------------------------------------


OLD = b"SQLite format 3\0 and the rest of the old one"


@pytest.fixture
def old(kb):
    """A database that is there before."""
    target = Path("kb.db")
    target.write_bytes(OLD)
    return target


def litter():
    return sorted(path.name for path in Path().iterdir() if path.name not in ("kb", "kb.db"))


def test_a_failed_check_leaves_the_old_database(kb, old):
    shutil.copy(HERE / "refused/founded-not-a-date.yml", kb / "institutions")
    with pytest.raises(Refused) as refused:
        build(kb, old)
    assert [problem.what for problem in refused.value.problems] == ["not a date"]
    assert (old.read_bytes(), litter()) == (OLD, [])


def test_every_problem_is_told_by_a_build_as_by_a_check(kb, old):
    for name in ("founded-not-a-date", "source-unknown", "source-cited-nowhere"):
        folder = "sources" if name.startswith("source-c") else "institutions"
        shutil.copy(HERE / f"refused/{name}.yml", kb / folder)
    built, checked = run("build"), run("check")
    assert built.stdout == checked.stdout
    assert (built.exit_code, built.stderr) == (1, "Error: 2 problems; kb.db was not built\n")
    assert old.read_bytes() == OLD


def test_a_file_that_is_no_database_is_left_alone(kb):
    Path("notes.txt").write_text("mine", encoding="utf-8")
    built = run("build", "-o", "notes.txt")
    assert (built.exit_code, built.stderr) == (
        1,
        "Error: notes.txt was not built: notes.txt is no database; "
        "wanted a file name such as kb.db\n",
    )
    assert Path("notes.txt").read_text(encoding="utf-8") == "mine"


def test_an_empty_file_in_its_place_is_replaced(kb):
    Path("kb.db").touch()
    assert run("build").exit_code == 0
    assert Path("kb.db").stat().st_size > 0


def test_a_folder_in_its_place_is_left_alone(kb):
    Path("out").mkdir()
    done = run("build", "-o", "out")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: out was not built: out is a folder; wanted a file name such as kb.db\n"
    )
    assert litter() == ["out"]


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: Path(path).symlink_to(path)])
def test_what_is_no_file_in_its_place_is_left_alone(make, kb):
    def seen():
        """What building would change; looking at a link changes the time of the last look alone."""
        found = Path("out").lstat()
        return found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns

    make("out")
    before = seen()
    done = run("build", "-o", "out")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: out was not built: out is not a file; wanted a file name such as kb.db\n"
    )
    assert (seen(), litter()) == (before, ["out"])


def test_a_folder_that_is_missing_is_told_of(kb):
    done = run("build", "-o", "nowhere/kb.db")
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert re.fullmatch(
        r"Error: nowhere/kb\.db was not built: no folder \S+/nowhere; make it first\n", done.stderr
    )


@pytest.mark.parametrize("size", [0, 4096, 100_000, 300_000])
def test_a_full_disk_gives_one_line_and_leaves_the_old_database(size, kb, old):
    done = subprocess.run(
        [*IGKB, "build"], env={**environment(), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, timeout=30,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )  # fmt: skip
    assert done.returncode == 1
    assert re.fullmatch(r"Error: kb\.db was not built: [^\n]+\n", done.stderr)
    assert (old.read_bytes(), litter()) == (OLD, [])


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """So many records that a build can be stopped in the midst of it."""
    folder = tmp_path_factory.mktemp("many")
    shutil.copytree(HERE / "kb", folder / "kb")
    text = (HERE / "kb/institutions/example-secretariat.yml").read_text()
    for number in range(1_500):
        (folder / f"kb/institutions/body-{number}.yml").write_text(text)
    return folder


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("signal_", "after"),
    [
        (signal.SIGINT, 0),
        (signal.SIGINT, 0.2),
        (signal.SIGINT, 0.5),
        (signal.SIGTERM, 0.1),
        (signal.SIGKILL, 0),
        (signal.SIGKILL, 0.3),
    ],
)
def test_a_build_that_is_stopped_leaves_the_old_database_and_no_litter(
    signal_, after, many, tmp_path
):
    target = tmp_path / "kb.db"
    target.write_bytes(OLD)

    def new():
        return [path for path in tmp_path.iterdir() if path != target]

    process = subprocess.Popen(
        [*IGKB, "build", "--kb", many / "kb"], cwd=tmp_path, env=environment(), start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for(lambda: new() or process.poll() is not None)
    time.sleep(after)
    stopped = process.poll() is None
    os.killpg(process.pid, signal_) if stopped else None
    _, said = process.communicate(timeout=30)
    wait_for(lambda: not new())
    if target.read_bytes() != OLD:  # it was done already
        assert ask(target, "PRAGMA integrity_check") == [("ok",)]
    else:
        assert "Traceback" not in said


# History ------------------------------------------------------------------------------------------


def test_outside_git_records_have_no_version(tiny):
    assert tiny.execute("SELECT DISTINCT version, changed_at FROM record").fetchall() == [
        (None, None)
    ]


@pytest.fixture
def git(kb):
    """Commit all that lies in the folder."""
    return partial(commit, None)


def test_a_version_is_a_change_of_the_content_and_its_day_comes_from_the_history(kb, git):
    forum, registry = (kb / f"institutions/example-{name}.yml" for name in ("forum", "registry"))
    git("2001-02-03T12:00:00Z")
    was = forum.read_text()
    forum.write_text(was.replace("name: Example Forum", "name: Example Forum of All"))
    registry.write_text(registry.read_text() + "# looked at again\n")
    git("2004-05-06T12:00:00Z")
    forum.write_text(was)
    git("2007-08-09T12:00:00Z")
    build(kb, Path("kb.db"))
    sql = "SELECT id, version, changed_at FROM record WHERE section = 'institutions' ORDER BY id"
    assert ask("kb.db", sql) == [
        ("example-forum", 3, "2007-08-09"),
        ("example-registry", 1, "2001-02-03"),
        ("example-secretariat", 1, "2001-02-03"),
    ]
    versions = ask(
        "kb.db",
        "SELECT version, committed, sha256, yaml FROM record_version WHERE record = 'example-forum'",
    )
    assert [(number, at[:10]) for number, at, *_ in versions] == [
        (1, "2001-02-03"), (2, "2004-05-06"), (3, "2007-08-09")
    ]  # fmt: skip
    assert versions[0][2] == versions[2][2] != versions[1][2]
    assert versions[2][3] == was and "of All" in versions[1][3]


def test_the_order_of_keys_and_the_folding_of_lines_make_no_version(kb, git):
    forum = kb / "institutions/example-forum.yml"
    git("2001-02-03T12:00:00Z")
    value = yaml.load(forum.read_text(), yaml.BaseLoader)
    forum.write_text(yaml.safe_dump(dict(reversed(value.items())), sort_keys=False, width=40))
    git("2004-05-06T12:00:00Z")
    build(kb, Path("kb.db"))
    sql = "SELECT version FROM record_version WHERE record = 'example-forum'"
    assert ask("kb.db", sql) == [(1,)]
    assert ask("kb.db", "SELECT version FROM record WHERE id = 'example-forum'") == [(1,)]


def test_anyone_can_compute_what_a_version_is_known_by(kb, git, igkb):
    git("2001-02-03T12:00:00Z")
    build(kb, Path("kb.db"))
    for id, section, blob, sha256 in ask(
        "kb.db", "SELECT record, section, blob, sha256 FROM record_version"
    ):
        path = kb / section / f"{id}.yml"
        told = subprocess.run(
            ["git", "hash-object", path], capture_output=True, text=True, check=True
        )
        assert told.stdout.strip() == blob
        value = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        ((kept,)) = ask("kb.db", f"SELECT content FROM record_version WHERE record = '{id}'")
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert kept[0] == text
        assert hashlib.sha256(text.encode()).hexdigest() == sha256
        assert igkb("hash", path).stdout == f"{path}: sha256 {sha256}, git {blob}\n"


def test_what_is_changed_and_not_committed_has_no_version(kb, git):
    git("2001-02-03T12:00:00Z")
    forum = kb / "institutions/example-forum.yml"
    forum.write_text(forum.read_text().replace("name: Example Forum", "name: Example Forum of All"))
    build(kb, Path("kb.db"))
    sql = "SELECT id, version FROM record WHERE section = 'institutions' ORDER BY id"
    assert ask("kb.db", sql) == [
        ("example-forum", None), ("example-registry", 1), ("example-secretariat", 1)
    ]  # fmt: skip


def test_a_record_that_is_gone_keeps_its_versions_and_goes_on_where_it_comes_back(kb, git):
    bob = kb / "people/bob-example.yml"
    shutil.copy(bob, kb / "people/carol-example.yml")
    git("2001-02-03T12:00:00Z")
    (kb / "people/carol-example.yml").unlink()
    git("2004-05-06T12:00:00Z")
    build(kb, Path("kb.db"))
    assert ask("kb.db", "SELECT id, section, version, substr(removed_at, 1, 10) FROM removed") == [
        ("carol-example", "people", 1, "2004-05-06")
    ]
    versions = "SELECT version FROM record_version WHERE record = 'carol-example' ORDER BY 1"
    assert ask("kb.db", versions) == [(1,)]
    (kb / "people/carol-example.yml").write_text("name: Carol Example\n")
    git("2007-08-09T12:00:00Z")
    build(kb, Path("kb.db"))
    assert ask("kb.db", "SELECT * FROM removed") == []
    assert ask("kb.db", versions) == [(1,), (2,)]
    assert ask("kb.db", "SELECT version FROM record WHERE id = 'carol-example'") == [(2,)]


def test_what_was_merged_is_a_version_when_it_was_merged(kb, git):
    def run(*arguments):
        subprocess.run(["git", *arguments], check=True, capture_output=True)

    git("2001-02-03T12:00:00Z")
    forum = kb / "institutions/example-forum.yml"
    was = forum.read_text()
    run("checkout", "-q", "-b", "aside")
    for number in range(2):
        forum.write_text(was.replace("name: Example Forum", f"name: Example Forum {number}"))
        git(f"200{2 + number}-02-03T12:00:00Z")
    run("checkout", "-q", "-")
    run(
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.example",
        "merge",
        "-q",
        "--no-ff",
        "-m",
        ".",
        "aside",
    )
    build(kb, Path("kb.db"))
    sql = "SELECT version FROM record_version WHERE record = 'example-forum' ORDER BY 1"
    assert ask("kb.db", sql) == [(1,), (2,)]


def test_a_database_that_is_built_again_reads_no_old_version_twice_and_is_the_same(
    kb, git, monkeypatch
):
    git("2001-02-03T12:00:00Z")
    forum = kb / "institutions/example-forum.yml"
    forum.write_text(forum.read_text().replace("name: Example Forum", "name: Example Forum of All"))
    git("2004-05-06T12:00:00Z")
    build(kb, Path("kb.db"))
    first = Path("kb.db").read_bytes()
    read = []
    monkeypatch.setattr(history, "content", lambda data: read.append(data))
    build(kb, Path("kb.db"))
    assert read == []
    assert Path("kb.db").read_bytes() == first


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_the_day_of_change_is_that_of_utc_wherever_it_is_built(zone, kb, git, monkeypatch):
    git("2001-02-03T00:30:00+02:00")
    monkeypatch.setenv("TZ", zone)
    build(kb, Path("kb.db"))
    assert ask("kb.db", "SELECT DISTINCT changed_at FROM record") == [("2001-02-02",)]


def test_what_somebody_likes_to_see_of_a_log_changes_no_version(kb, git, monkeypatch):
    git("2001-02-03T12:00:00Z")
    for name, value in (("COUNT", "1"), ("KEY_0", "log.showRoot"), ("VALUE_0", "false")):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    build(kb, Path("kb.db"))
    assert ask("kb.db", "SELECT DISTINCT version FROM record") == [(1,)]


def test_a_record_that_is_not_committed_has_no_version(kb, git):
    git("2001-02-03T12:00:00Z")
    shutil.copy(kb / "people/bob-example.yml", kb / "people/carol-example.yml")
    build(kb, Path("kb.db"))
    sql = "SELECT version FROM record WHERE id = 'carol-example'"
    assert ask("kb.db", sql) == [(None,)]


def test_a_history_that_is_cut_short_is_not_counted(kb, git):
    git("2001-02-03T12:00:00Z")
    (kb / "people/bob-example.yml").write_text("name: Bob Example\n")
    git("2004-05-06T12:00:00Z")
    url = Path().absolute().as_uri()
    subprocess.run(["git", "clone", "-q", "--depth", "1", url, "shallow"], check=True)
    build(Path("shallow/kb"), Path("kb.db"))
    assert ask("kb.db", "SELECT DISTINCT version FROM record") == [(None,)]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_repository_that_lacks_a_file_is_told_in_one_line(processes, kb, git, monkeypatch):
    git("2001-02-03T12:00:00Z")
    forum = kb / "institutions/example-forum.yml"
    old = history.blob_of(forum.read_bytes())
    forum.write_text(forum.read_text() + "# changed\n")
    git("2004-05-06T12:00:00Z")
    Path(f".git/objects/{old[:2]}/{old[2:]}").unlink()
    monkeypatch.setattr("loaders.history.worth", lambda kb: processes == 2)
    done = run("build")
    assert (done.exit_code, Path("kb.db").exists()) == (1, False)
    assert done.output == (
        "Error: kb.db was not built: git cannot read the history of the records; "
        "`git fsck` tells what is broken\n"
    )


def test_the_records_are_found_wherever_they_lie_in_the_repository(kb, git):
    Path("deep/er").mkdir(parents=True)
    kb.rename("deep/er/records")
    git("2001-02-03T12:00:00Z")
    build(Path("deep/er/records"), Path("kb.db"))
    assert ask("kb.db", "SELECT DISTINCT version FROM record") == [(1,)]


# What is said -------------------------------------------------------------------------------------


def test_a_build_says_one_line_and_is_silent_in_a_pipe(kb, igkb):
    done = igkb("build")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(
        r"kb\.db: 35 records, 40 statements, 41 citations, 5 claims in \d+\.\d\d seconds\n",
        done.stdout,
    )


def test_a_build_tells_of_warnings_and_goes_on(kb):
    shutil.copy(HERE / "refused/source-cited-nowhere.yml", kb / "sources")
    done = run("build")
    assert done.exit_code == 0
    assert done.stderr == (
        "kb/sources/source-cited-nowhere.yml: warning: no statement cites this source; "
        "cite it or remove it\n"
    )
    assert Path("kb.db").exists()
