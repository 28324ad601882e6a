"""The reader: every scalar as it is written, each with its place; whatever else comes is refused."""

import unicodedata

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from loaders.problem import Refused, Said
from loaders.read import placed, read

in_one_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "record.yml"


def reading(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return read(path, "institutions").value


YAMLISH = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("-:[]{}#&*!|>'\"%@`,?~ \n\r\tab1é\ufeff")), st.characters()
    )
)


@settings(in_one_folder, max_examples=500)
@given(st.one_of(st.binary(), YAMLISH, YAMLISH.map(lambda text: f"facts:\n- {text}")))
@example("? a\n: b\n")
@example("a: [b, {c: d]}")
@example("a: |9\n b")
@example("%YAML 3.0\n---\na: b\n")
@example("a: '\\ud800'")
@example('a: "\\ud800"')
@example('"\\ud800": a')
def test_any_text_is_read_or_refused(path, text):
    try:
        value = reading(path, text)
    except Refused as refused:
        assert refused.problems
        for problem in refused.problems:
            assert problem.path == str(path)
            assert problem.what
            assert "\n" not in str(problem)
    else:
        assert isinstance(value, dict)


def of_text_only(text):
    """What may stand in a record, and is the same in its composed form."""
    return (
        unicodedata.is_normalized("NFC", text)
        and text.isprintable()
        and not set(text) & set("\u00ad\u200b\u2060")
    )


WORDS = st.text(st.characters(codec="utf-8"), max_size=20).filter(of_text_only)
VALUES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@in_one_folder
@given(st.dictionaries(WORDS, VALUES, min_size=1, max_size=4))
def test_what_yaml_writes_in_quotes_reads_back_as_the_same_text(path, value):
    text = yaml.safe_dump(value, default_style='"', allow_unicode=True, sort_keys=False)
    try:
        found = reading(path, text)
    except Refused as refused:
        assert {problem.what for problem in refused.problems} == {"nested more than 12 deep"}
    else:
        assert found == value


@pytest.mark.parametrize(
    "written",
    [
        "NO", "yes", "True", "off", "y", "1986-01", "1986-01-16", "21:00", "0123", "0x1F", "0o17",
        "1e3", "1_000", "3.10", ".inf", ".NaN", "+1", "=", "<<", "2001-12-14t21:59:43.10-05:00",
        "12345678901234567890", "nil", "none", "N/A", "-a", "a#b", "a:b", "50%", "§ 3.1",
    ],
)  # fmt: skip
def test_a_scalar_stays_as_it_is_written(path, written):
    assert reading(path, f"value: {written}\nlist: [{written}]\n") == {
        "value": written,
        "list": [written],
    }


@pytest.mark.parametrize("written", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_empty_text(path, written):
    assert reading(path, f"value: {written}\n") == {"value": ""}


@pytest.mark.parametrize("written", ["'~'", '"null"', "'NULL'"])
def test_nothing_in_quotes_is_text(path, written):
    assert reading(path, f"value: {written}\n") == {"value": written.strip("'\"")}


@pytest.mark.parametrize("written", ["'&a'", "'*a'", "'!a'", "R&D", "5 * 3", "Yahoo!", "a & b"])
def test_marks_of_yaml_inside_text_are_text(path, written):
    assert reading(path, f"value: {written}\n") == {"value": written.strip("'")}


def test_keys_stay_as_they_are_written(path):
    assert reading(path, "NO: a\n1986-01: b\n~: c\n") == {"NO": "a", "1986-01": "b", "~": "c"}


def test_folded_and_literal_text_is_read_as_yaml_has_it(path):
    text = "folded: >\n  one\n  two\nliteral: |\n  one\n  two\n"
    assert reading(path, text) == {"folded": "one two\n", "literal": "one\ntwo\n"}


def test_the_id_is_the_name_of_the_file_and_the_section_its_folder(path):
    path.write_text("name: a\n")
    document = read(path)
    assert (document.id, document.section) == ("record", path.parent.name)


def test_the_line_of_each_item_of_a_list_is_known(path):
    path.write_text("# first\nfacts:\n- a: b\n\n# more\n- c: d\n  e: f\n- g\nother: [h, i]\n")
    assert read(path).lines == {"facts": [3, 6, 8], "other": [9, 9]}


PLACES = """\
# a record
name: Züri: no
facts:
- type: private
  cite: [a §1, {source: b,
    at: §2}]
-   founded: 1986
"""


@pytest.mark.parametrize(
    ("place", "line", "column"),
    [
        ((), 2, 1),
        (("name",), 2, 7),
        (("facts",), 3, 1),
        (("facts", 0), 4, 3),
        (("facts", 0, "type"), 4, 9),
        (("facts", 0, "cite"), 5, 3),
        (("facts", 0, "cite", 0), 5, 10),
        (("facts", 0, "cite", 0, "source"), 5, 10),
        (("facts", 0, "cite", 1), 5, 16),
        (("facts", 0, "cite", 1, "at"), 6, 9),
        (("facts", 1), 7, 5),
        (("facts", 1, "founded"), 7, 14),
        (("facts", 1, "missing"), 7, 5),
        (("facts", 9), 3, 1),
        (("missing",), 2, 1),
        (("name", "of", "what"), 2, 7),
    ],
)
def test_a_place_in_a_record_is_found_by_line_and_column(path, place, line, column):
    path.write_text(PLACES.replace("Züri: no", "Züri"), encoding="utf-8")
    (problem,) = placed(path, [Said(place, "wrong")])
    assert (problem.line, problem.column) == (line, column)


def test_a_place_in_a_file_that_cannot_be_read_is_nowhere(path):
    path.write_text("name: [")
    (problem,) = placed(path, [Said(("name",), "wrong")])
    assert (problem.line, problem.column) == (0, 0)


def test_columns_count_letters_and_not_bytes(path):
    path.write_text("name: {a: Zürich, b: c, b: d}\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read(path)
    assert (
        str(refused.value.problems[0]) == f"{path}:1:25: name.b: written twice; keep one of the two"
    )


def test_every_key_that_is_written_twice_is_told(path):
    path.write_text("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    with pytest.raises(Refused) as refused:
        read(path)
    assert [problem.place for problem in refused.value.problems] == ["b.c", "a"]


def test_twelve_mappings_deep_is_read_and_fourteen_is_not(path):
    def nested(depth):
        return "a: " + "{a: " * (depth - 1) + "b" + "}" * (depth - 1)

    value = reading(path, nested(12))
    for _ in range(12):
        value = value["a"]
    assert value == "b"
    with pytest.raises(Refused):
        reading(path, nested(14))
