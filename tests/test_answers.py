"""The answer to a query can be cited: the same query and rows are known again, others are told apart."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
from urllib.parse import parse_qs, quote, urlsplit

import pypandoc
import pytest
import rispy
import yaml
from conftest import HERE
from hypothesis import given
from hypothesis import strategies as st
from served import SITE, Page, serve

from exporters.answer import LONGEST, MOST, Refused, answer, canonical
from loaders.write import build

ORGANIC = "select id, name from institution where type = 'organic' order by founded, id"


@pytest.fixture
def connection(tiny_db):
    found = sqlite3.connect(f"file:{tiny_db}?mode=ro", uri=True)
    yield found
    found.close()


@pytest.mark.parametrize(
    "other",
    ["SELECT Id,NAME from Institution WHERE type='organic' ORDER BY founded ASC,id",
     "-- the organic ones\nselect id, name\nfrom institution /* all */ where (type = 'organic') order by founded, id;"],
)  # fmt: skip
def test_a_query_written_another_way_is_the_same(other, connection):
    one, two = (
        answer(connection, sql, {})
        for sql in (ORGANIC, other.replace("(type = 'organic')", "type = 'organic'"))
    )
    assert (one.sql, one.id, one.sha256) == (two.sql, two.id, two.sha256)


@pytest.mark.parametrize(
    "other",
    ["select id, name from institution where type = 'Organic' order by founded, id",
     "select id, name from institution where type = 'organic' order by founded desc, id",
     'select "Id", name from institution where type = \'organic\' order by founded, id'],
)  # fmt: skip
def test_a_query_that_says_something_else_is_another(other, connection):
    assert answer(connection, ORGANIC, {}).id != answer(connection, other, {}).id


def test_what_is_entered_for_parameters_and_the_day_are_part_of_the_question(connection):
    sql = "select id from institution where type = :type"
    one, two = (
        answer(connection, sql, {"type": kind, "other": "x"}) for kind in ("organic", "state")
    )
    assert one.parameters == {"type": "organic"} and one.id != two.id
    assert answer(connection, sql, {"type": "organic"}, "2000-01-01").id != one.id


def test_rows_without_an_order_are_a_set_and_those_with_one_a_list(connection):
    sql = "select id from institution"
    there, back = (answer(connection, f"{sql} order by id{way}", {}) for way in ("", " desc"))
    assert there.sha256 != back.sha256
    assert answer(connection, sql, {}).sha256 == there.sha256  # a set, written in its order


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select random()", "another value each time"),
        ("select hex(randomblob(4))", "another value each time"),
        ("select current_timestamp", "another value each time"),
        ("select date('now')", "the time of the clock"),
        ("select strftime('%Y', 'NOW ')", "the time of the clock"),
        ("select datetime()", "the time of the clock"),
        ("select id from institution limit 2", "LIMIT without ORDER BY"),
        ("select count(*) from (select id from institution limit 2)", "LIMIT without ORDER BY"),
        ("select group_concat(id) from institution", "the order in which they are stored"),
        ("delete from institution", "wanted one SELECT"),
        ("select 1; select 2", "wanted one SELECT"),
        ("pragma user_version", "wanted one SELECT"),
        ("", "wanted one SELECT"),
        ("select from where", "cannot be read"),
        ("select '" + "x" * LONGEST + "'", "wanted a query of at most"),
        ("select " + "(" * 3_000 + "1" + ")" * 3_000, ""),
        (f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {MOST + 5}) select i from n",
         "rows"),
    ],
)  # fmt: skip
def test_what_has_no_answer_of_its_own_is_refused_with_the_reason(sql, why, connection):
    with pytest.raises(Refused) as refused:
        answer(connection, sql, {})
    assert why in str(refused.value)


def test_every_reason_is_told_at_once(connection):
    with pytest.raises(Refused) as refused:
        answer(connection, "select random(), date('now') from institution limit 3", {})
    assert str(refused.value).count(";") >= 2


@given(st.text(max_size=60))
def test_whatever_is_asked_is_read_or_refused(sql):
    with contextlib.suppress(Refused):
        assert canonical(canonical(sql)) == canonical(sql)


# On the site --------------------------------------------------------------------------------------


def ask(site, sql, form="", **more):
    return site.get(f"/q{form}", params={"sql": sql, **more})


def test_an_answer_is_cited_and_its_address_verifies_it(site):
    page = Page("", ask(site, ORGANIC, title="Organic bodies").text)
    rows = len(site.ask(ORGANIC))
    text = " ".join(page.text.split())
    assert f"“Organic bodies [query result, {rows} rows, as of " in text
    address = json.loads(ask(site, ORGANIC, ".json").text)[0]["URL"]
    assert address.startswith(f"{SITE}/q?sql=SELECT")
    again = site.get(address.removeprefix(SITE))
    assert "Verified" in again.text and "Differs" not in again.text


def test_an_answer_that_is_another_now_is_told(tiny_db, tmp_path):
    with serve(tiny_db) as before:
        sql = "select id, name from institution order by id"
        address = json.loads(ask(before, sql, ".json").text)[0]["URL"].removeprefix(SITE)
        assert "Verified" in before.get(address).text
    shutil.copytree(HERE / "kb", tmp_path / "kb")
    forum = tmp_path / "kb/institutions/example-forum.yml"
    forum.write_text(forum.read_text().replace("name: Example Forum", "name: Example Forum of All"))
    build(tmp_path / "kb", tmp_path / "kb.db")
    with serve(tmp_path / "kb.db") as after:
        assert "Differs" in after.get(address).text
        other = json.loads(ask(after, sql, ".json").text)[0]["URL"]
        assert (
            parse_qs(urlsplit(other).query)["sha256"] != parse_qs(urlsplit(address).query)["sha256"]
        )


def test_an_empty_answer_can_be_cited(tiny_site):
    answered = ask(tiny_site, "select id from institution where type = 'nothing'")
    assert answered.status_code == 200
    assert "0 rows" in answered.text and "nothing answers" in answered.text


def test_an_answer_of_what_held_on_a_day(site):
    sql = "select count(*) as n from institution where type = 'organic' and founded is not null"
    asked = json.loads(ask(site, sql, ".json", on="1995-01-01").text)[0]
    assert "what held on 1995-01-01" in asked["title"] and "on=1995-01-01" in asked["URL"]
    assert "Verified" in site.get(asked["URL"].removeprefix(SITE)).text
    assert ask(site, sql, on="never").status_code == 400


def test_its_citation_is_read_by_others(site):
    bib = ask(site, ORGANIC, ".bib").text
    read = subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", "biblatex", "-t", "csljson"], input=bib,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (item,) = json.loads(read.stdout)
    assert (
        read.stderr == "" and item["URL"] == json.loads(ask(site, ORGANIC, ".json").text)[0]["URL"]
    )
    (ris,) = rispy.loads(ask(site, ORGANIC, ".ris").text)
    assert ris["urls"] == [item["URL"]]


@pytest.mark.parametrize(
    "sql",
    ["select random()", "delete from institution", "select nothing_such from institution", "",
     "select length(randomblob(900000000))", "select length(replace(hex(zeroblob(2000000)), '0', '00000000'))",
     "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n",
     "select load_extension('x')", "select * from pragma_database_list"],
)  # fmt: skip
def test_what_cannot_be_cited_says_why_and_can_be_changed(sql, tiny_site):
    answered = ask(tiny_site, sql)
    assert answered.status_code in (200, 400)
    if answered.status_code == 400:
        assert "It cannot be cited" in answered.text and "<textarea" in answered.text
        assert ask(tiny_site, sql, ".bib").status_code == 400
    assert "Traceback" not in answered.text
    assert tiny_site.ask("SELECT count(*) FROM institution")[0][0] == 4


def test_nothing_that_is_asked_becomes_part_of_the_page(tiny_site):
    attack = "<script>alert(1)</script>"
    page = ask(
        tiny_site, f"select '{attack}' as \"{attack}\"", title=attack, of=attack, sha256="1"
    ).text
    assert attack not in page and "&lt;script&gt;" in page


def test_where_sql_is_closed_so_is_its_citation(tiny_db, tmp_path):
    closed = yaml.safe_load((HERE.parent / "datasette-metadata.yml").read_text(encoding="utf-8"))
    closed["databases"]["kb"]["allow_sql"] = False
    (tmp_path / "metadata.yml").write_text(yaml.safe_dump(closed), encoding="utf-8")
    with serve(tiny_db, tmp_path / "metadata.yml") as site:
        assert ask(site, "select 1").status_code == 403


def test_an_answer_on_the_page_of_sql_leads_to_its_citation(site):
    page = site.page(f"/kb?sql={quote(ORGANIC)}")
    (there,) = [link for link in page.links if link.startswith("/q?")]
    assert site.get(there.replace("&amp;", "&")).status_code == 200
    named = site.page("/kb/who-decides-by?rule=rough-consensus")
    (there,) = [link for link in named.links if link.startswith("/q?")]
    assert "Who decides by" in site.get(there).text
