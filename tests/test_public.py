"""The site on the open Internet: what goes out with each page, what is kept, what is refused."""

import http.client
import json
import os
import random
import re
import select
import shutil
import socket
import string
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import yaml
from itsdangerous import URLSafeSerializer  # as Datasette signs its cookies
from served import ROOT, serve

from web.plugins.deliver import CORE_POLICY, POLICY
from web.plugins.rate import ALLOWED, SQL_COSTS, reader

OWN = ["/", "/institution/example-forum", "/about", "/map", "/compare", "/coverage", "/nowhere",
       "/institution/nobody", "/cite/example-forum.bib"]  # fmt: skip
CORE = ["/kb", "/kb/institution", "/kb?sql=select+1", "/kb/search?q=forum", "/-/versions",
        "/kb/nothing"]  # fmt: skip
BOMBS = [
    "select length(randomblob(900000000))",
    "select length(replace(hex(zeroblob(2000000)), '0', '0000000000'))",
    "select group_concat(hex(randomblob(100000))) from statement a, statement b",
    "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n",
    "with recursive n(x) as (select '' union all select x || 'aaaaaaaaaa' from n) select max(length(x)) from n",
    "select count(*) from statement a, statement b, statement c, statement d",
    "select " + "(" * 900 + "1" + ")" * 900,
    "select 1" + " union select 1" * 400,
    "select printf('%.*c', 900000000, 'x')",
]  # fmt: skip
SLOW = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"


@pytest.fixture(scope="module")
def public(tiny_db):
    """The site of the made-up records as `igkb serve --public` shows it."""
    with serve(tiny_db, public=True) as running:
        yield running


