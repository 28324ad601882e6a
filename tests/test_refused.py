"""Every rule of the records, each by a file that breaks it and nothing else.

A file of tests/refused is named for its fault. Its first line is the one problem that comes of it,
as it is printed after the path; its second says where in a copy of tests/kb the file is put: into a
folder, or in the place of a record. Where the problem shows in another record, that one is named.
"""

import copy
import shutil
from pathlib import Path

import pytest
import yaml
from conftest import HERE, run
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from loaders.check import check
from loaders.text import clean
from loaders.write import build

FAULTS = sorted((HERE / "refused").iterdir())
INSTITUTION = """\
name: Added
kind: forum
facts:
- {type: private, status: active, cite: forum-charter §1}
"""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda path: path.stem)
def test_one_fault_gives_one_problem(fault, kb):
    first, second = fault.read_text(encoding="utf-8").split("\n")[:2]
    expected = first.removeprefix("# ")
    where, _, elsewhere = second.removeprefix("# in: ").partition("; told of ")
    path = kb / where if where.endswith(".yml") else kb / where / fault.name
    shutil.copy(fault, path)
    told = kb / elsewhere if elsewhere else path
    between = ":" if expected[0].isdigit() else ": "
    assert [str(problem) for problem in check(kb)] == [f"{told}{between}{expected}"]


def test_the_records_that_the_faults_are_put_into_have_none(kb):
    assert check(kb) == []


def test_many_faults_are_all_told_at_once_in_the_order_of_the_files(kb):
    for name in ("founded-not-a-date", "source-unknown", "type-missing", "colon-in-text"):
        shutil.copy(HERE / f"refused/{name}.yml", kb / f"institutions/{name}.yml")
    assert [Path(problem.path).stem for problem in check(kb)] == [
        "colon-in-text",
        "founded-not-a-date",
        "source-unknown",
        "type-missing",
    ]


def test_a_file_of_many_faults_is_not_read_anew_for_each(kb, monkeypatch):
    faults = "".join(f"- {{founded: x, key: k{n}, cite: forum-site}}\n" for n in range(100))
    path = kb / "institutions/added.yml"
    path.write_text(INSTITUTION + faults, encoding="utf-8")
    times = []
    monkeypatch.setattr("loaders.read.clean", lambda path: times.append(path) or clean(path))
    assert [problem.line for problem in check(kb)] == [*range(5, 105)]
    assert times.count(path) == 2


def test_a_source_that_nothing_cites_is_only_a_warning(kb):
    shutil.copy(HERE / "refused/source-cited-nowhere.yml", kb / "sources")
    done = run("check")
    assert (done.exit_code, done.stderr) == (0, "0 problems, 1 warnings in kb\n")


ODD_NAMES = {
    "institutions/added.yaml": "not a record file (got 'added.yaml'); name it .yml",
    "institutions/added.txt": "not a record file (got 'added.txt'); "
    "records end in .yml; move it elsewhere",
    "institutions/Added.yml": "the file's name is not an id (got 'Added'); "
    "wanted lower-case letters and digits, words joined by single hyphens",
    "institutions/added--twice.yml": "the file's name is not an id (got 'added--twice'); "
    "wanted lower-case letters and digits, words joined by single hyphens",
    "institutions/added_body.yml": "the file's name is not an id (got 'added_body'); "
    "wanted lower-case letters and digits, words joined by single hyphens",
    "institutions/ajouté.yml": "the file's name is not an id (got 'ajouté'); "
    "wanted lower-case letters and digits, words joined by single hyphens",
    "institutions/forum-charter.yml": "the id is taken by kb/sources/forum-charter.yml "
    "(got 'forum-charter'); ids are one namespace: rename the newer of the two",
}


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_with_an_odd_name_is_refused(name, kb):
    (kb / name).write_text(INSTITUTION, encoding="utf-8")
    assert [str(problem) for problem in check(kb)] == [f"{kb / name}: {ODD_NAMES[name]}"]


