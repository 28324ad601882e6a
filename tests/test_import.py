"""Importing a table: cited statements beside what people wrote, and never in its place."""

import re
from pathlib import Path

import pytest
import yaml
from conftest import run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.check import check
from loaders.importers.merge import Imported, merge
from loaders.importers.tables import IMPORTERS

LIST = "https://list.example/"
RIR = f"iso2,rir,source_url,as_of\nXA,EXAMPLE REGISTRY,{LIST}registries/xa,2026-01-02\n"
SOURCE = f"""kind: dataset
title: A list
url: {LIST}
tier: primary
read: full-text
accessed: 2026-01-02
"""


@pytest.fixture
def table(kb):
    """Write a table and import it, with a source at the address that its rows give."""
    (kb / "sources/a-list.yml").write_text(SOURCE)
    lists = {
        "relation-kinds": ["territory-of"],
        "name-kinds": ["official", "alias"],
        "source-kinds": ["dataset"],
    }
    for name, terms in lists.items():
        with (kb / f"terms/{name}.yml").open("a", encoding="utf-8") as file:
            for term in terms:
                file.write(f"- {{term: {term}, label: L, meaning: M, boundary: B}}\n")

    def given_(name, text, *options):
        Path("table.csv").write_text(text, encoding="utf-8")
        return run("import", name, "table.csv", *options)

    return given_


def regime(kb):
    return (kb / "regimes/xa.yml").read_text(encoding="utf-8")


COUNTRIES = (
    "iso2,iso3,name_en,un_formal_en,name_fr,is_independent,capital,wikidata,source_url,as_of\n"
    f"XB,XBB,Otherland,the Republic of Otherland,Autreterre,Yes,Othertown,Q1,{LIST},2026-05\n"
    f"XC,XCC,Small Isle,,,Territory of XB,,,{LIST},2026-05\n"
)


def test_states_get_records_and_territories_point_to_their_state(table, kb):
    done = table("countries", COUNTRIES)
    assert (done.exit_code, "0 records changed, 2 new" in done.output) == (0, True)
    other = (kb / "regimes/xb.yml").read_text(encoding="utf-8")
    assert "seat_city: Othertown" in other and "un_status" not in other
    assert "cite: a-list XB" in other
    assert "name: the Republic of Otherland" in other
    isle = (kb / "regimes/xc.yml").read_text(encoding="utf-8")
    assert "un_status: territory" in isle
    assert "kind: territory-of, target: xb" in isle


def test_what_is_imported_passes_the_check(table, kb):
    table("countries", COUNTRIES)
    assert [str(problem) for problem in check(kb)] == []


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
    table("rir", RIR.replace("EXAMPLE REGISTRY", "EXAMPLE FORUM"))
    after = regime(kb)
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert re.search(r"rir: example-forum\n  key: .*\n  standing: disputed", after)


def test_a_value_that_changed_upstream_supersedes_the_old_one_with_its_date(table, kb):
    (kb / "regimes/xa.yml").write_text(regime(kb).replace("  rir: example-registry\n", ""))
    table("rir", RIR)
    table("rir", f"iso2,rir,source_url,as_of\nXA,EXAMPLE FORUM,{LIST},2027-03-04\n")
    found = regime(kb)
    old, new = found.split("rir: example-registry")[1], found.split("rir: example-forum")[1]
    assert "standing: superseded" in old.split("- ")[0]
    assert "until: '2027-03-04'" in old.split("- ")[0]
    assert "standing" not in new.split("- ")[0].split("\n\n")[0]


def test_a_hand_edit_beside_an_imported_value_survives(table, kb):
    (kb / "regimes/xa.yml").write_text(regime(kb).replace("  rir: example-registry\n", ""))
    table("rir", RIR)
    edited = regime(kb).replace("cite: a-list XA", "cite: a-list XA\n  note: Looked up.")
    (kb / "regimes/xa.yml").write_text(edited)
    table("rir", RIR)
    assert regime(kb) == edited


def test_a_dry_run_shows_the_diff_and_writes_nothing(table, kb):
    before = {path: path.read_bytes() for path in kb.rglob("*.yml")}
    done = table("countries", COUNTRIES, "--dry-run")
    assert "+++ kb/regimes/xb.yml" in done.output
    assert "+- seat_city: Othertown" in done.output
    assert "2 new" in done.output
    assert {path: path.read_bytes() for path in kb.rglob("*.yml")} == before


