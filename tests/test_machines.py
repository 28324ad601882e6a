"""What machines read: records as JSON and as schema.org has them, feed, sitemap, robots, llms.txt."""

import io
import json
import re
import sqlite3
from html.parser import HTMLParser
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as xml

import openpyxl
import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from served import SITE

from web import card
from web.follow import feed

ATOM = "{http://www.w3.org/2005/Atom}"


class Scripts(HTMLParser):
    """The texts of the JSON-LD scripts of a page."""

    def __init__(self, html):
        super().__init__()
        self.found, self.within = [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.within = tag == "script" and dict(attributes).get("type") == "application/ld+json"

    def handle_data(self, data):
        if self.within:
            self.found.append(json.loads(data))
            self.within = False


def linked(page):
    (found,) = Scripts(page.html).found
    return found


# A record as JSON ---------------------------------------------------------------------------------


def test_a_record_as_json_has_every_statement_with_what_it_rests_on(site):
    for id in ("icann", "in", "igc-050909", "milton-mueller", "types"):
        found = site.get(f"/id/{id}.json", follow_redirects=True).json()
        statements = site.ask("SELECT id, value, standing FROM statement WHERE record = ?", id)
        assert {(s["id"], s["value"], s["standing"]) for s in found.get("statements", [])} == set(
            statements
        )
        cited = site.ask(
            "SELECT c.statement, c.source FROM citation c JOIN statement s ON s.id = c.statement "
            "WHERE s.record = ?", id,
        )  # fmt: skip
        told = [(s["id"], c["source"]) for s in found.get("statements", []) for c in s["citations"]]
        assert sorted(told) == sorted(cited)
        assert set(found.get("sources", {})) == {source for _, source in cited}


def test_a_record_as_json_tells_details_dates_and_lists_as_lists(tiny_site):
    found = tiny_site.get("/institution/example-forum.json").json()
    details = {s["id"]: s["details"] for s in found["statements"] if s["section"] == "decisions"}
    for statement, rule in tiny_site.ask(
        "SELECT statement, rule FROM decision WHERE institution = 'example-forum'"
    ):
        assert details[statement]["rule"] == rule
    assert isinstance(found["institution"]["function"], list)
    assert all(value not in (None, "") for value in found["institution"].values())
    assert found["url"] == f"{SITE}/institution/example-forum"
    assert found["licence"].startswith("https://creativecommons.org/")


def test_a_post_as_json_has_its_passages_and_claims(site):
    found = site.get("/post/igc-050909.json").json()
    passages = site.ask("SELECT id FROM passage WHERE source = 'igc-050909' ORDER BY position")
    assert [(p["id"],) for p in found["passages"]] == passages
    claims = site.ask(
        "SELECT count(*) FROM claim JOIN passage p ON p.id = claim.passage WHERE p.source = 'igc-050909'"
    )
    assert [(sum(len(p.get("claims", [])) for p in found["passages"]),)] == claims


def test_a_person_as_json_has_what_they_said(site):
    found = site.get("/person/milton-mueller.json").json()
    said = site.ask("SELECT claim FROM said WHERE person = 'milton-mueller'")
    assert sorted((c["claim"],) for c in found["claims"]) == sorted(said)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/institution/in.json", None),
        ("/regime/in.json", "/institution/in.json"),
        ("/id/ietf.json", "/institution/ietf.json"),
        ("/id/ietf_type.json", "/institution/ietf.json#ietf_type"),
        ("/post/ietf.json", "/institution/ietf.json"),
    ],
)
def test_addresses_of_json_lead_on_as_those_of_pages_do(path, target, site):
    answer = site.get(path)
    if target is None:
        assert answer.headers["content-type"].startswith("application/json")
    else:
        assert (answer.status_code, answer.headers["location"]) == (301, target)


@pytest.mark.parametrize("path", ["/institution/nobody.json", "/id/nobody.json"])
def test_what_is_not_there_is_told_as_json(path, site):
    answer = site.get(path)
    assert answer.status_code == 404
    assert "nobody" in answer.json()["error"]


# schema.org ---------------------------------------------------------------------------------------


