"""A problem in a file, and the ways to print it."""

import difflib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import NamedTuple

Place = tuple[str | int, ...]  # the way through a record: ("facts", 2, "cite")


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong, where, and what would be right.

    `line` and `column` count from 1; 0 where the problem is with the file as a whole. `place` is
    the way through the record, as `facts.2.cite`, empty for the whole file.
    """

    path: str
    line: int
    column: int
    place: str
    what: str
    got: str = ""
    wanted: str = ""
    warning: bool = False

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        parts = [where, "warning" if self.warning else "", self.place]
        text = ": ".join(part for part in parts if part) + f": {self.what}"
        if self.got:
            text += f" (got {self.got})"
        if self.wanted:
            text += f"; {self.wanted}"
        return text


class Said(NamedTuple):
    """A problem before it has a file and a line."""

    place: Place
    what: str
    got: str = ""
    wanted: str = ""
    at_key: bool = False  # the fault is the key itself, not what it holds
    warning: bool = False


class Refused(Exception):
    """Raised where a file cannot be read at all; carries the problems."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*map(str, problems))
        self.problems = problems


def shown(value: object, longest: int = 60) -> str:
    """The value as an error shows it: quoted, printable, short."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return f"'{text[:longest]}…'" if len(text) > longest else f"'{text}'"


def did_you_mean(word: str, known: Collection[str]) -> str:
    """`did you mean 'x'?` where a known word is near, else nothing."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""


def wanted(word: str, known: Collection[str], kind: str) -> str:
    """What would have been right: the nearest known word, or the list where it is short."""
    near = did_you_mean(word, known)
    if near:
        return near
    if len(known) <= 12:
        return f"wanted {kind}: {', '.join(sorted(known))}"
    return f"wanted {kind}"


def as_text(problems: Iterable[Problem]) -> str:
    """One line a problem."""
    return "\n".join(map(str, problems))


def as_json(problems: Iterable[Problem]) -> str:
    """A JSON list for programs."""
    return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=1)


def as_github(problems: Iterable[Problem]) -> str:
    """Workflow commands that GitHub shows beside the lines (docs: workflow-commands)."""

    def escaped(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    lines = []
    for p in problems:
        level = "warning" if p.warning else "error"
        path = escaped(p.path).replace(",", "%2C").replace(":", "%3A")
        message = f"{p.place}: {p.what}" if p.place else p.what
        message += f" (got {p.got})" if p.got else ""
        message += f"; {p.wanted}" if p.wanted else ""
        at = f",line={p.line},col={p.column}" if p.line else ""
        lines.append(f"::{level} file={path}{at}::{escaped(message)}")
    return "\n".join(lines)


FORMATS = {"text": as_text, "json": as_json, "github": as_github}
