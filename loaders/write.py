"""Rows -> tables, indexes, search, views: the database, whole or not at all."""

import os
import secrets
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

import schema
from loaders.check import Progress, walk
from loaders.history import Life, history, known_before
from loaders.problem import Problem, Refused, Said
from loaders.read import placed
from loaders.rows import Row, Table, removed_row, rows, table_of, version_rows
from loaders.store import Store
from schema.views import SEARCHED, VIEWS

APPLICATION_ID = 0x69676B62  # "igkb", so that `file` and others can tell the database
BATCH = 2_000  # rows held before they are inserted
TEXTS = 500  # versions, each with two texts, held likewise


@dataclass(frozen=True)
class Summary:
    """What a build gave."""

    records: int
    statements: int
    citations: int
    claims: int
    seconds: float
    warnings: tuple[Problem, ...]


def build(
    kb: Path,
    target: Path,
    progress: Progress = lambda done, total: None,
    store: Store | None = None,
    lives: Iterable[Life] | None = None,
    kept: Callable[[Path], Iterable[tuple[str, Said]]] = lambda path: (),
) -> Summary:
    """Check the records below `kb` and write the database `target`, through `store` or one of its own.
    Their versions are those of the git history, or `lives`; `kept` runs the kept queries in the new
    database, and says what is to be said of them, with their ids.

    Raises Refused with every problem, and OSError or sqlite3.Error where the file cannot be
    written; in each case, and when the process is killed, `target` stays as it was.
    """
    started = time.perf_counter()
    counts: Counter[str] = Counter()
    problems: list[Problem] = []
    store = store or Store()
    known = history(kb, target) if lives is None else nullcontext(lives)
    with replacing(target) as path, known as told:
        try:
            writer = Writer(path, store, target)
            for checked, index, found in walk(kb, progress=progress):
                problems.extend(found)
                if checked and not _faulty(problems):
                    writer.add(rows(checked, index))
            if _faulty(problems):
                raise Refused(*sorted(set(problems)))
            counts = writer.finish(told)
            if counts["kept_query"]:
                store.close()  # the file is whole
                for id, said in kept(path):
                    problems.extend(placed(kb / "queries" / f"{id}.yml", [said]))
                if _faulty(problems):
                    raise Refused(*sorted(set(problems)))
        finally:
            store.close()
    return Summary(
        counts["record"], counts["statement"], counts["citation"], counts["claim"],
        time.perf_counter() - started, tuple(sorted(problems)),
    )  # fmt: skip


def _faulty(problems: list[Problem]) -> bool:
    return any(not problem.warning for problem in problems)


class Writer:
    """Rows as they come -> the store, many at a time."""

    def __init__(self, path: Path, store: Store, before: Path) -> None:
        self.store = store
        old = f"{before.absolute().as_uri()}?mode=ro".replace("'", "%27")
        self.known = bool(known_before(before))
        store.open(str(path), [
            *([f"ATTACH '{old}' AS before", *_ARRIVING] if self.known else []),
            f"PRAGMA application_id={APPLICATION_ID}",
            f"PRAGMA user_version={schema.VERSION}",
            *(
                str(CreateTable(table_of(table)).compile(dialect=sqlite.dialect()))
                for table in schema.TABLES
            ),
        ])  # fmt: skip
        self.batch: dict[Table, list[Row]] = {table: [] for table in schema.TABLES}
        self.counts: Counter[str] = Counter()
        self.held = 0
        self.records: list[Row] = []  # until their versions are known

    def add(self, found: Iterator[tuple[Table, Row]]) -> None:
        """Take rows; insert them when enough are held."""
        for table, row in found:
            if table is schema.Record:
                self.records.append(row)
                continue
            self.batch[table].append(row)
            self.held += 1
        if self.held >= BATCH:
            self._insert()

    def _insert(self) -> None:
        full = {str(table.__tablename__): batch for table, batch in self.batch.items() if batch}
        self.store.insert(full)
        for name, batch in full.items():
            self.counts[name] += len(batch)
            batch.clear()
        self.held = 0

    def _arrive(self, versions: list[Row]) -> None:
        if versions:
            self.store.insert({"arriving" if self.known else "record_version": versions})
            self.counts["record_version"] += len(versions)
            versions.clear()

    def finish(self, lives: Iterable[Life]) -> Counter[str]:
        """All that is left to do, with the versions; returns the number of rows in each table."""
        here: dict[str, tuple[int, str]] = {}
        versions: list[Row] = []
        for life in lives:
            if life.here:
                here[life.id] = life.here, life.versions[life.here - 1].committed[:10]
            versions.extend(version_rows(life))
            if life.removed:
                self.batch[schema.Removed].append(removed_row(life))
            if len(versions) >= TEXTS:
                self._arrive(versions)
        self._arrive(versions)
        if self.known:
            self.store.run([_SETTLE, "DROP TABLE temp.arriving", "DROP TABLE temp.kept"])
        self.batch[schema.Record] += [
            (*row[:4], *here.get(row[0], row[4:])) for row in self.records
        ]
        self._insert()
        self.batch[schema.Build] += [
            ("schema_version", str(schema.VERSION)),
            *((f"rows_{table}", str(count)) for table, count in sorted(self.counts.items())),
        ]
        self._insert()
        self.store.finish(SEARCHED, {name: view.sql for name, view in VIEWS.items()})
        return self.counts


