"""Found by the tools of writers: typed links, unAPI and COinS lead from a page to its citation."""

import re
from html import unescape
from urllib.parse import parse_qs
from xml.etree import ElementTree as xml

import pytest
import rdflib
import rispy
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from rdflib.namespace import RDF
from served import SITE
from signposting import find_signposting_http_link

from exporters.zotero import zotero

PAGES = [
    "/institution/icann",
    "/institution/in",
    "/post/igc-050909",
    "/source/rfc7282",
    "/person/milton-mueller",
]


def links(answer):
    return find_signposting_http_link([answer.headers["link"]], SITE + str(answer.url.path))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_how_it_is_cited_and_where_its_citations_are(path, site):
    answer = site.get(path)
    found = links(answer)
    id = path.rsplit("/", 1)[1]
    version = site.ask("SELECT version FROM record WHERE id = ?", id)[0][0]
    assert found.citeAs.target == f"{SITE}{path}" + (f"/v/{version}" if version else "")
    assert found.license.target == "https://creativecommons.org/licenses/by/4.0/"
    assert {link.target for link in found.types} == {"https://schema.org/AboutPage"}
    described = {link.target: link.type for link in found.describedBy}
    assert len(described) == 3
    for target, type in described.items():
        cited = site.get(target.removeprefix(SITE))
        assert cited.status_code == 200 and cited.headers["content-type"].startswith(type)


@pytest.mark.parametrize("path", PAGES)
def test_the_links_of_the_page_are_those_of_the_header(path, site):
    answer = site.get(path)
    within = {
        (link["rel"][0], link["href"])
        for link in BeautifulSoup(answer.text, "html.parser").find_all("link")
        if link["rel"][0]
        in ("cite-as", "type", "describedby", "latest-version", "predecessor-version")
    }
    header = {
        (rel, href) for href, rel in re.findall(r'<([^>]+)>; rel="([^"]+)"', answer.headers["link"])
    }
    assert within == {
        pair
        for pair in header
        if pair[0] not in ("license", "version-history", "successor-version")
    }


def test_unapi_offers_the_forms_and_gives_the_record_and_each_source(site):
    page = site.page("/institution/icann").html
    assert '<link rel="unapi-server" type="application/xml" title="unAPI" href="/unapi">' in page
    ids = re.findall(r'<abbr class="unapi-id" title="([^"]+)">', page)
    assert "icann" in ids and len(ids) > 20 and len(ids) == len(set(ids))
    forms = xml.fromstring(site.get("/unapi").text)
    assert {form.get("name") for form in forms} == {"rdf_zotero", "ris", "bibtex", "csljson"}
    for id in ids[::5]:
        offered = site.get("/unapi", params={"id": id})
        assert offered.status_code == 300 and xml.fromstring(offered.text).get("id") == id
        taken = site.get("/unapi", params={"id": id, "format": "ris"})
        assert taken.text == site.get(f"/cite/{id}.ris").text
        assert len(rispy.loads(taken.text)) == 1
    assert site.get("/unapi?id=nobody").status_code == 404
    assert site.get("/unapi?id=icann&format=pdf").status_code == 406


BIB = rdflib.Namespace("http://purl.org/net/biblio#")
DC = rdflib.Namespace("http://purl.org/dc/elements/1.1/")
DCTERMS = rdflib.Namespace("http://purl.org/dc/terms/")
FOAF = rdflib.Namespace("http://xmlns.com/foaf/0.1/")
PRISM = rdflib.Namespace("http://prismstandard.org/namespaces/1.2/basic/")
Z = rdflib.Namespace("http://www.zotero.org/namespaces/export#")


def as_zotero(text):
    """The items of a document in its RDF, looked up as its reader does (RDF.js of zotero/translators)."""
    graph = rdflib.Graph().parse(data=text, format="xml")
    for item in graph.subjects(Z.itemType):
        line = graph.value(item, BIB.authors)
        people = [graph.value(line, RDF[f"_{n}"]) for n in range(1, 99)] if line else []
        yield {
            "type": str(graph.value(item, Z.itemType)),
            "title": str(graph.value(item, DC.title)),
            "authors": [
                tuple(str(name) for name in (graph.value(who, FOAF.surname), graph.value(who, FOAF.givenName)) if name)
                for who in people if who
            ],
            "container": graph.value(item, PRISM.publicationName),
            "number": graph.value(item, PRISM.number),
            "publisher": graph.value(graph.value(item, DC.publisher), FOAF.name),
            "date": graph.value(item, DC.date),
            "url": graph.value(graph.value(item, DC.identifier), RDF.value),
            "extra": graph.value(item, DC.description),
        }  # fmt: skip


