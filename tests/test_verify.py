"""Verify: what the records name in a text must stand there, once, in the words of its author."""

import shutil
from pathlib import Path

import pytest
from conftest import HERE, run

from loaders.verify import verify


@pytest.fixture
def texts(kb):
    """A copy of tests/texts beside the copy of the records."""
    shutil.copytree(HERE / "texts", "texts")
    return Path("texts")


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(kb, texts):
    """Each problem without its line and column."""
    return [
        f"{Path(p.path).stem}: {p.place}: {p.what}" + (f" (got {p.got})" if p.got else "")
        for p in verify(kb, texts).problems
    ]


POST = "posts/forum-000002.yml"
PAGE = "posts/forum-000002-page.txt"


def test_all_places_are_found_in_the_texts(kb, texts):
    report = verify(kb, texts)
    assert report.problems == []
    assert report.checked == {"passages": 4, "sections": 10, "quotations": 1}
    assert report.without_text == 11  # four citations of the site, seven of the act


def test_the_texts_are_found_at_any_depth(kb, texts):
    (texts / "a/b/c").mkdir(parents=True)
    for path in [*texts.rglob("*.txt")]:
        path.rename(texts / "a/b/c" / path.name)
    assert verify(kb, texts).checked["passages"] == 4


def test_a_phrase_that_is_not_on_the_page_is_told(kb, texts):
    change(kb / POST, "not pay for it", "never pay for it")
    assert told(kb, texts) == [
        "forum-000002: passages.0.end: not on the page (got 'never pay for it')"
    ]


def test_a_phrase_with_other_capitals_is_not_on_the_page(kb, texts):
    change(kb / POST, "not pay for it", "Not pay for it")
    assert told(kb, texts) == [
        "forum-000002: passages.0.end: not on the page (got 'Not pay for it')"
    ]


def test_a_phrase_over_two_lines_of_the_page_is_told(kb, texts):
    change(texts / PAGE, "not pay for it", "not pay\nfor it")
    assert told(kb, texts) == [
        "forum-000002: passages.0.end: not on the page (got 'not pay for it')"
    ]


def test_a_phrase_that_is_there_twice_is_told(kb, texts):
    change(kb / POST, "but the registry must", "should stay open")
    assert told(kb, texts) == [
        "forum-000002: passages.0.start: on the page 2 times (got 'should stay open')"
    ]


def test_an_end_before_its_start_is_told(kb, texts):
    change(kb / POST, "not pay for it", "I agree that it")
    assert told(kb, texts) == [
        "forum-000002: passages.0.end: stands before the start (got 'I agree that it')"
    ]


def test_words_that_the_author_quotes_are_not_the_authors(kb, texts):
    change(kb / POST, "but the registry must", "A secretariat of three")
    assert told(kb, texts) == [
        "forum-000002: passages.0.start: outside the post's own words: another's layer "
        "(got 'A secretariat of three')"
    ]


def test_words_of_the_page_around_a_quoted_post_are_not_that_posts(kb, texts):
    change(kb / "posts/forum-000001.yml", "to all who come", "I agree that it should")
    assert told(kb, texts) == [
        "forum-000001: passages.0.end: outside the post's own words: another's layer "
        "(got 'I agree that it should')"
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("begins: \"I agree that it\"", "begins: \"I concur that it\"",
         "own_words.begins: not on the page of forum-000002 (got 'I concur that it')"),
        ("  ends: \"we should say no\"", "  ends: \"we should say yes\"",
         "own_words.ends: not on the page of forum-000002 (got 'we should say yes')"),
    ],
)  # fmt: skip
def test_own_words_that_are_not_on_the_page_are_told(old, new, problem, kb, texts):
    change(kb / POST, old, new)
    assert f"forum-000002: {problem}" in told(kb, texts)


def test_own_words_that_end_before_they_begin_are_told(kb, texts):
    change(kb / POST, '  ends: "we should say no"\npassages', '  ends: "On 5 April"\npassages')
    assert "forum-000002: own_words.ends: stands before the beginning (got 'On 5 April')" in told(
        kb, texts
    )


@pytest.mark.parametrize("section", ["§2.2", "§9", "§C", "§2.10", "§19"])
def test_a_section_that_the_rfc_has_not_is_told(section, kb, texts):
    change(kb / "institutions/example-registry.yml", "dissolved: 1999-12\n  cite: rfc99999 §2.1",
           f"dissolved: 1999-12\n  cite: rfc99999 {section}")  # fmt: skip
    assert told(kb, texts) == [
        f"example-registry: facts.2.cite.0: no section {section[1:]} in rfc99999 (got '{section}')"
    ]


