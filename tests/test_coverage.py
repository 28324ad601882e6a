"""Coverage: what counts as an answer to each of the twelve parts, and how the list reads."""

import csv
import io
import json
import shutil
import sqlite3

import pytest
from conftest import run

from exporters.coverage import missing, overall, summary, work_list
from schema import InstitutionRecord, RegimeFacts
from schema.coverage import BESIDE, PARTS
from schema.institution import Facts
from web.gaps import gaps


@pytest.fixture
def listed(tiny):
    return {row["record"]: row for row in work_list(tiny)}


def test_every_fact_belongs_to_one_part_or_to_none_on_purpose():
    placed = [fact for part in PARTS.values() for fact in part.facts] + [*BESIDE]
    assert sorted(placed) == sorted({*Facts.model_fields, *RegimeFacts.model_fields})


def test_every_list_of_a_record_answers_some_part():
    lists = {
        name
        for name, field in InstitutionRecord.model_fields.items()
        if "list" in str(field.annotation) and name not in ("facts", "former_ids")
    }
    assert {section for part in PARTS.values() for section in part.sections} == lists


def test_the_page_of_a_body_misses_what_coverage_says_it_misses(tiny):
    for record, row in {row["record"]: row for row in work_list(tiny)}.items():
        found = gaps(tiny, record, [], [])
        assert [part.label for part in found["parts"]] == missing(row), record


def test_there_are_twelve():
    assert len(PARTS) == 12


def test_each_part_counts_the_statements_that_answer_it(listed):
    forum = listed["example-forum"]
    assert {part: forum[part] for part in PARTS} == {
        "type": 1, "founding": 2, "law": 4, "mandate": 1, "decisions": 1, "members": 2,
        "money": 0, "relations": 4, "participation": 0, "events": 1, "names": 2, "claims": 3,
    }  # fmt: skip
    assert (forum["parts"], missing(forum)) == (10, ["Money", "Taking part"])


def test_a_relation_written_on_the_other_side_answers_too(listed):
    secretariat = listed["example-secretariat"]
    assert secretariat["relations"] == 3  # two of its own, and the forum's legal home
    assert secretariat["law"] == 0  # to be a legal home says nothing of its own law
    assert "Events" in missing(secretariat)


BELONG = ("member-of", "observer-of", "party-to", "signatory-of")
SIDES = [
    *(("founding", kind, "own") for kind in ("succeeds", "created-by", "proposed-by")),
    *(("law", kind, "own") for kind in ("legal-home", "hosted-by", "owned-by")),
    *(("members", kind, side) for kind in BELONG for side in ("own", "other")),
    ("money", "funds", "other"),
]


def test_these_are_all_kinds_of_relation_that_answer():
    placed = {
        (part, kind, side)
        for part, asked in PARTS.items()
        for side, kinds in (("own", asked.relations), ("other", asked.related))
        for kind in kinds
    }
    assert placed == set(SIDES)


@pytest.mark.parametrize(("part", "kind", "side"), SIDES)
def test_each_kind_of_relation_answers_on_its_side_alone(part, kind, side, tiny_db, tmp_path):
    """On a copy of the database, since the made-up vocabulary lacks most kinds."""
    copy = tmp_path / "kb.db"
    shutil.copy(tiny_db, copy)
    connection = sqlite3.connect(copy)

    def answers():
        rows = {row["record"]: row for row in work_list(connection)}
        return rows["example-forum"][part], rows["xa"][part]

    connection.execute("DELETE FROM relation")
    own, other = answers()
    connection.execute(
        "INSERT INTO relation (statement, institution, kind, target, standing) "
        "VALUES ('x', 'example-forum', ?, 'xa', 'held')",
        (kind,),
    )
    both = kind in PARTS[part].relations and kind in PARTS[part].related
    assert answers() == (own + (side == "own" or both), other + (side == "other" or both))
    connection.close()


def test_what_was_looked_for_and_not_found_is_an_answer(kb):
    registry = kb / "institutions/example-registry.yml"
    text = registry.read_text(encoding="utf-8")
    fact = "facts:\n- {funding: unknown, cite: rfc99999 §2, note: The section does not tell it.}"
    registry.write_text(text.replace("facts:", fact), encoding="utf-8")
    rows = json.loads(run("coverage", "example-registry", "--format", "json").stdout)["records"]
    assert rows[0]["money"] == 1


def test_the_emptiest_come_first(tiny):
    parts = [row["parts"] for row in work_list(tiny)]
    assert parts == sorted(parts)


def share(found):
    """The percentage that is true."""
    found = list(found)
    return round(100 * sum(found) / len(found), 1)


def test_the_shares_are_those_of_the_statements(tiny, listed):
    for record, row in listed.items():
        stated = tiny.execute(
            "SELECT s.standing, count(DISTINCT c.source), sum(src.read = 'full-text'), "
            "sum(src.tier = 'primary'), count(*) FROM statement s JOIN citation c ON c.statement = s.id "
            "JOIN source src ON src.id = c.source WHERE s.record = ? GROUP BY s.id",
            (record,),
        ).fetchall()
        assert row["statements"] == len(stated)
        assert row["percent_unverified"] == share(s[0] == "unverified" for s in stated)
        assert row["percent_single_source"] == share(s[1] == 1 for s in stated)
        assert row["percent_excerpt_only"] == share(not s[2] for s in stated)
        citations = sum(s[4] for s in stated)
        assert row["percent_primary"] == round(100 * sum(s[3] for s in stated) / citations, 1)


