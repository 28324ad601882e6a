"""The least work that gives the same database: the bytes read and scanned, the rows written.

`python bench/floor.py freeze BUILT.db ROWS.pickle` takes rows and schema out of a real build;
`python bench/floor.py run KB ROWS.pickle OUT.db` loads them, then starts the clock: walk and read
KB, parse with libyaml without making one Python object, executemany the rows, make the same
indexes and full-text tables, ANALYZE, commit. It prints the seconds between,
by the clock and of the processor.
"""

import os
import pickle
import sqlite3
import sys
import time
from pathlib import Path


def freeze(built: Path, out: Path) -> None:
    """Everything the floor needs, so that it computes nothing of its own."""
    db = sqlite3.connect(built)
    schema = db.execute("SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
    virtual = {name: sql for _, name, sql in schema if sql.startswith("CREATE VIRTUAL")}
    tables, fill = [], []
    for kind, name, sql in schema:
        shadow = any(name.startswith(f"{search}_") for search in virtual)
        if kind != "table" or name in virtual or shadow or name.startswith("sqlite_"):
            continue
        found = db.execute(f"SELECT * FROM [{name}] ORDER BY rowid").fetchall()
        marks = ",".join("?" * len(db.execute(f"PRAGMA table_info([{name}])").fetchall()))
        tables.append((sql, f"INSERT INTO [{name}] VALUES ({marks})", found))
    for name, sql in virtual.items():
        of = name.removesuffix("_fts")
        columns = ", ".join(f"[{row[1]}]" for row in db.execute(f"PRAGMA table_info([{name}])"))
        fill.append(
            (sql, f"INSERT INTO [{name}] (rowid, {columns}) SELECT rowid, {columns} FROM [{of}]")
        )
    indexes = [sql for kind, _, sql in schema if kind == "index"]
    out.write_bytes(pickle.dumps((tables, indexes, fill)))


def run(kb: str, frozen: Path, out: Path) -> tuple[float, float]:
    from yaml._yaml import CParser

    tables, indexes, fill = pickle.loads(frozen.read_bytes())
    out.unlink(missing_ok=True)
    started, used = time.perf_counter(), time.process_time()
    for folder in sorted(os.scandir(kb), key=lambda entry: entry.name):
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            with open(entry.path, "rb") as file:  # noqa: PTH123  # the fastest way
                CParser(file.read()).raw_parse()
    db = sqlite3.connect(out, isolation_level=None)
    db.execute("PRAGMA journal_mode=off")
    db.execute("PRAGMA synchronous=off")
    db.execute("BEGIN")
    for create, insert, found in tables:
        db.execute(create)
        db.executemany(insert, found)
    for create in indexes:
        db.execute(create)
    for create, insert in fill:
        db.execute(create)
        db.execute(insert)
    db.execute("ANALYZE")
    db.execute("COMMIT")
    db.close()
    return time.perf_counter() - started, time.process_time() - used


if __name__ == "__main__":
    if sys.argv[1] == "freeze":
        freeze(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        print(*run(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])))
