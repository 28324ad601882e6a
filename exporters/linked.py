"""Records, their versions and the whole as schema.org says it, for search engines and catalogues: https://schema.org/docs/schemas.html"""

import json
import sqlite3
from typing import Any

from exporters.csl import ABOUT, AUTHOR, NAME, PAGES, Unknown
from exporters.reading import row, rows
from exporters.record import LICENCE

_CONTEXT = "https://schema.org"
_AUTHOR = {"@type": "Organization", "name": AUTHOR}
SAME_AS = {
    "wikidata": "https://www.wikidata.org/entity/{}",
    "ror": "https://ror.org/{}",
    "isni": "https://isni.org/isni/{}",
    "lei": "https://search.gleif.org/#/record/{}",
}


def linked(connection: sqlite3.Connection, id: str, site: str) -> dict[str, Any]:
    """The JSON-LD of a record. Raises Unknown where there is none."""
    record = row(connection, "SELECT * FROM record WHERE id = ?", id)
    if record is None:
        raise Unknown(id)
    section = record["section"]
    about = {"@id": f"{site}/{PAGES[section]}/{id}#it", **_SECTIONS[section](connection, id, site)}
    page = _page(f"{site}/{PAGES[section]}/{id}", record["name"], record["changed_at"],
                 record["version"], site)  # fmt: skip
    found: dict[str, Any] = _full({**page, "mainEntity": about})
    return found


def linked_version(url: str, name: str, day: str, number: int, site: str) -> dict[str, Any]:
    """The JSON-LD of an old version of the record at `url`, which it leads to for what holds today."""
    page = _page(f"{url}/v/{number}", name, day, number, site)
    return {**page, "exampleOfWork": {"@type": "WebPage", "@id": url, "name": name}}


def linked_dataset(connection: sqlite3.Connection, site: str) -> dict[str, Any]:
    """The JSON-LD of the whole: https://developers.google.com/search/docs/appearance/structured-data/dataset"""
    (changed,) = connection.execute("SELECT max(changed_at) FROM record").fetchone()
    whole = {
        "@context": _CONTEXT, **_dataset(site), "description": ABOUT, "url": f"{site}/",
        "alternateName": "igkb", "inLanguage": "en", "isAccessibleForFree": True,
        "creator": _AUTHOR, "dateModified": changed,
        "keywords": ["Internet governance", "institutions", "multistakeholder"],
        "distribution": [{"@type": "DataDownload", "encodingFormat": "application/vnd.sqlite3",
                          "contentUrl": f"{site}/kb.db"}],
    }  # fmt: skip
    found: dict[str, Any] = _full(whole)
    return found


def _dataset(site: str) -> dict[str, Any]:
    return {"@type": "Dataset", "@id": f"{site}/", "license": LICENCE, "name": NAME}


def _page(url: str, name: str, day: str | None, version: int | None, site: str) -> dict[str, Any]:
    return {
        "@context": _CONTEXT, "@type": "WebPage", "@id": url, "name": name, "inLanguage": "en",
        "license": LICENCE, "dateModified": day, "version": version, "isPartOf": _dataset(site),
    }  # fmt: skip


def as_script(found: dict[str, Any]) -> str:
    """The text of a script element that holds it: nothing in it can end the element."""
    return json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")


def _full(given: Any) -> Any:
    if isinstance(given, dict):
        return {k: _full(v) for k, v in given.items() if v not in (None, "", [], {})}
    return [_full(item) for item in given] if isinstance(given, list) else given


