"""An earlier state of the records can be had again, and what was cited of it be verified."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import HERE, commit
from served import SITE, serve

from loaders.write import build

FIRST, SECOND = "2026-01-01T10:00:00Z", "2026-02-01T10:00:00Z"
NAMES = (
    "select id, name, version, (select count(*) from record_version) as n from record order by id"
)


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """The databases of two commits: the second renames a body, removes a source, adds a person."""
    folder = tmp_path_factory.mktemp("states")
    kb = folder / "kb"
    shutil.copytree(HERE / "kb", kb)
    (kb / "sources/spare.yml").write_text(
        (kb / "sources/forum-site.yml").read_text(), encoding="utf-8"
    )
    commit(folder, FIRST)
    build(kb, folder / "first.db")
    forum = kb / "institutions/example-forum.yml"
    forum.write_text(forum.read_text().replace("name: Example Forum", "name: Example Forum of All"))
    (kb / "sources/spare.yml").unlink()
    person = next(iter(sorted((kb / "people").glob("*.yml"))))
    (kb / "people/ada-new.yml").write_text(person.read_text(), encoding="utf-8")
    commit(folder, SECOND)
    build(kb, folder / "kb.db")
    return folder


@pytest.mark.parametrize("moment", [FIRST, "2026-01-01", "2026-01-31"])
def test_an_earlier_state_is_the_database_that_was_built_then(moment, states, igkb, tmp_path):
    done = igkb("build", "--at", moment, "--db", states / "kb.db", "-o", tmp_path / "then.db")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "then.db").read_bytes() == (states / "first.db").read_bytes()


def test_the_latest_state_is_the_database_itself(states, igkb, tmp_path):
    igkb("build", "--at", SECOND, "--db", states / "kb.db", "-o", tmp_path / "then.db")
    assert (tmp_path / "then.db").read_bytes() == (states / "kb.db").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--at", "2025-12-31", "-o", "x.db"], f"the first record was committed {FIRST}"),
        (["--at", "last week", "-o", "x.db"], "last week: no moment; wanted one in UTC"),
        (["--at", FIRST, "-o", "kb.db"], "kb.db has the versions; give another file to --output"),
        (["--at", FIRST, "--db", "no.db", "-o", "x.db"], "no database no.db"),
        (["--at", FIRST, "--db", "kb/people", "-o", "x.db"], "`igkb build` makes it"),
    ],
)
def test_what_cannot_be_had_says_why_and_leaves_nothing(arguments, said, states, igkb):
    done = igkb("build", *arguments, cwd=states)
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert not (states / "x.db").exists()


def test_a_state_that_does_not_pass_the_check_of_today_is_not_built(states, igkb, tmp_path):
    shutil.copytree(HERE / "kb", tmp_path / "kb")
    spoilt = tmp_path / "kb/institutions/example-forum.yml"
    whole = spoilt.read_text()
    spoilt.write_text(whole.replace("- type: multistakeholder", "- type: anarchic"))
    commit(tmp_path, FIRST)
    spoilt.write_text(whole)
    commit(tmp_path, SECOND)
    build(tmp_path / "kb", tmp_path / "kb.db")
    done = igkb("build", "--at", FIRST, "-o", "then.db", cwd=tmp_path)
    assert done.returncode == 1 and "got 'anarchic'" in done.stdout
    assert not (tmp_path / "then.db").exists()


# On the site --------------------------------------------------------------------------------------


def cited(site, sql):
    answer = site.get("/q.json", params={"sql": sql}).text
    return json.loads(answer)[0]["URL"].removeprefix(SITE)


def test_an_answer_is_verified_against_the_records_of_which_it_was_cited(states, tmp_path):
    shutil.copy(states / "first.db", tmp_path / "kb.db")
    with serve(tmp_path / "kb.db") as before:
        address, same = cited(before, NAMES), cited(before, "select 1 as one")
        assert "has not changed since" in before.get(address).text
    with serve(states / "kb.db") as after:
        page = after.get(address).text
        assert "Verified as of 1 January 2026." in page
        assert "Example Forum</td>" in page and "Example Forum of All" not in page
        today = after.get("/q", params={"sql": NAMES}).text
        assert "Example Forum of All" in today
        assert "the answer of today" in page
        assert (
            json.loads(after.get(address.replace("/q?", "/q.json?")).text)[0]["URL"]
            == SITE + address
        )
        assert "Verified.</strong>" in after.get(same).text
        assert "Differs" in after.get(address.replace("2026-01-01T10", "2026-01-02T10")).text
        assert "Differs" in after.get(address.replace("sha256=", "sha256=0")).text


def test_what_was_laid_out_is_gone_with_the_server(states, monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serve(states / "kb.db") as site:
        address = (
            cited(site, NAMES).replace("2026-02-01", "2026-01-01").replace("sha256=", "sha256=0")
        )
        assert "Differs" in site.get(address).text
        assert [path.suffix for path in tmp_path.glob("igkb-then-*/*")] == [".db"]
    assert list(tmp_path.glob("igkb-then-*")) == []


def test_states_are_laid_out_one_at_a_time(states):
    """Who comes meanwhile is told to come again, and nothing of it is kept."""
    with serve(states / "kb.db") as site, ThreadPoolExecutor(6) as pool:
        address = (
            cited(site, NAMES).replace("2026-02-01", "2026-01-01").replace("sha256=", "sha256=0")
        )
        answers = list(pool.map(lambda _: site.get(address), range(6)))
        assert {answer.status_code for answer in answers} <= {200, 503}
        later = [answer for answer in answers if answer.status_code == 503]
        assert later and all(answer.headers["retry-after"] == "5" for answer in later)
        assert "Ask again" in later[0].text and "etag" not in later[0].headers
        assert site.get(address).status_code == 200