ROW = {
    "record": "a", "parts": 9, "statements": 10, "citations": 20, "percent_primary": 50.0,
    "percent_single_source": 10.0, "percent_unverified": 20.0, "percent_excerpt_only": 30.0,
    "oldest_access": "2026-02-01", **dict.fromkeys(PARTS, 1),
}  # fmt: skip


def test_the_whole_weighs_each_share_by_what_it_is_a_share_of():
    other = {
        **ROW, "record": "b", "parts": 8, "statements": 30, "citations": 20, "percent_primary": 100.0,
        "percent_single_source": 50.0, "percent_unverified": 0.0, "percent_excerpt_only": 10.0,
        "oldest_access": "2026-01-01", "events": 0,
    }  # fmt: skip
    whole = overall([ROW, other])
    assert {name: value for name, value in whole.items() if name != "filled"} == {
        "records": 2, "enough": 1, "statements": 40, "citations": 40, "percent_primary": 75.0,
        "percent_single_source": 40.0, "percent_unverified": 5.0, "percent_excerpt_only": 15.0,
        "oldest_access": "2026-01-01",
    }  # fmt: skip
    assert (whole["filled"]["events"], whole["filled"]["type"]) == (1, 2)
    assert summary(whole) == (
        "2 records, 1 with at least 9 of the 12 parts; 40 statements, 40 citations.\n"
        "Of the citations 75 % are to primary sources. Of the statements 40 % rest on one source, "
        "5 % are unverified, and of 15 % no source was read whole; the oldest reading is of 2026-01-01."
    )


def test_shares_tell_sources_tiers_and_readings_apart(kb):
    site = kb / "sources/forum-site.yml"
    text = site.read_text(encoding="utf-8").replace("tier: primary", "tier: secondary")
    text = text.replace("read: full-text", "read: excerpt").replace("2026-11-24", "2025-01-02")
    site.write_text(text, encoding="utf-8")
    secretariat = kb / "institutions/example-secretariat.yml"
    text = secretariat.read_text(encoding="utf-8")
    three = "  cite: [forum-site, forum-charter §1, forum-charter §2]"
    secretariat.write_text(text.replace("  cite: forum-site", three), encoding="utf-8")
    found = json.loads(run("coverage", "example-secretariat", "--format", "json").stdout)
    row = found["records"][0]
    # Of four statements one has three citations to two sources, one of them secondary, in part.
    assert (row["statements"], row["citations"]) == (4, 6)
    assert (row["percent_primary"], row["percent_single_source"]) == (83.3, 75.0)
    assert (row["percent_excerpt_only"], row["oldest_access"]) == (0.0, "2025-01-02")


def test_the_whole_is_the_sum(tiny):
    found = work_list(tiny)
    whole = overall(found)
    assert whole["records"] == len(found)
    assert whole["statements"] == sum(row["statements"] for row in found)
    assert whole["filled"]["type"] == sum(row["type"] > 0 for row in found)
    single = sum(row["percent_single_source"] * row["statements"] for row in found)
    assert whole["percent_single_source"] == round(single / whole["statements"], 1)


# On the command line ------------------------------------------------------------------------------


def test_the_list_names_what_is_missing_and_ends_with_the_whole(kb):
    done = run("coverage")
    assert done.exit_code == 0
    _, after = done.output.split("example-secretariat")
    assert "Events" in after.split("example-")[0]
    assert "3 records, " in done.output  # the state is none of the bodies
    assert "4 records, " in run("coverage", "--section", "all").output
    assert all(part.label in done.output for part in PARTS.values())


def test_the_database_is_built_first_where_it_is_stale(kb):
    assert not kb.with_name("kb.db").exists()
    assert run("coverage").exit_code == 0
    (kb / "institutions/example-forum.yml").write_text("name: [")
    done = run("coverage")
    assert done.exit_code == 1
    assert "example-forum.yml" in done.output


def test_only_the_records_asked_for_are_listed(kb):
    rows = list(
        csv.DictReader(io.StringIO(run("coverage", "example-forum", "--format", "csv").stdout))
    )
    assert [row["record"] for row in rows] == ["example-forum"]


def test_only_the_records_without_a_part_are_listed(kb):
    found = json.loads(run("coverage", "--without", "events", "--format", "json").stdout)
    assert {row["record"] for row in found["records"]} == {
        "example-secretariat",
        "example-registry",
    }
    assert all(row["events"] == 0 for row in found["records"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["example-form"],
            "no body or regime 'example-form' in kb.db; did you mean 'example-forum'?",
        ),
        (["alice-example"], "no body or regime 'alice-example' in kb.db"),
        (["--without", "event"], "no part 'event'; did you mean 'events'?"),
    ],
)
def test_what_is_not_known_is_told(words, said, kb):
    done = run("coverage", *words)
    assert (done.exit_code != 0, said in done.output) == (True, True)


def test_where_nothing_is_asked_for_the_list_is_empty_and_says_so(kb):
    done = run("coverage", "example-forum", "--without", "type")
    assert "0 records, which state nothing." in done.output
    header = run("coverage", "example-forum", "--without", "type", "--format", "csv").stdout
    assert header.startswith("record,name,section,status,parts,type,")
