"""The records as RDF, in words that others know: bodies by ORG, terms by SKOS, what rests on what by PROV.

The Organization Ontology: https://www.w3.org/TR/vocab-org/; SKOS: https://www.w3.org/TR/skos-reference/;
PROV-O: https://www.w3.org/TR/prov-o/; else Dublin Core terms and schema.org. A statement is a reified
triple with its standing and its sources, so that no value stands there without them; what is held
of parts, members and names stands there as plain triples, too.
"""

import json
import sqlite3
from urllib.parse import quote

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, ORG, PROV, RDF, RDFS, SDO, SKOS, XSD

from exporters.csl import PAGES
from exporters.linked import SAME_AS
from exporters.reading import Row, rows
from exporters.record import LICENCE

_TIES = {"part-of": ORG.subOrganizationOf, "member-of": ORG.memberOf}
_KINDS = {"institutions": ORG.Organization, "regimes": SDO.AdministrativeArea, "people": PROV.Person,
          "posts": SDO.DiscussionForumPosting, "sources": SDO.CreativeWork, "terms": SKOS.ConceptScheme,
          "queries": SDO.Dataset}  # fmt: skip


def turtle(connection: sqlite3.Connection, site: str) -> str:
    """All records, sources, terms and statements as Turtle; the same database gives the same text."""
    graph = Graph()
    own = Namespace(f"{site}/schema#")
    for prefix, names in (("org", ORG), ("prov", PROV), ("skos", SKOS), ("dcterms", DCTERMS),
                          ("schema", SDO), ("igkb", own)):  # fmt: skip
        graph.bind(prefix, names)
    pages = {
        item["id"]: f"{site}/{PAGES[item['section']]}/{quote(item['id'])}"
        for item in rows(connection, "SELECT id, section FROM record")
    }
    things = {id: URIRef(f"{page}#it") for id, page in pages.items()}
    add = graph.add
    for item in rows(connection, "SELECT id, section, name, version, changed_at FROM record"):
        page, thing = URIRef(pages[item["id"]]), things[item["id"]]
        add((page, RDF.type, PROV.Entity))
        add((page, DCTERMS.license, URIRef(LICENCE)))
        add((page, SDO.mainEntity, thing))
        if item["changed_at"]:
            add((page, DCTERMS.modified, _date(item["changed_at"])))
            add((page, DCTERMS.hasVersion, URIRef(f"{page}/v/{item['version']}")))
        add((thing, RDF.type, _KINDS[item["section"]]))
        add((thing, SKOS.prefLabel, Literal(item["name"])))
    for item in rows(connection, "SELECT * FROM institution"):
        for name, said in (("founded", SDO.foundingDate), ("dissolved", SDO.dissolutionDate)):
            if item[name] and name not in json.loads(item["unverified"] or "[]"):
                add((things[item["id"]], said, _date(item[name])))
        if item["url"]:
            add((things[item["id"]], SDO.url, Literal(item["url"], datatype=XSD.anyURI)))
    for item in rows(connection, "SELECT * FROM name WHERE standing = 'held'"):
        label, thing = (
            Literal(item["name"], lang=item["language"] or None),
            things[item["institution"]],
        )
        if (thing, SKOS.prefLabel, label) not in graph:  # S13: no label is both
            add((thing, SKOS.altLabel, label))
    for item in rows(connection, "SELECT * FROM identifier"):
        if item["scheme"] in SAME_AS:
            address = SAME_AS[item["scheme"]].format(quote(item["value"]))
            add((things[item["institution"]], SKOS.exactMatch, URIRef(address)))
    for item in rows(
        connection, "SELECT * FROM relation WHERE standing = 'held' AND until IS NULL"
    ):
        said = _TIES.get(item["kind"], own[item["kind"]])
        add((things[item["institution"]], said, things[item["target"]]))
    for item in rows(connection, "SELECT * FROM term"):
        _term(graph, item, things[item["list"]], site)
    for item in rows(connection, "SELECT * FROM source"):
        _source(graph, item, things[item["id"]])
    for item in rows(connection, "SELECT * FROM statement WHERE section <> 'terms'"):
        _statement(graph, item, things[item["record"]], pages[item["record"]], own)
    for item in rows(
        connection,
        "SELECT c.statement, c.source, s.record FROM citation c JOIN statement s ON s.id = c.statement "
        "WHERE s.section <> 'terms'",
    ):
        statement = URIRef(f"{pages[item['record']]}#{quote(item['statement'])}")
        add((statement, PROV.wasDerivedFrom, things[item["source"]]))
    return graph.serialize(format="turtle")


def _date(text: str) -> Literal:
    """A date of whatever precision: XML Schema has a type for each."""
    return Literal(text, datatype={4: XSD.gYear, 7: XSD.gYearMonth}.get(len(text), XSD.date))


def _term(graph: Graph, item: Row, scheme: URIRef, site: str) -> None:
    term = URIRef(f"{site}/term/{quote(item['list'])}#{quote(item['id'])}")
    graph.add((term, RDF.type, SKOS.Concept))
    graph.add((term, SKOS.inScheme, scheme))
    graph.add((term, SKOS.notation, Literal(item["term"])))
    graph.add((term, SKOS.prefLabel, Literal(item["label"], lang="en")))
    graph.add((term, SKOS.definition, Literal(item["meaning"], lang="en")))


def _source(graph: Graph, item: Row, source: URIRef) -> None:
    graph.add((source, RDF.type, PROV.Entity))
    for name, said in (("author", DCTERMS.creator), ("publisher", DCTERMS.publisher),
                       ("language", DCTERMS.language), ("number", DCTERMS.identifier)):  # fmt: skip
        if item[name]:
            graph.add((source, said, Literal(item[name])))
    if item["issued"]:
        graph.add((source, DCTERMS.issued, _date(item["issued"][:10])))
    for name in ("url", "read_at", "archived_url"):
        if item[name]:
            graph.add((source, SDO.url, Literal(item[name], datatype=XSD.anyURI)))


def _statement(graph: Graph, item: Row, of: URIRef, page: str, own: Namespace) -> None:
    statement = URIRef(f"{page}#{quote(item['id'])}")
    graph.add((statement, RDF.type, RDF.Statement))
    graph.add((statement, RDF.type, PROV.Entity))
    graph.add((statement, RDF.subject, of))
    graph.add((statement, RDF.predicate, own[quote(item["field"])]))
    graph.add((statement, RDF.object, Literal(item["value"])))
    graph.add((statement, own.standing, Literal(item["standing"])))
    for name, said in (("since", SDO.validFrom), ("until", SDO.validThrough), ("as_of", own.as_of)):
        if item[name]:
            graph.add((statement, said, _date(item[name])))
    if item["note"]:
        graph.add((statement, RDFS.comment, Literal(item["note"], lang="en")))