def test_every_page_of_a_record_carries_its_data_for_catalogues(site, pages):
    for path in site.paths():
        found = linked(pages[path])
        assert found["@context"] == "https://schema.org"
        assert found["@id"] == f"{SITE}{path}"
        assert found["mainEntity"]["@type"]
        assert found["name"]


def test_the_front_page_tells_of_the_whole_as_a_dataset(site, pages):
    found = linked(pages["/"])
    assert (found["@type"], found["@id"], found["name"]) == (
        "Dataset", f"{SITE}/", "Internet Governance Knowledge Base",
    )  # fmt: skip
    assert 50 <= len(found["description"]) <= 5000  # as Google Dataset Search wants it
    (file,) = found["distribution"]
    assert site.get(file["contentUrl"].removeprefix(SITE)).content[:15] == b"SQLite format 3"


def test_an_old_version_tells_of_which_record_it_is_one(site):
    for id, number, day in site.ask(
        "SELECT v.record, v.version, substr(v.committed, 1, 10) FROM record_version v "
        "JOIN record r ON r.id = v.record AND v.version < r.version "
        "WHERE r.section = 'institutions' ORDER BY 1, 2 LIMIT 2"
    ):
        found = linked(site.page(f"/institution/{id}/v/{number}"))
        assert found["@id"] == f"{SITE}/institution/{id}/v/{number}"
        assert (found["version"], found["dateModified"]) == (number, day)
        assert found["exampleOfWork"]["@id"] == f"{SITE}/institution/{id}"


def test_what_is_not_verified_is_not_given_to_catalogues(site, pages):
    for id, founded, doubted in site.ask(
        "SELECT id, founded, EXISTS (SELECT 1 FROM json_each(unverified) WHERE value = 'founded') "
        "FROM institution WHERE id NOT IN (SELECT id FROM regime)"
    ):
        told = linked(pages[f"/institution/{id}"])["mainEntity"].get("foundingDate")
        assert told == (None if doubted else founded)


def test_a_page_says_where_its_json_is_and_what_it_is_called(site, pages):
    for path in ("/institution/ietf", "/post/igc-050909", "/source/rfc7282", "/term/types"):
        html = pages[path].html
        address = re.search(r'<link rel="alternate" type="application/json" href="([^"]+)"', html)
        assert site.get(address.group(1).removeprefix(SITE)).json()["url"] == f"{SITE}{path}"
        title = re.search(r'<meta property="og:title" content="([^"]+)"', html).group(1)
        assert title == re.search(r"<title>([^<]+)</title>", html).group(1).strip()


# Following ----------------------------------------------------------------------------------------


def test_the_feed_lists_records_that_changed_newest_first(site):
    root = xml.fromstring(site.get("/feed.atom").text)
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert root.find(f"{ATOM}{name}").text
    entries = root.findall(f"{ATOM}entry")
    updated = [entry.find(f"{ATOM}updated").text for entry in entries]
    assert updated == sorted(updated, reverse=True)
    known = {f"{SITE}{path}" for path in site.paths("institutions", "regimes", "posts")}
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(ids)) == len(ids)
    assert {id.partition("#")[0] for id in ids} <= known
    versions = dict(site.ask("SELECT id, version FROM record"))
    if entries:  # none where the records were not built from a git repository
        page, _, version = ids[0].partition("#version-")
        assert versions[page.rsplit("/", 1)[1]] == int(version)


def test_the_feed_begins_with_the_newest_and_leaves_out_what_is_no_news():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE record (id, section, name, path, version, changed_at)")
    connection.executemany(
        "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("old", "institutions", "Old", "kb/institutions/old.yml", 3, "2020-01-02"),
            ("new", "regimes", "New & <newer>", "kb/regimes/new.yml", 1, "2026-05-06"),
            ("mid", "posts", "Mid", "kb/posts/mid.yml", 2, "2024-03-04"),
            ("none", "posts", "None", "kb/posts/none.yml", None, None),
            ("rfc", "sources", "RFC", "kb/sources/rfc.yml", 9, "2026-06-07"),
        ],
    )
    root = xml.fromstring(feed(connection, "https://igkb.example"))
    titles = [entry.find(f"{ATOM}title").text for entry in root.findall(f"{ATOM}entry")]
    assert titles == ["New & <newer>", "Mid", "Old"]
    assert root.find(f"{ATOM}updated").text == "2026-05-06T00:00:00Z"


