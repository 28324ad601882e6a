"""Coverage: what counts as an answer to each of the twelve parts, and how the list reads."""

import csv
import io
import json

import pytest
from conftest import run

from exporters.coverage import missing, overall, work_list
from schema import InstitutionRecord, RegimeFacts
from schema.coverage import BESIDE, PARTS
from schema.institution import Facts


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


def test_there_are_twelve():
    assert len(PARTS) == 12


def test_each_part_counts_the_statements_that_answer_it(listed):
    forum = listed["example-forum"]
    assert {part: forum[part] for part in PARTS} == {
        "type": 1, "founding": 2, "law": 4, "mandate": 1, "decisions": 1, "members": 1,
        "money": 0, "relations": 3, "participation": 0, "events": 1, "names": 2, "claims": 3,
    }  # fmt: skip
    assert (forum["parts"], missing(forum)) == (10, ["Money", "Taking part"])


def test_a_relation_written_on_the_other_side_answers_too(listed):
    secretariat = listed["example-secretariat"]
    assert secretariat["relations"] == 3  # two of its own, and the forum's legal home
    assert secretariat["law"] == 1  # that legal home
    assert "Events" in missing(secretariat)


def test_what_was_looked_for_and_not_found_is_an_answer(kb):
    registry = kb / "institutions/example-registry.yml"
    text = registry.read_text(encoding="utf-8")
    fact = "facts:\n- {funding: unknown, cite: rfc99999 §2}"
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
    line = next(line for line in done.output.splitlines() if line.startswith("example-secretariat"))
    assert "Events" in line
    assert "4 records" in done.output
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
        "xa",
    }
    assert all(row["events"] == 0 for row in found["records"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["example-form"], "no record 'example-form' in kb.db; did you mean 'example-forum'?"),
        (["--without", "event"], "no part 'event'; did you mean 'events'?"),
    ],
)
def test_what_is_not_known_is_told(words, said, kb):
    done = run("coverage", *words)
    assert (done.exit_code != 0, said in done.output) == (True, True)


def test_where_nothing_is_asked_for_the_list_is_empty_and_says_so(kb):
    done = run("coverage", "example-forum", "--without", "type")
    assert "0 records, which state nothing." in done.output
