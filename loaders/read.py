"""Text of a file -> plain values, every scalar as written, and where each stands.

YAML's own guesses are not wanted here: `NO` is Norway and not False, `1986-01` is a date we keep
as text, a key written twice is a mistake. So the C parser composes nodes and a dozen lines build
values from them; `schema` decides the types.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from loaders.problem import Place, Problem, Refused, Said
from loaders.text import clean, unclean, whole

# The folders of kb/, in reading order: whoever refers to more of another record than its id comes
# after it.
FOLDERS = ("terms", "sources", "people", "posts", "institutions", "regimes", "queries")
DEEPEST = 12  # mappings and lists inside each other; records need six

# Where these stand an anchor, alias, tag or nesting may be; only then is the text scanned for them.
# All branches begin with one set of characters, which makes the search six times faster.
_SUSPICIOUS = re.compile(
    rb"[&*!\[{\-\n](?:"
    rb"(?<=[&*!])(?<![^\s\[{,:\-].)\S"
    rb"|(?<=[\[{\-]) *[\[{\-] *[\[{\-]"
    rb"|(?<=\n) {24})"
)
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


class _Loader(yaml.CBaseLoader):
    """The C parser without tag resolution, whose result is thrown away anyway."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> None:
        return None

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        return None

    def ascend_resolver(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: its plain value, and the line of each item of its lists."""

    path: Path
    id: str
    section: str
    value: dict[str, Any]
    lines: dict[str, list[int]]


Plain = tuple[dict[str, Any], dict[str, list[int]]]  # value and lines of a document

# Asked first for each file; `loaders.ahead` puts a second process behind it.
read_before: Callable[[Path], Plain | None] = lambda path: None  # noqa: E731


def read(path: Path, section: str = "") -> Document:
    """Read one record file.

    Raises Refused, with every problem found, where it is not one YAML mapping of plain values.
    """
    value, lines = read_before(path) or _read(path)
    return Document(path, path.stem, section or path.parent.name, value, lines)


def _read(path: Path) -> Plain:
    root = _compose(path)
    if not isinstance(root, yaml.MappingNode):
        raise Refused(_at(path, root, "", "not a record", wanted="wanted `key: value` lines"))
    problems: list[Problem] = []
    value = _plain(root, path, "", 0, problems)
    if problems:
        raise Refused(*problems)
    return value, {
        key.value: [item.start_mark.line + 1 for item in node.value]
        for key, node in root.value
        if type(node) is yaml.SequenceNode
    }


def value_of(data: bytes) -> dict[str, Any] | None:
    """The plain value of a text that was a record once, None where it is no mapping.

    Lenient where `read` is not: what was refused since may have been allowed then.
    """
    loader = _Loader(data)
    try:
        root = loader.get_single_node()
    except (yaml.YAMLError, UnicodeDecodeError):
        return None
    finally:
        loader.dispose()
    if not isinstance(root, yaml.MappingNode):
        return None
    value: dict[str, Any] = _plain(root, Path(), "", 0, [])
    return value


def placed(path: Path, said: Iterable[Said]) -> list[Problem]:
    """The problems of one file with their lines and columns, for which it is read once more."""
    found = list(said)
    try:
        root = _compose(path) if found else None
    except Refused:
        root = None
    return [
        Problem(
            str(path), *_locate(root, each.place, each.at_key), ".".join(map(str, each.place)),
            each.what, each.got, each.wanted, each.warning,
        )
        for each in found
    ]  # fmt: skip


def _locate(root: yaml.Node | None, place: Place, at_key: bool) -> tuple[int, int]:
    """Line and column, from 1, of the deepest part of `place` that stands in the file.

    That of its value, where it is one line; with `at_key` that of its key. 0 without a `root`.
    """
    if root is None:
        return 0, 0
    node = at = root
    for step in place:
        if isinstance(node, yaml.MappingNode) and isinstance(step, str):
            found = [(key, value) for key, value in node.value if key.value == step]
            if not found:
                break
            key, node = found[0]
            at = node if isinstance(node, yaml.ScalarNode) and not at_key else key
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            if step >= len(node.value):
                break
            node = at = node.value[step]
        # A step that is not in the file (a citation written short) leaves us where we are.
    return at.start_mark.line + 1, at.start_mark.column + 1


def _compose(path: Path) -> yaml.Node:
    data = clean(path)
    if b"\\" in data or _SUSPICIOUS.search(data):  # a backslash may begin an escape
        _refuse_constructs(path, data)
    loader = _Loader(data)
    try:
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        raise Refused(_syntax(path, error)) from None
    finally:
        loader.dispose()
    if node is None:
        raise Refused(whole(path, "empty", "wanted a record; `igkb new` writes a skeleton"))
    return node


def _refuse_constructs(path: Path, data: bytes) -> None:
    """Refuse anchors, aliases, tags, deep nesting and characters that only an escape brings in.

    Token by token, before anything is built. Raises Refused.
    """
    refused = {
        yaml.AnchorToken: ("an anchor (&)", "write the value out; begin text with & in quotes"),
        yaml.AliasToken: ("an alias (*)", "write the value out; begin text with * in quotes"),
        yaml.TagToken: ("a tag (!)", "write the plain value; begin text with ! in quotes"),
    }
    opening = (
        yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken,
        yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken,
    )  # fmt: skip
    closing = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
    depth, problems = 0, []
    try:
        for token in yaml.scan(data, Loader=yaml.CBaseLoader):
            mark = token.start_mark
            if type(token) in refused:
                what, want = refused[type(token)]
                problems.append(
                    Problem(str(path), mark.line + 1, mark.column + 1, "", what, "", want)
                )
            if type(token) is yaml.ScalarToken and token.style == '"' and unclean(token.value):
                what = f"{unclean(token.value)}, written as an escape"
                problems.append(
                    Problem(str(path), mark.line + 1, mark.column + 1, "", what, "", "remove it")
                )
            depth += isinstance(token, opening) - isinstance(token, closing)
            if depth > DEEPEST:
                what = f"nested more than {DEEPEST} deep"
                problems.append(
                    Problem(str(path), mark.line + 1, mark.column + 1, "", what, "", "flatten it")
                )
                break
    except yaml.YAMLError as error:
        problems.append(_syntax(path, error))
    if problems:
        raise Refused(*problems[:5])


def _plain(node: yaml.Node, path: Path, place: str, depth: int, problems: list[Problem]) -> Any:
    """The value of a list or mapping; only for these is it worked out where they stand."""
    if depth > DEEPEST:
        problems.append(
            _at(path, node, place, f"nested more than {DEEPEST} deep", wanted="flatten it")
        )
        return None
    if type(node) is yaml.SequenceNode:
        return [
            _scalar(item)
            if type(item) is yaml.ScalarNode
            else _plain(
                item, path, f"{place}.{number}" if place else str(number), depth + 1, problems
            )
            for number, item in enumerate(node.value)
        ]
    value: dict[str, Any] = {}
    for key, item in node.value:
        name = key.value
        if type(key) is not yaml.ScalarNode:
            problems.append(
                _at(path, key, place, "a key that is not a word", wanted="wanted a field name")
            )
            continue
        if name in value:
            inner = f"{place}.{name}" if place else name
            problems.append(_at(path, key, inner, "written twice", wanted="keep one of the two"))
        if type(item) is yaml.ScalarNode:
            value[name] = _scalar(item)
        else:
            inner = f"{place}.{name}" if place else name
            value[name] = _plain(item, path, inner, depth + 1, problems)
    return value


def _scalar(node: yaml.ScalarNode) -> str:
    return "" if node.value in _NULLS and not node.style else node.value


def _at(
    path: Path, node: yaml.Node, place: str, what: str, got: str = "", wanted: str = ""
) -> Problem:
    mark = node.start_mark
    return Problem(str(path), mark.line + 1, mark.column + 1, place, what, got, wanted)


def _syntax(path: Path, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "not YAML"
    want = "see CONTRIBUTING.md for how a record is written"
    if "single document" in str(error) or "another document" in str(what):
        what, want = "several documents (---) in one file", "one file holds one record"
    elif "mapping values are not allowed" in what:
        want = "check the indentation; put text that has a colon and a space in quotes"
    elif "could not find expected ':'" in what or "did not find expected key" in what:
        want = "check the indentation and the colon of this line and the one above"
    elif "exceeded" in what or "nesting" in what:
        what, want = f"nested more than {DEEPEST} deep", "flatten it"
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return Problem(str(path), line, column, "", what, "", want)
