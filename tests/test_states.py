"""The pages on states: the map, records side by side, figures and laws of a regime."""

import re
import shutil
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from served import serve

from web.notes import Notes
from web.regime import series
from web.worldmap import STEPS, _bounds, _in_year, world

MAPS = [
    "/map",
    "/map?show=indicator:shutdowns-started&year=2022",
    "/map?show=law:privacy_law",
    "/map?show=member:budapest-convention",
    "/map?show=member:budapest-convention&year=2005",
]


def drawn(html):
    """What the picture says of each state, by the words of its title: name -> the rest."""
    titles = re.findall(
        r"<title>([^<]*): ([^<]*)</title>", html.split("<svg")[1].split("</svg>")[0]
    )
    return dict(titles)


@pytest.mark.parametrize("path", MAPS)
def test_the_map_says_of_each_state_what_its_table_says_without_scripts(path, site):
    html = site.page(path).html
    rows = re.findall(
        r'<td data-label="State"><a [^>]*>([^<]*)</a></td>\s*<td [^>]*>([^<]*?) *(?:<|$)', html
    )
    named = {name: text for name, text in drawn(html).items() if name not in world()["shapes"]}
    assert len(named) > 25
    assert named.items() <= dict(rows).items()
    undrawn = html.split("in the table only: ")[1].split(".</p>")[0] if "table only" in html else ""
    assert sorted(set(dict(rows)) - set(named)) == sorted(filter(None, undrawn.split(", ")))


def test_every_figure_leads_to_a_statement_with_its_source(site):
    page = site.page("/map?show=indicator:freedom-on-the-net&year=2024")
    links = [link for link in page.links if link.startswith("/id/")]
    scored = (
        "SELECT count(*) FROM indicator WHERE indicator = 'freedom-on-the-net' AND year = '2024'"
    )
    assert len(links) == site.ask(scored)[0][0] > 40
    cited = "SELECT count(*) FROM citation WHERE statement = ?"
    assert all(site.ask(cited, link.removeprefix("/id/"))[0][0] for link in links)


def test_the_year_can_be_chosen_without_scripts(site):
    page = site.page("/map?show=indicator:freedom-on-the-net&year=2021")
    assert '<option value="2021" selected>' in page.html
    assert ">Draw</" in page.html or 'type="submit" value="Draw"' in page.html
    assert "2021" in page.html.split("</h1>")[0]


def test_what_cannot_be_drawn_is_told_and_something_else_is(site):
    page = site.page("/map?show=indicator:happiness")
    assert "There is no “indicator:happiness” to draw" in page.text
    assert len(drawn(page.html)) > 200


def test_where_there_is_nothing_to_draw_the_page_says_so(tiny_db, tmp_path):
    shutil.copy(tiny_db, tmp_path / "kb.db")
    connection = sqlite3.connect(tmp_path / "kb.db")
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in ("indicator", "relation"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("UPDATE regime SET cybercrime_law = NULL")
    connection.commit()
    connection.close()
    with serve(tmp_path / "kb.db") as running:
        assert "Nothing is recorded that could be drawn" in running.page("/map").text


def test_a_year_without_figures_gives_the_latest(site):
    assert "2025" in site.page("/map?year=1815").html.split("</h1>")[0]


def test_the_picture_has_every_state_of_the_united_nations(site):
    members = {code for (code,) in site.ask("SELECT iso2 FROM regime WHERE un_status = 'member'")}
    assert members <= set(world()["shapes"])
    for shape in world()["shapes"].values():
        assert set(shape) in ({"d"}, {"x", "y"})
        if "x" in shape:
            assert 0 <= shape["x"] <= world()["width"] and 0 <= shape["y"] <= world()["height"]


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=300))
def test_every_value_falls_into_a_step(values):
    bounds = _bounds(values, "prefixes")
    assert bounds == sorted(bounds)
    assert (bounds[0], bounds[-1]) == (min(values), max(values))
    assert len(bounds) - 1 <= STEPS + 1


def test_a_scale_of_points_has_even_steps():
    assert _bounds([3, 50], "points of 40") == [0, 8, 16, 24, 32, 40]


