"""The command line: what each command says, and with which status it ends."""

import datetime
import json
import os
import re
import shutil
import time
from pathlib import Path

import click
import pytest
from conftest import HERE, run

from igkb import main
from jobs.database import stale
from jobs.serve import serving
from loaders.check import check

FAULT = "refused/founded-not-a-date.yml"


def commands(group=main, path=()):
    """Every command that does a job, with the words by which it is called."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield pytest.param((*path, name), command, id=" ".join((*path, name)))


# Help ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "command"), [*commands()])
@pytest.mark.parametrize("ask", ["--help", "-h"])
def test_help_names_every_option_and_argument(words, command, ask):
    done = run(*words, ask)
    assert done.exit_code == 0
    assert done.output.startswith(f"Usage: main {' '.join(words)} ")
    for parameter in command.params:
        named = parameter.opts if isinstance(parameter, click.Option) else [
            parameter.make_metavar(click.Context(command)).strip("[]")
        ]  # fmt: skip
        assert all(name in done.output for name in named)


def test_help_names_every_command(igkb):
    done = igkb("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"\n  {name} " in done.stdout for name in main.commands)


def test_help_needs_none_of_the_heavy_libraries():
    import subprocess
    import sys

    code = (
        "import sys, igkb; print(*{'sqlmodel', 'pydantic', 'yaml', 'datasette'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HERE.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout == "\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chekc"], "No such command 'chekc'"),
        (["check", "--formt", "json"], "--formt"),
        (["check", "--format", "xml"], "'xml' is not one of 'text', 'json', 'github'"),
        (["cite"], "Missing argument 'ID...'"),
        (["verify"], "Missing option '--texts'"),
    ],
)
def test_what_is_not_understood_is_told_with_status_two(words, said):
    done = run(*words)
    assert (done.exit_code, said in done.output) == (2, True)


# Check --------------------------------------------------------------------------------------------


@pytest.fixture
def faulty(kb):
    """Records of which one has a fault, and one source is not cited."""
    shutil.copy(HERE / FAULT, kb / "institutions")
    shutil.copy(HERE / "refused/source-cited-nowhere.yml", kb / "sources")
    return kb


def test_check_of_good_records_prints_nothing_but_a_count(kb):
    done = run("check")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "0 problems, 0 warnings in kb\n"


def test_check_prints_one_line_a_problem(faulty):
    done = run("check")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "kb/institutions/founded-not-a-date.yml:11:12: facts.2.founded: "
        "not a date (got 'Jan 1986'); wanted YYYY, YYYY-MM or YYYY-MM-DD",
        "kb/sources/source-cited-nowhere.yml: warning: "
        "no statement cites this source; cite it or remove it",
    ]
    assert done.stderr == "1 problems, 1 warnings in kb\n"


def test_check_for_programs_prints_json(faulty):
    done = run("check", "--format", "json")
    assert (done.exit_code, done.stderr) == (1, "")
    assert json.loads(done.stdout) == [
        {
            "path": "kb/institutions/founded-not-a-date.yml",
            "line": 11,
            "column": 12,
            "place": "facts.2.founded",
            "what": "not a date",
            "got": "'Jan 1986'",
            "wanted": "wanted YYYY, YYYY-MM or YYYY-MM-DD",
            "warning": False,
        },
        {
            "path": "kb/sources/source-cited-nowhere.yml",
            "line": 0,
            "column": 0,
            "place": "",
            "what": "no statement cites this source",
            "got": "",
            "wanted": "cite it or remove it",
            "warning": True,
        },
    ]


def test_check_for_programs_of_good_records_is_an_empty_list(kb):
    assert json.loads(run("check", "--format", "json").stdout) == []


def test_check_for_github_prints_workflow_commands(faulty):
    done = run("check", "--format", "github")
    assert (done.exit_code, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        "::error file=kb/institutions/founded-not-a-date.yml,line=11,col=12::facts.2.founded: "
        "not a date (got 'Jan 1986'); wanted YYYY, YYYY-MM or YYYY-MM-DD",
        "::warning file=kb/sources/source-cited-nowhere.yml::"
        "no statement cites this source; cite it or remove it",
    ]


def test_check_for_github_escapes_what_would_end_the_command(kb):
    path = kb / "institutions/a,b:c%d.yml"
    path.touch()
    (line,) = run("check", "--format", "github").stdout.splitlines()
    assert line.startswith("::error file=kb/institutions/a%2Cb%3Ac%25d.yml::")


def test_check_of_one_file_tells_of_that_file_alone(faulty):
    (faulty / "regimes/xb.yml").write_text("name: [")
    done = run("check", faulty / "institutions/founded-not-a-date.yml")
    assert done.exit_code == 1
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        "kb/institutions/founded-not-a-date.yml"
    ]


def test_check_of_one_good_file_among_faulty_ones_passes(faulty):
    assert run("check", faulty / "institutions/example-forum.yml").exit_code == 0


@pytest.mark.parametrize(
    "name",
    ["source-unknown", "passage-unknown", "relation-to-nobody", "function-not-a-term",
     "locator-missing", "former-id-taken"],
)  # fmt: skip
def test_check_of_one_file_knows_what_it_refers_to(name, kb):
    path = kb / f"institutions/{name}.yml"
    shutil.copy(HERE / f"refused/{name}.yml", path)
    assert check(kb, [path]) == check(kb) != []


@pytest.mark.parametrize(
    "folder", ["institutions", "regimes", "posts", "people", "sources", "terms"]
)
def test_check_of_every_file_alone_finds_nothing_in_good_records(folder, kb):
    for path in (kb / folder).iterdir():
        assert check(kb, [path]) == []


def test_check_takes_a_path_however_it_is_written(faulty, monkeypatch):
    monkeypatch.chdir(faulty / "institutions")
    done = run("check", "--kb", "../../kb", "founded-not-a-date.yml")
    assert (done.exit_code, done.stdout.count("\n")) == (1, 1)


@pytest.mark.parametrize("folder", ["institutions", "institutions/", "../kb/institutions"])
def test_check_of_a_folder_tells_of_the_records_in_it(folder, faulty):
    shutil.copy(HERE / "refused/affiliation-to-nobody.yml", faulty / "people")
    done = run("check", f"kb/{folder}")
    assert done.exit_code == 1
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        "kb/institutions/founded-not-a-date.yml"
    ]


def test_check_of_a_folder_tells_of_what_is_linked_into_it(kb):
    shutil.copy(HERE / FAULT, "elsewhere.yml")
    (kb / "institutions/linked.yml").symlink_to(Path("elsewhere.yml").resolve())
    for named in ("institutions", "institutions/linked.yml"):
        assert [problem.what for problem in check(kb, [kb / named])] == ["not a date"]


def test_check_of_the_whole_folder_is_a_check_of_everything(faulty):
    assert check(faulty, [faulty]) == check(faulty) != []


def test_check_of_one_file_is_silent_of_others_with_odd_names(kb):
    odd = kb / "people/Odd Name.yml"
    odd.touch()
    assert check(kb, [kb / "people/bob-example.yml"]) == []
    assert check(kb, [odd]) == check(kb) != []


def test_check_of_a_file_that_is_no_record_says_so(kb):
    Path("notes.yml").touch()
    done = run("check", "notes.yml", "kb/institutions/nobody.yml")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        f"{path}: not one of the records; wanted files of kb/<folder>/<id>.yml"
        for path in ("kb/institutions/nobody.yml", "notes.yml")
    ]


# New ----------------------------------------------------------------------------------------------


def test_a_new_institution_states_nothing_and_is_accepted_with_a_warning(kb):
    done = run("new", "institution", "new-body")
    assert (done.exit_code, done.stdout) == (0, "kb/institutions/new-body.yml\n")
    assert [(problem.what, problem.warning) for problem in check(kb)] == [
        ("states nothing yet", True)
    ]


def test_all_that_a_new_institution_leaves_out_is_accepted_once_filled_in(kb):
    run("new", "institution", "new-body")
    path = kb / "institutions/new-body.yml"
    lines = path.read_text(encoding="utf-8").splitlines()
    filled = [*lines[:3], *(line.removeprefix("# ") for line in lines[3:])]
    text = "\n".join(filled)
    for blank, value in (
        ("https://…", "https://new.example/"),
        ("…", "Words"),
        ("source-id", "forum-charter"),
        ("target: ID", "target: example-forum"),
        ("type: organic", "type: multistakeholder"),  # of the terms in tests/kb
    ):
        text = text.replace(blank, value)
    path.write_text(text, encoding="utf-8")
    assert check(kb) == []


@pytest.mark.parametrize(
    ("what", "id"),
    [
        ("rfc2026", "rfc2026"),
        ("RFC2026", "rfc2026"),
        ("RFC 2026", "rfc2026"),
        ("rfc0793", "rfc793"),
        ("https://www.rfc-editor.org/rfc/rfc2026", "rfc2026"),
        ("https://www.rfc-editor.org/rfc/rfc2026.html", "rfc2026"),
        ("https://datatracker.ietf.org/doc/html/rfc2026/", "rfc2026"),
    ],
)
def test_a_new_rfc_is_accepted_and_claims_no_reading(what, id, kb):
    done = run("new", "source", what)
    assert (done.exit_code, done.stdout) == (0, f"kb/sources/{id}.yml\n")
    assert [problem.what for problem in check(kb)] == ["no statement cites this source"]
    text = (kb / f"sources/{id}.yml").read_text(encoding="utf-8")
    assert f"\nurl: https://www.rfc-editor.org/rfc/{id}\n" in text
    assert f"\naccessed: {datetime.date.today()}\n" in text
    assert "\nread: catalogue " in text


@pytest.mark.parametrize(
    ("what", "id"),
    [
        ("https://www.forum.example/about/", "forum-about"),
        ("https://forum.example", "forum"),
        ("http://forum.example:8080/a/Who-We-Are.html?x=1#part", "forum-who-we-are"),
        ("https://forum.example/2021-March/050909.html", "forum-050909"),
    ],
)
def test_a_new_page_is_accepted_and_claims_no_reading(what, id, kb):
    done = run("new", "source", what)
    assert (done.exit_code, done.stdout) == (0, f"kb/sources/{id}.yml\n")
    assert [problem.what for problem in check(kb)] == ["no statement cites this source"]
    text = (kb / f"sources/{id}.yml").read_text(encoding="utf-8")
    assert f"\nurl: {what}\n" in text
    assert "\nread: catalogue " in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["institution", "example-forum"],
         "'example-forum' has a record: kb/institutions/example-forum.yml; choose another id"),
        (["institution", "forum-charter"],
         "'forum-charter' has a record: kb/sources/forum-charter.yml; choose another id"),
        (["institution", "Example Forum"],
         "'Example Forum' is not an id; "
         "wanted lower-case letters and digits, words joined by single hyphens"),
        (["institution", "../escaped"],
         "'../escaped' is not an id; "
         "wanted lower-case letters and digits, words joined by single hyphens"),
        (["source", "rfc99999"],
         "'rfc99999' has a record: kb/sources/rfc99999.yml; cite it as `rfc99999 locator`"),
        (["source", "my notes"],
         "'my notes' is neither an address nor an RFC; wanted https://… or rfc2026"),
        (["source", "ftp://forum.example/a"],
         "'ftp://forum.example/a' is neither an address nor an RFC; wanted https://… or rfc2026"),
        (["source", "https://[::1/a"],
         "'https://[::1/a' is neither an address nor an RFC; wanted https://… or rfc2026"),
        (["source", "https://forum.example/a: b"],
         "'https://forum.example/a: b' is neither an address nor an RFC; "
         "wanted https://… or rfc2026"),
        (["source", "https://例え/"],
         "no id can be made of 'https://例え/'; write kb/sources/ID.yml by hand"),
    ],
)  # fmt: skip
def test_a_new_record_that_cannot_be_is_refused(words, said, kb):
    before = sorted(kb.rglob("*"))
    done = run("new", *words)
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"Error: {said}\n")
    assert sorted(kb.rglob("*")) == before


def test_a_former_id_is_not_given_anew(kb):
    run("new", "institution", "example-meeting")
    assert check(kb) != []


def test_a_new_record_where_there_are_none_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("new", "institution", "new-body")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: kb: no such folder; ")


# Cite ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("txt", "igkb contributors. n.d. “Example Forum (EXF).” In "),
        ("bib", "@online{example-forum,\n"),
        ("ris", "TY  - ENCYC\r\n"),
        ("json", '[\n {\n  "id": "example-forum",\n'),
    ],
)
def test_a_record_is_cited_in_each_form(form, begins, tiny_db):
    done = run("cite", "example-forum", "--format", form, "--db", tiny_db)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout_bytes.decode().startswith(begins)


def test_several_records_are_cited_in_the_order_asked_for(tiny_db):
    done = run("cite", "rfc99999", "example-forum", "--format", "json", "--db", tiny_db)
    assert [item["id"] for item in json.loads(done.stdout)] == ["rfc99999", "example-forum"]


@pytest.mark.parametrize("id", ["example-forum", "xa", "forum-000001", "alice-example", "types"])
def test_records_of_every_folder_are_cited(id, tiny_db):
    assert run("cite", id, "--db", tiny_db).exit_code == 0


def test_the_address_of_the_site_is_that_of_the_configuration(tiny_db):
    for done in (
        run("cite", "xa", "--db", tiny_db, "--site", "https://kb.example/"),
        run("cite", "xa", "--db", tiny_db, IGKB_SITE="https://kb.example"),
    ):
        assert done.stdout.endswith(" https://kb.example/institution/xa.\n")


def test_an_unknown_id_is_refused_with_the_nearest(tiny_db):
    done = run("cite", "example-forun", "--db", tiny_db)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        f"Error: no record 'example-forun' in {tiny_db}; did you mean 'example-forum'?\n"
    )


def test_a_former_id_is_refused_with_the_one_it_is_now(tiny_db):
    done = run("cite", "example-meeting", "--db", tiny_db)
    assert done.stderr == (
        f"Error: no record 'example-meeting' in {tiny_db}; it is now 'example-forum'\n"
    )


def test_an_unknown_id_with_nothing_near_it_is_refused(tiny_db):
    done = run("cite", "zzz", "--db", tiny_db)
    assert done.stderr == f"Error: no record 'zzz' in {tiny_db}\n"


@pytest.mark.parametrize("content", [None, b"", b"no database at all, only text"])
def test_a_database_that_is_none_says_what_to_do(content, tmp_path):
    path = tmp_path / "kb.db"
    if content is not None:
        path.write_bytes(content)
    done = run("cite", "ietf", "--db", path)
    assert (done.exit_code, done.stdout) == (1, "")
    assert re.fullmatch(
        rf"Error: {re.escape(str(path))}: [^\n]+; `igkb build` makes it\n", done.stderr
    )


# Serve --------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(kb):
    """A database that is newer than its records."""
    db = Path("kb.db")
    time.sleep(0.02)
    db.touch()
    return db


def newer(path):
    os.utime(path, (time.time() + 60, time.time() + 60))


def test_a_database_newer_than_all_it_is_made_of_is_not_stale(kb, fresh):
    newer(fresh)
    assert not stale(fresh, kb)


def test_no_database_is_stale(kb):
    assert stale(Path("kb.db"), kb)


def test_a_record_that_was_changed_makes_it_stale(kb, fresh):
    newer(kb / "people/bob-example.yml")
    assert stale(fresh, kb)


def test_a_record_that_was_added_or_removed_makes_it_stale(kb, fresh):
    for change in ((kb / "people/carol.yml").touch, (kb / "people/carol.yml").unlink):
        time.sleep(0.02)
        change()
        assert stale(fresh, kb)
        time.sleep(0.02)
        fresh.touch()


def test_a_commit_makes_it_stale(kb, fresh):
    newer(fresh)
    Path(".git/logs").mkdir(parents=True)
    Path(".git/logs/HEAD").touch()
    assert not stale(fresh, kb)
    os.utime(".git/logs/HEAD", (time.time() + 120, time.time() + 120))
    assert stale(fresh, kb)


def test_datasette_shows_the_database_unchanged_with_our_pages(tmp_path):
    arguments = serving(HERE.parent, tmp_path / "kb.db", "127.0.0.1", 8001)
    assert arguments[:3] == ["serve", "--immutable", str(tmp_path / "kb.db")]
    for option in ("--metadata", "--plugins-dir", "--template-dir"):
        assert Path(arguments[arguments.index(option) + 1]).exists()


def test_a_port_that_is_taken_is_told_of_before_anything_is_built(kb):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = run("serve", "--port", port)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: 127.0.0.1:{port}: Address already in use; ")
    assert not Path("kb.db").exists()


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_cannot_be_is_refused(port, kb):
    done = run("serve", f"--port={port}")
    assert (done.exit_code, "is not in the range 0<=x<=65535" in done.stderr) == (2, True)


def test_a_host_that_is_none_of_ours_is_not_told_to_try_another_port(kb):
    done = run("serve", "--host", "192.0.2.1")
    assert (done.exit_code, done.stderr) == (
        1, "Error: 192.0.2.1:8001: Cannot assign requested address; "
        "wanted a --host and --port of this machine\n",
    )  # fmt: skip


@pytest.mark.parametrize("site", [(), ("--site", "igkb.example")])
def test_a_public_site_needs_to_know_its_address(site, kb):
    done = run("serve", "--public", *site)
    assert done.exit_code == 1
    assert "--public needs --site" in done.output


def test_queries_of_a_public_site_end_sooner(tmp_path):
    def limit(public):
        words = serving(HERE.parent, tmp_path / "kb.db", "127.0.0.1", 8001, public)
        return words[words.index("sql_time_limit_ms") + 1]

    assert (limit(False), limit(True)) == ("1000", "300")


def test_a_database_of_another_name_is_not_served(kb):
    done = run("serve", "--db", "other.db")
    assert (done.exit_code, done.stderr) == (
        1, "Error: other.db: the pages are addressed as /kb; call the file kb.db\n",
    )  # fmt: skip


def test_records_with_problems_are_not_served(faulty):
    done = run("serve", "--port", 0)
    assert done.exit_code == 1
    assert done.stderr.endswith("Error: 1 problems; kb.db was not built\n")
