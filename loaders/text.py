"""A file -> clean UTF-8 text, or what is wrong with it as text, before anyone asks what it says."""

import re
import stat
import unicodedata
from pathlib import Path

from loaders.problem import Problem, Refused, shown

LARGEST = 1_000_000  # bytes; the longest record so far has a fiftieth of it

# What may not stand in a file: control characters, tabs, and (in the second) characters that
# change the direction or the look of text without being seen (Unicode TR 36, "Trojan Source").
_CONTROL = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_PLAIN = b"\n" + bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0x100))  # what it cannot match
_HIDDEN = re.compile(
    "[\x80-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"  # the last are tags, which nothing shows
)
_APART = "letters and accents stored apart (not Unicode NFC)"


def _bytes(path: Path) -> bytes:
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise Refused(whole(path, "a directory", "wanted a file"))
        if not stat.S_ISREG(about.st_mode):
            raise Refused(whole(path, "not a regular file", "wanted a text file"))
        if about.st_size > LARGEST:
            raise Refused(
                whole(
                    path,
                    f"too large: {about.st_size:,} bytes",
                    f"wanted at most {LARGEST:,}: one file describes one body",
                )
            )
        return path.read_bytes()
    except FileNotFoundError:
        if path.is_symlink():
            what = f"a link to {shown(str(path.readlink()))}, which does not exist"
            raise Refused(whole(path, what, "mend or remove the link")) from None
        raise Refused(whole(path, "no such file")) from None
    except OSError as error:
        raise Refused(
            whole(path, f"cannot be read: {error.strerror}", "wanted a readable file")
        ) from None


def clean(path: Path) -> bytes:
    """The bytes of the file, once they are known to be clean UTF-8 text; raises Refused."""
    data = _bytes(path)
    if data.startswith(b"\xef\xbb\xbf"):
        raise Refused(
            Problem(str(path), 1, 1, "", "begins with a byte-order mark", "", "save as plain UTF-8")
        )
    problems = []
    for found in _CONTROL.finditer(data) if data.translate(None, _PLAIN) else ():
        character = found.group()
        name = "a tab" if character == b"\t" else f"control character U+{character[0]:04X}"
        line, column = _line_column(data, found.start())
        want = "indent and align with spaces" if character == b"\t" else "remove it"
        problems.append(Problem(str(path), line, column, "", name, "", want))
        if len(problems) == 5:
            break
    if not data.isascii():
        problems.extend(_unicode_problems(path, data))
    if problems:
        raise Refused(*problems)
    if not data.strip():
        raise Refused(whole(path, "empty", "wanted a record; `igkb new` writes a skeleton"))
    return data


def _unicode_problems(path: Path, data: bytes) -> list[Problem]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _line_column(data, error.start)
        return [
            Problem(
                str(path), line, column, "", "not UTF-8",
                f"byte 0x{data[error.start]:02x}", "save the file as UTF-8",
            )
        ]  # fmt: skip
    problems = []
    for found in _HIDDEN.finditer(text):
        line, column = _line_column(text.encode(), len(text[: found.start()].encode()))
        problems.append(
            Problem(str(path), line, column, "", _invisible(found.group()), "", "remove it")
        )
        if len(problems) == 5:
            break
    if not unicodedata.is_normalized("NFC", text):
        for number, row in enumerate(text.split("\n"), 1):
            if not unicodedata.is_normalized("NFC", row):
                composed = unicodedata.normalize("NFC", row)
                same = zip(row, composed, strict=False)
                column = next((n for n, (a, b) in enumerate(same, 1) if a != b), len(composed))
                want = "type the letter anew, or normalise the file to NFC"
                problems.append(Problem(str(path), number, column, "", _APART, "", want))
                break
    return problems


def _invisible(character: str) -> str:
    name = unicodedata.name(character, "control character")
    return f"invisible character U+{ord(character):04X} ({name.lower()})"


def unclean(value: str) -> str:
    """What is wrong with a text that came of escapes such as \u202e in quotes; empty if nothing."""
    control = _CONTROL.search(value.encode())
    if control:
        return f"control character U+{control.group()[0]:04X}"
    hidden = _HIDDEN.search(value)
    if hidden:
        return _invisible(hidden.group())
    return "" if unicodedata.is_normalized("NFC", value) else _APART


def whole(path: Path, what: str, wanted: str = "") -> Problem:
    """A problem with the file as such, which has no line."""
    return Problem(str(path), 0, 0, "", what, "", wanted)


def _line_column(data: bytes, offset: int) -> tuple[int, int]:
    before = data[:offset]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n") + 1, len(before[start:].decode("utf-8", "replace")) + 1
