"""Names matched to records as the Reconciliation Service API 0.2 has it, over loopback."""

import json

import pytest
from served import SITE

from web.reconcile import MOST, PROPERTIES, TYPES


def ask(site, **queries):
    """The candidates for each query, sent as OpenRefine sends them."""
    answer = site.client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    return {key: found["result"] for key, found in answer.json().items()}


def first(site, query, **more):
    found = ask(site, q0={"query": query, **more})["q0"]
    return found[0] if found else None


def test_the_manifest_names_addresses_that_answer(site):
    found = site.get("/reconcile").json()
    assert found["versions"] == ["0.2"]
    assert found["identifierSpace"].startswith(SITE) and found["schemaSpace"].startswith(SITE)
    assert [kind["id"] for kind in found["defaultTypes"]] == [*TYPES]
    services = [*found["suggest"].values(), found["extend"]["propose_properties"]]
    for service in services:
        path = (service["service_url"] + service["service_path"]).removeprefix(SITE)
        assert site.get(f"{path}?prefix=a&type=institution").status_code == 200
    for address in (found["view"]["url"], found["preview"]["url"]):
        path = address.replace("{{id}}", "icann").removeprefix(SITE)
        assert site.get(path, follow_redirects=True).status_code == 200
    assert site.get(found["documentation"].removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize(
    ("query", "id"),
    [("ICANN", "icann"), ("icann", "icann"), ("IETF", "ietf"), ("ITU", "itu"),
     ("Internet Corporation for Assigned Names and Numbers", "icann"), ("China", "cn"), ("DE", "de"),
     ("Milton L Mueller", "milton-mueller"), ("RIPE NCC", "ripe-ncc")],
)  # fmt: skip
def test_a_name_or_acronym_written_just_so_is_a_certain_match(query, id, site):
    found = first(site, query)
    assert (found["id"], found["match"], found["score"]) == (id, True, 100)


@pytest.mark.parametrize(
    ("query", "id"),
    [("ICNAN", "icann"), ("Intrenet Enginering Task Force", "ietf"), ("Netmundal", "netmundial"),
     ("Milton Muller", "milton-mueller"), ("Internet Architecture", "iab")],
)  # fmt: skip
def test_a_slip_or_a_part_still_finds_it_and_is_not_certain(query, id, site):
    found = ask(site, q0={"query": query})["q0"]
    assert id in [candidate["id"] for candidate in found[:3]]
    assert not any(candidate["match"] for candidate in found)


def test_what_is_like_nothing_has_no_candidate(site):
    assert ask(site, q0={"query": "zzzzqqqq"}, q1={"query": ""}) == {"q0": [], "q1": []}


def test_a_type_and_a_limit_are_kept_to(site):
    found = ask(site, q0={"query": "united", "type": "regime", "limit": 2})["q0"]
    assert len(found) <= 2
    assert all(candidate["type"][0]["id"] == "regime" for candidate in found)


def test_another_value_of_a_property_makes_a_candidate_less_likely(site):
    plain = first(site, "ICANN")
    agreeing = first(site, "ICANN", properties=[{"pid": "seat_country", "v": "US"}])
    other = first(site, "ICANN", properties=[{"pid": "seat_country", "v": "CH"}])
    assert plain["score"] == agreeing["score"] > other["score"]
    assert not other["match"]


def test_an_acronym_that_two_have_is_certain_for_neither(site):
    twice = site.ask(
        "SELECT lower(short_name) FROM institution WHERE short_name IS NOT NULL "
        "GROUP BY 1 HAVING count(*) > 1"
    )
    for (acronym,) in twice:
        found = ask(site, q0={"query": acronym})["q0"]
        assert not any(candidate["match"] for candidate in found), acronym


def test_values_of_properties_are_given(site):
    extend = {"ids": ["icann", "cn", "nobody"], "properties": [{"id": p} for p in PROPERTIES]}
    answer = site.client.post("/reconcile", data={"extend": json.dumps(extend)}).json()
    assert [meta["id"] for meta in answer["meta"]] == [*PROPERTIES]
    rows = answer["rows"]
    assert rows["icann"]["founded"] == [{"str": "1998"}]
    assert rows["icann"]["permalink"] == [{"str": f"{SITE}/institution/icann"}]
    assert len(rows["icann"]["function"]) > 1
    assert rows["cn"]["iso2"] == [{"str": "CN"}]
    assert set(map(len, rows["nobody"].values())) == {0}
    for cells in (cell for row in rows.values() for found in row.values() for cell in found):
        assert list(cells) in (["str"], ["int"])


def test_what_begins_so_is_suggested_and_a_slip_too(site):
    def entities(prefix):
        found = site.get("/reconcile/suggest/entity", params={"prefix": prefix}).json()["result"]
        return [entity["id"] for entity in found]

    assert {"ietf", "iesg"} <= set(entities("internet eng"))
    assert entities("ICANN")[0] == "icann"
    assert "icann" in entities("icnan")
    assert entities("") == []
    properties = site.get("/reconcile/suggest/property?prefix=found").json()["result"]
    assert {"id": "founded", "name": "Founded"} in properties


def test_properties_are_proposed_up_to_the_limit(site):
    answer = site.get("/reconcile/properties?type=institution&limit=3").json()
    assert (answer["type"], answer["limit"], len(answer["properties"])) == ("institution", 3, 3)


def test_a_preview_may_be_framed_and_holds_no_script(site):
    answer = site.get("/reconcile/preview?id=icann")
    assert "Internet Corporation" in answer.text and "<script" not in answer.text
    assert (
        answer.headers["content-security-policy"]
        == "default-src 'none'; style-src 'self'; frame-ancestors *"
    )
    assert "Mueller" in site.get("/reconcile/preview?id=milton-mueller").text
    assert site.get("/reconcile/preview?id=<b>x").status_code == 404
    assert "<b>" not in site.get("/reconcile/preview?id=<b>x").text


def test_any_page_may_ask(site):
    for path in ("/reconcile", "/reconcile/suggest/entity?prefix=i", "/reconcile/properties"):
        assert site.get(path).headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "data",
    [
        {"queries": "nonsense"}, {"queries": "[]"}, {"queries": '{"q0": "ICANN"}'},
        {"queries": json.dumps({f"q{n}": {"query": "x"} for n in range(MOST + 1)})},
        {"extend": "{}"}, {"extend": '{"ids": 1, "properties": []}'}, {"extend": "[" * 100_000},
        {"extend": json.dumps({"ids": ["a"] * (MOST + 1), "properties": []})},
    ],
)  # fmt: skip
def test_what_is_not_of_the_form_is_refused_with_what_is_wanted(data, site):
    answer = site.client.post("/reconcile", data=data)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "query",
    [{"query": None}, {"query": 5}, {"query": "x", "type": 7}, {"query": "x", "limit": "many"},
     {"query": "x", "properties": "y"}, {"query": "itu", "properties": [{"pid": "type"}, 3]},
     {"query": "itu", "properties": [{"pid": "type", "v": {"id": "state"}}]}, {}],
)  # fmt: skip
def test_odd_queries_are_answered(query, site):
    assert isinstance(ask(site, q0=query)["q0"], list)


