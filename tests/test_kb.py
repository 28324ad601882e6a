"""The records themselves: they pass, and they keep what the project promises."""

import re
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from conftest import HERE

from loaders.check import check
from loaders.write import build
from schema import LONGEST_PHRASE
from schema.coverage import ENOUGH

KB = HERE.parent / "kb"
FILES = sorted(path.relative_to(KB) for path in KB.glob("*/*"))


@pytest.fixture(scope="module")
def problems():
    return check(KB)


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    path = tmp_path_factory.mktemp("real") / "kb.db"
    build(KB, path)
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


@pytest.mark.parametrize("path", FILES, ids=str)
def test_the_record_passes_with_no_problem_and_no_warning(path, problems):
    assert [str(problem) for problem in problems if problem.path == str(KB / path)] == []


def test_there_are_no_other_problems(problems):
    assert problems == []


def test_all_files_are_records_in_folders_of_their_own():
    assert {path.suffix for path in FILES} == {".yml"}
    assert all(count == 1 for count in Counter(path.stem for path in FILES).values())


@pytest.mark.parametrize(
    ("what", "least", "sql"),
    [
        ("institutions", 120, "SELECT count(*) FROM record WHERE section = 'institutions'"),
        (
            "institutions in depth",
            80,
            f"SELECT count(*) FROM coverage WHERE section = 'institutions' AND parts >= {ENOUGH}",
        ),
        (
            "bodies never created, or ended",
            12,
            "SELECT count(*) FROM institution WHERE status IN ('never-created', 'dissolved', 'concluded')",
        ),
        ("regimes", 251, "SELECT count(*) FROM regime"),
        ("memberships of states", 3000, "SELECT count(*) FROM membership_matrix"),
        ("measures", 175, "SELECT count(*) FROM measure"),
        ("measures that ended", 15, "SELECT count(*) FROM measure WHERE until IS NOT NULL"),
        (
            "regimes in depth",
            25,
            "SELECT count(*) FROM (SELECT 1 FROM measure GROUP BY institution HAVING count(*) >= 5)",
        ),
        ("statements", 2000, "SELECT count(*) FROM statement WHERE section <> 'terms'"),
        ("sources", 350, "SELECT count(*) FROM source WHERE kind <> 'post'"),
        ("posts", 80, "SELECT count(*) FROM post"),
        ("claims", 250, "SELECT count(*) FROM claim"),
        ("speakers", 40, "SELECT count(DISTINCT coalesce(person, body)) FROM claim"),
        ("term lists", 12, "SELECT count(*) FROM record WHERE section = 'terms'"),
    ],
)
def test_there_are_at_least_so_many(what, least, sql, db):
    assert db.execute(sql).fetchone()[0] >= least


def test_every_statement_rests_on_a_source_that_somebody_read(db):
    unread = """
        SELECT s.id FROM statement s WHERE NOT EXISTS (
          SELECT 1 FROM citation c JOIN source ON source.id = c.source
          WHERE c.statement = s.id
            AND source.read IN ('full-text', 'excerpt', 'catalogue') AND source.accessed <> ''
        )
    """
    assert db.execute(unread).fetchall() == []


ON_BODIES = "FROM statement s JOIN record r ON r.id = s.record AND r.section = 'institutions'"
# What was written by hand: not what rests on tables alone, which are imported as they are.
CITED = "FROM citation c JOIN source ON source.id = c.source"
BY_HAND = f"FROM statement s WHERE EXISTS (SELECT 1 {CITED} WHERE c.statement = s.id AND kind <> 'dataset')"


@pytest.mark.parametrize(
    ("what", "most", "sql"),
    [
        ("sources on bodies that are secondary", 0.35,
         f"SELECT avg(tier = 'secondary') FROM source WHERE id IN (SELECT c.source {ON_BODIES} JOIN citation c ON c.statement = s.id)"),
        ("citations of secondary sources on bodies", 0.35,
         f"SELECT avg(tier = 'secondary') {ON_BODIES} JOIN citation c ON c.statement = s.id JOIN source ON source.id = c.source"),
        ("statements on bodies that are unverified", 0.1, f"SELECT avg(standing = 'unverified') {ON_BODIES}"),
        ("citations of secondary sources by hand", 0.35, f"SELECT avg(tier = 'secondary') {CITED} WHERE kind <> 'dataset'"),
        ("statements by hand that are unverified", 0.1, f"SELECT avg(s.standing = 'unverified') {BY_HAND}"),
    ],
)  # fmt: skip
def test_at_most_this_share_is_of(what, most, sql, db):
    assert db.execute(sql).fetchone()[0] <= most


