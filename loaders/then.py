"""The records as they were at a moment, out of the versions that a later database has of them."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from loaders.history import Life, Version


class Before(ValueError):
    """There was no record at that moment, or none is known; says since when there are."""


def lives_at(connection: sqlite3.Connection, moment: str) -> Iterator[Life]:
    """What had become of every record by a moment (UTC, 2026-11-24T10:00:00Z), by id.

    A record that was removed after it is there; between its removal and its return it is, too, since
    a database keeps the last removal alone.
    """
    gone = dict(
        connection.execute("SELECT id, removed_at FROM removed WHERE removed_at <= ?", (moment,))
    )
    names = dict(connection.execute("SELECT id, name FROM removed"))
    found = connection.execute(
        """
        SELECT record, version, committed, commit_id, section, blob, sha256, content, yaml
        FROM record_version WHERE committed <= ? ORDER BY record, version
        """,
        (moment,),
    )
    versions: dict[str, list[Version]] = {}
    for id, *version in found:
        versions.setdefault(id, []).append(Version(*version))
    for id, of in versions.items():
        removed = gone.get(id)
        here, name = (None, names.get(id)) if removed else (of[-1].number, None)
        yield Life(id, of, here, removed, name)


@contextmanager
def records_at(db: Path, moment: str) -> Iterator[tuple[Path, list[Life]]]:
    """A folder of the records as they were at a moment, and their versions up to it, out of `db`; the
    folder is gone after the block.

    Raises Before where there were none, sqlite3.Error where `db` is no database of ours.
    """
    with closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        lives = list(lives_at(connection, moment))
        if not any(life.here for life in lives):
            (first,) = connection.execute("SELECT min(committed) FROM record_version").fetchone()
            raise Before(
                f"the first record was committed {first}" if first else "it knows no history"
            )
    with tempfile.TemporaryDirectory() as folder:
        kb = Path(folder, "kb")
        for life in lives:
            if life.here:
                last = life.versions[-1]
                path = kb / last.section / f"{life.id}.yml"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(last.yaml or "", encoding="utf-8")
        yield kb, lives
