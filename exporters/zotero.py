"""CSL-JSON items as the RDF that Zotero writes and reads: the one form in which it keeps all of an item.

The properties are those that its own reader looks for (https://github.com/zotero/translators, RDF.js): a name
without a given name becomes an author in one field, what is no field of the type becomes Extra.
"""

from typing import Any
from xml.etree import ElementTree as xml

from exporters.coins import TYPES
from exporters.csl import date_text

_NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "z": "http://www.zotero.org/namespaces/export#",
    "bib": "http://purl.org/net/biblio#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prism": "http://prismstandard.org/namespaces/1.2/basic/",
}
for _prefix, _address in _NAMES.items():
    xml.register_namespace(_prefix, _address)


def zotero(found: list[dict[str, Any]]) -> str:
    """The items as one document of RDF/XML."""
    root = xml.Element(_name("rdf:RDF"))
    for item in found:
        _item(root, item)
    return xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _name(short: str) -> str:
    prefix, _, local = short.partition(":")
    return f"{{{_NAMES[prefix]}}}{local}"


def _below(parent: xml.Element, *names: str, text: str | None = None) -> xml.Element:
    """A chain of elements, the last with the text."""
    for name in names:
        parent = xml.SubElement(parent, _name(name))
    parent.text = text
    return parent


def _item(root: xml.Element, item: dict[str, Any]) -> None:
    made = xml.SubElement(root, _name("rdf:Description"), {_name("rdf:about"): f"#{item['id']}"})
    _below(made, "z:itemType", text=TYPES.get(item["type"], "webpage"))
    _below(made, "dc:title", text=item["title"])
    authors = item.get("author", ())
    line = _below(made, "bib:authors", "rdf:Seq") if authors else made
    for author in authors:
        person = _below(line, "rdf:li", "foaf:Person")
        _below(person, "foaf:surname", text=author.get("literal") or author["family"])
        if "given" in author:
            _below(person, "foaf:givenName", text=author["given"])
    for name, variable in (
        ("prism:publicationName", "container-title"), ("prism:volume", "volume"), ("prism:number", "number"),
        ("bib:pages", "page"), ("dc:language", "language"), ("dc:type", "genre"),
    ):  # fmt: skip
        if item.get(variable):
            _below(made, name, text=str(item[variable]))
    if item.get("publisher"):
        _below(made, "dc:publisher", "foaf:Organization", "foaf:name", text=item["publisher"])
    if "issued" in item:
        _below(made, "dc:date", text=date_text(item["issued"]))
        if "accessed" in item:  # where there is no date Zotero would take this one for it
            _below(made, "dcterms:dateSubmitted", text=date_text(item["accessed"]))
    if item.get("DOI"):
        _below(made, "dc:identifier", text=f"DOI {item['DOI']}")
    if item.get("URL"):
        _below(made, "dc:identifier", "dcterms:URI", "rdf:value", text=item["URL"])
    number = item.get("custom", {}).get("number")
    extra = [f"version: {item['version']}"] if "version" in item else []
    if number and not item.get("number"):
        extra.append(f"number: {number}")
    if extra:
        _below(made, "dc:description", text="\n".join(extra))
