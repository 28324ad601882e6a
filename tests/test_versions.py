"""Versions of records: each at its address for ever, told field by field, with what has changed since."""

import json
import shutil
from collections import Counter

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from conftest import HERE, commit, run
from hypothesis import given
from hypothesis import strategies as st
from served import SITE, serve

from exporters.versions import Said, paired, statements
from loaders.write import build

FORUM = "institutions/example-forum.yml"


@pytest.fixture(scope="module")
def old_site(tmp_path_factory):
    """The made-up records with a history: a body changed twice, a person removed, one in no commit."""
    folder = tmp_path_factory.mktemp("history")
    kb = folder / "kb"
    shutil.copytree(HERE / "kb", kb)
    forum = kb / FORUM

    def change(**facts):
        record = yaml.load(forum.read_text(encoding="utf-8"), yaml.BaseLoader)
        record["facts"] = [f for f in record["facts"] if not facts.keys() & f.keys()]
        for name, value in facts.items():
            if value:
                record["facts"].append({name: value, "cite": "forum-charter §1"})
        forum.write_text(yaml.safe_dump(record, sort_keys=False), encoding="utf-8")

    (kb / "people/carol-example.yml").write_text("name: Carol Example\n", encoding="utf-8")
    commit(folder, "2001-02-03T12:00:00Z")
    change(members="Whoever comes", funding="Gifts")
    (kb / "people/carol-example.yml").unlink()
    commit(folder, "2004-05-06T12:00:00Z")
    change(members="Those who pay", funding=None)
    commit(folder, "2007-08-09T12:00:00Z")
    (kb / "people/dora-example.yml").write_text("name: Dora Example\n", encoding="utf-8")
    build(kb, folder / "kb.db")
    with serve(folder / "kb.db") as running:
        yield running


def version(site, path):
    page = site.page(path)
    return page, " ".join(page.text.split())


def test_every_version_ever_committed_resolves(old_site):
    for id, number, section in old_site.ask("SELECT record, version, section FROM record_version"):
        kind = {"institutions": "institution", "regimes": "institution", "posts": "post",
                "sources": "source", "people": "person", "terms": "term", "queries": "query"}[section]  # fmt: skip
        answer = old_site.get(f"/{kind}/{id}/v/{number}")
        assert answer.status_code == 200, (id, number)
        assert f"Version {number}" in answer.text


def test_versions_of_the_records_resolve(site):
    """Of the records in kb/, where the tests run with their history: some from all along."""
    found = site.ask("SELECT record, version, section FROM record_version ORDER BY record, version")
    if not site.ask("SELECT 1 FROM record WHERE version IS NOT NULL LIMIT 1"):
        assert found == []
    for id, number, section in found[::97]:
        kind = {"institutions": "institution", "regimes": "institution", "posts": "post",
                "sources": "source", "people": "person", "terms": "term", "queries": "query"}[section]  # fmt: skip
        assert site.get(f"/{kind}/{id}/v/{number}").status_code == 200, (id, number)


def test_an_old_version_says_what_it_said_and_what_of_it_still_holds(old_site):
    page, text = version(old_site, "/institution/example-forum/v/2")
    assert "Version 2 of 3, of 6 May 2004; the latest is version 3" in text
    assert "Whoever comes changed since" in text
    assert "Gifts no longer said" in text
    assert "still so" in text
    assert "/institution/example-forum/v/1" in page.links
    assert "/institution/example-forum/v/3" in page.links


def test_it_tells_what_it_changed_and_what_has_changed_since_field_by_field(old_site):
    page, _ = version(old_site, "/institution/example-forum/v/2")
    since, changed = page.html.split('id="since"')[1].split('id="changed"')
    assert "<del>Whoever comes</del> <ins>Those who pay</ins>" in since
    assert '<li class="removed">' in since and "Gifts" in since
    assert '<li class="added">' in changed and "Gifts" in changed


def test_the_latest_version_is_the_page_of_the_record(old_site):
    latest, text = version(old_site, "/institution/example-forum/v/3")
    today = old_site.page("/institution/example-forum")
    assert "Version 3 of 3, of 9 August 2007, the latest" in text
    stated = {
        id for (id,) in old_site.ask("SELECT id FROM statement WHERE record = 'example-forum'")
    }
    assert stated <= set(latest.ids) and stated <= set(today.ids)


def test_a_citation_points_to_the_version_and_says_nothing_of_today(old_site):
    for path in ("/institution/example-forum", "/institution/example-forum/v/3"):
        _, text = version(old_site, path)
        assert f"version 3. August 9. {SITE}/institution/example-forum/v/3." in text
    _, text = version(old_site, "/institution/example-forum/v/2")
    assert f"version 2. May 6. {SITE}/institution/example-forum/v/2." in text
    assert "ccessed" not in text
    bib = old_site.get("/cite/example-forum/v/2.bib").text
    assert f"{SITE}/institution/example-forum/v/2" in bib and "2004-05-06" in bib
    assert "urldate" not in bib
    assert old_site.get("/cite/example-forum/v/9.bib").status_code == 404


def test_all_versions_are_listed_with_how_much_they_changed(old_site):
    _, text = version(old_site, "/institution/example-forum/v")
    assert "3, the latest 9 August 2007" in text
    assert "1 changed, 1 removed" in text and "The first" in text
    assert "/institution/example-forum/v" in old_site.page("/institution/example-forum").links