def test_zotero_gets_all_that_the_citation_has(site):
    kinds = site.ask("SELECT min(id) FROM source GROUP BY kind")
    stated = site.ask("SELECT min(id) FROM statement WHERE section <> 'terms'")
    for id in ["icann", *(id for (id,) in [*stated, *kinds])]:
        (read,) = as_zotero(site.get("/unapi", params={"id": id, "format": "rdf_zotero"}).text)
        (told,) = site.get(f"/cite/{id}.json").json()
        names = [
            (a["literal"],) if "literal" in a else (a["family"], a["given"])
            for a in told.get("author", [])
        ]
        assert (read["title"], read["authors"]) == (told["title"], names)
        for name, variable in (("container", "container-title"), ("publisher", "publisher"),
                               ("url", "URL"), ("number", "number")):  # fmt: skip
            assert str(read[name] or "") == told.get(variable, ""), (id, name)
        if "issued" in told:
            assert [int(part) for part in str(read["date"]).split("-")] == told["issued"][
                "date-parts"
            ][0]
        if "version" in told:
            assert str(read["extra"]) == f"version: {told['version']}"


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1),
    st.text("&<>\"' é‏ш", min_size=1),
)
def test_whatever_a_title_and_a_name_have_zotero_reads_them(title, name):
    item = {"id": "x", "type": "report", "title": title, "author": [{"literal": name}]}
    (read,) = as_zotero(zotero([item]))
    assert (read["title"], read["authors"]) == (title, [(name,)])


@pytest.mark.parametrize("path", PAGES)
def test_coins_tell_what_the_citation_tells(path, site):
    page = site.page(path).html
    (title,) = re.findall(r'<span class="Z3988" title="([^"]+)"></span>', page)
    told = parse_qs(unescape(title), strict_parsing=True)
    (cited,) = site.get(f"/cite/{path.rsplit('/', 1)[1]}.json").json()
    assert told["rft.title"] == [cited["title"]]
    assert told["rft.identifier"] == [cited["URL"]]
    if "issued" in cited:  # a record that was changed and not committed has no date
        assert told["rft.date"][0].startswith(str(cited["issued"]["date-parts"][0][0]))
    names = [a.get("literal") or f"{a['family']}, {a['given']}" for a in cited.get("author", [])]
    assert [*told.get("rft.aucorp", []), *told.get("rft.au", [])] == names


@pytest.mark.parametrize(
    ("path", "title", "address"),
    [
        ("/compare?id=ietf&id=itu&n=1", "Side by side: IETF, ITU", "/compare?id=ietf&id=itu"),
        ("/map?show=member:oecd", "Map of states: Organisation for Economic Co-operation and Development",
         "/map?show=member%3Aoecd"),
        ("/timeline?year=2005", "Timeline of the field, 2005", "/timeline?year=2005"),
        ("/browse?type=organic&on=2000-01-01", "Bodies: Organic, what held on 2000-01-01",
         "/browse?type=organic&on=2000-01-01"),
        ("/network", "Who is connected with whom", "/network"),
        ("/contested", "What is contested", "/contested"),
        ("/coverage", "Coverage of the records", "/coverage"),
    ],
)  # fmt: skip
def test_a_page_that_gathers_records_can_be_cited_as_it_stands(path, title, address, site):
    page = site.get(path).text
    text = unescape(re.search(r'id="cite-text">([^<]*)<', page)[1])
    assert f"“{title}.”" in text and f"{SITE}{address}." in text
    assert site.get(address).status_code == 200
    forms = {
        name: unescape(text)
        for name, text in re.findall(
            r'<dt>([^<]+)</dt><dd><pre class="copyable">([^<]*)</pre>', page
        )
    }
    assert {"APA", "BibLaTeX", "RIS", "CSL-JSON"} <= forms.keys()
    assert rispy.loads(forms["RIS"].replace("\r", ""))[0]["urls"] == [f"{SITE}{address}"]


def test_where_there_is_nothing_to_cite_there_is_no_citation(site, tiny_site):
    for answer in (
        site.get("/compare"),
        site.get("/timeline?year=1200"),
        site.get("/compare?id=ietf"),
    ):
        assert 'id="cite-text"' not in answer.text