def test_namibia_is_not_nothing(table, kb):
    table("countries", COUNTRIES.replace("XB,XBB", "NA,NAM"))
    assert "iso2: NA\n" in (kb / "regimes/na.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("address", "kind", "cited"),
    [
        ("registries", "dataset", "b-list"),  # the longest of two that it lies below
        ("registries", "web-page", "a-list"),  # a page holds nothing below it
        ("registries/xa", "web-page", "b-list"),  # the very page
    ],
)
def test_a_row_is_cited_to_its_page_or_to_the_nearest_dataset_above(
    address, kind, cited, table, kb
):
    near = SOURCE.replace(LIST, LIST + address).replace("dataset", kind)
    (kb / "sources/b-list.yml").write_text(near)
    table("rir", RIR.replace("EXAMPLE REGISTRY", "EXAMPLE FORUM"))
    assert f"cite: {cited} XA" in regime(kb)


def test_every_fault_of_a_table_is_told_with_its_line_and_nothing_is_written(table, kb):
    before = regime(kb)
    rows = f"XA,ARIN,{LIST},2027\nx,ARIN,{LIST},2027\nXA,ARIN,{LIST},soon\n"
    done = table("rir", f"iso2,rir,source_url,as_of\n{rows}")
    assert done.exit_code == 1
    assert "table.csv:3:1: iso2: no country code (got 'x')" in done.output
    assert "table.csv:4:1: as_of: not a date (got 'soon')" in done.output
    assert regime(kb) == before


def test_what_no_source_carries_is_left_out_and_told_unless_somebody_has_stated_it(table, kb):
    gone = RIR.replace(LIST, "http://no.example/")
    before = regime(kb)
    done = table("rir", gone)
    assert (done.exit_code, "left out" in done.output, regime(kb)) == (0, False, before)
    unstated = before.replace("  rir: example-registry\n", "")
    (kb / "regimes/xa.yml").write_text(unstated, encoding="utf-8")
    done = table("rir", gone)
    assert (done.exit_code, regime(kb)) == (0, unstated)
    assert "no source has the address http://no.example/registries/xa: table.csv:2\n" in done.output
    assert "`igkb new source` makes a source" in done.output


@pytest.mark.parametrize(
    ("told", "added"),
    [({}, 0), ({"signed": "2001-11"}, 0), ({"signed": "2001-11-24"}, 1), ({"ratified": "2004"}, 1)],
)
def test_a_relation_that_somebody_wrote_stays_alone_unless_a_row_contradicts_it(told, added, kb):
    values = {"kind": "party-to", "target": "example-forum", **told}
    changes, uncited = merge(kb, [Imported("xa", "relations", values, "forum-site x")])
    assert (len(changes), uncited) == (added, [])


FIGURES = "iso2,edition,score,corroborated,source_url,as_of\n"
SIGNED = (
    "iso2,instrument,status,date_signed,date_ratified,date_joined,entry_into_force,confidence,"
    "source_url,as_of\n"
)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "freedom",
            f"{FIGURES}XA,2024,many,1,{LIST},2026\n",
            "table.csv:2:1: score: not a number (got 'many'); wanted digits",
        ),
        (
            "freedom",
            f"{FIGURES}XA,soon,7,1,{LIST},2026\n",
            "table.csv:2:1: edition: not a year (got 'soon')",
        ),
        (
            "treaties",
            f"{SIGNED}XA,gac,member,in May,,,,source_text,{LIST},2026\n",
            "table.csv:2:1: date_signed: not a date (got 'in May')",
        ),
        (
            "treaties",
            f"{SIGNED}XA,a-pact,member,,,,,source_text,{LIST},2026\n",
            "table.csv: 1 of 1 rows state nothing that is recorded here",
        ),
        ("rir", "iso2,rir\nXA,ARIN\n", "lacks source_url, as_of"),
        ("rirs", RIR, "no importer 'rirs'; did you mean 'rir'?"),
        (
            "rir",
            f"iso2,rir,source_url,as_of\nXA,NOBODY,{LIST},2027\n",
            "kb/regimes/xa.yml:18:8: facts.3.rir: no such record (got 'nobody')",
        ),
        (
            "rir",
            f"iso2,rir,source_url,as_of\nXZ,ARIN,{LIST},2027\n",
            "left out, since there is no record: xz",
        ),
    ],
)
def test_what_cannot_be_imported_is_told(name, text, said, table):
    assert said in table(name, text).output


def test_a_table_without_its_file_is_told(table):
    done = table("rir", RIR, "cctld")
    assert (done.exit_code, "no file after 'cctld'" in done.output) == (2, True)


def test_tables_together_give_what_they_give_one_after_another(table, kb):
    table("countries", COUNTRIES)
    before = {path: path.read_bytes() for path in kb.rglob("*.yml")}
    Path("domains.csv").write_text(f"{CCTLD}XB,.xb,.xb,0,1,The Office,1,{LIST},2026-06\n")
    numbers = RIR.replace("XA,EXAMPLE REGISTRY", "XB,EXAMPLE FORUM")
    table("rir", numbers, "cctld", "domains.csv")
    together = {path: path.read_bytes() for path in kb.rglob("*.yml")}
    for path, text in before.items():
        path.write_bytes(text)
    table("rir", numbers)
    run("import", "cctld", "domains.csv")
    assert {path: path.read_bytes() for path in kb.rglob("*.yml")} == together != before