NEVER = {"since": None, "ratified": None, "signed": None, "until": None, "as_of": None}


@pytest.mark.parametrize(
    ("state", "year", "how"),
    [
        ({"status": "party", "signed": "2001", "ratified": "2003", "since": "2004-01-01"}, "2000", None),
        ({"status": "party", "signed": "2001", "ratified": "2003", "since": "2004-01-01"}, "2002", "signed"),
        ({"status": "party", "signed": "2001", "ratified": "2003", "since": "2004-01-01"}, "2004", "party"),
        ({"status": "member", "since": "2010"}, "2005", None),
        ({"status": "member", "as_of": "2025-12"}, "2010", "undated"),
        ({"status": "member", "as_of": "2025-12"}, "2025", "member"),
        ({"status": "left", "since": "1995", "until": "2022-03-16"}, "2010", "member"),
        ({"status": "left", "since": "1995", "until": "2022-03-16"}, "2022", "left"),
    ],
)  # fmt: skip
def test_a_state_stands_to_a_body_in_a_year_as_its_dates_say(state, year, how):
    assert _in_year({**NEVER, **state}, year) == how


def test_records_stand_side_by_side_with_a_source_in_every_cell(site):
    page = site.page("/compare?id=ietf&id=itu&id=in")
    assert re.findall(r'<th scope="col"><a [^>]*>([^<]*)<', page.html)[:3] == [
        "IETF",
        "ITU",
        "India",
    ]
    values = re.findall(r'<div class="value" id=.*?</div>', page.html, re.DOTALL)
    assert len(values) > 80
    assert [value for value in values if "#note-" not in value] == []
    notes = {link for link in page.links if link.startswith("#note-")}
    assert {link.removeprefix("#") for link in notes} <= set(page.ids)


def test_each_line_of_the_comparison_has_a_cell_for_each(site):
    html = site.page("/compare?id=cn&id=ru").html
    for line in re.findall(r'<tr><th scope="row">.*?</tr>', html, re.DOTALL):
        assert line.count("<td ") == 2
        assert '<div class="value" id=' in line  # no line where both are empty


def test_what_is_superseded_is_not_compared(site):
    html = site.page("/compare?id=in&id=us").html.split('id="sources"')[0]
    for (name,) in site.ask(
        "SELECT name FROM measure WHERE institution = 'in' AND standing = 'superseded' AND name "
        "NOT IN (SELECT name FROM measure WHERE standing <> 'superseded')"
    ):
        assert name not in html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Enter the ids of two to four bodies"),
        ("id=ietf", "Enter the ids of two to four bodies"),
        ("id=ietff&id=itu", "Nothing is called “ietff”. Did you mean Internet Engineering"),
        ("id=br&id=cn&id=in&id=ru&id=us", "At most 4 stand side by side; left out: United States"),
    ],
)
def test_what_cannot_be_compared_is_told(query, said, site):
    page = site.page(f"/compare?{query}")
    assert said in " ".join(page.text.split())
    assert len(set(re.findall(r'<th scope="col"><a href="([^"]*)"', page.html))) <= 4


def test_figures_before_the_latest_share_a_mark_only_where_they_stand_alike():
    def shared(*standings):
        figures = [
            {"indicator": "x", "standing": standing, "statement": str(n)}
            for n, standing in enumerate(standings)
        ]
        (row,) = series(figures, Notes([], [], None))
        return row["shared"]

    assert shared("held", "unverified", "unverified")
    assert not shared("held", "unverified", "held")


def test_a_regime_shows_its_figures_laws_and_what_it_signed(tiny_site):
    page = tiny_site.page("/institution/xa")
    for said in ("Freedom on the Net", "76.5", "Act on Offences by Computer", "Has a draft"):
        assert said in page.text, said
    assert "signed 23 November 2001" in page.text and "ratified 2003" in page.text
    assert {
        "xa_indicator_freedom-on-the-net-2025",
        "xa_law_cybercrime-act-on-offences-by-computer",
    } <= set(page.ids)