@pytest.mark.parametrize(
    "locator",
    ["§2", "§ 2.1", "§A", "§B", "§1 and §2", "Abstract", "Author's Address", "p. 1", "heading"],
)
def test_a_place_that_the_rfc_has_is_found(locator, kb, texts):
    change(kb / "institutions/example-registry.yml", "dissolved: 1999-12\n  cite: rfc99999 §2.1",
           f"dissolved: 1999-12\n  cite: rfc99999 {locator}")  # fmt: skip
    assert told(kb, texts) == []


@pytest.mark.parametrize(
    "locator", ["p. 7", "Acknowledgements", "somewhere", "Alice Example wrote"]
)
def test_a_place_that_cannot_be_found_in_the_rfc_is_told(locator, kb, texts):
    change(kb / "institutions/example-registry.yml", "dissolved: 1999-12\n  cite: rfc99999 §2.1",
           f"dissolved: 1999-12\n  cite: rfc99999 {locator}")  # fmt: skip
    assert told(kb, texts) == [
        f"example-registry: facts.2.cite.0: cannot be found in rfc99999 (got '{locator}')"
    ]


def test_a_text_without_the_header_of_an_rfc_has_no_heading(kb, texts):
    change(texts / "rfc/rfc99999.txt", "Request for Comments: 99999", "Memo 99999")
    change(kb / "institutions/example-registry.yml", "dissolved: 1999-12\n  cite: rfc99999 §2.1",
           "dissolved: 1999-12\n  cite: rfc99999 heading")  # fmt: skip
    assert told(kb, texts) == [
        "example-registry: facts.2.cite.0: cannot be found in rfc99999 (got 'heading')"
    ]


def test_a_quotation_may_run_over_lines(kb, texts):
    assert "first\n   time in 1998" in (texts / "rfc/rfc99999.txt").read_text()
    assert told(kb, texts) == []


def test_a_quotation_that_is_not_in_the_text_is_told(kb, texts):
    change(kb / "institutions/example-forum.yml", "in 1998", "in 1997")
    assert told(kb, texts) == [
        "example-forum: facts.3.cite.0: not in the text of rfc99999 "
        "(got 'met for the first time in 1997')"
    ]


def test_a_passage_of_a_source_that_is_no_post_is_held_too(kb, texts):
    change(texts / "forum-charter.txt", "There shall be a forum", "There may be a forum")
    assert told(kb, texts) == [
        "forum-charter: passages.0.start: not on the page (got 'There shall be a forum')"
    ]


def test_a_source_without_a_text_is_counted_and_no_problem(kb, texts):
    (texts / PAGE).unlink()
    report = verify(kb, texts)
    assert (report.problems, report.without_text) == ([], 14)


def test_the_text_of_a_source_whose_id_ends_in_page_is_found(kb, texts):
    page = (kb / "sources/forum-site.yml").rename(kb / "sources/forum-site-page.yml")
    for path in kb.rglob("*.yml"):
        path.write_text(path.read_text().replace("forum-site", page.stem))
    change(
        kb / "people/alice-example.yml",
        "cite: forum-charter §3",
        f"cite: {{source: {page.stem}, at: About, quote: never said}}",
    )
    (texts / f"{page.stem}.txt").write_text("About us", encoding="utf-8")
    assert told(kb, texts) == [
        "alice-example: affiliations.0.cite.0: not in the text of forum-site-page (got 'never said')"
    ]


@pytest.mark.parametrize("place", ["nowhere", "empty"])
def test_no_texts_at_all_is_a_problem(place, kb):
    Path("empty").mkdir()
    assert [str(problem) for problem in verify(kb, Path(place)).problems] == [
        f"{place}: no texts there; wanted a folder with files <source-id>.txt"
    ]


def test_records_with_problems_are_told_of_first(kb, texts):
    shutil.copy(HERE / "refused/founded-not-a-date.yml", kb / "institutions")
    assert told(kb, texts) == ["founded-not-a-date: facts.2.founded: not a date (got 'Jan 1986')"]


def test_the_command_says_how_much_it_held(kb, texts):
    done = run("verify", "--texts", "texts")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "4 passages, 1 quotations, 10 sections held against the texts in texts, 0 problems; "
        "11 places have no text there\n"
    )


def test_the_command_fails_with_the_place_in_the_record(kb, texts):
    change(kb / POST, "not pay for it", "never pay for it")
    done = run("verify", "--texts", "texts")
    assert done.exit_code == 1
    assert done.stdout.startswith(
        "kb/posts/forum-000002.yml:18:8: passages.0.end: not on the page "
        "(got 'never pay for it'); choose words found once, inside one line\n"
    )
