"""The pages as of a day: what had begun and had not ended, and never what a source shows only later."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from conftest import HERE
from served import serve

from exporters import asof
from loaders.write import build
from schema import lasted
from web import institution

# value -> the dates of the statement, and the standing; each is a member_count of its own body.
CASES = {
    "held since 1990": ({"since": "1990"}, [("1989-12-31", False), ("1990-01-01", True),
                                           ("2020-01-01", True)]),
    "held since a day": ({"since": "1990-06-15"}, [("1990-06-14", False), ("1990-06-15", True)]),
    "ended in a month": ({"until": "2001-02", "standing": "superseded"},
                         [("1900-01-01", True), ("2001-02-28", True), ("2001-03-01", False)]),
    "from day to day": ({"since": "1998-10", "until": "2000-03-05", "standing": "superseded"},
                        [("1998-09-30", False), ("1998-10-01", True), ("2000-03-05", True),
                         ("2000-03-06", False)]),
    "no date at all": ({}, [("1850-01-01", True), ("2025-01-01", True)]),
    "shown for a year": ({"as_of": "2010"}, [("2009-12-31", False), ("2010-01-01", True),
                                             ("2024-01-01", True)]),
    "begun and shown later": ({"since": "2000", "as_of": "2010"}, [("1999-12-31", False),
                                                                  ("2005-01-01", True)]),
    "lost, shown for a year": ({"as_of": "2010", "standing": "superseded"},
                               [("2009-12-31", False), ("2010-07-01", True), ("2011-01-01", False)]),
    "lost, nobody knows when": ({"standing": "superseded"}, [("1990-01-01", False),
                                                            ("2025-01-01", False)]),
}  # fmt: skip


def slug(name):
    return re.sub(r"[^a-z0-9]+", "-", name)


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    """A database with a body for each case."""
    folder = tmp_path_factory.mktemp("dated")
    shutil.copytree(HERE / "kb", folder / "kb")
    for name, (dates, _) in CASES.items():
        facts = [
            {"type": "private", "status": "active", "cite": "forum-charter §1"},
            {"member_count": "7", **dates, "cite": "forum-charter §1"},
        ]
        record = {"name": name, "kind": "forum", "facts": facts}
        path = folder / f"kb/institutions/{slug(name)}.yml"
        path.write_text(yaml.safe_dump(record, sort_keys=False), encoding="utf-8")
    build(folder / "kb", folder / "kb.db")
    return folder / "kb.db"


@pytest.mark.parametrize("name", CASES)
def test_what_held_on_a_day_is_what_its_dates_say(name, dated):
    for day, holds in CASES[name][1]:
        with asof.opened(dated, day) as connection:
            found = connection.execute(
                "SELECT standing FROM statement WHERE record = ? AND field = 'member_count'",
                (slug(name),),
            ).fetchall()
            assert found == ([("held",)] if holds else []), day
            wide = connection.execute(
                "SELECT member_count FROM institution WHERE id = ?", (slug(name),)
            ).fetchone()
            assert wide == ((7,) if holds else (None,)), day


def test_of_two_that_held_the_one_that_goes_on_is_taken(tmp_path):
    shutil.copytree(HERE / "kb", tmp_path / "kb")
    facts = [
        {"type": "private", "status": "active", "cite": "forum-charter §1"},
        {"member_count": "5", "key": "old", "since": "2003", "until": "2010",
         "standing": "superseded", "cite": "forum-charter §1"},
        {"member_count": "7", "since": "2000", "cite": "forum-charter §1"},
    ]  # fmt: skip
    record = {"name": "Two", "kind": "forum", "facts": facts}
    (tmp_path / "kb/institutions/two.yml").write_text(yaml.safe_dump(record), encoding="utf-8")
    build(tmp_path / "kb", tmp_path / "kb.db")
    with asof.opened(tmp_path / "kb.db", "2005-01-01") as connection:
        wide = connection.execute("SELECT member_count FROM institution WHERE id = 'two'")
        assert wide.fetchone() == (7,)


def test_on_the_last_of_days_the_wide_tables_are_those_of_today(site):
    """But of bodies that have ended today's row tells what they were at the end, of which nothing holds."""
    with asof.opened(Path(site.db), "9999-12-31") as connection:
        for table, lasting in (("institution", "dissolved IS NULL"), ("regime", "TRUE")):
            sql = f"SELECT * FROM {{}}{table} WHERE {lasting} ORDER BY id"
            then = connection.execute(sql.format("")).fetchall()
            now = connection.execute(sql.format("main.")).fetchall()
            assert then == now
            assert len(now) > 200
        ended = "SELECT * FROM {}institution WHERE dissolved IS NOT NULL ORDER BY id"
        then, now = (connection.execute(ended.format(of)).fetchall() for of in ("", "main."))
        assert [row[0] for row in then] == [row[0] for row in now] and len(now) > 5
        more = [
            (was, so)
            for before, after in zip(then, now, strict=True)
            for was, so in zip(before, after, strict=True)
            if was != so
        ]
        assert more, "no body has a value that ended with it"
        for was, so in more:
            assert was is None or set(json.loads(was)) < set(json.loads(so or "[]")), (was, so)


