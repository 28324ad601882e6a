"""Citations: what is written, and that the tools of writers read the same out of it.

The sources are tests/cited/<kind>.yml, one of every kind, beside the made-up records of tests/kb.
Files all.<form> beside them are what must come of these and of a record of every folder, to the letter.
"""

import json
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pybtex.database
import pypandoc
import pytest
import rispy
import yaml
from conftest import HERE
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exporters.biblatex import _ROUND, _TEX, biblatex
from exporters.cite import FORMATS, Unknown, cite, cite_all
from exporters.csl import TYPES, item
from exporters.ris import ris
from loaders.write import build

CITED = HERE / "cited"
SITE = "https://kb.example"
KINDS = sorted(path.stem for path in CITED.glob("*.yml"))
IDS = ["example-forum", "forum-000001", "forum-000002", "rfc99999", *KINDS]
# A record of every other folder, statements, a passage, and a claim.
RECORDS = ["xa", "bob-example", "source-kinds", "forums", "example-forum_founded", "xa_measure_speakers-register",
        "forum-000001_open-to-all", "forum-000001_open-to-all_example-forum"]  # fmt: skip


def source_kinds():
    text = (HERE.parent / "kb/terms/source-kinds.yml").read_text(encoding="utf-8")
    return yaml.load(text, yaml.BaseLoader)["terms"]


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    """The made-up records and a source of every kind; one record was changed three times."""
    folder = tmp_path_factory.mktemp("cited")
    shutil.copytree(HERE / "kb", folder / "kb")
    kinds = {"title": "Kinds of source", "about": "All of them.", "terms": source_kinds()}
    for kind in kinds["terms"]:
        kind.pop("cite", None)  # to sources that are not here
    (folder / "kb/terms/source-kinds.yml").write_text(yaml.safe_dump(kinds), encoding="utf-8")
    for path in CITED.glob("*.yml"):
        shutil.copy(path, folder / "kb/sources")
    build(folder / "kb", folder / "kb.db")
    connection = sqlite3.connect(folder / "kb.db")
    connection.execute(
        "UPDATE record SET version = 3, changed_at = '2026-11-24' WHERE id = 'example-forum'"
    )
    yield connection
    connection.close()


@pytest.mark.parametrize("form", [*FORMATS, "zotero"])
def test_citations_of_every_kind_are_these_to_the_letter(form, db):
    expected = (CITED / f"all.{form}").read_text(encoding="utf-8")
    if form == "ris":
        expected = expected.replace("\n", "\r\n")
    assert cite_all(db, [*IDS, *RECORDS], form, SITE) == expected


def test_a_record_of_every_folder_is_among_them(db):
    folders = {folder for (folder,) in db.execute("SELECT DISTINCT section FROM record")}
    marks = ", ".join("?" * len([*IDS, *RECORDS]))
    cited = db.execute(
        f"SELECT DISTINCT section FROM record WHERE id IN ({marks})", [*IDS, *RECORDS]
    )
    assert {folder for (folder,) in cited} == folders


# Kinds --------------------------------------------------------------------------------------------


def test_every_kind_of_source_has_a_type_in_csl():
    assert {kind["term"] for kind in source_kinds()} == set(TYPES)


def test_every_kind_of_source_is_cited_here():
    assert {*KINDS, "post", "rfc"} == set(TYPES)


# Read back ----------------------------------------------------------------------------------------


def pandoc(text, *arguments):
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), *arguments], input=text, capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def items(db):
    return {id: item(db, id, SITE) for id in IDS}


@pytest.fixture(scope="module")
def by_pandoc(db):
    """What pandoc reads out of the BibLaTeX of all."""
    found = json.loads(pandoc(cite_all(db, IDS, "bib", SITE), "-f", "biblatex", "-t", "csljson"))
    return {each["id"]: each for each in found}


@pytest.fixture(scope="module")
def by_pybtex(db):
    """What pybtex reads out of the BibLaTeX of all."""
    return pybtex.database.parse_string(cite_all(db, IDS, "bib", SITE), "bibtex").entries


@pytest.fixture(scope="module")
def by_rispy(db):
    """What rispy reads out of the RIS of all."""
    found = rispy.loads(cite_all(db, IDS, "ris", SITE))
    return {each["id"]: each for each in found}


