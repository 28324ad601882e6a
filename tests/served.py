"""The site as its readers meet it: Datasette in a process of its own, asked over loopback."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from exporters.csl import PAGES
from jobs.serve import serving
from loaders.write import build

ROOT = Path(__file__).parent.parent
SITE = "https://igkb.example"  # the address under which the site is said to be published


class Site:
    """A running site: its address, its database, and what it answers."""

    def __init__(self, url, db, pid):
        self.url, self.db, self.pid = url, db, pid
        self.client = httpx.Client(base_url=url, timeout=30)

    def get(self, path, **more):
        return self.client.get(path, **more)

    def page(self, path):
        """The page at `path`, which must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
        return Page(path, answer.text)

    def ask(self, sql, *values):
        connection = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def records(self, *sections):
        """Section, id and name of every record."""
        found = self.ask("SELECT section, id, name FROM record ORDER BY id")
        return [row for row in found if not sections or row[0] in sections]

    def paths(self, *sections):
        return [f"/{PAGES[section]}/{id}" for section, id, _ in self.records(*sections)]


class Page(HTMLParser):
    """What the rules are about in a page: its text, ids, links and headings."""

    def __init__(self, path, html):
        super().__init__()
        self.path, self.html = path, html
        self.ids, self.links, self.headings, self.text, self.language = [], [], [], "", None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "html":
            self.language = given.get("lang")
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))

    def handle_data(self, data):
        self.text += data


@contextmanager
def serve(db, metadata=None, public=False, mcp=False):
    """A site that shows `db` as `igkb serve` does; `metadata` stands in for ours.

    Without the extra `igkb[mcp]`, unless it is asked for: readers have it by choice.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = serving(ROOT, db, "127.0.0.1", port, public)
    if metadata:
        arguments[arguments.index("--metadata") + 1] = str(metadata)
    with tempfile.NamedTemporaryFile(prefix="server-", suffix=".log", delete=False) as output:
        log = Path(output.name)
        process = subprocess.Popen(
            [sys.executable, "-m", "datasette", *arguments],
            stdout=output, stderr=output, cwd=db.parent,
            env={
                **os.environ, "PYTHONPATH": str(ROOT), "IGKB_SITE": SITE,
                "IGKB_PUBLIC": "1" if public else "",
                "DATASETTE_LOAD_PLUGINS": f"datasette-xlsx{',datasette-mcp' if mcp else ''}",
            },
        )  # fmt: skip
    try:
        site = Site(f"http://127.0.0.1:{port}", db, process.pid)
        for _ in range(200):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            try:
                site.get("/-/versions.json")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield site
        site.client.close()
    finally:
        process.terminate()
        process.wait()
        log.unlink()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site of the records in kb/."""
    db = tmp_path_factory.mktemp("site") / "kb.db"
    build(ROOT / "kb", db)
    with serve(db) as running:
        yield running


@pytest.fixture(scope="session")
def tiny_site(tiny_db):
    """The site of the made-up records in tests/kb."""
    with serve(tiny_db) as running:
        yield running


@pytest.fixture(scope="session")
def pages(site):
    """The page of every record, by its path."""
    debates = [f"/debate/{term}" for (term,) in site.ask("SELECT DISTINCT debate FROM post")]
    paths = ["/", "/about", "/coverage", "/timeline", "/timeline?year=2005", "/contested", "/network", "/schema", "/browse",
             "/compare?id=ietf&id=itu", *debates, *site.paths()]  # fmt: skip
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(paths, pool.map(site.page, paths), strict=True))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium, which the browser tests are run in."""
    chromium = shutil.which("chromium")
    if not chromium:
        missing = "no `chromium` on the PATH; get it with: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return {**browser_type_launch_args, "executable_path": chromium, "args": ["--no-sandbox"]}
