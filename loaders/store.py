"""The file of the database: tables, rows in bulk, then indexes, search, views and statistics.

Imports nothing heavy and knows nothing of the schema, which comes as plain data: so it can run in a
process of its own (`apart`) that writes while the other still imports and checks.
"""

import contextlib
import gc
import marshal
import os
import signal
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from loaders.ahead import worth

Rows = list[tuple[Any, ...]]


class Store:
    """The database in this process."""

    connection: sqlite3.Connection | None = None

    def open(self, path: str, statements: Sequence[str]) -> None:
        """Open the empty file `path`, which must exist, and run the statements that make tables."""
        # Not made where it is missing: whoever made it may have removed it again, and be gone.
        self.connection = connection = sqlite3.connect(
            f"{Path(path).absolute().as_uri()}?mode=rw", uri=True, isolation_level=None
        )
        # The file is new, private and renamed when whole: a journal would guard nothing, and would
        # be left beside the database when the process is killed.
        connection.execute("PRAGMA journal_mode=off")
        connection.execute("PRAGMA synchronous=off")
        for statement in statements:
            connection.execute(statement)
        connection.execute("BEGIN")

    def insert(self, batch: Mapping[str, Rows]) -> None:
        """Add the rows, each as wide as its table."""
        assert self.connection
        for table, rows in batch.items():
            marks = ",".join("?" * len(rows[0]))
            self.connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)  # noqa: S608  # names of our own tables

    def run(self, statements: Sequence[str]) -> None:
        """Run statements between two batches."""
        assert self.connection
        for statement in statements:
            self.connection.execute(statement)

    def finish(self, searched: Mapping[str, Sequence[str]], views: Mapping[str, str]) -> None:
        """Indexes, search, views, statistics. Raises AssertionError where a row refers to nothing."""
        import sqlite_utils

        assert self.connection
        self.connection.execute("COMMIT")
        for _, name, _ in self.connection.execute("PRAGMA database_list").fetchall():
            if name not in ("main", "temp"):  # what statistics are made of is this file alone
                self.connection.execute(f'DETACH "{name}"')
        broken = self.connection.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise AssertionError(f"rows that refer to nothing: {broken[:5]}")
        database = sqlite_utils.Database(self.connection)
        database.index_foreign_keys()
        database.table("statement").create_index(["field", "value"])
        for name, columns in searched.items():
            database.table(name).enable_fts(columns, tokenize="unicode61 remove_diacritics 2")
        for name, sql in views.items():
            database.create_view(name, sql)
        self.connection.execute("ANALYZE")
        self.connection.execute("PRAGMA optimize")

    def close(self) -> None:
        """Let go of the file, if it is held."""
        if self.connection:
            self.connection.close()


@contextmanager
def store(kb: Path) -> Iterator[Store]:
    """A store, in a process of its own where there are enough records below `kb` to pay for it.

    That process ends with the block, and with this process, however this one ends: it then reads
    the end of a pipe, of which no other process may hold a copy. So begin none within the block
    that outlives it. The same calls write the same bytes either way.
    """
    here = Store() if not worth(kb) else _Apart()
    try:
        yield here
    finally:
        here.close()


class _Apart(Store):
    """The same in another process: calls go through a pipe, and the answer of `finish` comes back.

    What goes wrong there is raised here, by the call after it or by `finish`.
    """

    def __init__(self) -> None:
        calls, give = os.pipe()
        take, answers = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            try:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
                os.close(give)
                os.close(take)
                with os.fdopen(calls, "rb") as got, os.fdopen(answers, "wb") as say:
                    _serve(got, say)
            finally:
                os._exit(0)
        os.close(calls)
        os.close(answers)
        self.give, self.take = os.fdopen(give, "wb"), os.fdopen(take, "rb")

    def _call(self, *call: object) -> None:
        try:
            _write(self.give, call)
        except BrokenPipeError:
            self._answer()

    def _answer(self) -> None:
        kind, said = _read(self.take) or ("OperationalError", "the process that writes was ended")
        if kind != "done":
            raise getattr(sqlite3, kind, AssertionError)(said)

    def open(self, path: str, statements: Sequence[str]) -> None:
        self._call("open", path, list(statements))

    def insert(self, batch: Mapping[str, Rows]) -> None:
        self._call("insert", dict(batch))

    def run(self, statements: Sequence[str]) -> None:
        self._call("run", list(statements))

    def finish(self, searched: Mapping[str, Sequence[str]], views: Mapping[str, str]) -> None:
        self._call("finish", dict(searched), dict(views))
        self._answer()

    def close(self) -> None:
        if not self.take.closed:
            with contextlib.suppress(BrokenPipeError):
                self.give.close()
            self.take.close()
            os.waitpid(self.child, 0)


def _serve(calls: IO[bytes], answers: IO[bytes]) -> None:
    """Do what is asked until the end of the calls; answer `finish`, and what goes wrong."""
    import sqlite_utils  # noqa: F401  # while the other process imports the schema

    gc.disable()  # rows make no cycles
    here = Store()
    try:
        while call := _read(calls):
            name, *arguments = call
            getattr(here, name)(*arguments)
            if name == "finish":
                _write(answers, ("done", ""))
    except (sqlite3.Error, AssertionError) as error:
        _write(answers, (type(error).__name__, str(error)))
    here.close()


def _write(stream: IO[bytes], value: Any) -> None:
    data = marshal.dumps(value)
    stream.write(len(data).to_bytes(8, "big") + data)
    stream.flush()


def _read(stream: IO[bytes]) -> Any:
    """The next value, None at the end."""
    size = int.from_bytes(stream.read(8), "big")
    data = stream.read(size) if size else b""
    return marshal.loads(data) if size and len(data) == size else None  # noqa: S302  # from our own child
