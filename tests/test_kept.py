"""A query can be kept: reviewed like a record, run again with every build, cited with its answer."""

import shutil

import pytest
import yaml
from conftest import HERE, commit, run
from served import SITE, serve

from loaders.check import check

QUERY = "SELECT id, name FROM institution WHERE kind = :kind ORDER BY id"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """The made-up records, committed once, in the current folder."""
    shutil.copytree(HERE / "kb", tmp_path / "kb")
    commit(tmp_path, "2026-01-01T10:00:00Z")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "query.sql").write_text(QUERY + ";\n", encoding="utf-8")
    return tmp_path


def keep(*more):
    return run("keep", "registries", "--sql", "query.sql", "--title", "Registries", *more)


def kept(folder):
    return yaml.safe_load((folder / "kb/queries/registries.yml").read_text(encoding="utf-8"))


def test_a_query_is_kept_with_what_its_answer_is_known_by(repository):
    done = keep("--with", "kind=registry", "--about", "All of them.")
    assert done.exit_code == 0, done.output
    assert "kb/queries/registries.yml: 1 rows as of 2026-01-01T10:00:00Z" in done.output
    made = kept(repository)
    assert made["sql"] == QUERY and made["parameters"] == [{"name": "kind", "value": "registry"}]
    assert (made["state"], made["rows"], len(made["sha256"])) == ("2026-01-01T10:00:00Z", 1, 64)
    assert [str(problem) for problem in check(repository / "kb")] == []
    done = run("build")
    assert done.exit_code == 0 and "registries" not in done.output


def test_a_build_tells_of_an_answer_that_has_changed_and_keep_takes_the_new_one(repository):
    keep("--with", "kind=forum")
    forum = repository / "kb/institutions/example-forum.yml"
    forum.write_text(forum.read_text().replace("name: Example Forum", "name: Example Forum of All"))
    commit(repository, "2026-02-01T10:00:00Z")
    done = run("build")
    assert done.exit_code == 0
    assert (
        "kb/queries/registries.yml:3:6: warning: sql: the answer has changed: 1 rows on 2026-01-01, 1 now; "
        "look at what changed; `igkb keep registries` keeps the answer of today" in done.output
    )
    before = kept(repository)
    assert run("keep", "registries").exit_code == 0
    after = kept(repository)
    assert after["state"] == "2026-02-01T10:00:00Z" and after["sha256"] != before["sha256"]
    assert {**after, "state": 0, "sha256": 0} == {**before, "state": 0, "sha256": 0}
    assert "has changed" not in run("build").output


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT nothing_such FROM institution", "no such column: nothing_such"),
        ("SELECT random()", "random() gives another value each time"),
        ("DELETE FROM institution", "wanted one SELECT"),
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
         "took longer than"),
    ],
)  # fmt: skip
def test_a_query_without_an_answer_stops_the_build(sql, why, repository, monkeypatch):
    monkeypatch.setattr("exporters.kept.LONGEST", 0.2)
    assert keep("--with", "kind=registry").exit_code == 0
    run("build")
    before = (repository / "kb.db").read_bytes()
    path = repository / "kb/queries/registries.yml"
    path.write_text(path.read_text().replace(QUERY, f'"{sql}"'), encoding="utf-8")
    done = run("build")
    assert done.exit_code == 1
    assert (
        "kb/queries/registries.yml:3:6: sql: has no answer: " in done.output and why in done.output
    )
    assert "1 problems; kb.db was not built" in done.output
    assert (repository / "kb.db").read_bytes() == before
    (repository / "query.sql").write_text(sql, encoding="utf-8")
    path.unlink()
    done = keep()
    assert done.exit_code == 1 and why in done.output and not path.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["example-forum", "--sql", "query.sql", "--title", "T"], "has a record: kb/institutions/example-forum.yml"),
        (["Not an id", "--sql", "query.sql", "--title", "T"], "Not an id"),
        (["new"], "kb/queries/new.yml is new; give --sql and --title"),
        (["new", "--sql", "query.sql", "--title", "=1+1"], "title"),
        (["new", "--sql", "query.sql", "--title", "T", "--day", "soon"], "'soon' does not match"),
        (["new", "--sql", "query.sql", "--title", "T", "--day", "2012"], "'2012' does not match"),
        (["new", "--sql", "nowhere.sql", "--title", "T"], "nowhere.sql"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_says_why_and_writes_nothing(arguments, said, repository):
    done = run("keep", *arguments)
    assert done.exit_code and said in done.output, done.output
    assert {path.name for path in (repository / "kb/queries").iterdir()} == {"forums.yml"}


def test_only_the_answer_of_a_committed_state_is_kept(repository):
    forum = repository / "kb/institutions/example-forum.yml"
    forum.write_text(forum.read_text().replace("name: Example Forum", "name: Example Forum of All"))
    done = keep()
    assert "not committed as they are: kb/institutions/example-forum.yml" in done.output
    shutil.rmtree(repository / ".git")
    (repository / "kb.db").unlink()
    assert "have no git history" in keep().output
    assert not (repository / "kb/queries/registries.yml").exists()


# On the site --------------------------------------------------------------------------------------


def test_its_page_shows_cites_and_verifies_the_answer(tiny_site):
    page = tiny_site.page("/query/forums")
    assert "Verified." in page.text and "example-forum" in page.text
    assert "Forums and how they decide [query result, 1 row, as of 2026-01-02]" in page.text
    assert tiny_site.get("/cite/forums.bib").status_code == 200
    assert tiny_site.get("/query/forums.json").json()["kept_query"]["rows"] == 1
    assert "/query/forums" in tiny_site.page("/kb").links
    assert tiny_site.get("/query/nobody").status_code == 404
    assert tiny_site.get("/id/forums").headers["location"].endswith("/query/forums")


def test_its_page_tells_where_the_answer_has_changed_and_leads_to_the_one_that_was_kept(repository):
    keep("--with", "kind=forum")
    commit(repository, "2026-01-02T10:00:00Z")
    forum = repository / "kb/institutions/example-forum.yml"
    forum.write_text(forum.read_text().replace("name: Example Forum", "name: Example Forum of All"))
    commit(repository, "2026-02-01T10:00:00Z")
    run("build")
    with serve(repository / "kb.db") as site:
        page = site.page("/query/registries")
        assert "Changed since." in page.text and "Example Forum of All" in page.text
        (then,) = [link for link in page.links if link.startswith("/q?")]
        assert "Verified as of 1 January 2026." in site.page(then).text
        (cited,) = site.get("/cite/registries.json").json()
        assert cited["URL"] == f"{SITE}/query/registries/v/1"
        assert cited["title"] == "Registries [query result, 1 row, as of 2026-01-01]"
        version = site.page("/query/registries/v/1")
        assert "Registries" in version.text
