r"""A CSL-JSON item as a BibLaTeX entry.

The entry types are those that biber's data model, pandoc and Zotero all take: not @dataset, which
Zotero drops in silence, nor @legislation, which biber rejects. Titles stand in double braces, or
styles would change their capitals. Written by hand because pybtex turns every accent into TeX and
breaks addresses; the tests read it back with pybtex and pandoc.
"""

from typing import Any

from exporters.csl import date_text

_ENTRY = {
    "report": "report",
    "book": "book",
    "chapter": "incollection",
    "article-journal": "article",
    "legislation": "misc",
    "legal_case": "misc",
    "bill": "misc",
    "treaty": "misc",
}

_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "_": r"\_",
        "%": r"\%",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
    }
)
_ROUND = str.maketrans("{}", "()")
# Addresses are not TeX to biblatex; only what would end the field has to go (RFC 3986, 2.1).
_URL = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def biblatex(item: dict[str, Any]) -> str:
    """The entry, one field a line (a one-line entry is no BibTeX to Zotero)."""
    entry = _ENTRY.get(item["type"], "online")
    number = item.get("number") or item.get("custom", {}).get("number")
    container = item.get("container-title")
    fields: list[tuple[str, str | None]] = [
        ("author", " and ".join(map(_author, item.get("author", ())))),
        ("title", f"{{{_tex(item['title'])}}}"),
    ]
    house = _tex(item.get("publisher"))
    if entry == "report":
        fields += [("type", _genre(item)), ("institution", house), ("number", _tex(number))]
    elif entry == "article":
        fields += [("journaltitle", _tex(container)), ("volume", _tex(item.get("volume")))]
    elif entry in ("book", "incollection"):
        fields += [("booktitle", _tex(container)), ("publisher", house)]
    elif entry == "misc":
        place = " ".join(filter(None, (item.get("volume"), container)))
        fields += [("howpublished", _tex(", ".join(filter(None, (number, place)))))]
        fields += [("organization", house)]
    else:
        version = item.get("version")
        fields += [("organization", _tex(container or item.get("publisher"))), ("version", version)]
        fields += [("note", _genre(item))]
    if entry in ("article", "incollection"):
        fields.append(("pages", _tex(item.get("page", "").replace("–", "-").replace("-", "--"))))
    fields += [
        ("date", date_text(item.get("issued"))),
        ("langid", item.get("language")),
        ("doi", item.get("DOI")),
        ("url", item.get("URL", "").translate(_URL)),
        ("urldate", date_text(item.get("accessed"))),
    ]
    lines = [f"  {name} = {{{value}}}," for name, value in fields if value]
    return "\n".join([f"@{entry}{{{item['id']},", *lines, "}", ""])


def _genre(item: dict[str, Any]) -> str:
    return _tex(item.get("genre", "Report" if item["type"] == "report" else None))


def _author(author: dict[str, str]) -> str:
    if "literal" in author:
        return f"{{{_tex(author['literal'])}}}"
    return f"{_tex(author['family'])}, {_tex(author['given'])}"


def _tex(text: str | None) -> str:
    text = text or ""
    if not _paired(text):
        text = text.translate(_ROUND)
    return text.translate(_TEX)


def _paired(text: str) -> bool:
    """Does every brace have its fellow? BibTeX counts them even where TeX does not."""
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0