def _body(connection: sqlite3.Connection, id: str, site: str) -> dict[str, Any]:
    body = row(connection, "SELECT * FROM institution WHERE id = ?", id) or {}
    doubted = json.loads(body.get("unverified") or "[]")
    body = {name: value for name, value in body.items() if name not in doubted}
    regime = row(connection, "SELECT iso2 FROM regime WHERE id = ?", id)
    names = rows(connection, "SELECT name FROM name WHERE institution = ? ORDER BY rowid", id)
    same = rows(connection, "SELECT scheme, value FROM identifier WHERE institution = ?", id)
    ties = rows(
        connection,
        "SELECT r.kind, i.id, i.name FROM relation r JOIN institution i ON i.id = r.target "
        "WHERE r.institution = ? AND r.kind IN ('part-of', 'member-of') AND r.standing = 'held' "
        "AND r.until IS NULL ORDER BY i.name",
        id,
    )

    def tied(kind: str) -> list[dict[str, Any]]:
        return [
            {
                "@type": "Organization",
                "@id": f"{site}/institution/{tie['id']}#it",
                "name": tie["name"],
            }
            for tie in ties
            if tie["kind"] == kind
        ]

    place = {"@type": "PostalAddress", "addressLocality": body.get("seat_city"),
             "addressCountry": body.get("seat_country")}  # fmt: skip
    seated = body.get("seat_city") or body.get("seat_country")
    state = regime is not None and (regime["iso2"] or "") != "EU"
    return {
        "@type": "AdministrativeArea" if state else "Organization",
        "name": body.get("name"),
        "alternateName": [
            *([body["short_name"]] if body.get("short_name") else []), *(n["name"] for n in names)
        ],
        "description": body.get("mandate"),
        "url": body.get("url"),
        "sameAs": [
            SAME_AS[s["scheme"]].format(s["value"]) for s in same if s["scheme"] in SAME_AS
        ],
        **({} if state else {
            "foundingDate": body.get("founded"), "dissolutionDate": body.get("dissolved"),
            "address": place if seated else None,
            "parentOrganization": tied("part-of"), "memberOf": tied("member-of"),
        }),
    }  # fmt: skip


def _source(connection: sqlite3.Connection, id: str, site: str) -> dict[str, Any]:
    source = row(connection, "SELECT * FROM source WHERE id = ?", id) or {}
    post = source.get("kind") == "post"
    return {
        "@type": "DiscussionForumPosting" if post else "CreativeWork",
        "name": source.get("title"), "headline": source.get("title") if post else None,
        "author": {"@type": "Person" if post else "Organization", "name": source.get("author")}
        if source.get("author") else None,
        "publisher": {"@type": "Organization", "name": source.get("publisher")}
        if source.get("publisher") else None,
        "datePublished": source.get("issued"), "url": source.get("url") or source.get("read_at"),
        "inLanguage": source.get("language"),
        "identifier": [i for i in (source.get("number"), source.get("doi"), source.get("celex")) if i],
    }  # fmt: skip


def _person(connection: sqlite3.Connection, id: str, site: str) -> dict[str, Any]:
    person = row(connection, "SELECT * FROM person WHERE id = ?", id) or {}
    ties = rows(
        connection,
        "SELECT DISTINCT coalesce(i.name, a.organisation) AS name FROM affiliation a "
        "LEFT JOIN institution i ON i.id = a.institution WHERE a.person = ? "
        "AND a.standing = 'held' AND a.until IS NULL ORDER BY 1",
        id,
    )
    return {
        "@type": "Person", "name": person.get("name"), "givenName": person.get("given_name"),
        "familyName": person.get("family_name"), "url": person.get("url"),
        "affiliation": [{"@type": "Organization", "name": t["name"]} for t in ties if t["name"]],
    }  # fmt: skip


def _terms(connection: sqlite3.Connection, id: str, site: str) -> dict[str, Any]:
    terms = rows(connection, "SELECT * FROM term WHERE list = ? ORDER BY rowid", id)
    return {
        "@type": "DefinedTermSet",
        "hasDefinedTerm": [
            {"@type": "DefinedTerm", "@id": f"{site}/term/{id}#{term['id']}",
             "termCode": term["term"], "name": term["label"], "description": term["meaning"]}
            for term in terms
        ],
    }  # fmt: skip


def _query(connection: sqlite3.Connection, id: str, site: str) -> dict[str, Any]:
    query = row(connection, "SELECT * FROM kept_query WHERE id = ?", id) or {}
    return {
        "@type": "Dataset",
        "name": query.get("title"), "description": query.get("about") or query.get("title"),
        "license": LICENCE, "temporalCoverage": query.get("day"),
        "dateModified": (query.get("state") or "")[:10],
        "creator": _AUTHOR,
        "isBasedOn": {"@id": f"{site}/"},
    }  # fmt: skip


_SECTIONS = {
    "institutions": _body, "regimes": _body, "posts": _source, "sources": _source,
    "people": _person, "terms": _terms, "queries": _query,
}  # fmt: skip
