"""The canonical JSON of a record's text, part by part: versions of a file share most of their parts.

A part is a line that begins a field or an item at the margin, with all that is indented below it. Parts
are read once each, since reading YAML is what a long history costs, and their JSON is put together.
Whatever is not plainly made of such parts is read whole; the result is always the same.
"""

import json
import re
from typing import Any

from loaders.read import value_of

# What may begin at the margin, but for comments: a field, an item.
_BEGIN = rb"(?:[A-Za-z_][A-Za-z0-9_]*:(?=\s|\Z)|-(?=\s|\Z))"
_BETWEEN = re.compile(rb"\n(?=" + _BEGIN + rb")")
_FIRST = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\n)*" + _BEGIN)
_STRANGE = re.compile(rb"(?m)^(?![ \t\r\n#]|" + _BEGIN + rb"|\Z)")
_COMMENT = re.compile(rb"#[^\n]*")

Part = tuple[str | None, str, bool]  # its field, None for an item; JSON; may items follow?
Known = dict[bytes, Part | None]  # None for what is no part


def canonical(value: Any) -> str:
    """The canonical JSON of a record's plain value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_of(data: bytes, known: Known | None = None) -> str | None:
    """The canonical JSON of the text of a record, None where it is none; see `value_of`.

    `known` are the parts of texts like it, filled here and kept by the caller for the next one; without
    them the text is read whole.
    """
    found = None if known is None else _joined(data, known)
    if found is None:
        value = value_of(data)
        found = None if value is None else canonical(value)
    return found


def _joined(data: bytes, known: Known) -> str | None:
    """The JSON of the parts put together, None where they do not make a whole."""
    if not data.endswith(b"\n") or not _FIRST.match(data):
        return None
    fields: dict[str, str] = {}
    items: list[str] | None = None  # of the field before, where it may have any
    last = ""

    def close() -> None:
        if items:
            fields[last] = f"[{','.join(items)}]"

    for text in _BETWEEN.split(data[:-1]):
        part = known[text] if text in known else known.setdefault(text, _read(text + b"\n"))
        if part is None:
            return None
        name, value, open_ = part
        if name is None:
            if items is None:
                return None
            items.append(value)
            continue
        if name in fields:
            return None  # a field written twice
        close()
        fields[name], items, last = value, [] if open_ else None, name
    close()
    return "{" + ",".join(f'"{name}":{fields[name]}' for name in sorted(fields)) + "}"


def _read(part: bytes) -> Part | None:
    """A part that is read for the first time."""
    first = _FIRST.match(part)
    if not first or _STRANGE.search(part):
        return None
    is_item = first[0].endswith(b"-")
    read = value_of(b"items:\n" + part if is_item else part)
    if read is None or len(read) != 1:
        return None
    ((name, value),) = read.items()
    if not is_item:
        return name, canonical(value), not _COMMENT.sub(b"", part[first.end() :]).strip()
    if name != "items" or not isinstance(value, list) or len(value) != 1:
        return None
    return None, canonical(value[0]), False
