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


def test_a_smaller_sample_is_the_beginning_of_a_larger_one(tiny):
    assert audit.draw(tiny, 12, 4)[:5] == audit.draw(tiny, 5, 4)


def test_a_statement_that_goes_moves_no_other_in_the_draw(kb):
    import sqlite3

    from loaders.write import build

    build(kb, kb.with_name("kb.db"))
    connection = sqlite3.connect(kb.with_name("kb.db"))
    before = audit.draw(connection, 10_000, 3)
    gone = before[2]
    connection.execute("DELETE FROM statement WHERE id = ?", (gone,))
    assert audit.draw(connection, 10_000, 3) == [id for id in before if id != gone]
    connection.close()


def test_every_list_of_statements_is_shown_with_what_it_adds():
    from loaders.rows import SECTIONS

    assert set(audit._TABLES) == {table.__tablename__ for table, _ in SECTIONS.values()}


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


def test_a_screen_reads_like_this(tiny):
    assert audit.screen(audit.drawn(tiny, "example-forum_founded_first-meeting"), 2, 9) == (
        "Statement 2 of 9: example-forum_founded_first-meeting\n"
        "Example Forum (kb/institutions/example-forum.yml:15)\n"
        "\n"
        "  facts, founded: 1998\n"
        "    standing: disputed\n"
        "    note: Met before there was a charter.\n"
        "\n"
        "  [1] The Example Forum and Its Registry, 1999-04\n"
        "      rfc99999, primary, read full-text on 2026-11-24\n"
        "      place: §1\n"
        "      words: met for the first time in 1998\n"
        "      https://www.rfc-editor.org/rfc/rfc99999#:~:text=met%20for%20the%20first%20time%20in%201998"
    )


def test_a_passage_is_shown_with_its_words(tiny):
    text = audit.screen(audit.drawn(tiny, "example-forum_type"), 1, 1)
    assert "from “The forum should stay open” to “to all who come”" in text


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
    assert "Statement 2 of 3: " in done.output and "Statement 1 of 3: " not in done.output
    assert [row["verdict"] for row in rows] == ["right", "wrong", "unopened"]
    assert {row["seed"] for row in rows} == {"7"}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", row["checked"]) for row in rows)
    assert all(": " in row["said"] and row["sources"] for row in rows)
    assert (rows[1]["remark"], rows[2]["checked_against"]) == ("says 1999", "none")
    assert len({row["statement"] for row in rows}) == 3
    assert "2 checked, 1 wrong" in done.output
    assert "1 more could not be opened again" in done.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("statement,verdict\n", "kept.csv:1: wanted the columns statement, said"),
        (",".join(audit.COLUMNS) + "\na,b,c,maybe,d,e,f,g\n", "kept.csv:2: no verdict 'maybe'"),
        (",".join(audit.COLUMNS) + "\na,b,c,right,d\n", "kept.csv:2: wanted 8 cells"),
        (",".join(audit.COLUMNS) + "\n" + "a," * 9 + "b\n", "kept.csv:2: wanted 8 cells"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_line(text, said, kb):
    kb.with_name("kept.csv").write_text(text)
    done = run("audit", "--seed", "7", "--output", "kept.csv")
    assert (done.exit_code, said in done.output) == (1, True)


def test_a_file_that_a_spreadsheet_saved_is_read_and_no_verdict_is_lost(kb):
    words = ["--sample", "2", "--seed", "7", "--output", "kept.csv"]
    judged(words, ["right", "the page", ""])
    kept = kb.with_name("kept.csv")
    saved = kept.read_bytes().replace(b"\n", b"\r\n").rstrip(b"\r\n")
    kept.write_bytes(b"\xef\xbb\xbf" + saved)
    judged(words, ["wrong", "the page", "another year"])
    assert [row["verdict"] for row in audit.results(kept)] == ["right", "wrong"]


@pytest.mark.parametrize("output", [".", "table.csv/kept.csv"])
def test_where_verdicts_cannot_be_kept_nothing_is_asked(output, kb):
    kb.with_name("table.csv").write_text("")
    done = judged(["--seed", "7", "--output", output], ["right"])
    assert (done.exit_code, "Statement 1" in done.output) == (1, False)
    assert done.output.splitlines()[-1].startswith("Error: ")


def test_a_draw_begun_yesterday_goes_on_in_its_file(kb):
    from jobs.audit import kept_in

    folder = kb.with_name("audits")
    judged(
        ["--sample", "1", "--seed", "7", "--output", folder / "2020-01-02.csv"], ["right", "x", ""]
    )
    assert kept_in(folder, 7, "2026-01-01") == folder / "2020-01-02.csv"
    assert kept_in(folder, 8, "2026-01-01") == folder / "2026-01-01.csv"


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
