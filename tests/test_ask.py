"""Asking in SQL: where to start, what an answer shows, and when a picture tells it sooner."""

import re
from urllib.parse import quote

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape
from served import ROOT, Page

from web.chart import FEWEST, MOST, chart

METADATA = yaml.safe_load((ROOT / "datasette-metadata.yml").read_text(encoding="utf-8"))
EXAMPLES = METADATA["plugins"]["igkb"]["examples"]


def answer(site, sql):
    return site.page(f"/kb?sql={quote(sql)}")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["title"])
def test_every_example_is_offered_and_answers(example, site):
    assert f"/kb?sql={quote(example['sql']).replace('%20', '+')}" in [
        link.replace("%20", "+") for link in site.page("/kb").links
    ]
    page = answer(site, example["sql"])
    assert re.search(r"\d+ rows", page.text), page.text[:2000]


def test_the_box_keeps_what_was_asked_and_says_where_columns_are_explained(tiny_site):
    page = answer(tiny_site, "select id, '<b>' from institution")
    assert "select id, &#39;&lt;b&gt;&#39; from institution</textarea>" in page.html
    assert "/schema" in page.links


def test_an_answer_without_rows_says_so_and_one_with_an_error_says_which(tiny_site):
    assert "found no rows" in answer(tiny_site, "select id from institution where 0").text
    wrong = tiny_site.get("/kb?sql=select+founder+from+institution")
    assert wrong.status_code == 400
    assert "no such column: founder" in Page("", wrong.text).text


def test_an_id_in_an_answer_is_called_by_its_name_and_leads_to_it(site):
    page = answer(
        site, "select institution, count(*) as n from decision where institution = 'ietf'"
    )
    assert ">Internet Engineering Task Force</a> <em>ietf</em>" in page.html
    assert "/institution/ietf" in page.links


def test_a_name_that_stands_beside_the_id_is_not_repeated(site):
    page = answer(site, "select record, name from coverage where record = 'ietf'")
    assert page.html.count(">Internet Engineering Task Force</a>") == 1


def test_counts_are_drawn_and_told(site):
    page = answer(site, "select type, count(*) as bodies from institution group by type")
    bars = re.findall(r'<rect y="19" width="([\d.]+)%" height="8"></rect>', page.html)
    counts = [n for _, n in site.ask("SELECT type, count(*) FROM institution GROUP BY type")]
    assert [float(wide) for wide in bars] == [round(100 * n / max(counts), 2) for n in counts]


def test_a_list_of_records_is_not_drawn(site):
    assert (
        'figure class="bars"' not in answer(site, "select id, name from institution limit 9").html
    )


def drawn(columns, rows):
    return chart(
        columns, rows, [[Markup("<a>{}</a>").format(value) for value in row] for row in rows]
    )


def test_the_column_that_counts_is_found_wherever_it_stands():
    rows = [(3, "a"), (1, "b"), (2, "c")]
    assert drawn(["n", "what"], rows)["bars"] == [
        {"label": "a", "value": 3, "wide": 100.0},
        {"label": "b", "value": 1, "wide": 33.33},
        {"label": "c", "value": 2, "wide": 66.67},
    ]


@pytest.mark.parametrize(
    ("columns", "rows", "why"),
    [
        (["what", "n"], [("a", 1), ("b", 2)], "two rows are read at a glance"),
        (["what", "n"], [(str(n), n) for n in range(MOST + 1)], "too many bars"),
        (["what", "n"], [("a", 1), ("b", None), ("c", 2)], "a gap is no number"),
        (["what", "n"], [("a", 1), ("a", 2), ("c", 3)], "two bars of one name"),
        (["what", "n"], [("a", -1), ("b", 2), ("c", 3)], "less than nothing has no length"),
        (["what", "n"], [("a", 0), ("b", 0), ("c", 0)], "nothing to compare"),
        (["what", "year"], [("a", 1998), ("b", 2005), ("c", 2012)], "a year does not count"),
        (["a", "b", "c", "n"], [("x", "y", "z", 1), ("u", "v", "w", 2), ("r", "s", "t", 3)],
         "a list with a number in it"),
        (["n", "m"], [(1, 2), (2, 3), (3, 4)], "no names for the bars"),
    ],
)  # fmt: skip
def test_where_a_picture_does_not_help_there_is_none(columns, rows, why):
    assert drawn(columns, rows) is None, why


VALUES = st.one_of(
    st.none(), st.text(max_size=5), st.integers(), st.floats(), st.binary(max_size=3)
)


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=FEWEST, max_size=12))
def test_bars_of_any_answer_stay_within_the_page(rows):
    found = drawn(["a", "b", "c"], rows)
    for bar in found["bars"] if found else ():
        assert 0 <= bar["wide"] <= 100


def test_terms_in_tables_have_their_labels_and_lead_to_their_meanings(site):
    page = site.page("/kb/decision?rule=rough-consensus&_size=5").html
    label, meaning = site.ask(
        "SELECT label, meaning FROM term WHERE id = 'decision-rules_rough-consensus'"
    )[0]
    link = f'<a href="/term/decision-rules#decision-rules_rough-consensus" title="{escape(meaning)}">{label}</a>'
    assert link in page
    assert "decision-rules_rough-consensus" in site.page("/term/decision-rules").ids
    (id, short) = site.ask(
        "SELECT t.term, t.label FROM term t WHERE t.list = 'kinds' "
        "AND lower(replace(t.label, ' ', '-')) <> t.term AND t.term IN (SELECT kind FROM institution) LIMIT 1"
    )[0]
    cell = f">{escape(short)}</a> <em>{id}</em></td>"  # filters and SQL know it by its id
    assert cell in site.page(f"/kb/institution?kind={id}").html
    assert site.get("/kb/decision.json?_size=1&_shape=array").json()[0]["rule"] in {
        term for (term,) in site.ask("SELECT term FROM term WHERE list = 'decision-rules'")
    } | {"unknown", "not-applicable", "no-written-rule"}