# The draft of version 1.0 ------------------------------------------------------------------------

DRAFT = "/reconcile/1.0-draft"


def draft(site, *queries):
    """The candidates for each query of the draft, in their order."""
    answer = site.client.post(f"{DRAFT}/match", json={"queries": queries})
    assert answer.status_code == 200, answer.text
    return [found["candidates"] for found in answer.json()["results"]]


def named(name, *more, **other):
    return {"conditions": [{"matchType": "name", "propertyValue": name}, *more], **other}


def having(name, value, **more):
    return {"matchType": "property", "propertyId": name, "propertyValue": value, **more}


def test_the_draft_has_a_manifest_and_the_addresses_that_follow_from_it(site):
    found = site.get(DRAFT).json()
    assert found["versions"] == ["1.0-draft"] and found["standardizedScore"]
    for what in found["suggest"]:
        assert site.get(f"{DRAFT}/suggest/{what}?prefix=a").status_code == 200
    assert site.get(f"{DRAFT}/preview?id=icann").status_code == 200
    proposed = site.get(f"{DRAFT}/extend/propose?type=institution&limit=2").json()
    assert len(proposed["properties"]) == 2


def test_the_draft_answers_in_the_order_of_the_queries(site):
    icann, nothing, itu = draft(site, named("ICANN"), named("zzzzqqqq"), named("ITU", limit=1))
    assert (icann[0]["id"], icann[0]["match"], icann[0]["score"]) == ("icann", True, 100)
    assert nothing == []
    assert [candidate["id"] for candidate in itu] == ["itu"]


def test_in_the_draft_an_id_finds_its_record(site):
    query = {"conditions": [{"matchType": "id", "propertyValue": "un-gge-ict"}]}
    assert draft(site, query)[0][0]["id"] == "un-gge-ict"


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (having("seat_country", "US", required=True), True),
        (having("seat_country", "CH", required=True), False),
        (having("seat_country", ["CH", "US"], required=True), True),
        (having("seat_country", ["CH", "US"], required=True, matchQuantifier="all"), False),
        (having("seat_country", "CH", required=True, matchQuantifier="none"), True),
        (having("seat_country", "CH"), True),
    ],
)  # fmt: skip
def test_in_the_draft_a_property_may_be_required(condition, found, site):
    (candidates,) = draft(site, named("ICANN", condition, limit=20))
    assert ("icann" in [candidate["id"] for candidate in candidates]) == found


def test_the_draft_gives_values_as_lists(site):
    asked = {"ids": ["icann", "nobody"], "properties": [{"id": "founded"}, {"id": "function"}]}
    answer = site.client.post(f"{DRAFT}/extend", json=asked).json()
    assert [row["id"] for row in answer["rows"]] == ["icann", "nobody"]
    first = {found["id"]: found["values"] for found in answer["rows"][0]["properties"]}
    assert first["founded"] == [{"str": "1998"}] and len(first["function"]) > 1
    assert all(found["values"] == [] for found in answer["rows"][1]["properties"])


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", '{"queries": {}}', '{"queries": [{}]}', '{"queries": [{"conditions": []}]}',
     '{"queries": [{"conditions": [{"matchType": "shape", "propertyValue": "x"}]}]}',
     '{"queries": [1]}', "[" * 100_000],
)  # fmt: skip
def test_the_draft_says_what_is_wrong_with_a_batch(body, site):
    answer = site.client.post(f"{DRAFT}/match", content=body)
    assert answer.status_code == 400
    assert "want" in answer.json()["error"]


def test_browsers_of_other_sites_may_ask_by_the_draft(site):
    answer = site.client.options(f"{DRAFT}/match", headers={"origin": "https://openrefine.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == "content-type"
