"""A record or source as a CSL-JSON item: the form from which every other one is made.

The shapes are those that Zotero, pandoc and citeproc-js keep whole; where the obvious shape is
not the one used, the reason stands beside it. Format: docs.citationstyles.org, CSL 1.0.2.
"""

import re
import sqlite3
from typing import Any

NAME = "Internet Governance Knowledge Base"
AUTHOR = "igkb contributors"

# Where the page of a record lies on the site.
PAGES = {
    "institutions": "institution",
    "regimes": "institution",
    "posts": "post",
    "sources": "source",
    "people": "person",
    "terms": "term",
}

# Source kinds -> CSL type and genre. Resolutions and the like are reports, because as legislation
# APA and Chicago drop the body that adopted them; letters are documents, because a CSL letter
# (personal_communication) is left out of bibliographies.
TYPES: dict[str, tuple[str, str | None]] = {
    "post": ("post", "Mailing list post"),
    "rfc": ("report", "RFC"),
    "internet-draft": ("report", "Internet-Draft"),
    "treaty": ("treaty", None),
    "resolution": ("report", "Resolution"),
    "outcome-document": ("report", "Outcome document"),
    "declaration": ("report", "Declaration"),
    "statute": ("legislation", None),
    "eu-act": ("legislation", None),
    "regulation": ("legislation", None),
    "executive-order": ("legislation", None),
    "order": ("legislation", None),
    "judgment": ("legal_case", None),
    "bill": ("bill", None),
    "bylaws": ("report", "Bylaws"),
    "charter": ("report", "Charter"),
    "agreement": ("report", "Agreement"),
    "policy": ("report", "Policy"),
    "report": ("report", None),
    "letter": ("document", "Letter"),
    "book": ("book", None),
    "chapter": ("chapter", None),
    "article": ("article-journal", None),
    "press": ("article-newspaper", None),
    "web-page": ("webpage", None),
    "dataset": ("dataset", None),
}

_LAW = {"legislation", "legal_case", "bill", "treaty"}

Item = dict[str, Any]


class Unknown(LookupError):
    """Raised for an id that no record has; carries the id."""


def item(connection: sqlite3.Connection, id: str, site: str) -> Item:
    """The CSL-JSON item for a record: of sources and posts the document itself, else our page.

    `site` is the address of the site, without a slash at the end. Raises Unknown.
    """
    row = connection.execute(
        "SELECT section, name, version, changed_at FROM record WHERE id = ?", (id,)
    ).fetchone()
    if row is None:
        raise Unknown(id)
    section, name, version, changed_at = row
    if section in ("sources", "posts"):
        return _source(connection, id)
    short = connection.execute("SELECT short_name FROM institution WHERE id = ?", (id,)).fetchone()
    if short and short[0] and short[0] != name:
        name = f"{name} ({short[0]})"
    # Of the types that carry a container and a version, this is the one Zotero keeps whole.
    made: Item = {
        "id": id,
        "type": "entry-encyclopedia",
        "title": _line(name),
        "author": [{"literal": AUTHOR}],
        "container-title": NAME,
        "URL": f"{site}/{PAGES[section]}/{id}",
    }
    if version is not None:
        made["version"] = str(version)
        made["issued"] = _date(changed_at)
    return made


def _source(connection: sqlite3.Connection, id: str) -> Item:
    cursor = connection.execute("SELECT * FROM source WHERE id = ?", (id,))
    names = [column[0] for column in cursor.description]
    row = dict(zip(names, cursor.fetchone(), strict=True))
    type_, genre = TYPES.get(row["kind"], ("document", None))
    made: Item = {"id": id, "type": type_, "title": _line(row["title"])}
    if row["author"]:
        made["author"] = [_person(name) for name in _line(row["author"]).split(";") if name.strip()]
    if genre:
        made["genre"] = genre
    for column, variable in (
        ("container_title", "container-title"),
        ("publisher", "publisher"),
        ("volume", "volume"),
        ("page", "page"),
        ("doi", "DOI"),
        ("language", "language"),
    ):
        if row[column]:
            made[variable] = _line(row[column])
    if row["issued"]:
        made["issued"] = _date(row["issued"])
    url = row["url"] or row["read_at"]
    if url:
        made["URL"] = url
        # A page without a date may change: the day it was read says which one is meant.
        if type_ == "webpage" and not row["issued"]:
            made["accessed"] = _date(row["accessed"])
    _number(made, row["number"])
    return made


def _number(made: Item, number: str | None) -> None:
    """RFCs by their digits; laws outside CSL's `number`, which styles read as a public-law number."""
    if not number:
        return
    rfc = re.search(r"\bRFC (\d+)", number)
    if made.get("genre") == "RFC" and rfc:
        made["number"] = rfc.group(1)
    elif made["type"] in _LAW:
        made["custom"] = {"number": _line(number)}
    else:
        made["number"] = _line(number)


def _person(name: str) -> dict[str, str]:
    family, comma, given = name.strip().partition(",")
    return {"family": family, "given": given.strip()} if comma else {"literal": family}


def _date(text: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in text.split("-")]]}


def _line(text: str) -> str:
    """One line, whatever the YAML folded."""
    return " ".join(text.split())