def test_the_feed_of_records_without_history_is_empty_and_sound(tiny_site):
    root = xml.fromstring(tiny_site.get("/feed.atom").text)
    assert root.findall(f"{ATOM}entry") == []
    assert root.find(f"{ATOM}updated").text == "1970-01-01T00:00:00Z"


def test_the_sitemap_lists_every_page_of_a_record(site):
    root = xml.fromstring(site.get("/sitemap.xml").text)
    listed = [url.text for url in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(listed) == len(set(listed)) < 50_000
    assert {f"{SITE}{path}" for path in site.paths()} <= set(listed)
    others = set(listed) - {f"{SITE}{path}" for path in site.paths()}
    for address in others:
        assert site.get(address.removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize(
    ("path", "open_"),
    [
        ("/", True), ("/institution/ietf", True), ("/institution/ietf.json", True),
        ("/feed.atom", True), ("/compare", True), ("/kb?sql=select+1", False),
        ("/kb/institution", False), ("/compare?id=ietf&id=itu", False), ("/-/versions", False),
    ],
)  # fmt: skip
def test_crawlers_read_pages_and_run_no_sql(path, open_, site):
    rules = RobotFileParser()
    text = site.get("/robots.txt").text
    rules.parse(text.splitlines())
    assert rules.can_fetch("anyone", path) == open_
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]


def test_every_address_told_to_models_answers(site):
    text = site.get("/llms.txt").text
    assert text.startswith("# Internet Governance Knowledge Base\n\n> ")
    addresses = re.findall(r"\((https?://[^)]+)\)", text)
    assert len(addresses) > 10
    for address in addresses:
        assert address.startswith(SITE)
        if not address.endswith("/kb.db"):
            assert site.get(address.removeprefix(SITE)).status_code == 200, address
    for name in ("institution", "statement", "citation", "evidence", "membership_matrix"):
        assert f"- `{name}`: " in text


# Tables to take away ------------------------------------------------------------------------------


TABLES = ["/kb/institution", "/kb/link", "/kb/who-decides-by"]


@pytest.mark.parametrize("path", TABLES)
def test_a_table_is_offered_as_spreadsheet_and_as_markdown(path, site):
    html = site.page(path).html
    for form in ("json", "csv", "xlsx", "md"):
        assert re.search(rf'href="{path}\.{form}[?"]', html), form


@pytest.mark.parametrize("path", TABLES)
def test_a_table_in_markdown_has_the_rows_of_the_page(path, site):
    rows = site.get(f"{path}.json?_shape=array&_size=20").json()
    text = site.get(f"{path}.md?_size=20").text
    document = json.loads(pypandoc.convert_text(text, "json", format="markdown"))
    (table,) = [block for block in document["blocks"] if block["t"] == "Table"]
    head, bodies = table["c"][3], table["c"][4]
    names = ["".join(words(cell)) for cell in head[1][0][1]]
    assert names == list(rows[0])
    assert len(bodies[0][3]) == len(rows)
    first = ["".join(words(cell)) for cell in bodies[0][3][0][1]]
    for name, cell in zip(names, first, strict=True):
        value = rows[0][name]
        plain = re.sub(r"\W", "", "" if value is None else str(value))
        assert re.sub(r"\W", "", cell) == plain, name


def words(node):
    """The text of a part of pandoc's document."""
    if isinstance(node, dict):
        if node.get("t") in ("Str", "Code"):
            yield node["c"] if node["t"] == "Str" else node["c"][1]
        elif node.get("t") in ("Space", "SoftBreak"):
            yield " "
        else:
            yield from words(node.get("c", ""))
    elif isinstance(node, list):
        for inner in node:
            yield from words(inner)


def test_bars_and_line_ends_do_not_break_a_table_in_markdown(tiny_site):
    sql = "select 'a|b' || char(10) || 'c' as x, null as y, '\\' as z"
    text = tiny_site.get("/kb.md", params={"sql": sql}).text
    document = json.loads(pypandoc.convert_text(text, "json", format="markdown"))
    cells = document["blocks"][0]["c"][4][0][3][0][1]
    assert ["".join(words(cell)) for cell in cells] == ["a|b c", "", "\\"]


def test_a_spreadsheet_has_every_row_and_no_formula(tiny_site):
    count = tiny_site.ask("SELECT count(*) FROM statement")[0][0]
    sheet = openpyxl.load_workbook(io.BytesIO(tiny_site.get("/kb/statement.xlsx").content)).active
    assert sheet.max_row == count + 1
    answer = tiny_site.get("/kb.xlsx", params={"sql": "select '=1+1' as sum"})
    cell = openpyxl.load_workbook(io.BytesIO(answer.content)).active["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize(
    "path",
    ["/institution/icann", "/institution/in", "/post/igc-050909", "/source/rfc7282",
     "/person/milton-mueller", "/term/types"],
)  # fmt: skip
def test_a_page_names_the_picture_that_is_shown_where_it_is_shared(path, site):
    named = re.search(r'<meta property="og:image" content="([^"]+)">', site.page(path).html)
    assert named and named[1].startswith(f"{SITE}/card/"), path
    answer = site.get(named[1].removeprefix(SITE))
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (card.WIDE, card.HIGH)


def test_there_is_no_picture_of_what_is_not_there(site):
    assert site.get("/card/nothing-of-the-kind.png").status_code == 404


def test_every_record_has_a_picture_and_none_has_letters_that_the_font_lacks(site):
    connection = sqlite3.connect(f"file:{site.db}?mode=ro", uri=True)
    for section, id, name in site.records():
        found = card.card(connection, id)
        assert found["name"] in (name, id), section
        assert all(map(card._drawable, found["name"] + found["about"])), (id, found)
    connection.close()


# What a body may be called, in scripts with and without letters in the font.
NAMES = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=300)


