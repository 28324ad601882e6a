"""The plain value of a record's text, part by part: versions of a file share most of their parts.

A part is a line that begins a field or an item at the margin, with all that is indented below it. Parts
are read once each, since reading YAML is what a long history costs. Whatever is not plainly made of
such parts is read whole, as `value_of` reads it; the result is always the same.
"""

import re
from typing import Any

from loaders.read import value_of

# What may begin at the margin: a field, an item, a comment.
_BEGINS = re.compile(rb"(?m)^(?:[A-Za-z_][A-Za-z0-9_]*:(?=\s|\Z)|-(?=\s|\Z))")
_STRANGE = re.compile(rb"(?m)^(?![ \t\r\n#]|[A-Za-z_][A-Za-z0-9_]*:(?=\s|\Z)|-(?=\s|\Z)|\Z)")

_COMMENT = re.compile(rb"#[^\n]*")

Known = dict[bytes, dict[str, Any] | None]  # parts with their values


def value_in_parts(data: bytes, known: Known) -> dict[str, Any] | None:
    """What `value_of` gives for the text; `known` is filled, and kept by the caller for the next one."""
    found = None if _STRANGE.search(data) else _joined(data, known)
    return value_of(data) if found is None else found


def _joined(data: bytes, known: Known) -> dict[str, Any] | None:
    """The parts read and put together, None where they do not make a whole."""
    starts = [match.start() for match in _BEGINS.finditer(data)]
    if not starts or _COMMENT.sub(b"", data[: starts[0]]).strip():
        return None
    value: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {}  # of fields with nothing beside their names
    items: list[Any] | None = None  # of the field before, where it is one of these
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        part = data[start:end]
        is_item = part.startswith(b"-")
        if part not in known:
            known[part] = value_of(b"items:\n" + part if is_item else part)
        read = known[part]
        if read is None:
            return None
        if is_item:
            if items is None or len(read) != 1 or not isinstance(read.get("items"), list):
                return None
            items += read["items"]
            continue
        if read.keys() & value.keys():
            return None  # a field written twice
        value.update(read)
        items = None
        if not _COMMENT.sub(b"", part.partition(b":")[2]).strip():
            (name,) = read
            lists[name] = items = []
    return {**value, **{name: found for name, found in lists.items() if found}}
