"""Tools of writers: what stands within a record is cited, bibliographies, and manuscripts that tell what changed."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pypandoc
import pytest
import typst
import yaml
from conftest import HERE, commit, run
from hypothesis import given
from hypothesis import strategies as st

from exporters.cite import cite, cite_all
from exporters.csl import Unknown, one_line
from exporters.places import resting_on
from exporters.quotation import _escaped, quotation
from exporters.sentence import sentence
from jobs.expand import cited
from loaders.write import build

SITE = "https://igkb.example"
PANDOC = pypandoc.get_pandoc_path()


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    """The made-up records with three versions of a body: in each of the last two one fact is changed; an
    event, and the page it rests on, are in none but the first.
    """
    folder = tmp_path_factory.mktemp("writing")
    kb = folder / "kb"
    shutil.copytree(HERE / "kb", kb)
    forum = kb / "institutions/example-forum.yml"

    page = kb / "sources/old-page.yml"
    shutil.copy(kb / "sources/forum-site.yml", page)
    record = yaml.load(forum.read_text(encoding="utf-8"), yaml.BaseLoader)
    record["events"].append(
        {"date": "1998-07-01", "title": "Somebody asked", "cite": "old-page top"}
    )
    for day, facts in (
        ("2001-02-03", {"members": "All", "funding": "Gifts", "appeal": "None"}),
        ("2004-05-06", {"members": "Some", "funding": "Gifts", "appeal": "None"}),
        ("2007-08-09", {"members": "Some", "funding": "Fees"}),
    ):
        kept = [f for f in record["facts"] if not {"members", "funding", "appeal"} & f.keys()]
        record["facts"] = kept + [{k: v, "cite": "forum-charter §1"} for k, v in facts.items()]
        forum.write_text(yaml.safe_dump(record, sort_keys=False), encoding="utf-8")
        commit(folder, f"{day}T12:00:00Z")
        record["events"] = [event for event in record["events"] if event["cite"] != "old-page top"]
        page.unlink(missing_ok=True)
    build(kb, folder / "kb.db")
    return folder / "kb.db"


@pytest.fixture
def connection(db):
    found = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    yield found
    found.close()


# What can be cited --------------------------------------------------------------------------------


def test_a_statement_is_cited_as_a_place_in_the_version_that_holds_it(connection):
    assert cite(connection, "example-forum_members", "txt", SITE) == (
        "igkb contributors. 2007. “EXF: members, Some.” In Internet Governance Knowledge Base, version 3. "
        f"August 9. {SITE}/institution/example-forum/v/3#example-forum_members.\n"
    )


def test_a_statement_is_cited_as_it_stood_in_an_older_version(connection):
    assert cite(connection, "example-forum_members/v/1", "txt", SITE) == (
        "igkb contributors. 2001. “EXF: members, All.” In Internet Governance Knowledge Base, version 1. "
        f"February 3. {SITE}/institution/example-forum/v/1#example-forum_members.\n"
    )
    assert "None" in cite(connection, "example-forum_appeal/v/2", "txt", SITE)
    for id in ("example-forum_appeal", "example-forum_appeal/v/3", "example-forum_members/v/9"):
        with pytest.raises(Unknown):
            cite(connection, id, "txt", SITE)


def test_an_event_that_was_taken_out_is_cited_by_its_day(connection):
    assert cite(connection, "example-forum_event_1998-07-01/v/1", "txt", SITE) == (
        "igkb contributors. 2001. “EXF: 1998-07-01, Somebody asked.” In Internet Governance Knowledge Base, "
        f"version 1. February 3. {SITE}/institution/example-forum/v/1#example-forum_event_1998-07-01.\n"
    )


def test_what_a_speaker_said_is_cited_by_the_post_first_and_our_record_second(connection):
    ((claim, source),) = connection.execute(
        "SELECT c.id, p.source FROM claim c JOIN passage p ON p.id = c.passage ORDER BY c.id LIMIT 1"
    ).fetchall()
    post, ours = json.loads(cite(connection, claim, "json", SITE))
    assert (post["id"], post["type"]) == (source, "post")
    assert ours["id"] == claim and ours["URL"].endswith(f"/post/{source}/v/1#{claim}")
    passage = connection.execute("SELECT id FROM passage ORDER BY id LIMIT 1").fetchone()[0]
    assert [item["id"] for item in json.loads(cite(connection, passage, "json", SITE))][
        1
    ] == passage


def test_a_passage_is_a_frame_for_a_quotation_with_no_more_words_than_find_it(
    connection, db, tmp_path
):
    ids = [id for (id,) in connection.execute("SELECT id FROM passage ORDER BY id")]
    for id in ids:
        frame = quotation(connection, id)
        url, first, last = connection.execute(
            'SELECT url, start, "end" FROM passage WHERE id = ?', (id,)
        ).fetchone()
        assert frame.startswith("> …\n>\n> — ") and frame.count("\n>") == 2
        assert f"From “{first} …” to “… {last}”." in frame
        assert url is None or f"<{url}>" in frame
        assert f"[@igkb:{id}]" in frame
    paper = tmp_path / "paper.md"
    done = run("cite", *ids, "--quote", "--db", db, "--site", SITE)
    assert done.exit_code == 0
    paper.write_text(done.output, encoding="utf-8")
    assert f"{len(ids)} of {len(ids)} cited in {len(ids)} places" in expand(db, paper).output
    made = subprocess.run(
        [PANDOC, "--citeproc", "--bibliography", paper.with_suffix(".igkb.json"), paper, "-t", "html"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert made.stderr == "" and made.stdout.count("<blockquote>") == len(ids)


def test_whose_words_they_are_is_said_where_another_quotes_them(connection):
    own = sqlite3.connect(":memory:")
    connection.backup(own)
    id = "forum-000001_open-to-all"
    assert ", in: " not in quotation(own, id)
    own.execute("UPDATE passage SET person = 'bob-example' WHERE id = ?", (id,))
    assert "> — Bob, in: Example, Alice" in quotation(own, id)
    own.close()


def test_a_frame_for_what_is_no_passage_says_what_is_near(db):
    done = run("cite", "forum-000001_open-to-al", "--quote", "--db", db)
    assert done.exit_code == 1
    assert "no passage 'forum-000001_open-to-al'" in done.output
    assert "did you mean 'forum-000001_open-to-all'?" in done.output


@given(st.text(min_size=1, max_size=60))
def test_whatever_a_title_has_the_frame_stays_one_quotation(title):
    told = sentence({"type": "post", "title": one_line(title) or "t", "URL": "https://a.example/"})
    html = pypandoc.convert_text(f"> — {_escaped(told)}\n", "html", format="markdown")
    inside = html.removeprefix("<blockquote>").strip().removesuffix("</blockquote>").strip()
    assert not re.search(r"<(?!/?p>|br ?/>|a\s|/a>)", inside), inside


def test_every_statement_claim_and_passage_can_be_cited_in_every_form(connection):
    ids = [
        id
        for table in ("statement", "claim", "passage")
        for (id,) in connection.execute(f"SELECT id FROM {table}")
        if not connection.execute(
            "SELECT 1 FROM statement WHERE id = ? AND section = 'terms'", (id,)
        ).fetchone()
    ]
    assert len(ids) > 30
    for form in ("txt", "bib", "ris", "json"):
        assert cite_all(connection, ids, form, SITE)


def test_with_its_sources_a_record_brings_each_once(connection):
    found = json.loads(cite(connection, "example-forum", "json", SITE, sources=True))
    ids = [item["id"] for item in found]
    sources = {
        s for (s,) in connection.execute(
            "SELECT DISTINCT c.source FROM citation c JOIN statement s ON s.id = c.statement "
            "WHERE s.record = 'example-forum'"
        )
    }  # fmt: skip
    assert ids[0] == "example-forum" and len(ids) == len(set(ids)) and set(ids[1:]) == sources


@pytest.mark.parametrize(
    ("id", "sources"),
    [
        ("example-forum_event_1998-07-01/v/1", ["old-page/v/1"]),
        ("example-forum_members/v/1", ["forum-charter"]),
        ("example-forum_event_1998-07-01/v/2", []),
    ],
)
def test_a_statement_of_an_older_version_rests_on_what_that_version_cited(id, sources, connection):
    assert resting_on(connection, id) == sources
    if sources:
        found = json.loads(cite(connection, id, "json", SITE, sources=True))
        assert [item["id"] for item in found] == [id, *sources]


def test_an_older_version_rests_on_what_it_cited(connection):
    first, latest = (
        resting_on(connection, "example-forum/v/1"),
        resting_on(connection, "example-forum"),
    )
    assert set(first) - set(latest) == {"old-page/v/1"}
    assert set(resting_on(connection, "example-forum/v/3")) == set(latest)


# Bibliographies -----------------------------------------------------------------------------------


def test_a_bibliography_of_what_a_query_finds(db):
    done = run("bib", "--db", db, "--format", "json", "--query",
               "SELECT id FROM institution WHERE short_name IS NOT NULL ORDER BY id")  # fmt: skip
    ids = [item["id"] for item in json.loads(done.output)]
    assert "igkb:example-forum" in ids and all(id.startswith("igkb:") for id in ids)
    assert run("bib", "--db", db, "--query", "SELECT id FROM institution WHERE 0").output == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--query", "SELEC id"], "the query cannot be run"),
        (["--query", "DELETE FROM institution"], "the query cannot be run"),
        (["--query", "SELECT 'nobody'"], "no record 'nobody'"),
        (["nobody"], "no record 'nobody'"),
        ([], "Give IDs"),
    ],
)
def test_a_bibliography_that_cannot_be_made_says_why(arguments, told, db):
    done = run("bib", "--db", db, *arguments)
    assert done.exit_code and told in done.output
    assert "Traceback" not in done.output


def test_the_whole_bibliography_is_read_by_pandoc(db, tmp_path):
    done = run("bib", "--db", db, "--all")
    read = subprocess.run(
        [PANDOC, "-f", "biblatex", "-t", "csljson"],
        input=done.output,
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stderr == ""
    assert len(json.loads(read.stdout)) == done.output.count("\n@") + 1 > 5


# Manuscripts --------------------------------------------------------------------------------------


@pytest.fixture
def thirty(connection):
    """Thirty ids of all kinds, three of them of statements that have changed since the version cited."""
    changed = ["example-forum_members/v/1", "example-forum_funding/v/2", "example-forum_appeal/v/1"]
    found = [
        id
        for sql in (
            "SELECT id FROM statement WHERE standing = 'held' AND section <> 'terms' ORDER BY id LIMIT 14",
            "SELECT id FROM institution ORDER BY id LIMIT 4",
            "SELECT id FROM source ORDER BY id LIMIT 5",
            "SELECT id FROM claim ORDER BY id LIMIT 2",
            "SELECT id FROM person ORDER BY id LIMIT 1",
        )
        for (id,) in connection.execute(sql)
    ]
    ids = [*changed, *found, "example-forum/v/3"][:30]
    assert len(set(ids)) == 30
    return ids


def expand(db, path, *arguments):
    return run("expand", path, "--db", db, "--site", SITE, *arguments)


def test_a_manuscript_with_thirty_keys_compiles_and_the_three_that_changed_are_told(
    db, thirty, tmp_path
):
    paper = tmp_path / "paper.md"
    paper.write_text("\n\n".join(f"Said [@igkb:{id}, p. 3]." for id in thirty), encoding="utf-8")
    done = expand(db, paper)
    assert done.exit_code == 0, done.output
    assert "30 of 30 cited in 30 places" in done.output
    told = [line for line in done.output.splitlines() if line.startswith(f"{paper}:")]
    about = {line.split(": ")[1] for line in told}
    assert about == {f"igkb:{id}" for id in thirty[:3]}
    assert any("value was “All”, is “Some”" in line for line in told)
    assert any("no longer said since version 1" in line for line in told)
    for form in ("html", "docx", "typ"):
        made = subprocess.run(
            [PANDOC, "--citeproc", "--bibliography", paper.with_suffix(".igkb.json"), paper,
             "--standalone", "--metadata", "title=A paper", "-o", tmp_path / f"paper.{form}"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert made.stderr == "", form  # no citation undefined
    html = (tmp_path / "paper.html").read_text(encoding="utf-8")
    assert html.count('class="citation"') == 30 and "(?)" not in html
    pdf, warnings = typst.compile_with_warnings(
        tmp_path / "paper.typ"
    )  # as PDF by pandoc --pdf-engine=typst
    assert pdf.startswith(b"%PDF") and warnings == []


def test_keys_and_permalinks_are_found_in_latex_markdown_and_word(db, tmp_path, monkeypatch):
    tex = tmp_path / "paper.tex"
    tex.write_text(
        r"\cite{igkb:example-forum, igkb:example-forum_members} and \autocite[3]{igkb:rfc99999}."
    )
    assert "3 of 3 cited in 3 places" in expand(db, tex, "-o", tmp_path / "refs.bib").output
    assert (tmp_path / "refs.bib").read_text().count("@") == 3
    text = tmp_path / "paper.md"
    text.write_text(
        f"See {SITE}/institution/example-forum/v/2#example-forum_members, [it]({SITE}/institution/example-forum) "
        "and @igkb:example-forum_members."
    )
    done = expand(db, text)
    assert "3 of 3 cited in 3 places" in done.output
    word = tmp_path / "paper.docx"
    subprocess.run([PANDOC, text, "-f", "markdown-citations", "-o", word], check=True)
    monkeypatch.setenv("PATH", f"{Path(PANDOC).parent}:{os.environ['PATH']}")
    assert "3 of 3 cited in 3 places" in expand(db, word).output
    monkeypatch.setenv("PATH", "")
    assert "pandoc is needed" in expand(db, word).output


def test_a_key_that_leads_nowhere_is_told_with_its_line_and_the_rest_is_written(db, tmp_path):
    paper = tmp_path / "paper.md"
    paper.write_text("One [@igkb:example-forum].\n\nTwo [@igkb:nobody].\n")
    done = expand(db, paper)
    assert done.exit_code == 1
    assert f"{paper}:3: igkb:nobody: nothing has this id" in done.output
    assert [item["id"] for item in json.loads(paper.with_suffix(".igkb.json").read_text())] == [
        "igkb:example-forum"
    ]


def test_a_statement_that_is_not_held_is_told(db, connection, tmp_path):
    ((id, standing),) = connection.execute(
        "SELECT id, standing FROM statement WHERE standing <> 'held' LIMIT 1"
    ).fetchall()
    paper = tmp_path / "paper.md"
    paper.write_text(f"[@igkb:{id}]")
    assert f"the statement is {standing}" in expand(db, paper).output


def test_a_manuscript_that_cites_nothing_gives_an_empty_bibliography(db, tmp_path):
    paper = tmp_path / "paper.md"
    paper.write_text("Nothing.")
    done = expand(db, paper)
    assert done.exit_code == 0 and "0 of 0 cited in 0 places" in done.output
    assert json.loads(paper.with_suffix(".igkb.json").read_text()) == []
    assert "no form '.docx'" in expand(db, paper, "-o", tmp_path / "x.docx").output


@given(
    st.lists(
        st.from_regex(
            re.compile(r"[a-z][a-z0-9]{0,8}(_[a-z]{1,8}){0,2}(/v/[1-9])?", re.ASCII), fullmatch=True
        ),
        max_size=5,
    ),
    st.sampled_from(["[@{}]", "@{}", r"\cite{{{}}}", "({})", "**{}**."]),
)
def test_every_key_is_found_whatever_stands_around_it(ids, around):
    text = "\n".join("Word " + around.format(f"igkb:{id}") + " more." for id in ids)
    assert [(each.line, each.id) for each in cited(text, SITE)] == list(enumerate(ids, 1))