@settings(max_examples=40, deadline=None)
@given(name=NAMES, short=st.none() | NAMES, about=NAMES)
def test_a_picture_of_any_name_keeps_to_its_margins(name, short, about):
    made = card.drawn(
        {
            "name": name,
            "short": short,
            "about": about,
            "counts": "1 statement",
            "colour": "#00735a",
        },
        SITE,
    )
    image = Image.open(io.BytesIO(made)).convert("L")
    ground = image.getpixel((5, 300))
    for edge in ((0, 30, 40, card.HIGH), (card.WIDE - 40, 30, card.WIDE, card.HIGH)):
        assert image.crop(edge).getextrema() == (ground, ground)


# Pages that gather records ------------------------------------------------------------------------


def data(site, path):
    answer = site.get(path, follow_redirects=True)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json()


@pytest.mark.parametrize(
    "path",
    ["/browse", "/browse?type=organic&sort=founded", "/contested", "/coverage", "/network", "/timeline?year=2005",
     "/map?show=member:budapest-convention", "/map?show=indicator:freedom-on-the-net&year=2023",
     "/map?show=law:cybercrime_law", "/debate/wcit", "/compare?id=ietf&id=itu"],
)  # fmt: skip
def test_a_page_that_gathers_records_says_where_its_rows_are(path, site):
    page, _, query = path.partition("?")
    at = f"{page}.json" + (f"?{query}" if query else "")
    html = site.page(path).html
    assert (
        f'<link rel="alternate" type="application/json" href="{at.replace("&", "&amp;")}">' in html
    )
    assert len(data(site, at)) > 1


def test_the_rows_are_those_of_the_page(site):
    organic = data(site, "/browse.json?type=organic&decision_rule=rough-consensus&founded=1980s")
    listed = re.findall(
        r'<li class="of-[^"]*"><a href="/institution/([^"]+)">',
        site.page("/browse?type=organic&decision_rule=rough-consensus&founded=1980s").html,
    )
    assert {row["id"] for row in organic} == set(listed) != set()
    events = data(site, "/timeline.json?year=2005")
    assert {row["date"][:4] for row in events} == {"2005"}
    assert {row["indicator"] for row in data(site, "/map.json")} == {"freedom-on-the-net"}
    assert {row["body"] for row in data(site, "/map.json?show=member:oecd")} == {"oecd"}
    assert {row["debate"] for row in data(site, "/debate/wcit.json")} == {"wcit"}
    both = data(site, "/compare.json?id=ietf&id=nobody&id=itu")
    assert [record["id"] for record in both] == ["ietf", "itu"]
    assert site.get("/debate/nothing.json").status_code == 404