def test_a_table_that_is_not_there_is_told(table):
    done = run("import", "rir", "nowhere.csv")
    assert (done.exit_code, "nowhere.csv" in done.output) == (1, True)


def test_records_with_problems_are_told_before_anything_is_imported(table, kb):
    (kb / "regimes/xa.yml").write_text("name: [", encoding="utf-8")
    done = table("rir", RIR)
    assert (done.exit_code, "kb/regimes/xa.yml:" in done.output) == (1, True)
    assert "mend them before an import" in done.output


def test_where_a_record_cannot_be_written_one_line_says_so(table, kb, monkeypatch):
    (kb / "regimes/xb.new").mkdir()  # where the new file is to be made
    done = table("countries", COUNTRIES)
    assert (done.exit_code, "Error: " in done.output) == (1, True)
    assert not (kb / "regimes/xb.yml").exists()


CCTLD = "iso2,tld,tld_ascii,is_idn,delegated,manager,iso_official,source_url,as_of\n"


def test_what_did_not_change_beside_a_changed_value_still_holds_at_its_address(table, kb):
    table("countries", COUNTRIES)
    table("cctld", f"{CCTLD}XB,.xb,.xb,0,1,The Office,1,{LIST},2026-06\n")
    table("cctld", f"{CCTLD}XB,.xb,.xb,0,1,The Company,1,{LIST},2026-09\n")
    after = (kb / "regimes/xb.yml").read_text(encoding="utf-8")
    done = table("cctld", f"{CCTLD}XB,.xb,.xb,0,1,The Company,1,{LIST},2026-09\n")
    assert "0 records changed" in done.output
    items = yaml.safe_load(after)["facts"]
    domains = [item for item in items if "cctld" in item]
    assert domains == [{"cctld": "xb", "as_of": "2026-06", "cite": "a-list xb"}]
    old, new = (item for item in items if "cctld_manager" in item)
    assert (old["standing"], old["until"]) == ("superseded", "2026-09")
    assert (new["cctld_manager"], new["key"]) == ("The Company", "2026-09")


def test_domains_in_other_scripts_stand_beside_one_another(table, kb):
    table("countries", COUNTRIES)
    first = f"{CCTLD}XB,.भारत,.xn--h2brj9c,1,1,The Office,1,{LIST},2026-06\n"
    both = f"{first}XB,.भारोत,.xn--h2breg3eve,1,1,The Office,1,{LIST},2026-09\n"
    for text in (first, both, both):
        done = table("cctld", text)
    assert "0 records changed" in done.output
    items = yaml.safe_load((kb / "regimes/xb.yml").read_text(encoding="utf-8"))["facts"]
    found = [(x["idn_cctlds"], x["cite"]) for x in items if "idn_cctlds" in x]
    assert found == [(["भारत"], "a-list xn--h2brj9c"), (["भारोत"], "a-list xn--h2breg3eve")]
    assert all("standing" not in item for item in items)


def test_a_disputed_value_is_not_added_again(table, kb):
    text = RIR.replace("EXAMPLE REGISTRY", "EXAMPLE FORUM")
    table("rir", text)
    once = regime(kb)
    table("rir", text)
    assert regime(kb) == once


TREATY = {
    "iso2": "XA", "instrument": "convention-108", "status": "ratified", "date_signed": "1981-01-28",
    "date_ratified": "1985-06-19", "date_joined": "", "entry_into_force": "1985-10-01",
    "confidence": "source_text", "source": "a-list", "tier": "primary", "as_of": "2024",
}  # fmt: skip


def stated(name, row, **more):
    """The statements that the row gives, each as section, values, and what stands beside them."""
    found = IMPORTERS[name].statements({**row, **more})
    return [(item.section, item.values, item.beside) for item in found]


def test_a_party_to_a_treaty_has_its_dates_and_is_bound_from_entry_into_force():
    values = {
        "kind": "party-to", "target": "convention-108", "signed": "1981-01-28",
        "ratified": "1985-06-19",
    }  # fmt: skip
    assert stated("treaties", TREATY) == [("relations", values, {"since": "1985-10-01"})]


@pytest.mark.parametrize(
    ("change", "how", "standing"),
    [
        ({"status": "signatory"}, "signatory-of", "held"),
        ({"status": "endorsed (launch list)"}, "signatory-of", "held"),
        ({"status": "party", "tier": "secondary"}, "party-to", "unverified"),
        ({"status": "member until withdrawal"}, "member-of", "unverified"),
        ({"confidence": "source_text_conflict", "status": "conflict"}, "party-to", "disputed"),
    ],
)
def test_a_weak_or_contradicted_row_of_a_treaty_is_not_held(change, how, standing):
    ((_, values, beside),) = stated("treaties", TREATY, **change)
    assert (values["kind"], beside.get("standing", "held")) == (how, standing)


