"""A CSL-JSON item as RIS, for EndNote, Zotero, Mendeley and the like."""

from typing import Any

import rispy  # type: ignore[import-untyped]

from exporters.csl import date_text

_TYPES = {
    "entry-encyclopedia": "ENCYC",
    "post": "BLOG",  # the type Zotero turns into a post
    "report": "RPRT",
    "book": "BOOK",
    "chapter": "CHAP",
    "article-journal": "JOUR",
    "article-newspaper": "NEWS",
    "legislation": "STAT",
    "treaty": "STAT",
    "bill": "BILL",
    "legal_case": "CASE",
    "dataset": "DATA",
    "webpage": "ELEC",
    "document": "GEN",
}


class _Writer(rispy.RisWriter):  # type: ignore[misc]
    """rispy's writer without the number it puts before each entry."""

    def set_header(self, count: int) -> str:
        return ""


def ris(item: dict[str, Any]) -> str:
    """The entry, lines ending in CRLF as the format wants."""
    entry: dict[str, Any] = {"type_of_reference": _TYPES.get(item["type"], "GEN")}
    entry["id"] = item["id"]
    authors = [_author(author) for author in item.get("author", ())]
    if authors:
        entry["authors"] = authors
    entry["title"] = item["title"]
    if "issued" in item:
        parts = item["issued"]["date-parts"][0]
        entry["year"] = str(parts[0])
        entry["date"] = date_text(item["issued"], "/") + "/" * (3 - len(parts))
    # M1 lands in Zotero's Extra and comes back as the CSL version; ET would print "12th ed."
    number = item.get("number") or item.get("custom", {}).get("number")
    note = f"version: {item['version']}" if "version" in item else number
    for key, value in (
        ("secondary_title", item.get("container-title")),
        ("publisher", item.get("publisher")),
        ("volume", item.get("volume")),
        ("start_page", item.get("page")),
        ("type_of_work", item.get("genre")),
        ("note", note),
        ("language", item.get("language")),
        ("doi", item.get("DOI")),
        ("urls", [item["URL"]] if "URL" in item else None),
        ("access_date", date_text(item.get("accessed"), "/")),
    ):
        if value:
            entry[key] = value
    text: str = rispy.dumps([entry], implementation=_Writer)
    return text.strip("\n").replace("\n", "\r\n") + "\r\n"


def _author(author: dict[str, str]) -> str:
    # A comma would make a surname of half a body's name (Zotero splits at it).
    if "literal" in author:
        return author["literal"].replace(",", "")
    return f"{author['family']}, {author['given']}"
