"""How long pages take beside Datasette's own page of a row: `python bench/serve.py`.

Serves a database of kb/ as `igkb serve` does, and beside it by Datasette alone, with the same metadata
and none of our plugins. Asks for the page of every fourth body, each in turn with the row page of
Datasette alone and the others, so that a busy machine slows all alike. A figure is the median of the
ratios to that row page of the same round.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from jobs.serve import serving  # noqa: E402  # after the path is set

BODIES = sorted(path.stem for path in (ROOT / "kb/institutions").glob("*.yml"))[::4]
LARGE = "icann"
CLIENTS = 20


class Client:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def time(self, path: str) -> float:
        """Milliseconds until the whole answer is there."""
        started = time.perf_counter()
        self.connection.request("GET", path, headers={"accept-encoding": "gzip"})
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status}")
        return (time.perf_counter() - started) * 1000


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def measure(port: int, alone: int) -> list[tuple[str, str, str, bool | None]]:
    """What, figure, target, met."""
    fresh = iter(range(1_000_000))

    def made() -> str:  # an address that was not asked for yet, so that the page is made anew
        return f"?n={next(fresh)}"

    pages = {
        "row page among our plugins": lambda body: f"/kb/institution/{body}{made()}",
        "institution page, made": lambda body: f"/institution/{body}{made()}",
        "institution page, kept": lambda body: f"/institution/{body}",
        "its first version, made": lambda body: f"/institution/{body}/v/1{made()}",
        "front page, made": lambda body: f"/{made()}",
        "front page, kept": lambda body: "/",
        "browse page, made": lambda body: f"/browse{made()}",
        "browse page, narrowed, made": lambda body: f"/browse{made()}&type=organic",
        "table of institutions, made": lambda body: f"/kb/institution?_ttl={next(fresh)}",
        "table of institutions, kept": lambda body: "/kb/institution",
        "page as of a day, made": lambda body: f"/institution/{body}{made()}&on=2005-01-01",
        "map, made": lambda body: f"/map{made()}",
    }
    client, datasette = Client(port), Client(alone)
    for path in ("/", "/kb/institution", *(f"/institution/{body}" for body in BODIES)):
        client.time(path)  # so that it is kept
    ratios: dict[str, list[float]] = {name: [] for name in pages}
    rows_: list[float] = []
    for body in BODIES:
        rows_.append(datasette.time(f"/kb/institution/{body}{made()}"))
        for name, path in pages.items():
            ratios[name].append(client.time(path(body)) / rows_[-1])
    targets = {"institution page, made": 1.0, "institution page, kept": 0.15,
               "front page, made": 2.0, "browse page, made": 2.0,
               "browse page, narrowed, made": 2.0, "table of institutions, made": 2.0}  # fmt: skip
    told: list[tuple[str, str, str, bool | None]] = [
        ("row page of Datasette alone", f"{statistics.median(rows_):.2f} ms", "", None)
    ]
    for name, found in ratios.items():
        ratio, most = statistics.median(found), targets.get(name)
        told.append((name, f"{ratio:.2f} x", f"<= {most} x" if most else "",
                     ratio <= most if most else None))  # fmt: skip

    old, latest = (ratios[f"{page}, made"] for page in ("its first version", "institution page"))
    slower = statistics.median(o / latest for o, latest in zip(old, latest, strict=True))
    told.append(
        ("first version / institution page, made", f"{slower:.2f} x", "<= 1.0 x", slower <= 1)
    )

    def many(where: int, path: Callable[[], str]) -> float:
        def one(_: int) -> list[float]:
            each = Client(where)
            return [each.time(path()) for _ in range(15)]

        with ThreadPoolExecutor(CLIENTS) as pool:
            return p95([took for found in pool.map(one, range(CLIENTS)) for took in found])

    own, row = (
        many(port, lambda: f"/institution/{LARGE}"),
        many(alone, lambda: f"/kb/institution/{LARGE}{made()}"),
    )
    told.append((f"p95 of {CLIENTS} clients, institution / row page",
                 f"{own:.0f} ms = {own / row:.2f} x", "<= 2 x", own <= 2 * row))  # fmt: skip
    sizes = _sizes(port)
    told.append(("institution page, compressed, median of all",
                 f"{statistics.median(sizes) / 1024:.1f} KB", "", None))  # fmt: skip
    weight = (
        statistics.median(sizes)
        + _size(port, "/static/igkb.css")
        + _size(port, "/-/static/app.css")
    )
    told.append(
        ("the same with styles", f"{weight / 1024:.1f} KB", "<= 60 KB", weight <= 60 * 1024)
    )
    return told


def _size(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"accept-encoding": "gzip"})
    return len(connection.getresponse().read())


def _sizes(port: int) -> list[int]:
    return [
        _size(port, f"/institution/{path.stem}")
        for path in (ROOT / "kb/institutions").glob("*.yml")
    ]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder, "kb.db")
        build = [sys.executable, "-m", "igkb", "build", "--kb", str(ROOT / "kb"), "-o", str(db)]
        subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        port, alone = _free_port(), _free_port()
        ours = serving(ROOT, db, "127.0.0.1", port)
        plain = ["serve", "--immutable", str(db), "--host", "127.0.0.1", "--port", str(alone),
                 "--metadata", str(ROOT / "datasette-metadata.yml"),
                 "--setting", "suggest_facets", "off"]  # fmt: skip
        with _running(ours, port, folder), _running(plain, alone, folder):
            for what, figure, target, met in measure(port, alone):
                mark = {True: "met", False: "NOT MET", None: ""}[met]
                print(f"{what:<42} {figure:>28}   {target:<14} {mark}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _running(arguments: list[str], port: int, folder: str) -> Iterator[None]:
    server = subprocess.Popen(
        [sys.executable, "-m", "datasette", *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "IGKB_PUBLIC": ""},
    )  # fmt: skip
    try:
        for _ in range(100):
            try:
                Client(port).time("/-/versions.json")
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