@pytest.mark.parametrize(
    "change",
    [{"status": "not signed"}, {"status": "invited to accede"}, {"instrument": "igf-host"}],
)
def test_who_did_not_join_is_not_stated_to_have(change):
    assert stated("treaties", TREATY, **change) == []


LAW = {"iso2": "XA", "source": "a-list", "as_of": "2026", "area": "Cybercrime"}


def test_a_law_is_named_with_its_area_and_a_bill_is_not_held():
    act = {"law_title": "The  &quot;Net&quot; Act", "law_url": "https://law.example/1"}
    ((section, values, beside),) = stated("laws", LAW, **act)
    assert (section, beside) == ("laws", {})
    assert values == {"area": "cybercrime", "name": 'The "Net" Act', "url": "https://law.example/1"}
    ((_, values, beside),) = stated("laws", LAW, law_title="Privacy Bill", law_url="n/a")
    assert (beside, "url" in values) == ({"standing": "unverified"}, False)


def test_what_the_catalogue_has_no_data_for_is_not_stated():
    assert stated("law-states", LAW, status="No Data") == []
    ((_, values, _),) = stated("law-states", LAW, status="Draft Legislation")
    assert values == {"cybercrime_law": "draft"}


def test_the_states_of_legislation_of_a_state_stand_in_one_item(kb):
    rows = [
        dict(LAW, status="Legislation"),
        dict(LAW, status="Legislation", area="Consumer Protection"),
    ]
    items = [item for row in rows for item in IMPORTERS["law-states"].statements(row)]
    (kb / "regimes/xa.yml").write_text(regime(kb).replace("cybercrime_law: draft", "cctld: xa"))
    ((change,), _) = merge(kb, items)
    item = yaml.safe_load(change.after)["facts"][-1]
    assert (item["cybercrime_law"], item["consumer_law"]) == ("law", "law")


def test_a_figure_is_for_a_year_and_what_a_single_copy_has_is_not_held():
    row = {
        "iso2": "XA",
        "source": "a-list",
        "as_of": "2026-04-29",
        "edition": "2023",
        "score": "76.0",
    }
    weak = {"standing": "unverified"}
    for corroborated, tier, standing in (
        ("1", "secondary", {}),
        ("0", "primary", {}),
        ("0", "secondary", weak),
    ):
        more = {"corroborated": corroborated, "tier": tier}
        ((section, values, beside),) = stated("freedom", row, **more)
        assert (section, beside) == ("indicators", standing)
        assert values == {"indicator": "freedom-on-the-net", "year": "2023", "value": 76}


def test_a_figure_that_changed_upstream_supersedes_the_old_one(kb):
    def changed(score, day):
        row = {
            "iso2": "XA", "source": "forum-site", "as_of": day, "edition": "2023", "score": score,
            "corroborated": "1", "tier": "secondary",
        }  # fmt: skip
        for change in merge(kb, IMPORTERS["freedom"].statements(row))[0]:
            change.path.write_text(change.after, encoding="utf-8")
        return [x for x in yaml.safe_load(regime(kb))["indicators"] if x["year"] == "2023"]

    first = changed("76", "2026-04-29")
    assert changed("76", "2026-05-29") == first
    old, new = changed("75", "2026-06-29")
    assert (old["value"], old["standing"], old["until"]) == (76, "superseded", "2026-06-29")
    assert (new["value"], new["key"]) == (75, "2026-06-29")


def test_members_are_held_disputed_or_unverified_and_notes_from_memory_left_out(kb):
    def made(cross, note="", status="member"):
        row = {
            "iso2": "XA", "org_id": "ITU", "status": status, "crosscheck": cross,
            "curation_note": note, "source": "a-list", "as_of": "2026",
        }  # fmt: skip
        return [
            item.beside.get("standing", "held") for item in IMPORTERS["memberships"].statements(row)
        ]

    assert made("agrees") == ["held"]
    assert made("differs") == ["disputed"]
    assert made("") == ["unverified"]
    assert made("agrees", note="joined lately") == []
    assert made("agrees", status="former/limited") == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("pqr")), unique=True, max_size=9))
def test_the_order_of_rows_does_not_matter_to_what_is_stated(kb, pairs):
    def made(rows):
        items = [
            Imported("xa", "relations", {"kind": f"k{k}", "target": t}, "forum-site x")
            for k, t in rows
        ]
        (change,) = merge(kb, items)[0] or [None]
        return sorted(line for line in change.after.splitlines() if "k" in line) if change else []

    assert made(pairs) == made(pairs[::-1])
