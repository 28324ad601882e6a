"""A CSL-JSON item as one sentence of plain text.

House style: Chicago author-date (18th edition) in its order and punctuation, with titles as their
authors wrote them. `exporters.styles` has the other styles, for pages of ours and for posts.
"""

from typing import Any

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

# Works that stand on their own: the title is not put between quotation marks.
_WHOLE = {"book", "report", "legislation", "treaty", "bill", "legal_case"}
# Works whose date matters to the day.
_DATED = {"post", "webpage", "article-newspaper", "document", "entry-encyclopedia", "dataset"}
_LAW = {"legislation", "treaty", "bill", "legal_case"}


def sentence(item: dict[str, Any]) -> str:
    """The citation as one line, ending in a full stop."""
    if item["type"] in _LAW:
        return _law(item)
    year = _closed(str(item["issued"]["date-parts"][0][0]) if "issued" in item else "n.d.")
    title = _closed(item["title"])
    if item["type"] not in _WHOLE:
        title = f"“{title}”"
    authors = _authors(item)
    parts = [_closed(authors), year, title] if authors else [title, year]
    parts.append(_genre(item))
    parts.append(_container(item))
    parts.append(_publication(item, authors))
    if "accessed" in item and "issued" not in item:
        parts.append(f"Accessed {_day(item['accessed'])}.")
    parts.append(_address(item))
    return " ".join(part for part in parts if part)


def _law(item: dict[str, Any]) -> str:
    number = item.get("custom", {}).get("number", "")
    number = "" if number in item["title"] else number
    journal = " ".join(
        filter(None, (item.get("volume"), item.get("container-title"), item.get("page")))
    )
    authors = _authors(item)
    facts = [authors, item["title"], number, journal, _day(item.get("issued"))]
    return " ".join(filter(None, (_closed(", ".join(filter(None, facts))), _address(item))))


def _authors(item: dict[str, Any]) -> str:
    names = []
    for author in item.get("author", ()):
        if "literal" in author:
            names.append(author["literal"])
        elif names:
            names.append(f"{author['given']} {author['family']}")
        else:
            names.append(f"{author['family']}, {author['given']}")
    if len(names) > 6:  # Chicago 18, 13.107: more than six are cut to three
        return f"{', '.join(names[:3])}, et al."
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def _genre(item: dict[str, Any]) -> str:
    genre, number = item.get("genre", ""), item.get("number", "")
    if genre == "RFC" and number:
        return f"RFC No. {number}."
    if genre and number:
        return f"{genre} {number}."
    return _closed(genre or number)


def _container(item: dict[str, Any]) -> str:
    container = item.get("container-title", "")
    if item["type"] in ("entry-encyclopedia", "chapter") and container:
        version = f", version {item['version']}" if "version" in item else ""
        return _closed(f"In {container}{version}")
    if item["type"] == "article-journal":
        volume = f"{container} {item.get('volume', '')}".strip()
        return _closed(f"{volume}: {item['page'].replace('-', '–')}" if "page" in item else volume)
    return ""


def _publication(item: dict[str, Any], authors: str) -> str:
    house = item.get("publisher", "")
    if item["type"] in ("post", "article-newspaper"):
        house = item.get("container-title") or house
    if house == authors and item["type"] == "document":
        house = ""
    day = _day(item.get("issued"), year=False) if item["type"] in _DATED else ""
    return _closed(", ".join(filter(None, (house, day))))


def _address(item: dict[str, Any]) -> str:
    if "DOI" in item:
        return f"https://doi.org/{item['DOI']}."
    return f"{item['URL']}." if "URL" in item else ""


def _day(date: dict[str, Any] | None, year: bool = True) -> str:
    """`November 24, 2026`, or as much of it as is known; without the year `November 24`."""
    if not date:
        return ""
    parts = date["date-parts"][0]
    day = " ".join([MONTHS[parts[1] - 1], *map(str, parts[2:])]) if len(parts) > 1 else ""
    if not year:
        return day
    comma = ", " if len(parts) > 2 else " "
    return f"{day}{comma}{parts[0]}" if day else str(parts[0])


def _closed(text: str) -> str:
    """With a full stop at its end, unless it has a closing mark of its own."""
    return f"{text}." if text and text[-1] not in ".?!" else text
