"""A text read in parts says what it says read whole."""

import pytest
from conftest import HERE
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loaders.parts import canonical_of

# Pieces of which texts are made that are near to records, and others that only look like it.
PIECES = [
    "name: A\n", "name:\n", "facts:\n", "facts: []\n", "facts: ~\n", 'facts: ""\n', "facts: # none\n", "- a\n", "-\n", "- a: 1\n  b: 2\n",
    "- {kind: x, cite: y}\n", "- [a,\n  b]\n", "  indented: 1\n", "  - indented\n", "# comment\n", "  # comment\n", "\n", "\n\n",
    "note: |\n  two\n  lines\n", "note: |+\n  kept\n\n", "note: >-\n  folded\n   text\n", 'note: "quoted\n', 'text: "a\nfacts: b"\n',
    "note: 'it''s'\n", "note: one\n  more\n", "note: a: b\n", "- b: 'open\n", "more'\n", "x: &a 1\n", "y: *a\n", "---\n", "...\n", "? q\n",
    "key:value\n", "\tname: t\n", "name: A\r\n", "- a\r\n", "z: a\u2028b: c\n", "z: a\u0085- c\n", "l: [a, b\n", "c]\n", "ключ: 1\n", "!t a: 1\n",
    "%YAML 1.1\n", "\ufeffname: A\n", "name : A\n", '"name": A\n', "-a\n", "- - a\n  - b\n", "- a", "name: A",
]  # fmt: skip


def same(data):
    known = {}
    whole = canonical_of(data)
    assert canonical_of(data, known) == whole
    assert canonical_of(data, known) == whole  # of parts that are known


@settings(max_examples=1500)
@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
@example('text: "a\n- b"\n')
@example('facts: ""\n- a\n')
@example("facts:\n- a\nfacts:\n- b\n")
def test_whatever_a_text_is_made_of_its_parts_say_what_the_whole_says(text):
    same(text.encode())


@given(st.binary(max_size=80))
def test_what_is_no_text_is_told_as_the_whole_tells_it(data):
    same(data)


@pytest.mark.parametrize("path", sorted((HERE / "kb").rglob("*.yml")), ids=lambda path: path.stem)
def test_records_are_read_in_parts(path):
    same(path.read_bytes())
