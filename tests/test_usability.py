"""Every way of docs/usability.md can be walked: each step is a link on the page before, three at most."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from served import ROOT

MOST = 3
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (ROOT / "docs/usability.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]


def test_there_are_fifty_and_each_is_numbered_once():
    assert [int(row[0]) for row in ROWS] == list(range(1, 51))
    assert len({row[1] for row in ROWS}) == 50


def hrefs(html):
    return {unescape(href) for href in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', html)}


@pytest.mark.parametrize("row", ROWS, ids=[row[1] for row in ROWS])
def test_it_is_found_in_three_clicks(row, site):
    _, _, way, there = row
    steps = way.split(" → ")
    assert 1 <= len(steps) <= MOST
    answer = site.get("/")
    for step in steps:
        if step.startswith("search:"):
            assert 'action="/kb/search"' in answer.text
            answer = site.get(f"/kb/search?q={quote(step.removeprefix('search:'))}")
        else:
            assert step in hrefs(answer.text), f"no link {step} on {answer.url}"
            place = step.partition("#")[2]
            if not step.startswith("#"):
                answer = site.get(step, follow_redirects=True)
            if place:
                assert f'id="{place}"' in answer.text, step
        assert answer.status_code == 200
    assert there.lower() in unescape(re.sub(r"<[^>]+>", " ", answer.text)).lower()