def memory(pid):
    """The megabytes that the process has held at most."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


# What goes out with a page ------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*OWN, *CORE])
def test_every_answer_forbids_frames_guesses_and_foreign_scripts(path, tiny_site):
    headers = tiny_site.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    policy = headers["content-security-policy"]
    assert policy == (CORE_POLICY if path in CORE else POLICY)
    assert "unsafe" not in policy.replace("style-src 'self' 'unsafe-inline'", "")


@pytest.mark.parametrize("path", [path for path in OWN if not path.startswith("/cite")])
def test_our_pages_need_no_script_or_style_within_them(path, tiny_site):
    html = tiny_site.get(path).text
    assert not re.search(r"<script(?![^>]*(\bsrc=|ld\+json))|<style|\sstyle=|\son\w+=", html)


def test_a_page_goes_out_compressed_to_those_who_can_read_it(tiny_site):
    path = "/institution/example-forum"
    small = tiny_site.get(path, headers={"accept-encoding": "gzip"})
    plain = tiny_site.get(path, headers={"accept-encoding": "identity"})
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert small.text == plain.text
    assert "accept-encoding" in small.headers["vary"].lower()


def test_who_has_a_page_is_told_that_it_is_still_the_same(tiny_site):
    path = "/institution/example-forum"
    first = tiny_site.get(path)
    again = tiny_site.get(path, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert tiny_site.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_tables_and_answers_are_kept_as_pages_and_streamed_as_data(tiny_site):
    for path in ("/kb", "/kb/institution", "/kb?sql=select+1", "/kb/search?q=forum"):
        assert "etag" in tiny_site.get(path).headers, path
    for path in ("/kb/institution.json", "/kb/institution.csv?_stream=1", "/-/versions"):
        assert "etag" not in tiny_site.get(path).headers, path


def test_pages_that_differ_have_marks_that_differ(tiny_site):
    pages = [
        tiny_site.get(path) for path in ("/", "/about", "/compare", "/compare?id=example-forum")
    ]
    assert len({page.headers["etag"] for page in pages}) == len(pages)


def test_what_one_reader_may_see_is_not_kept_for_another(tiny_db, tmp_path, monkeypatch):
    monkeypatch.setenv("DATASETTE_SECRET", "for this test")
    metadata = yaml.safe_load((ROOT / "datasette-metadata.yml").read_text(encoding="utf-8"))
    metadata["databases"]["kb"]["tables"]["decision"] = {"allow": {"id": "editor"}}
    path = tmp_path / "metadata.yml"
    path.write_text(yaml.safe_dump(metadata), encoding="utf-8")
    actor = URLSafeSerializer("for this test", "actor").dumps({"a": {"id": "editor"}})
    with serve(tiny_db, path) as site:
        for page in ("/institution/example-forum", "/kb/decision"):
            editor = site.get(page, headers={"cookie": f"ds_actor={actor}"})
            assert editor.status_code == 200
            assert site.get(page).status_code == 403
            assert site.get(page, headers={"cookie": "ds_actor=nonsense"}).status_code == 403


# What is refused ----------------------------------------------------------------------------------


def test_who_asks_too_much_is_told_when_to_come_back(tiny_db):
    with serve(tiny_db, public=True) as site:
        answers = [
            site.get("/kb/institution.json?_size=1") for _ in range(ALLOWED // SQL_COSTS + 5)
        ]
        codes = [answer.status_code for answer in answers]
        enough = ALLOWED // SQL_COSTS - 1  # the first points went when the site was waited for
        assert codes[:enough] == [200] * enough
        assert codes[-1] == 429
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 61
        assert "/kb.db" in answers[-1].text
        assert answers[-1].headers["x-content-type-options"] == "nosniff"
        assert site.get("/static/igkb.css").status_code == 200


def test_a_private_site_has_no_such_limit(tiny_site):
    codes = {tiny_site.get("/-/versions.json").status_code for _ in range(ALLOWED + 5)}
    assert codes == {200}


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_reader_is_an_address_or_the_network_of_one_subscriber(address, who):
    assert reader({"client": (address, 1)}) == who
    assert reader({"client": None}) == ""


@pytest.mark.parametrize("sql", BOMBS, ids=range(len(BOMBS)))
def test_a_bomb_in_sql_ends_soon_and_takes_little(sql, public):
    started = time.monotonic()
    answer = public.get("/kb.json", params={"sql": sql})
    assert answer.status_code in (200, 400)
    assert time.monotonic() - started < 5
    assert memory(public.pid) < 500


def test_slow_queries_leave_room_for_readers(tiny_db):
    """Forty begun at once: pages that are made meanwhile are there before half of them have ended."""
    with serve(tiny_db, public=True) as site:
        site.page("/institution/example-forum")  # its template is compiled now
        where, running = httpx.URL(site.url), []
        for number in range(40):
            connection = http.client.HTTPConnection(where.host, where.port)
            connection.request("GET", "/kb.json?sql=" + quote(f"{SLOW} -- {number}"))
            running.append(connection)
        for number in range(3):
            assert site.get(f"/institution/example-forum?n={number}").status_code == 200
        sockets = [connection.sock for connection in running]
        answered, _, _ = select.select(sockets, [], [], 0)
        assert len(answered) <= 20
        assert {connection.getresponse().status for connection in running} == {400}


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml", "/static/../../pyproject.toml", "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/static/..%2f..%2fpyproject.toml", "/-/static/../app.py", "/static//etc/passwd",
        "/cite/..%2f..%2fpyproject.toml", "/institution/..%2f..%2fpyproject",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_site(path, public):
    request = httpx.Request("GET", f"{public.url}/", extensions={"target": path.encode()})
    answer = public.client.send(request)
    assert answer.status_code in (301, 302, 400, 404)
    assert "[project]" not in answer.text and "root:" not in answer.text


@pytest.mark.parametrize("path", ["//evil.example", "//evil.example/", "/id///evil.example",
                                  "/id/%2f%2fevil.example", "/regime/%2f%2fevil.example",
                                  "/institution//evil.example", "/regime/evil.example%0d%0aX-Bad:1",
                                  "/cite/a%0d%0aX-Bad:1"])  # fmt: skip
def test_no_redirect_leaves_the_site_and_no_header_is_slipped_in(path, public):
    request = httpx.Request("GET", f"{public.url}/", extensions={"target": path.encode()})
    answer = public.client.send(request)
    assert answer.status_code < 500
    assert "x-bad" not in answer.headers
    assert not re.match(r"(https?:)?//", answer.headers.get("location", "/"))


def test_no_address_breaks_the_site(tiny_site):
    """Two thousand, half of them made of parts that the site knows: no 5xx, no traceback."""
    chance = random.Random(20261126)
    parts = ["institution", "post", "source", "person", "term", "cite", "kb", "map", "compare", "-",
             "example-forum", "debate", "id", "regime", "search", "statement", "static", "coverage",
             "..", "%00", "%ff", "%", "_", ".json", ".csv", "é", "a" * 300]  # fmt: skip
    queries = ["", "?", "?sql=", "?_size=-1", "?_next=x", "?id=1&id=", "?year=abc&show=", "?q=%ff",
               "?_facet=nothing", "?_sort=x", "?_shape=y", "?show=member:", "?_where=", "?%00=%00"]  # fmt: skip

    def address():
        if chance.random() < 0.5:
            path = "/".join(chance.choices(parts, k=chance.randint(1, 4)))
            return f"/{path}{chance.choice(queries)}"
        letters = string.ascii_letters + string.digits + "/%?&=._-~'\"();:@"
        return "/" + "".join(chance.choices(letters, k=chance.randint(1, 60)))

    broken = []
    for _ in range(2_000):
        path = address()
        target = quote(path, safe=string.punctuation).encode()  # the client sends nothing else
        request = httpx.Request("GET", f"{tiny_site.url}/", extensions={"target": target})
        answer = tiny_site.client.send(request)
        if answer.status_code >= 500 or "Traceback" in answer.text:
            broken.append((path, answer.status_code))
    assert broken == []
    assert memory(tiny_site.pid) < 500


def test_what_the_container_copies_is_enough_to_serve(tiny_db, tmp_path):
    """The second stage of the Dockerfile, without the container."""
    stage = (ROOT / "Dockerfile").read_text(encoding="utf-8").rsplit("FROM ", 1)[1]
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", stage, re.MULTILINE)
    for name in " ".join(copied).split():
        path = ROOT / name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, tmp_path / name)
    shutil.copy(tiny_db, tmp_path / "kb.db")
    (command,) = re.findall(r"^CMD (.+)$", stage, re.MULTILINE)
    _, *arguments = json.loads(command)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    arguments[arguments.index("--port") + 1] = port
    server = subprocess.Popen(
        [sys.executable, "-m", "igkb", *arguments], cwd=tmp_path, stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "IGKB_SITE": "https://igkb.example"},
    )  # fmt: skip
    try:
        for path in ("/", "/institution/example-forum", "/query/forums"):
            for _ in range(100):
                try:
                    answer = httpx.get(f"http://127.0.0.1:{port}{path}")
                    break
                except httpx.TransportError:
                    assert server.poll() is None
                    time.sleep(0.1)
            assert answer.status_code == 200, path
    finally:
        server.terminate()
        server.wait()
