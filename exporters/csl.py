"""A record or source as a CSL-JSON item: the form from which every other one is made.

The shapes are those that Zotero, pandoc and citeproc-js keep whole; where the obvious shape is
not the one used, the reason stands beside it. Format: docs.citationstyles.org, CSL 1.0.2.
"""

import json
import re
import sqlite3
from typing import Any

from exporters.reading import rows

NAME = "Internet Governance Knowledge Base"
ABOUT = "Cited records of the bodies that govern the Internet and of the regimes of states."
AUTHOR = "igkb contributors"

# Where the page of a record lies on the site.
PAGES = {
    "institutions": "institution",
    "regimes": "institution",
    "posts": "post",
    "sources": "source",
    "people": "person",
    "terms": "term",
    "queries": "query",
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


def item(connection: sqlite3.Connection, id: str, site: str, version: int | None = None) -> Item:
    """The CSL-JSON item for a record: of sources and posts the document itself, else our page; with
    `version` our page as it was then.

    The term of a debate (`debates_wcit`) stands for the page that gathers its posts.

    `site` is the address of the site, without a slash at the end. Raises Unknown.
    """
    if version:
        return _version(connection, id, version, site)
    row = connection.execute(
        "SELECT section, name, version, changed_at FROM record WHERE id = ?", (id,)
    ).fetchone()
    if row is None:
        return _debate(connection, id, site)
    section, name, version, changed_at = row
    if section in ("sources", "posts"):
        return _source(connection, id)
    short = connection.execute("SELECT short_name FROM institution WHERE id = ?", (id,)).fetchone()
    if short and short[0] and short[0] != name:
        name = f"{name} ({short[0]})"
    if section == "queries":
        asked = connection.execute("SELECT rows, state, day FROM kept_query WHERE id = ?", (id,))
        name = answer_title(name, *asked.fetchone())
    made = page_item(id, name, f"{site}/{PAGES[section]}/{id}")
    if version is not None:  # that very state of it, which stays at its address
        made["URL"] += f"/v/{version}"
        made["version"] = str(version)
        made["issued"] = date_parts(changed_at)
    return made


def _version(connection: sqlite3.Connection, id: str, number: int, site: str) -> Item:
    """One version of the record itself, as it was called then."""
    row = connection.execute(
        "SELECT section, committed, content FROM record_version WHERE record = ? AND version = ?",
        (id, number),
    ).fetchone()
    if row is None:
        raise Unknown(f"{id}/v/{number}")
    section, committed, text = row
    value = json.loads(text)
    name = str(value.get("name") or value.get("title") or value.get("subject") or id)
    short = value.get("short_name")
    title = f"{name} ({short})" if short and short != name else name
    if section == "queries":
        title = answer_title(name, int(value["rows"]), str(value["state"]), value.get("day"))
    made = page_item(id, title, f"{site}/{PAGES[section]}/{id}/v/{number}")
    return {**made, "version": str(number), "issued": date_parts(committed[:10])}


def answer_title(title: str, rows: int, state: str, on: str | None) -> str:
    """What the answer to a query is called: of so many rows, from a state of the records, perhaps of what
    held on a day.
    """
    held = f", what held on {on}" if on else ""
    return (
        f"{title} [query result, {rows:,} row{'' if rows == 1 else 's'}, as of {state[:10]}{held}]"
    )


def page_item(id: str, title: str, url: str) -> Item:
    """The item for a page of ours. Of the types that carry a container and a version, this is the one Zotero keeps whole."""
    return {
        "id": id,
        "type": "entry-encyclopedia",
        "title": one_line(title),
        "author": [{"literal": AUTHOR}],
        "container-title": NAME,
        "URL": url,
    }


def _debate(connection: sqlite3.Connection, id: str, site: str) -> Item:
    """The page of a debate, dated by the last change of one of its posts."""
    row = connection.execute(
        "SELECT t.term, t.label, (SELECT max(r.changed_at) FROM post JOIN record r ON r.id = post.id "
        "WHERE post.debate = t.term) FROM term t WHERE t.id = ? AND t.list = 'debates'",
        (id,),
    ).fetchone()
    if row is None:
        raise Unknown(id)
    term, label, changed_at = row
    made = page_item(id, f"{label}: what was said", f"{site}/debate/{term}")
    if changed_at:
        made["issued"] = date_parts(changed_at)
    return made


def _source(connection: sqlite3.Connection, id: str) -> Item:
    # A post that was read where another quotes it is found on the page of that other.
    (row,) = rows(
        connection,
        "SELECT s.*, coalesce(s.url, s.read_at, page.url, page.read_at) AS found_at FROM source s "
        "LEFT JOIN post ON post.id = s.id LEFT JOIN source page ON page.id = post.page WHERE s.id = ?",
        id,
    )
    type_, genre = TYPES.get(row["kind"], ("document", None))
    made: Item = {"id": id, "type": type_, "title": one_line(row["title"])}
    if row["author"]:
        made["author"] = [
            _person(name) for name in one_line(row["author"]).split(";") if name.strip()
        ]
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
            made[variable] = one_line(row[column])
    if row["issued"]:
        made["issued"] = date_parts(row["issued"])
    if row["found_at"]:
        made["URL"] = row["found_at"]
        # A page without a date may change: the day it was read says which one is meant.
        if type_ == "webpage" and not row["issued"]:
            made["accessed"] = date_parts(row["accessed"])
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
        made["custom"] = {"number": one_line(number)}
    else:
        made["number"] = one_line(number)


def _person(name: str) -> dict[str, str]:
    family, comma, given = name.strip().partition(",")
    return {"family": family, "given": given.strip()} if comma else {"literal": family}


def date_parts(text: str) -> dict[str, list[list[int]]]:
    """A partial date, YYYY, YYYY-MM or YYYY-MM-DD, as CSL-JSON has it."""
    return {"date-parts": [[int(part) for part in text.split("-")]]}


def date_text(date: dict[str, Any] | None, between: str = "-") -> str:
    """A date of CSL-JSON as text again: what `date_parts` was made of; empty for none."""
    return between.join(f"{part:02}" for part in date["date-parts"][0]) if date else ""


def one_line(text: str) -> str:
    """One line, whatever the YAML folded."""
    return " ".join(text.split())