def test_the_row_of_a_body_that_has_ended_tells_what_it_was_until_then(tmp_path):
    shutil.copytree(HERE / "kb", tmp_path / "kb")
    until = {"standing": "superseded", "cite": "forum-charter §1"}
    record = {
        "name": "Two", "kind": "forum",
        "facts": [
            {"type": "private", "status": "superseded", "cite": "forum-charter §1"},
            {"dissolved": "2010-05", "cite": "forum-charter §1"},
            {"members": "All", "until": "2010-05", **until},
            {"meetings": "Yearly", "until": "2010", **until},
            {"funding": "Fees", "until": "2008", **until},
        ],
        "decisions": [
            {"area": "policy", "stage": "final", "rule": "rough-consensus", "until": "2010-05", **until},
            {"area": "appointment", "stage": "final", "rule": "simple-majority", "until": "2008", **until},
        ],
    }  # fmt: skip
    (tmp_path / "kb/institutions/two.yml").write_text(yaml.safe_dump(record), encoding="utf-8")
    build(tmp_path / "kb", tmp_path / "kb.db")
    with closing(sqlite3.connect(tmp_path / "kb.db")) as connection:
        wide = connection.execute(
            "SELECT members, meetings, funding, decision_rule, unverified FROM institution WHERE id = 'two'"
        )
        assert wide.fetchone() == ("All", "Yearly", None, '["rough-consensus"]', None)
        told = institution.page(connection, "two")
        assert told["summary"].endswith(" Decided on policy by rough consensus.")


@pytest.mark.parametrize(
    ("until", "end", "so"),
    [
        ("2010-05-31", "2010-05-31", True),
        ("2010", "2010-05", True),
        ("2010-05-31", "2010", True),
        ("2010-12-31", "2011-01-01", True),  # the last day before, the first day after
        ("2010-12-30", "2011-01-01", False),
        ("2011-01-02", "2011-01-01", False),
        ("2010-12", "2011-01", False),
        ("2010", "2011-01-01", False),
        ("9999-12-31", "2011-01-01", False),  # no day comes after it
        (None, "2011", False),
        ("2011", None, False),
    ],
)
def test_what_lasted_until_the_end_of_a_body(until, end, so):
    assert lasted(until, end) is so


def test_before_all_days_nothing_dated_is_there(site):
    with asof.opened(Path(site.db), "0001-01-01") as connection:
        for sql in (
            "SELECT * FROM event", "SELECT * FROM indicator", "SELECT * FROM post",
            "SELECT * FROM claim", "SELECT * FROM statement WHERE since IS NOT NULL",
            "SELECT * FROM said WHERE source IN (SELECT id FROM main.post)",
        ):  # fmt: skip
            assert connection.execute(sql).fetchall() == [], sql


