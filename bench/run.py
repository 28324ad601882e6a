"""How fast `igkb build` is beside the floor: `python bench/run.py [--sizes 1000,10000] [--peers]`.

See bench/README.md for what the figures mean. Exits 0 whether or not the targets are met.
"""

import argparse
import hashlib
import itertools
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import peers

HERE = Path(__file__).parent
ROOT = HERE.parent
WORK = ROOT / ".bench"
# As users have it: what the tests bring (numpy) would be imported by sqlite-utils where it is there.
BIN = peers.prepared(WORK / "igkb", ROOT / "requirements.lock", "--no-deps", "--editable", ROOT)
PYTHON, IGKB = str(BIN / "python"), str(BIN / "igkb")
RATIO = {1_000: 4.5, 10_000: 2.1, 100_000: 1.6}  # build / floor, at most
ROUNDS = {1_000: 5, 10_000: 3}
CHECK = 1.8  # of one file / import of sqlmodel: 0.4 s where that import takes 0.22 s
BODIES, COMMITS, PAST = 500, 5_000, 2.0  # of a history; build with it / without it, at most


@dataclass
class Figures:
    """What was measured at one size, one value a round."""

    size: int
    floor: list[float] = field(default_factory=list)
    build: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # build / floor, of the processor's time
    one: list[float] = field(default_factory=list)  # build of a kb of one institution
    check: list[float] = field(default_factory=list)
    loaded: list[float] = field(default_factory=list)  # import of sqlmodel alone
    help: list[float] = field(default_factory=list)
    rss: float = 0.0
    bytes: int = 0
    same: bool = False
    peers: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self) -> float:
        return statistics.median(b / f for b, f in zip(self.build, self.floor, strict=True))

    def beside_import(self) -> float:
        """What check of one file takes, beside the import that nearly all of it is."""
        return statistics.median(c / i for c, i in zip(self.check, self.loaded, strict=True))

    def work(self) -> float:
        """Wall time less the start-up, round by round."""
        return statistics.median(b - o for b, o in zip(self.build, self.one, strict=True))