def straight(value):
    """Without the curled quotation marks that pandoc makes."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.translate(str.maketrans("’‘", "''")))


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("variable", ["title", "author", "issued", "URL", "DOI", "accessed"])
def test_pandoc_reads_the_same_out_of_the_biblatex(id, variable, by_pandoc, items):
    given, found = items[id].get(variable), by_pandoc[id].get(variable)
    assert straight(found) == given


@pytest.mark.parametrize("id", IDS)
def test_pandoc_takes_the_biblatex_for_a_work_of_the_same_kind(id, by_pandoc, items):
    given, found = items[id]["type"], by_pandoc[id]["type"]
    # BibLaTeX has no laws and no letters that all its readers take (see exporters/biblatex.py).
    other = {"post": "webpage", "entry-encyclopedia": "webpage", "dataset": "webpage",
             "article-newspaper": "webpage", "document": "webpage", "legislation": "",
             "treaty": "", "bill": "", "legal_case": ""}  # fmt: skip
    assert found == other.get(given, given)


@pytest.mark.parametrize("id", IDS)
def test_pybtex_reads_the_same_out_of_the_biblatex(id, by_pybtex, items):
    given, found = items[id], by_pybtex[id]
    assert untex(found.fields["title"][1:-1]) == given["title"]
    assert found.fields["url"] == given["URL"]
    assert len(found.persons.get("author", [])) == len(given.get("author", []))
    if "issued" in given:
        parts = given["issued"]["date-parts"][0]
        assert [int(part) for part in found.fields["date"].split("-")] == parts


@pytest.mark.parametrize("id", IDS)
def test_rispy_reads_the_same_out_of_the_ris(id, by_rispy, items):
    given, found = items[id], by_rispy[id]
    assert found["title"] == given["title"]
    assert found["urls"] == [given["URL"]]
    assert found.get("authors", []) == [
        author.get("literal") or f"{author['family']}, {author['given']}"
        for author in given.get("author", [])
    ]
    if "issued" in given:
        assert found["year"] == str(given["issued"]["date-parts"][0][0])


@pytest.mark.parametrize("id", IDS)
def test_the_csl_json_is_the_item_itself(id, db, items):
    assert json.loads(cite(db, id, "json", SITE)) == [items[id]]


@pytest.fixture(scope="module")
def chicago(items):
    """The bibliography as pandoc sets it in Chicago author-date, one line each."""
    lines = {}
    for id, each in items.items():
        plain = pandoc(
            json.dumps([each]), "-f", "csljson", "-t", "plain", "--wrap=none", "--citeproc"
        )
        plain = re.sub(r"(?<!\w)_|_(?!\w)", "", plain.strip())  # what is set in italics
        lines[id] = straight(plain)
    return lines


# Laws are cited by author, number and day, which pandoc's Chicago leaves out; press by its paper.
OURS = {"statute", "eu-act", "regulation", "executive-order", "order", "judgment", "bill", "treaty"}
OURS |= {"press"}


@pytest.mark.parametrize("id", [id for id in IDS if id not in OURS])
def test_the_sentence_is_that_of_chicago_but_for_capitals(id, db, chicago):
    assert cite(db, id, "txt", SITE).strip().lower() == chicago[id].lower()


@pytest.mark.parametrize("id", sorted(OURS))
def test_the_sentence_of_a_law_and_of_press_says_all_that_chicago_says(id, db, chicago):
    words = set(re.findall(r"\w+", cite(db, id, "txt", SITE).lower()))
    assert set(re.findall(r"\w+", chicago[id].lower())) <= words


# Any text -----------------------------------------------------------------------------------------


def untex(text):
    """Undo the escapes of BibLaTeX."""
    back = {tex: chr(code) for code, tex in _TEX.items()}
    return re.sub("|".join(map(re.escape, sorted(back, key=len, reverse=True))),
                  lambda found: back[found.group()], text)  # fmt: skip


LINES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1
).map(lambda text: " ".join(text.split())).filter(bool)  # fmt: skip
LETTERS = st.text(st.characters(categories=("Lu",), codec="utf-8"), min_size=1)
any_text = settings(deadline=None, max_examples=200)


def paired(text):
    inner = None
    while inner != text:
        inner, text = text, re.sub(r"\{[^{}]*\}", "", text)
    return not set(text) & set("{}")


@any_text
@given(LINES, LINES)
@example("a { b", "c } d")
@example("} {", "{{}")
@example("{a} {b {c}}", "\\{")
@example("50% of $5 & #1_x ~ ^ < > | \" ' ` \\", "A and B, C and D")
@example("@book{x, title = {y}}", "@comment")
def test_any_title_and_any_body_come_back_from_pybtex(title, body):
    made = {"id": "x", "type": "report", "title": title, "author": [{"literal": body}]}
    entries = pybtex.database.parse_string(biblatex(made), "bibtex").entries
    assert list(entries) == ["x"]
    (person,) = entries["x"].persons["author"]
    for text, found in ((title, entries["x"].fields["title"]), (body, str(person))):
        assert untex(found[1:-1]) == (text if paired(text) else text.translate(_ROUND))


@any_text
@given(LETTERS, LETTERS)
def test_any_name_comes_back_from_pybtex(family, given):
    author = {"family": family, "given": given}
    made = {"id": "x", "type": "book", "title": "a", "author": [author, author]}
    entry = pybtex.database.parse_string(biblatex(made), "bibtex").entries["x"]
    assert [(p.last_names, p.first_names) for p in entry.persons["author"]] == [
        ([family], [given])
    ] * 2


@any_text
@given(LINES, LINES)
@example("ER  - end", "TY  - BOOK")
def test_any_title_and_any_body_come_back_from_rispy(title, body):
    made = {"id": "x", "type": "report", "title": title, "author": [{"literal": body}]}
    (found,) = rispy.loads(ris(made))
    assert found["title"] == title
    # A comma would make a surname of half a name.
    assert found.get("authors", [""]) == [body.replace(",", "").strip()]


# Edges --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_an_unknown_id_is_refused_in_every_form(form, db):
    with pytest.raises(Unknown) as unknown:
        cite(db, "nobody", form, SITE)
    assert unknown.value.args == ("nobody",)


def test_a_form_that_is_none_is_refused(db):
    with pytest.raises(KeyError):
        cite(db, "example-forum", "docx", SITE)


def test_a_title_that_yaml_folds_over_lines_is_one_line(kb):
    path = kb / "sources/forum-site.yml"
    text = path.read_text().replace('"Example Forum: who we are"', ">\n  Who\n\n  we   are")
    path.write_text(text)
    build(kb, Path("kb.db"))
    assert item(sqlite3.connect("kb.db"), "forum-site", SITE)["title"] == "Who we are"


@pytest.mark.parametrize("form", ["txt", "bib", "ris"])
def test_an_author_written_over_lines_adds_no_line(form, kb):
    path = kb / "sources/forum-site.yml"
    made = []
    for author in ('"A Body; ER - B"', '"A\\n\\nBody; \\nER - B"'):
        path.write_text(re.sub("(?m)^author: .*$", "", path.read_text()) + f"author: {author}\n")
        build(kb, Path("kb.db"))
        made.append(cite(sqlite3.connect("kb.db"), "forum-site", form, SITE))
    assert made[0] == made[1]


def test_a_copy_stands_for_a_source_that_has_no_address_of_its_own(kb):
    path = kb / "sources/forum-charter.yml"
    path.write_text(path.read_text().replace("url: ", "read_at: "))
    build(kb, Path("kb.db"))
    made = item(sqlite3.connect("kb.db"), "forum-charter", SITE)
    assert made["URL"] == "https://forum.example/charter"


def test_a_record_leads_to_its_page_on_the_site_and_a_source_to_itself(db):
    urls = {id: item(db, id, SITE)["URL"] for id in ("example-forum", "xa", "bob-example", "types")}
    assert urls == {
        "example-forum": f"{SITE}/institution/example-forum/v/3",  # that very version
        "xa": f"{SITE}/institution/xa",
        "bob-example": f"{SITE}/person/bob-example",
        "types": f"{SITE}/term/types",
    }
    assert item(db, "report", SITE)["URL"] == "https://forum.example/report.pdf"