def test_the_same_file_with_a_good_name_passes(kb):
    (kb / "institutions/added.yml").write_text(INSTITUTION, encoding="utf-8")
    assert check(kb) == []


def test_a_folder_that_holds_no_records_is_refused(kb):
    (kb / "institution").mkdir()
    (kb / "drafts").mkdir()
    assert [str(problem) for problem in check(kb)] == [
        "kb/drafts: not a folder of records; "
        "wanted terms, sources, people, posts, institutions, regimes, queries",
        "kb/institution: not a folder of records; did you mean 'institutions'?",
    ]


def test_what_begins_with_a_dot_is_none_of_ours(kb):
    (kb / ".DS_Store").touch()
    (kb / "institutions/.added.yml.swp").write_bytes(b"\0")
    assert check(kb) == []


def test_terms_of_a_list_that_is_missing_are_refused(kb):
    (kb / "terms/stances.yml").unlink()
    assert {problem.what for problem in check(kb)} == {"its list of terms is missing"}


def test_terms_of_a_list_with_a_fault_are_not_called_unknown(kb):
    path = kb / "terms/stances.yml"
    path.write_text(path.read_text().replace("term: supports", "term: Supports!"))
    assert [(p.path, p.place) for p in check(kb)] == [("kb/terms/stances.yml", "terms.0.term")]


ACCEPTED = {
    "a second value once the first has ended": """\
- {member_count: 3, key: then, until: 2003, cite: forum-charter §1}
- {member_count: 4, key: now, since: 2004, cite: forum-charter §1}
""",
    "a second value that is disputed": """\
- {founded: 1999, cite: forum-charter §1}
- {founded: 1998, key: other, standing: disputed, cite: forum-charter §1}
""",
    "a date in place of which we found nothing": """\
- {founded: unknown, cite: forum-charter §1, note: The charter does not tell it.}
""",
    "a term in place of which we found nothing": """\
- {legal_form: no-written-rule, cite: forum-charter §1}
""",
    "a beginning and an end within one month": """\
- {members: All, since: 2005-02-28, until: 2005-02, cite: forum-charter §1}
""",
    "a leap day": "- {founded: 2024-02-29, cite: forum-charter §1}\n",
    "a comma in a locator that stands in quotes": """\
- {founded: 1999, cite: ["forum-charter §1, 2", forum-site]}
""",
    "a short page without a locator": "- {founded: 1999, cite: forum-site}\n",
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_accepted_is(what, kb):
    (kb / "institutions/added.yml").write_text(INSTITUTION + ACCEPTED[what], encoding="utf-8")
    assert check(kb) == []


# Anything in the place of anything -----------------------------------------------------------------


def places(value, place=()):
    """The way to every value in a record."""
    if place:
        yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for step, each in inner if not isinstance(value, str) else ():
        yield from places(each, (*place, step))


RECORDS = {
    str(path.relative_to(HERE)): yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    for path in sorted((HERE / "kb").rglob("*.yml"))
}
PLACES = [(name, place) for name, record in RECORDS.items() for place in places(record)]
ODD = ["", "x", "unknown", "A: b", [], [""], ["x"], {}, {"x": "y"}, [[["x"]]], [{"source": "x"}]]


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(PLACES), st.sampled_from(ODD))
@example(("kb/posts/forum-000001.yml", ("list",)), "unknown")
@example(("kb/posts/forum-000001.yml", ("own_words",)), ["x"])
@example(("kb/institutions/example-forum.yml", ("facts",)), {"type": "private", "cite": "x"})
def test_whatever_stands_in_the_place_of_a_value_is_told_of_or_built(kb, where, odd):
    name, place = where
    record = copy.deepcopy(RECORDS[name])
    at = record
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = odd
    text = Path(name).read_text(encoding="utf-8")
    try:
        Path(name).write_text(yaml.safe_dump(record, default_style='"', sort_keys=False))
        if all(problem.warning for problem in check(kb)):
            build(kb, Path("kb.db"))
    finally:
        Path(name).write_text(text, encoding="utf-8")
