"""Plain values -> records, or every problem.

Each file on its own first: syntax, fields, types, the record's own rules; then what it refers to,
once all that can be referred to has been read; at the end what only all files together show:
rings, relations written twice, sources nobody cites.
"""

import functools
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from loaders.index import Index, survey
from loaders.problem import Place, Problem, Refused, Said, shown
from loaders.read import FOLDERS, Document, placed, read
from loaders.refer import citations, learn, references
from loaders.rules import numbered, own_rules, statement_ids
from loaders.words import in_our_words, salvaged
from schema import RECORDS, Item

TREES = ("part-of", "succeeds")  # kinds of relation in which a body cannot come back to itself

# Once this folder is read all passages are known; what came before can be held against them.
LAST_WITH_PASSAGES = "posts"

Progress = Callable[[int, int], None]  # files done, files in all


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read, with its record; of a faulty record, what could be read of it."""

    document: Document
    record: Item
    statements: tuple[tuple[Place, str], ...]  # the way to each and its id


@dataclass
class Whole:
    """What is gathered file by file and judged at the end."""

    index: Index
    cited: set[str] = field(default_factory=set)
    edges: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # kind, from -> to
    places: dict[tuple[str, str, str], tuple[Path, Place]] = field(default_factory=dict)
    former: dict[str, tuple[str, Path]] = field(default_factory=dict)

    def gather(self, checked: Checked) -> Iterator[Said]:
        """Note what this record adds to the picture; tells of former ids that are taken."""
        record, document = checked.record, checked.document
        self.cited.update(citation.source for _, citation in citations(record))
        for old in getattr(record, "former_ids", ()):
            taken = self.index.files.get(old) or self.former.get(old)
            if taken:
                what = f"a former id that {taken[1]} has"
                yield Said(("former_ids",), what, shown(old), "choose another")
            self.former[old] = (document.id, document.path)
        for _, passage in numbered(record, "passages"):
            if passage.quoted_from:
                self.cited.add(passage.quoted_from)
        for _, measure in numbered(record, "measures"):
            if measure.instrument:
                self.cited.add(measure.instrument)
        for number, relation in numbered(record, "relations"):
            key = (relation.kind, document.id, relation.target)
            self.places[key] = (document.path, ("relations", number, "target"))
            if relation.kind in TREES and relation.standing == "held" and key[1] != key[2]:
                self.edges.setdefault(key[:2], []).append(relation.target)

    def problems(self) -> Iterator[Problem]:
        """What only all files together show."""
        for kind, source, target in self.places:
            if kind in self.index.symmetric and source < target:
                other = self.places.get((kind, target, source))
                if other:
                    what = f"'{kind}' is written on both records"
                    want = f"it reads the same from both sides: keep the one in {source}"
                    yield from placed(other[0], [Said(other[1], what, shown(source), want)])
        for kind in TREES:
            yield from self._cycles(kind)
        for id in sorted(self.index.ids("sources") - self.cited):
            path = self.index.files[id][1]
            yield Problem(
                str(path), 0, 0, "", "no statement cites this source", "",
                "cite it or remove it", warning=True,
            )  # fmt: skip

    def _cycles(self, kind: str) -> Iterator[Problem]:
        done: set[str] = set()
        for start in sorted(source for k, source in self.edges if k == kind):
            way: dict[str, Iterator[str]] = {}  # body -> those it leads to that are still to go
            node: str | None = start
            while node:
                if node in way:
                    ring = list(way)[list(way).index(node) :]
                    path, place = self.places[kind, ring[-1], node]
                    what = f"'{kind}' leads back to itself: {' -> '.join([*ring, node])}"
                    want = "cut the ring at one of them"
                    yield from placed(path, [Said(place, what, shown(node), want)])
                elif node not in done:
                    way[node] = iter(self.edges.get((kind, node), ()))
                node = None
                while way and not node:
                    last = next(reversed(way))
                    node = next(way[last], None)
                    if node is None:
                        del way[last]
                        done.add(last)


def walk(
    kb: Path, only: Collection[Path] = (), progress: Progress = lambda done, total: None
) -> Iterator[tuple[Checked | None, Index, list[Problem]]]:
    """Every record below `kb` with its problems, once all it refers to is known.

    With `only`, the records of these files and folders alone; what they refer to is read for that,
    its own problems are not told. The problems of no one record come with None.
    """
    index, problems = survey(kb)
    index.read_early = functools.partial(_read_early, index)
    named, problems = _named(only, index, problems, kb)
    yield None, index, problems
    whole = Whole(index)
    now: list[Checked] = []
    waiting: list[Checked] = []  # for the passages of the posts
    passages_known = False
    done = 0
    for section in FOLDERS:
        for id, path in files(index, section):
            asked = named is None or id in named
            if not asked and section != "terms":
                continue
            checked, found = check_file(path, section)
            if checked:
                learn(checked.record, checked.document.id, index)
            if asked:
                yield None, index, found
            if checked and asked:
                ready = passages_known or not _names_passages(checked.record)
                (now if ready else waiting).append(checked)
            yield from _released(now, whole)
            done += 1
            progress(done, len(index.files))
        passages_known = passages_known or section == LAST_WITH_PASSAGES
        if passages_known:
            yield from _released(waiting, whole)
    if named is None:
        yield None, index, list(whole.problems())


def _read_early(index: Index, section: str, path: Path) -> None:
    checked, _ = check_file(path, section)
    if checked:
        learn(checked.record, checked.document.id, index)


def _names_passages(record: Item) -> bool:
    """May it name a passage: in a citation, or as what a passage answers?"""
    return bool(getattr(record, "passages", ())) or any(citations(record))


def _released(
    waiting: list[Checked], whole: Whole
) -> Iterator[tuple[Checked | None, Index, list[Problem]]]:
    for checked in waiting:
        document = checked.document
        said = [*references(checked.record, document.id, whole.index), *whole.gather(checked)]
        yield checked, whole.index, placed(document.path, said)
    waiting.clear()


def _named(
    only: Collection[Path], index: Index, problems: list[Problem], kb: Path
) -> tuple[set[str] | None, list[Problem]]:
    """The ids of the records that `only` names, None for all, and which problems of the survey are theirs."""
    wanted = {os.path.realpath(path): path for path in only}

    @functools.cache
    def above(folder: str) -> tuple[str, set[str], set[str]]:
        """Where the folder really lies, those of `only` that are it or hold it, and its links."""
        real = Path(os.path.realpath(folder))
        links: set[str] = set()
        with suppress(OSError), os.scandir(folder) as entries:  # survey tells what cannot be read
            links = {entry.name for entry in entries if entry.is_symlink()}
        return str(real), wanted.keys() & {str(real), *map(str, real.parents)}, links

    def asked(folder: str, name: str) -> set[str]:
        """Those of `only` that are this file or a folder it lies in, however either is written."""
        real, found, links = above(folder)
        reals = {f"{real}{os.sep}{name}"}
        if name in links:
            reals.add(os.path.realpath(f"{folder}{os.sep}{name}"))
        return found | (wanted.keys() & reals)

    if not only or not index.files or above(str(kb))[1]:
        return None, problems
    where = {section: str(kb / section) for section in RECORDS}
    named = {id: asked(where[section], f"{id}.yml") for id, (section, _) in index.files.items()}
    told = {problem: asked(*os.path.split(problem.path)) for problem in problems}
    found = set().union(*named.values(), *told.values())
    want = f"wanted files of {kb}/<folder>/<id>.yml"
    strangers = [
        Problem(str(path), 0, 0, "", "not one of the records", "", want)
        for real, path in wanted.items()
        if real not in found
    ]
    return (
        {id for id, by in named.items() if by},
        [*strangers, *(problem for problem, by in told.items() if by)],
    )


def check_file(path: Path, section: str) -> tuple[Checked | None, list[Problem]]:
    """Read one file and check it on its own: the record, None where it cannot be read at all.

    Where there are problems the record holds what could be read, so that the rest is checked too.
    """
    try:
        document = read(path, section)
    except Refused as refused:
        return None, list(refused.problems)
    cls = RECORDS[section]
    said: list[Said] = []
    try:
        record: Item = cls.__pydantic_validator__.validate_python(document.value)
    except ValidationError as error:
        said.extend(in_our_words(error, cls))
        record = salvaged(cls, document.value)
    statements = tuple(statement_ids(record, document.id))
    said.extend(own_rules(record, document, statements, sound=not said))
    return Checked(document, record, statements), placed(path, said)


def check(kb: Path, only: Collection[Path] = ()) -> list[Problem]:
    """Every problem of the records below `kb`, or of the files and folders in `only`, in order."""
    return sorted({problem for _, _, found in walk(kb, only) for problem in found})


def files(index: Index, section: str) -> list[tuple[str, Path]]:
    """Id and path of each record in a folder, in order of their ids."""
    return sorted((id, path) for id, (found, path) in index.files.items() if found == section)