def test_what_is_not_there_is_told_with_what_is(old_site):
    answer = old_site.get("/institution/example-forum/v/9")
    assert answer.status_code == 404
    assert "There is no version 9" in answer.text and "version 3" in answer.text
    assert old_site.get("/institution/nobody/v/1").status_code == 404
    assert old_site.get("/institution/example-forum/v/9.json").status_code == 404


def test_a_record_that_is_gone_says_so_and_where_its_versions_are(old_site):
    answer = old_site.get("/person/carol-example")
    assert answer.status_code == 410
    assert "was removed" in answer.text and "/person/carol-example/v/1" in answer.text
    _, text = version(old_site, "/person/carol-example/v/1")
    assert "This record was removed on 6 May 2004" in text and "Carol Example" in text
    assert old_site.get("/id/carol-example").status_code == 410


def test_a_statement_that_is_given_up_says_in_which_version_it_stood_last(old_site):
    answer = old_site.get("/id/example-forum_funding")
    assert answer.status_code == 410
    assert "was given up" in answer.text
    assert "/institution/example-forum/v/2#example-forum_funding" in answer.text
    assert "version 2, of 6 May 2004" in answer.text
    assert 'id="example-forum_funding"' in old_site.get("/institution/example-forum/v/2").text


def test_a_statement_that_is_given_up_cannot_be_cited_but_its_version_can(old_site):
    done = run("cite", "example-forum_funding", "--db", old_site.db)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith("given up; cite 'example-forum/v/2', where it stood last\n")
    assert run("cite", "example-forum/v/2", "--db", old_site.db).exit_code == 0


def test_what_never_was_a_statement_is_not_given_up(old_site):
    answer = old_site.get("/id/example-forum_fnding")
    assert answer.status_code == 404 and "was given up" not in answer.text


def test_another_kind_leads_to_the_right_one(old_site):
    answer = old_site.get("/person/example-forum/v/2")
    assert (answer.status_code, answer.headers["location"]) == (
        301,
        "/institution/example-forum/v/2",
    )


def test_a_version_as_json_has_the_record_as_it_was(old_site):
    found = old_site.get("/institution/example-forum/v/2.json").json()
    assert (found["version"], found["committed"], found["latest"]) == (2, "2004-05-06T12:00:00Z", 3)
    assert {"funding": "Gifts", "cite": "forum-charter §1"} in found["record"]["facts"]
    assert len(found["sha256"]) == 64 and len(found["blob"]) == 40


def test_what_is_in_no_commit_has_no_version_and_says_so(old_site):
    assert "without a version" in old_site.page("/person/dora-example").text
    assert old_site.get("/person/dora-example/v/1").status_code == 404


def test_a_database_built_outside_git_works_and_says_so(tiny_site):
    assert "without the history" in tiny_site.page("/institution/example-forum/v").text
    assert tiny_site.get("/institution/example-forum/v/1").status_code == 404
    assert "without a version" in tiny_site.page("/institution/example-forum").text
    assert f"{SITE}/institution/example-forum." in tiny_site.get("/cite/example-forum.txt").text


@pytest.mark.parametrize("path", ["", "/2", "/3", "/9"])
def test_pages_of_versions_have_no_barrier_and_fit_a_phone(path, old_site, page):
    page.goto(f"{old_site.url}/institution/example-forum/v{path}")
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390)):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == [], (
            scheme,
            width,
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_statements_of_a_version_have_the_ids_they_have_in_the_database(site):
    """So that a citation of a statement in a version leads to its place there."""
    for id, number, text in site.ask(
        "SELECT r.id, r.version, v.content FROM record r JOIN record_version v ON v.record = r.id "
        "AND v.version = r.version WHERE r.section IN ('institutions', 'regimes', 'people')"
    ):
        told = {said.id for said in statements(id, json.loads(text)) if said.section}
        assert told == {
            row[0] for row in site.ask("SELECT id FROM statement WHERE record = ?", id)
        }, (id, number)


def test_a_statement_is_paired_with_the_same_before_the_like():
    def fact(value, **more):
        return Said("", "facts", "members", value, more, ())

    before = [fact("a"), fact("b", since="1990"), fact("c")]
    after = [fact("b", since="1991"), fact("c"), fact("d")]
    found = [
        (c.before and c.before.value, c.after and c.after.value, c.what)
        for c in paired(before, after)
    ]
    assert found == [("a", "d", "changed"), ("b", "b", "changed"), ("c", "c", "same")]


SAID = st.builds(
    Said, st.just(""), st.sampled_from(["facts", "events", "decisions", "x"]), st.sampled_from("ab"), st.sampled_from("cd"),
    st.dictionaries(st.sampled_from(["note", "kind", "stage"]), st.sampled_from("ef"), max_size=2),
    st.lists(st.sampled_from("gh"), max_size=2).map(tuple),
)  # fmt: skip


def counted(found):
    return Counter(map(repr, found))


@given(st.lists(SAID, max_size=8), st.lists(SAID, max_size=8))
def test_in_a_comparison_every_statement_of_both_stands_once(before, after):
    found = paired(before, after)
    assert counted(c.before for c in found if c.before) == counted(before)
    assert counted(c.after for c in found if c.after) == counted(after)
    assert [c.before for c in found if c.before] == before
    for change in found:
        if change.before and change.after:
            assert change.before.section == change.after.section


YAML = st.recursive(
    st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["facts", "decisions", "name", "x"]), YAML, max_size=4))
def test_whatever_a_record_once_was_is_told(value):
    found = statements("x", value)
    assert paired(found, found) and found if any(value.values()) and found else True
    assert all(change.what == "same" for change in paired(found, found))
