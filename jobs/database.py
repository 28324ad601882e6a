"""The database as commands want it: built, fresh, open for reading, with errors in one line."""

import contextlib
import gc
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from loaders.history import Life
    from loaders.problem import Said
    from loaders.store import Store

ROOT = Path(__file__).parent.parent


def built(kb: Path, output: Path, err: bool = False, lives: "Iterable[Life] | None" = None) -> None:
    """Build, with a progress bar on a terminal, and print one line; exit 1 with the problems.

    `lives` are the versions of the records where they are not those of the git history.
    """
    from loaders.ahead import ahead
    from loaders.history import history
    from loaders.store import store

    known = history(kb, output) if lives is None else contextlib.nullcontext(lives)
    with without_collections(), ahead(kb), store(kb) as apart, known as told:
        _built(kb, output, err, apart, told)


def built_at(moment: str, db: Path, output: Path) -> None:
    """Build of the records as they were at a moment, out of the versions in `db`; exit 1 where it cannot be.

    The moment is one in UTC, such as 2026-11-24T10:00:00Z, or a day, which is the end of it.
    """
    from loaders.then import Before, records_at

    if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", moment):
        raise click.ClickException(
            f"{moment}: no moment; wanted one in UTC such as 2026-11-24T10:00:00Z, or a day"
        )
    if output.absolute() == db.absolute():
        raise click.ClickException(f"{output} has the versions; give another file to --output")
    if not db.exists():
        raise click.ClickException(
            f"no database {db}, which would have the versions; `igkb build` makes it"
        )
    whole = moment if "T" in moment else f"{moment}T23:59:59Z"
    try:
        with records_at(db, whole) as (kb, lives):
            built(kb, output, lives=lives)
    except Before as before:
        raise click.ClickException(f"{db} has no records of {moment}: {before}") from None
    except sqlite3.Error as error:
        raise click.ClickException(f"{db}: {error}; `igkb build` makes it") from None


@contextlib.contextmanager
def without_collections() -> Iterator[None]:
    """Without the cyclic garbage collector: records make no cycles, and it would visit them all."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _built(kb: Path, output: Path, err: bool, store: "Store", lives: "Iterable[Life]") -> None:
    from tqdm import tqdm

    from loaders.problem import Refused, as_text
    from loaders.write import build as write

    bar = tqdm(disable=None, leave=False, unit="records", delay=0.5)

    def progress(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        summary = write(kb, output, progress, store, lives, _kept)
    except Refused as refused:
        bar.close()
        click.echo(as_text(refused.problems))
        errors = sum(not problem.warning for problem in refused.problems)
        raise click.ClickException(f"{errors} problems; {output} was not built") from None
    except (OSError, sqlite3.Error) as error:
        bar.close()
        raise click.ClickException(f"{output} was not built: {error}") from None
    bar.close()
    if summary.warnings:
        click.echo(as_text(summary.warnings), err=True)
    click.echo(
        f"{output}: {summary.records} records, {summary.statements} statements, "
        f"{summary.citations} citations, {summary.claims} claims in {summary.seconds:.2f} seconds",
        err=err,
    )


def _kept(path: Path) -> "Iterator[tuple[str, Said]]":
    """What is to be said of the kept queries in a new database, each run again."""
    from exporters.kept import told
    from loaders.problem import Said

    with opened(path) as connection:
        for id, what, want, warning in told(connection):
            yield id, Said(("sql",), what, wanted=want, warning=warning)


@contextlib.contextmanager
def opened(db: Path) -> Iterator[sqlite3.Connection]:
    """The database for reading; exit 1 with one line where it cannot be read."""
    try:
        connection = sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)
        with contextlib.closing(connection):
            yield connection
    except sqlite3.Error as error:
        raise click.ClickException(f"{db}: {error}; `igkb build` makes it") from None


def asked(connection: sqlite3.Connection, sql: str) -> list[str]:
    """What the first column of a query has, each once; exit 1 with one line where it cannot be run."""
    try:
        found = connection.execute(sql).fetchall()
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise click.ClickException(f"the query cannot be run: {error}") from None
    return list(dict.fromkeys(str(row[0]) for row in found if row and row[0] is not None))


@contextlib.contextmanager
def fresh(kb: Path, db: Path) -> Iterator[sqlite3.Connection]:
    """The database for reading, built first where it is stale."""
    if stale(db, kb):
        built(kb, db, err=True)
    with opened(db) as connection:
        yield connection


@contextlib.contextmanager
def explained(
    connection: sqlite3.Connection, db: Path, what: str = "record", table: str = "record"
) -> Iterator[None]:
    """Exit 1 and say what may have been meant where an id is not known: one in `table`."""
    from exporters.cite import Unknown
    from exporters.versions import stood_last
    from loaders.problem import did_you_mean

    try:
        yield
    except Unknown as unknown:
        id = unknown.args[0]
        now = connection.execute("SELECT new FROM former_id WHERE old = ?", (id,)).fetchone()
        ids = [known for (known,) in connection.execute(f"SELECT id FROM {table}")]  # noqa: S608
        left = stood_last(connection, id)
        if now:
            near = f"it is now '{now[0]}'"
        elif left:
            version = f"{left['record']}/v/{left['version']}"
            near = f"it is a statement that was given up; cite '{version}', where it stood last"
        else:
            near = did_you_mean(id, ids)
        raise click.ClickException(f"no {what} '{id}' in {db}; {near}".rstrip("; ")) from None


def stale(db: Path, kb: Path) -> bool:
    """Is there no database, or is a record, a commit or the code that makes it newer?"""
    if not db.exists():
        return True
    code = [*(ROOT / "schema").glob("*.py"), *(ROOT / "loaders").glob("*.py")]
    commits = kb.parent / ".git" / "logs" / "HEAD"
    newest = max(
        path.lstat().st_mtime for path in [kb, *kb.rglob("*"), commits, *code] if path.exists()
    )
    return newest >= db.stat().st_mtime
