"""Importing a table: cited statements beside what people wrote, and never in its place."""

import re
from pathlib import Path

import pytest
from conftest import run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.check import check
from loaders.importers.merge import Imported, merge
from loaders.importers.tables import IMPORTERS

RIR = "iso2,rir,as_of\nXA,EXAMPLE-REGISTRY,2026-01-02\n"
SOURCE = "kind: dataset\ntitle: A list\nurl: https://list.example/\ntier: primary\nread: full-text\naccessed: 2026-01-02\n"


@pytest.fixture
def table(kb, monkeypatch):
    """Write a table and import it; the sources of all importers are there."""
    for importer in IMPORTERS.values():
        (kb / f"sources/{importer.source}.yml").write_text(SOURCE)

    def given_(name, text, *options):
        Path("table.csv").write_text(text, encoding="utf-8")
        return run("import", name, "table.csv", *options)

    return given_


def regime(kb):
    return (kb / "regimes/xa.yml").read_text(encoding="utf-8")


COUNTRIES = (
    "iso2,iso3,name_en,un_formal_en,name_fr,is_independent,un_member,un_observer,capital,wikidata,as_of\n"
    "XB,XBB,Otherland,the Republic of Otherland,Autreterre,Yes,1,0,Othertown,Q1,2026-05\n"
    "XC,XCC,Small Isle,,,Territory of XB,0,0,,,2026-05\n"
)


def test_states_get_records_and_territories_point_to_their_state(table, kb):
    done = table("countries", COUNTRIES)
    assert (done.exit_code, "0 records changed, 2 new" in done.output) == (0, True)
    other = (kb / "regimes/xb.yml").read_text(encoding="utf-8")
    assert "un_status: member" in other
    assert "cite: country-codes XB" in other
    assert "name: the Republic of Otherland" in other
    isle = (kb / "regimes/xc.yml").read_text(encoding="utf-8")
    assert "un_status: territory" in isle
    assert "kind: territory-of, target: xb" in isle


def test_what_is_imported_passes_the_check(table, kb):
    table("countries", COUNTRIES)
    broken = [p for p in check(kb) if "regimes" in p.path and "no such term" not in p.what]
    assert broken == []


def test_the_same_table_twice_changes_nothing(table, kb):
    for name, text in (("countries", COUNTRIES), ("rir", RIR)):
        table(name, text)
        before = {path: path.read_bytes() for path in kb.rglob("*.yml")}
        done = table(name, text)
        assert "0 records changed, 0 new" in done.output
        assert {path: path.read_bytes() for path in kb.rglob("*.yml")} == before


def test_a_value_that_stands_there_already_is_not_written_again(table, kb):
    before = regime(kb)
    table("rir", RIR)
    assert regime(kb) == before  # the hand-written statement says the same


def test_a_value_that_contradicts_a_hand_written_one_is_disputed_and_the_other_untouched(table, kb):
    before = regime(kb)
    table("rir", RIR.replace("EXAMPLE-REGISTRY", "EXAMPLE-FORUM"))
    after = regime(kb)
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert re.search(r"rir: example-forum\n  key: .*\n  standing: disputed", after)


def test_a_value_that_changed_upstream_supersedes_the_old_one_with_its_date(table, kb):
    (kb / "regimes/xa.yml").write_text(regime(kb).replace("  rir: example-registry\n", ""))
    table("rir", RIR)
    table("rir", "iso2,rir,as_of\nXA,EXAMPLE-FORUM,2027-03-04\n")
    found = regime(kb)
    old, new = found.split("rir: example-registry")[1], found.split("rir: example-forum")[1]
    assert "standing: superseded" in old.split("- ")[0]
    assert "until: '2027-03-04'" in old.split("- ")[0]
    assert "standing" not in new.split("- ")[0].split("\n\n")[0]


def test_a_hand_edit_beside_an_imported_value_survives(table, kb):
    (kb / "regimes/xa.yml").write_text(regime(kb).replace("  rir: example-registry\n", ""))
    table("rir", RIR)
    edited = regime(kb).replace(
        "cite: ripe-ncc-country-codes XA", "cite: ripe-ncc-country-codes XA\n  note: Looked up."
    )
    (kb / "regimes/xa.yml").write_text(edited)
    table("rir", RIR)
    assert regime(kb) == edited


def test_a_dry_run_shows_the_diff_and_writes_nothing(table, kb):
    before = {path: path.read_bytes() for path in kb.rglob("*.yml")}
    done = table("countries", COUNTRIES, "--dry-run")
    assert "+++ kb/regimes/xb.yml" in done.output
    assert "+- un_status: member" in done.output
    assert "2 new" in done.output
    assert {path: path.read_bytes() for path in kb.rglob("*.yml")} == before


def test_namibia_is_not_nothing(table, kb):
    table("countries", COUNTRIES.replace("XB,XBB", "NA,NAM"))
    assert "iso2: NA\n" in (kb / "regimes/na.yml").read_text(encoding="utf-8")


def test_every_fault_of_a_table_is_told_with_its_line_and_nothing_is_written(table, kb):
    before = regime(kb)
    done = table("rir", "iso2,rir,as_of\nXA,EXAMPLE-FORUM,2027\nx,AFRINIC,2027\nXA,AFRINIC,soon\n")
    assert done.exit_code == 1
    assert "table.csv:3:1: iso2: no country code (got 'x')" in done.output
    assert "table.csv:4:1: as_of: not a date (got 'soon')" in done.output
    assert regime(kb) == before


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("rir", "iso2,rir\nXA,ARIN\n", "lacks as_of"),
        ("rirs", RIR, "no importer 'rirs'; did you mean 'rir'?"),
        ("rir", "iso2,rir,as_of\nXZ,ARIN,2027\n", "left out, since there is no record: xz"),
    ],
)
def test_what_cannot_be_imported_is_told(name, text, said, table):
    assert said in table(name, text).output


def test_a_table_that_is_not_there_is_told(table):
    done = run("import", "rir", "nowhere.csv")
    assert (done.exit_code, "nowhere.csv" in done.output) == (1, True)


def test_without_its_source_nothing_is_imported(kb):
    Path("table.csv").write_text(RIR)
    done = run("import", "rir", "table.csv")
    assert (done.exit_code, "no source 'ripe-ncc-country-codes'" in done.output) == (1, True)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("pqr")), unique=True, max_size=9))
def test_the_order_of_rows_does_not_matter_to_what_is_stated(kb, pairs):
    def made(rows):
        items = [
            Imported("xa", "relations", {"kind": f"k{k}", "target": t}, "forum-site x")
            for k, t in rows
        ]
        (change,) = merge(kb, items) or [None]
        return sorted(line for line in change.after.splitlines() if "k" in line) if change else []

    assert made(pairs) == made(pairs[::-1])
