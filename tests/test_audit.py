"""Checking again: the draw is repeatable, the screen is enough, a verdict is never lost."""

import re

import pytest
from conftest import HERE, run

from exporters import audit

AUDITS = sorted((HERE.parent / "docs" / "audits").glob("*.csv"))


def judged(words, answers):
    from click.testing import CliRunner

    from igkb import main

    return CliRunner().invoke(main, ["audit", *map(str, words)], input="\n".join(answers) + "\n")


def test_the_same_seed_draws_the_same_statements_and_another_others(tiny):
    assert audit.draw(tiny, 8, 1) == audit.draw(tiny, 8, 1)
    assert audit.draw(tiny, 8, 1) != audit.draw(tiny, 8, 2)


def test_no_statement_is_drawn_twice_and_no_meaning_of_a_term_at_all(tiny):
    found = audit.draw(tiny, 10_000, 1)
    stated = tiny.execute("SELECT id FROM statement WHERE section <> 'terms'").fetchall()
    assert sorted(found) == sorted(id for (id,) in stated)


def test_a_screen_has_all_that_is_needed_to_check(tiny):
    for id in audit.draw(tiny, 10_000, 1):
        text = audit.screen(audit.drawn(tiny, id), 1, 1)
        (value,) = tiny.execute("SELECT value FROM statement WHERE id = ?", (id,)).fetchone()
        assert id in text
        assert value in text
        for source, locator, url in tiny.execute(
            "SELECT c.source, c.locator, coalesce(c.url, s.url) FROM citation c "
            "JOIN source s ON s.id = c.source WHERE statement = ?",
            (id,),
        ):
            assert source in text
            assert locator is None or locator in text
            assert url is None or url in text


def test_what_its_list_adds_to_a_value_is_shown_too(tiny):
    text = audit.screen(audit.drawn(tiny, "example-forum_decision_policy-final"), 1, 1)
    assert "decisions, policy: rough-consensus" in text
    assert "stage: final" in text
    assert "binding: no" in text


def test_the_list_asks_nothing_and_keeps_nothing(kb):
    done = run("audit", "--sample", "3", "--seed", "7", "--list", "--output", "kept.csv")
    assert done.exit_code == 0
    assert len(re.findall(r"^Statement \d of 3: ", done.output, re.M)) == 3
    assert not kb.with_name("kept.csv").exists()


def test_verdicts_are_kept_one_by_one_and_the_same_command_goes_on(kb):
    words = ["--sample", "3", "--seed", "7", "--output", "kept.csv"]
    stopped = judged(words, ["right", "the page", "", "wrong"])  # the input ends here
    assert stopped.exit_code != 0
    kept = kb.with_name("kept.csv")
    assert [row["verdict"] for row in audit.results(kept)] == ["right"]
    done = judged(words, ["wrong", "the page", "says 1999", "unopened", "", ""])
    assert done.exit_code == 0, done.output
    rows = audit.results(kept)
    assert [row["verdict"] for row in rows] == ["right", "wrong", "unopened"]
    assert (rows[1]["remark"], rows[2]["checked_against"]) == ("says 1999", "none")
    assert len({row["statement"] for row in rows}) == 3
    assert "2 checked, 1 wrong" in done.output
    assert "1 more could not be opened again" in done.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("statement,verdict\n", "kept.csv:1: wanted the columns statement, said"),
        (",".join(audit.COLUMNS) + "\na,b,c,maybe,d,e,f\n", "kept.csv:2: no verdict 'maybe'"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_line(text, said, kb):
    kb.with_name("kept.csv").write_text(text)
    done = run("audit", "--seed", "7", "--output", "kept.csv")
    assert (done.exit_code, said in done.output) == (1, True)


def test_the_rate_is_of_what_could_be_checked_with_its_interval():
    # 2 of 100: 0.55 to 7.00 % by Wilson's score interval.
    assert audit.rate(["right"] * 98 + ["wrong", "uncarried"]) == (
        "100 checked, 1 wrong, 1 not carried by the source: 2.0 % (95 % interval 0.6 to 7.0 %)"
    )
    assert audit.rate(["right"] * 50).endswith("0.0 % (95 % interval 0.0 to 7.1 %)")
    assert audit.rate(["unopened"]).startswith("0 checked")
    assert "%" not in audit.rate([])


def test_there_is_an_audit_of_a_hundred():
    assert any(len(audit.results(path)) >= 100 for path in AUDITS)


@pytest.mark.parametrize("path", AUDITS, ids=lambda path: path.name)
def test_a_published_audit_says_what_each_was_checked_against(path):
    for row in audit.results(path):
        assert row["checked_against"], row["statement"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["checked"])
        if row["verdict"] in ("wrong", "uncarried"):
            assert row["remark"], row["statement"]