# Where a database before has texts of versions, these come without, and are filled in from there: in
# the order in which they come, which is that of the table, so that the same bytes come out either way.
_ARRIVING = (
    "CREATE TEMP TABLE arriving "
    "(record, version, committed, commit_id, section, blob, sha256, content, yaml)",
    "CREATE TEMP TABLE kept (blob PRIMARY KEY, place) WITHOUT ROWID",
    "INSERT INTO temp.kept SELECT blob, min(rowid) FROM before.record_version GROUP BY blob",
)
_SETTLE = """
    INSERT INTO record_version
    SELECT a.record, a.version, a.committed, a.commit_id, a.section, a.blob, a.sha256,
           coalesce(a.content, o.content), coalesce(a.yaml, o.yaml)
    FROM temp.arriving a
    LEFT JOIN temp.kept k ON k.blob = a.blob AND a.content IS NULL
    LEFT JOIN before.record_version o ON o.rowid = k.place
    ORDER BY a.rowid
"""


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A new file beside `target` that takes its place when the block ends well.

    When it does not, even when this process is killed outright, `target` is as it was and the new
    file is gone: a child process waits for that on a pipe, which the system closes.
    """
    target = Path(os.path.realpath(target))
    if target.is_dir():
        raise IsADirectoryError(f"{target.name} is a folder; wanted a file name such as kb.db")
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise OSError(f"{target.name} is not a file; wanted a file name such as kb.db")
    if target.exists() and not _is_database(target):
        raise FileExistsError(f"{target.name} is no database; wanted a file name such as kb.db")
    folder = target.parent
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}; make it first")
    path = folder / f".{target.name}.{secrets.token_hex(4)}.new"
    wake = _remove_when_we_are_gone(path)
    try:
        path.touch(mode=0o600, exist_ok=False)
        yield path
        path.chmod(0o644)
        with path.open("rb") as written:
            os.fsync(written.fileno())
        path.replace(target)
    finally:
        path.unlink(missing_ok=True)
        wake()


def _is_database(path: Path) -> bool:
    """Empty, or with the header of SQLite (sqlite.org/fileformat2.html, 1.3): ours to replace."""
    with path.open("rb") as file:
        return file.read(16) in (b"", b"SQLite format 3\0")


def _remove_when_we_are_gone(path: Path) -> Callable[[], None]:
    """Fork a child that removes `path` once this process has ended or calls what is returned.

    When this returns the child is out of reach of what ends this process and its group.
    """
    if not hasattr(os, "fork"):
        return lambda: None
    reader, writer = os.pipe()
    ready, tell = os.pipe()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    child = os.fork()
    if child == 0:
        try:
            os.setsid()  # Ctrl-C and a closed terminal are for the parent
            os.dup2(reader, 0)
            os.write(tell, b".")
            os.closerange(1, os.sysconf("SC_OPEN_MAX"))  # nobody waits for a pipe we hold
            os.read(0, 1)
            path.unlink(missing_ok=True)
        finally:
            os._exit(0)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    os.close(reader)
    os.close(tell)
    os.read(ready, 1)
    os.close(ready)

    def wake() -> None:
        os.close(writer)
        os.waitpid(child, 0)

    return wake
