"""What one record may say about others: which ids, terms, sources and passages there are."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from loaders.problem import Problem, did_you_mean, shown
from schema import RECORDS

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# Which folders hold the records that a foreign key of the schema may point to.
SECTIONS = {
    "institution.id": ("institutions", "regimes"),
    "source.id": ("sources", "posts"),
    "person.id": ("people",),
    "post.id": ("posts",),
}


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What a citation needs to know of its source."""

    kind: str
    url: str | None  # its canonical address
    page: str | None  # the address at which it was read
    needs_locator: bool
    passages: dict[str, str | None]  # key -> address of the passage


@dataclass
class Index:
    """Everything that one record may refer to in another."""

    files: dict[str, tuple[str, Path]] = field(default_factory=dict)  # id -> section, path
    terms: dict[str, frozenset[str]] = field(default_factory=dict)
    symmetric: frozenset[str] = frozenset()  # relation kinds that read the same from both sides
    inverses: dict[str, str] = field(default_factory=dict)  # slug of the inverse label -> kind
    lists: dict[str, str] = field(default_factory=dict)  # mailing list -> label
    archives: dict[str, str] = field(default_factory=dict)  # mailing list -> its HyperKitty archive
    people: dict[str, str] = field(default_factory=dict)  # person -> name as CSL writes it
    locators: frozenset[str] = frozenset()  # source kinds whose citations need a locator
    sources: dict[str, SourceInfo] = field(default_factory=dict)
    pages: dict[str, str | None] = field(default_factory=dict)  # post -> address of its page

    # Reads a record that another refers to before its turn; `check` sets it.
    read_early: Callable[[str, Path], None] = lambda section, path: None

    def source(self, id: str) -> SourceInfo | None:
        """What is known of a source or post, None where there is none that can be read."""
        if id not in self.sources and self.section(id) in SECTIONS["source.id"]:
            self.read_early(*self.files[id])
        return self.sources.get(id)

    def page(self, id: str) -> str | None:
        """The address of the page that carries a post."""
        return self.pages.get(id) if self.source(id) else None

    def section(self, id: str) -> str | None:
        """The folder in which the record lies, None where there is no such record."""
        found = self.files.get(id)
        return found[0] if found else None

    def ids(self, *sections: str) -> set[str]:
        """The ids of all records in these folders."""
        return {id for id, (section, _) in self.files.items() if section in sections}


def survey(kb: Path) -> tuple[Index, list[Problem]]:
    """Find every record file below `kb`, by name alone, and whatever does not belong there."""
    if not kb.is_dir():
        what = "no such folder" if not kb.exists() else "not a folder"
        want = "wanted the folder of the records; run from the checkout or pass --kb"
        return Index(), [Problem(str(kb), 0, 0, "", what, "", want)]
    index, problems = Index(), []
    for entry in sorted(kb.iterdir()):
        if entry.name not in RECORDS and not entry.name.startswith("."):
            near = did_you_mean(entry.name, RECORDS) or f"wanted {', '.join(RECORDS)}"
            problems.append(Problem(str(entry), 0, 0, "", "not a folder of records", "", near))
    for section in RECORDS:
        try:
            paths = _files(kb / section)
        except OSError as error:
            what = f"cannot be read: {error.strerror}"
            want = "wanted a readable folder"
            problems.append(Problem(str(kb / section), 0, 0, "", what, "", want))
            continue
        for path in paths:
            problem = _misnamed(path, index)
            if problem:
                problems.append(problem)
            else:
                index.files[path.stem] = (section, path)
    if not index.files and not problems:
        want = "`igkb new institution ID` writes a first one"
        problems.append(Problem(str(kb), 0, 0, "", "holds no records", "", want))
    return index, problems


def _files(folder: Path) -> list[Path]:
    """What lies in a folder of records; nothing where there is none. Raises OSError."""
    if not folder.exists() and not folder.is_symlink():
        return []
    paths = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted(paths, key=lambda path: path.name)  # paths themselves compare ten times slower


def _misnamed(path: Path, index: Index) -> Problem | None:
    if path.suffix != ".yml":
        want = (
            "name it .yml" if path.suffix == ".yaml" else "records end in .yml; move it elsewhere"
        )
        return Problem(str(path), 0, 0, "", "not a record file", shown(path.name), want)
    if not _ID.fullmatch(path.stem):
        want = "wanted lower-case letters and digits, words joined by single hyphens"
        return Problem(str(path), 0, 0, "", "the file's name is not an id", shown(path.stem), want)
    if path.stem in index.files:
        other = index.files[path.stem][1]
        return Problem(
            str(path), 0, 0, "", f"the id is taken by {other}", shown(path.stem),
            "ids are one namespace: rename the newer of the two",
        )  # fmt: skip
    return None