def test_every_view_reads_what_held_then(site):
    with asof.opened(Path(site.db), "2000-01-01") as connection:
        views = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM main.sqlite_master WHERE type = 'view'"
            )
        ]
        assert "link" in views
        fewer = [
            name
            for name in views
            if connection.execute(f"SELECT count(*) FROM {name}").fetchone()
            < connection.execute(f"SELECT count(*) FROM main.{name}").fetchone()
        ]
        assert {"evidence", "link", "said", "membership_matrix", "regime_indicator"} <= set(fewer)


def test_a_connection_as_of_a_day_changes_nothing_in_the_file(dated):
    before = dated.read_bytes()
    with asof.opened(dated, "2000-01-01") as connection:
        connection.execute("SELECT count(*) FROM institution").fetchone()
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM main.statement")
    assert dated.read_bytes() == before


# On the pages -------------------------------------------------------------------------------------


def test_a_page_shows_what_held_and_says_so(dated):
    with serve(dated) as site:
        page = site.page("/institution/from-day-to-day?on=1999-01-01")
        assert 'id="from-day-to-day_member_count"' in page.html
        assert "What held on 1 January 1999" in page.text
        later = site.page("/institution/from-day-to-day?on=2005-01-01")
        assert 'id="from-day-to-day_member_count"' not in later.html
        assert 'href="/institution/from-day-to-day"' in later.html
        assert "What held on 1 January" not in site.page("/institution/from-day-to-day").text


def test_a_body_that_was_not_there_yet_is_told(site):
    assert "it had not been founded yet" in site.page("/institution/icann?on=1990-01-01").text
    assert "it had not been founded yet" not in site.page("/institution/icann?on=2000-01-01").text


@pytest.mark.parametrize(
    "path",
    ["/", "/institution/ietf", "/institution/in", "/person/milton-mueller", "/source/rfc7282",
     "/term/types", "/map", "/compare?id=ietf&id=itu", "/coverage", "/about",
     "/timeline?year=2005", "/contested", "/network"],
)  # fmt: skip
def test_every_page_takes_a_day(path, site):
    page = site.page(f"{path}{'&' if '?' in path else '?'}on=2010-06-30")
    assert "What held on 30 June 2010" in page.text
    assert [link for link in page.links if link.startswith("#") and link[1:] not in page.ids] == []


def test_a_debate_is_told_as_far_as_it_had_come(site):
    (debate, middle), *_ = site.ask(
        "SELECT debate, sent FROM post WHERE debate = 'high-level-body' ORDER BY sent LIMIT 1 OFFSET 5"
    )
    now, then = (site.page(f"/debate/{debate}{on}") for on in ("", f"?on={middle}"))
    posts = [len(set(re.findall(r'href="/post/([^"]+)"', page.html))) for page in (then, now)]
    assert 0 < posts[0] < posts[1]


def test_a_post_is_not_there_before_it_was_sent(site):
    assert site.get("/post/igc-050909?on=2020-01-01").status_code == 404
    assert "was not there on that day" in site.get("/post/igc-050909?on=2020-01-01").text
    assert site.get("/post/igc-050909?on=2021-12-31").status_code == 200


def test_json_takes_a_day_too(site):
    now = site.get("/institution/icann.json").json()
    then = site.get("/institution/icann.json?on=2000-01-01").json()
    assert then["on"] == "2000-01-01"
    assert 0 < len(then["statements"]) < len(now["statements"])


@pytest.mark.parametrize("on", ["yesterday", "2010", "2010-02-30", "2010-1-1", "' OR 1"])
def test_what_is_no_day_is_refused_with_what_is_wanted(on, site):
    answer = site.get("/institution/ietf", params={"on": on})
    assert answer.status_code == 400
    assert "wanted one such as on=2012-06-30" in answer.text