def test_no_part_of_the_field_makes_more_than_half_of_the_claims(db):
    counts = dict(
        db.execute(
            "SELECT coalesce(stakeholder_group, 'not known'), count(*) FROM said GROUP BY 1"
        ).fetchall()
    )
    assert max(counts.values()) <= sum(counts.values()) / 2, counts
    assert len(counts) >= 5, counts


def test_every_post_belongs_to_a_debate(db):
    assert db.execute("SELECT id FROM post WHERE debate IS NULL").fetchall() == []


def test_what_had_ended_when_its_sources_were_read_is_not_held(db):
    ended = """
        SELECT s.id FROM statement s JOIN citation c ON c.statement = s.id
        JOIN source ON source.id = c.source WHERE s.standing = 'held' AND s.until IS NOT NULL
        GROUP BY s.id HAVING s.until < max(source.accessed)
    """
    assert db.execute(ended).fetchall() == []


def test_what_rests_on_a_draft_alone_is_not_held(db):
    drafts = """
        SELECT s.id FROM statement s JOIN citation c ON c.statement = s.id
        JOIN source ON source.id = c.source
        WHERE s.standing = 'held' AND s.section NOT IN ('events', 'terms')
        GROUP BY s.id HAVING sum(source.kind <> 'internet-draft') = 0
    """
    assert db.execute(drafts).fetchall() == []


def test_what_rests_on_encyclopaedias_alone_is_not_held(db):
    wikis = """
        SELECT s.id FROM statement s JOIN citation c ON c.statement = s.id
        JOIN source ON source.id = c.source
        WHERE s.standing = 'held' AND s.section <> 'terms'
        GROUP BY s.id HAVING min(source.tier = 'secondary' AND coalesce(publisher, '') LIKE '%wiki%')
    """
    assert db.execute(wikis).fetchall() == []


def test_every_claim_leads_to_the_words(db):
    assert (
        db.execute(
            "SELECT claim.id FROM claim JOIN passage ON passage.id = passage "
            "WHERE passage.url NOT LIKE 'http%#:~:text=%'"
        ).fetchall()
        == []
    )


def test_every_body_has_a_type_and_a_status_that_we_hold_or_that_is_marked_as_open(db):
    sql = "SELECT id FROM institution WHERE {} IS NULL AND id NOT IN ({})"
    absent = (
        "SELECT record FROM statement WHERE field = '{}' "
        "AND (value IN ('unknown', 'not-applicable') OR standing = 'unverified' AND note <> '')"
    )
    for field in ("type", "status"):
        assert db.execute(sql.format(field, absent.format(field))).fetchall() == []


def test_every_source_can_be_found_by_an_address_or_an_official_number(db):
    missing = """
        SELECT s.id FROM source s LEFT JOIN post ON post.id = s.id
        LEFT JOIN source page ON page.id = post.page
        WHERE coalesce(s.url, s.read_at, s.number, page.url, page.read_at) IS NULL
    """
    assert db.execute(missing).fetchall() == []


def test_words_of_others_are_eight_at_most(db):
    phrases = db.execute(
        'SELECT id, start FROM passage UNION ALL SELECT id, "end" FROM passage '
        "UNION ALL SELECT id, begins FROM post UNION ALL SELECT id, ends FROM post "
        "UNION ALL SELECT statement, quote FROM citation WHERE quote IS NOT NULL"
    ).fetchall()
    assert [id for id, phrase in phrases if len(phrase.split()) > LONGEST_PHRASE] == []


def test_no_row_refers_to_nothing(db):
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_no_address_of_a_person_stands_in_the_records():
    """Archives have addresses of lists in their own; a Message-ID is none."""
    found = []
    for path in FILES:
        text = (KB / path).read_text(encoding="utf-8")
        text = re.sub(r"(?m)^message_id:.*$|https?://\S+", "", text)
        found += [(str(path), each) for each in re.findall(r"[\w.+-]+@[\w-]+\.\w+", text)]
    assert found == []


def test_no_path_of_a_machine_stands_in_the_records_or_docs():
    docs = [
        path for path in (KB.parent / "docs").rglob("*") if path.suffix in (".csv", ".md", ".txt")
    ]
    for path in [*(KB / path for path in FILES), *docs]:
        text = path.read_text(encoding="utf-8")
        found = re.search(r"(?m)file://|(^|[\s,;'\"(])/(home|work|tmp|root)/|\b[A-Z]:\\", text)
        assert not found, f"{path}: {found and found[0]}"


def test_the_records_lie_where_the_tests_look():
    assert Path(KB / "institutions/ietf.yml").is_file()