def timed(*command: object, cwd: Path | None = None) -> tuple[float, float, float]:
    """Wall seconds, peak MB and processor seconds of one command, which must succeed."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        child = subprocess.Popen(list(map(str, command)), cwd=cwd, stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(map(str, command))}:\n{said.read().decode()[-2000:]}")
    return wall, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def prepare(size: int) -> Path:
    """The records and the frozen rows of the floor, made anew: the schema may have changed."""
    folder = WORK / str(size)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    timed(PYTHON, HERE / "corpus.py", folder / "kb", size)
    timed(IGKB, "build", "--kb", folder / "kb", "-o", folder / "kb.db")
    timed(PYTHON, HERE / "floor.py", "freeze", folder / "kb.db", folder / "rows.pickle")
    return folder


def same_elsewhere(folder: Path) -> bool:
    """Whether the same records in another directory give the same bytes."""
    with tempfile.TemporaryDirectory() as other:
        shutil.copytree(folder / "kb", Path(other, "kb"))
        timed(IGKB, "build", cwd=Path(other))
        return digest(Path(other, "kb.db")) == digest(folder / "kb.db")


def measure(size: int, rounds: int, with_peers: bool) -> Figures:
    folder, one = prepare(size), prepare(1)
    found = Figures(size)
    record = folder / f"kb/institutions/body-{size // 2:06}.yml"
    for _ in range(rounds):
        command = (PYTHON, HERE / "floor.py", "run", folder / "kb", folder / "rows.pickle")
        inner = subprocess.run(
            [*map(str, command), folder / "floor.db"], capture_output=True, check=True
        )
        floor, least = map(float, inner.stdout.split())
        found.floor.append(floor)
        wall, rss, cpu = timed(IGKB, "build", "--kb", folder / "kb", "-o", folder / "kb.db")
        found.build.append(wall)
        found.cpu.append(cpu / least)
        found.rss = max(found.rss, rss)
        found.one.append(timed(IGKB, "build", "--kb", one / "kb", "-o", one / "kb.db")[0])
        found.check.append(timed(IGKB, "check", "--kb", folder / "kb", record)[0])
        found.loaded.append(timed(PYTHON, "-c", "import sqlmodel")[0])
        found.help.append(timed(IGKB, "--help")[0])
        if with_peers:
            for name, seconds in peers.run(folder / "kb", folder).items():
                found.peers.setdefault(name, []).append(seconds)
    found.bytes = (folder / "kb.db").stat().st_size
    found.same = same_elsewhere(folder)
    return found


def measure_past(rounds: int) -> list[tuple[str, str, str, bool | None]]:
    """Builds with a history, the first and the next after one more commit, beside those without."""
    folder, bare = WORK / "past", WORK / "bare"
    for made in (folder, bare):
        shutil.rmtree(made, ignore_errors=True)
    folder.mkdir(parents=True)
    timed(PYTHON, HERE / "corpus.py", folder / "kb", BODIES)
    timed(PYTHON, HERE / "history.py", folder, COMMITS)
    shutil.copytree(folder / "kb", bare / "kb")
    timed("git", "init", "--quiet", bare)  # else its history would be that of this project
    first, later = [], []
    for number in range(rounds):
        (folder / "kb.db").unlink(missing_ok=True)
        without = timed(IGKB, "build", "--kb", bare / "kb", "-o", bare / "kb.db")[0]
        first.append(
            timed(IGKB, "build", "--kb", folder / "kb", "-o", folder / "kb.db")[0] / without
        )
        record = folder / f"kb/institutions/body-{number:06}.yml"
        record.write_text(f"# {number}\n" + record.read_text("utf-8").replace(".", ",", 1), "utf-8")
        who = ("-c", "user.name=igkb", "-c", "user.email=bench@example.org")
        timed("git", *who, "-C", folder, "commit", "--quiet", "--all", "--message", ".")
        later.append(
            timed(IGKB, "build", "--kb", folder / "kb", "-o", folder / "kb.db")[0] / without
        )
    what = f"{BODIES} bodies, {COMMITS:,} commits: "
    return [
        (f"{what}{name} / without", f"{statistics.median(times):.2f} x", f"<= {PAST} x",
         statistics.median(times) <= PAST)
        for name, times in (("first build", first), ("next build", later))
    ]  # fmt: skip


def lines(found: list[Figures]) -> list[tuple[str, str, str, bool | None]]:
    """What, figure, target, met."""
    median = statistics.median
    out: list[tuple[str, str, str, bool | None]] = []
    for f in found:
        n, most = f"{f.size:>7,}", RATIO.get(f.size)
        out += [
            (f"{n} floor", f"{median(f.floor):.3f} s", "", None),
            (f"{n} build", f"{median(f.build):.3f} s", "", None),
            (f"{n} build / floor", f"{f.ratio():.2f} x", f"<= {most} x" if most else "",
             f.ratio() <= most if most else None),
            (f"{n} build / floor, processor time", f"{median(f.cpu):.2f} x", "", None),
            (f"{n} peak memory", f"{f.rss:.0f} MB", "<= 100 MB", f.rss <= 100),
            (f"{n} database", f"{f.bytes / 1e6:.1f} MB", "", None),
            (f"{n} same bytes in another directory", "yes" if f.same else "no", "yes", f.same),
            (f"{n} check of one file", f"{median(f.check):.3f} s", "<= 0.4 s",
             median(f.check) <= 0.4),
            (f"{n} check of one file / import of sqlmodel", f"{f.beside_import():.2f} x",
             f"<= {CHECK} x", f.beside_import() <= CHECK),
            (f"{n} start-up (build of one record)", f"{median(f.one):.3f} s", "", None),
        ]  # fmt: skip
        for name, seconds in f.peers.items():
            times = median(s / b for s, b in zip(seconds, f.build, strict=True))
            least = 10 if f.size <= 1_000 else 20
            out.append((f"{n} {name}", f"{median(seconds):.2f} s = {times:.1f} x our build",
                        f">= {least} x", times >= least))  # fmt: skip
    for small, large in itertools.pairwise(found):
        power = math.log(large.work() / small.work()) / math.log(large.size / small.size)
        out.append((f"growth exponent {small.size:,} -> {large.size:,}", f"{power:.2f}",
                    "0.95 to 1.05", 0.95 <= power <= 1.05))  # fmt: skip
    seconds = median([s for f in found for s in f.help])
    out.append(("igkb --help", f"{seconds:.3f} s", "<= 0.25 s", seconds <= 0.25))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--rounds", type=int, help="default: 5 at 1,000 and 3 at 10,000")
    parser.add_argument("--peers", action="store_true", help="time the peers too, at 1,000 only")
    asked = parser.parse_args()
    sizes = sorted(int(size) for size in asked.sizes.split(","))
    found = [
        measure(size, asked.rounds or ROUNDS.get(size, 3), asked.peers and size <= 1_000)
        for size in sizes
    ]
    told = lines(found) + measure_past(asked.rounds or ROUNDS[1_000])
    for what, figure, target, met in told:
        mark = {True: "met", False: "NOT MET", None: ""}[met]
        print(f"{what:<52} {figure:>28}   {target:<14} {mark}")
    (WORK / "results.json").write_text(
        json.dumps(
            {
                "figures": [vars(f) for f in found],
                "told": [
                    dict(zip(("what", "figure", "target", "met"), t, strict=True)) for t in told
                ],
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
