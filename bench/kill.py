"""Kill the build at 200 moments and fill the disk under it: `python bench/kill.py [--rounds N]`.

Builds two kbs in turn (kb/ and kb/ with one record more) over one database and kills each build
with SIGKILL. Whatever the moment, the database must be the old or the new one to the byte, and
nothing may lie beside it or run on a second later. Exits 1 where that does not hold.
"""

import argparse
import hashlib
import os
import random
import resource
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parent.parent
IGKB = str(Path(sys.executable).with_name("igkb"))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def faults(database: Path) -> str:
    """What is wrong with the database; nothing where it holds a whole build."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return "integrity_check is not ok"
            counts = dict(db.execute("SELECT key, value FROM build WHERE key LIKE 'rows_%'"))
            for key, told in counts.items():
                table = key.removeprefix("rows_")
                if str(db.execute(f"SELECT count(*) FROM [{table}]").fetchone()[0]) != told:
                    return f"{table} has not the {told} rows that build tells"
            return "" if counts else "build tells no rows"
    except sqlite3.Error as error:
        return str(error)


def command(kb: Path, out: Path) -> list[str]:
    return [IGKB, "build", "--kb", str(kb), "-o", str(out)]


def runs_on(out: Path) -> bool:
    """Whether any process of a build of `out` is left (it keeps the command line when it forks)."""
    for found in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if os.fsencode(str(out)) in found.read_bytes() and f"/{os.getpid()}/" not in str(found):
                return True
        except OSError:  # it has just ended
            continue
    return False


def settled(out: Path) -> float | None:
    """Seconds until nothing but the database is left, None where that takes more than one."""
    started = time.perf_counter()
    while time.perf_counter() - started < 1:
        if [path.name for path in out.parent.iterdir()] == [out.name] and not runs_on(out):
            return time.perf_counter() - started
        time.sleep(0.01)
    return None


def kill_often(kbs: list[Path], place: Path, rounds: int) -> bool:
    out = place / "kb.db"
    shas, walls = [], []
    for kb in kbs * 2:
        started = time.perf_counter()
        done = subprocess.run(command(kb, out), capture_output=True, text=True)
        walls.append(time.perf_counter() - started)
        if done.returncode:
            sys.exit(f"{kb} does not build:\n{done.stdout}{done.stderr}")
        shas.append(digest(out))
    assert shas[:2] == shas[2:] and shas[0] != shas[1]
    whole = statistics.median(walls)
    draw = random.Random(20261124)
    # One moment in each slice of the build, to beyond its end, in random order; each third one in
    # the last tenth, where indexes are made, the file is synced and renamed.
    delays = [1.05 * whole * (n + draw.random()) / rounds for n in range(rounds)]
    delays[::3] = [whole * draw.uniform(0.9, 1.1) for _ in delays[::3]]
    draw.shuffle(delays)
    tally: Counter[str] = Counter()
    slowest, now, wrong = 0.0, 1, 0
    for n, delay in enumerate(delays):
        child = subprocess.Popen(
            command(kbs[1 - now], out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        ended = child.wait()
        waited, sha, fault = settled(out), digest(out), faults(out)
        if waited is None:
            litter = [path for path in place.iterdir() if path != out]
            fault = fault or f"left: {[path.name for path in litter] or 'a process'}"
            for path in litter:
                path.unlink()
        if sha not in shas or (ended == 0 and sha == shas[now]):
            fault = fault or "neither the old nor the new database"
        if fault:
            wrong += 1
            print(f"round {n}, killed after {delay:.3f} s: {fault}")
        slowest = max(slowest, waited or 1)
        what = "old database kept" if sha == shas[now] else "new database in place"
        tally[f"{'killed' if ended < 0 else 'had ended'}, {what}"] += 1
        now = shas.index(sha) if sha in shas else now
    print(f"{rounds} builds of {whole:.2f} s each, SIGKILL at random moments:")
    for what, times in sorted(tally.items()):
        print(f"  {times:>4}  {what}")
    print(f"  {wrong:>4}  wrong; nothing was left after at most {slowest:.2f} s")
    return not wrong


def fill_disk(kbs: list[Path], place: Path) -> bool:
    """The database on a file system that has no room for a second one."""
    out = place / "kb.db"
    sample = place.parent / "sample.db"
    subprocess.run(command(kbs[0], sample), check=True, capture_output=True)
    size = sample.stat().st_size
    for path in place.iterdir():
        path.unlink()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={int(size * 1.6)}", "tmpfs", str(place)]
    mounted = subprocess.run(mount, capture_output=True).returncode == 0
    try:
        shutil.copyfile(sample, out)
        before = digest(out)
        done = subprocess.run(
            command(kbs[1], out), capture_output=True, text=True,
            preexec_fn=None if mounted else lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (size // 2, size // 2)),
        )  # fmt: skip
        said = done.stderr.strip().splitlines()
        clear = done.returncode == 1 and len(said) == 1 and "was not built" in said[0]
        kept, clean = digest(out) == before, settled(out) is not None
        how = "full file system (tmpfs)" if mounted else "file size limit (RLIMIT_FSIZE)"
        print(f"{how}: exit {done.returncode}, said: {said[-1] if said else 'nothing'}")
        print(f"  one clear line: {clear}; old database intact: {kept}; nothing beside it: {clean}")
        return clear and kept and clean
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kb", type=Path, default=ROOT / "kb")
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kbs, place = [Path(folder, "one"), Path(folder, "two")], Path(folder, "out")
        place.mkdir()
        for kb in kbs:
            shutil.copytree(asked.kb, kb)
        (kbs[1] / "people/one-record-more.yml").write_text("name: One Record More\n")
        sound = [kill_often(kbs, place, asked.rounds), fill_disk(kbs, place)]
    sys.exit(0 if all(sound) else 1)


if __name__ == "__main__":
    main()
