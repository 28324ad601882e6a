"""Pages of ours and posts in the styles that writers are asked for, as plain text.

Two shapes, so two lines a style; the tests hold each against pandoc with the style of the CSL project. Titles
stand as they are called, where a style would change their capitals. Sources of other kinds are a matter of
`igkb cite --csl`, or of the reader's own tool and the CSL-JSON.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from exporters.sentence import MONTHS, sentence

Item = dict[str, Any]

_SHORT = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")  # fmt: skip
_IEEE = (*_SHORT[:5], "Jun.", "Jul.", "Aug.", "Sep.", *_SHORT[9:])


def _parts(item: Item) -> tuple[str, str, str, str]:
    """Author, title, container, address."""
    return item["author"][0]["literal"], item["title"], item["container-title"], item["URL"]


def _date(item: Item) -> list[int]:
    found: list[int] = item["issued"]["date-parts"][0] if "issued" in item else []
    return found


def _year(item: Item) -> str:
    return str(_date(item)[0]) if _date(item) else ""


def _day(item: Item, months: tuple[str, ...], first: str) -> str:
    """The date with the day or the month first."""
    parts = _date(item)
    if not parts:
        return ""
    year, month, day = parts[0], months[parts[1] - 1] if len(parts) > 1 else "", parts[2:]
    if first == "day":
        return " ".join(map(str, [*day, *filter(None, [month]), year]))
    return f"{month} {day[0]}, {year}" if day else " ".join(filter(None, [month, str(year)]))


def _closed(text: str) -> str:
    """With a full stop, unless it has a closing mark of its own."""
    return text if text[-1:] in ".?!" else f"{text}."


def _within(title: str, mark: str) -> str:
    """With a comma or full stop that stands within the quotation marks."""
    return title if title[-1:] in "?!" else f"{title}{mark}"


def _apa(item: Item) -> str:
    author, title, container, url = _parts(item)
    version = f" (Version {item['version']})" if "version" in item else ""
    got = "" if _year(item) else "Retrieved "
    return (
        f"{author}. ({_year(item) or 'n.d.'}). {_closed(title)} In {container}{version}. {got}{url}"
    )


def _chicago_notes(item: Item) -> str:
    author, title, container, url = _parts(item)
    version = f", version {item['version']}" if "version" in item else ""
    day = f" {_day(item, MONTHS, 'month')}." if _date(item) else ""
    return f"{author}. “{_within(title, '.')}” In {container}{version}.{day} {url}."


def _mla(item: Item) -> str:
    author, title, container, url = _parts(item)
    version = f"Version {item['version']}" if "version" in item else ""
    facts = [container, version, _day(item, _SHORT, "day"), url]
    return f"{author}. “{_within(title, '.')}” {', '.join(filter(None, facts))}."


def _harvard(item: Item) -> str:
    author, title, container, url = _parts(item)
    return f"{author} ({_year(item) or 'no date'}) “{_within(title, ',')}” {container}. Available at: {url}."


def _oscola(item: Item) -> str:
    author, title, container, url = _parts(item)
    year = f" ({_year(item)})" if _year(item) else ""
    return f"{author}, ‘{title}’ {container}{year} <{url}>"


def _bluebook(item: Item) -> str:
    author, title, container, url = _parts(item)
    version = f", version {item['version']}" if "version" in item else ""
    day = f" ({_day(item, _SHORT, 'month')})" if _date(item) else ""
    return f"{author}, {title}, {container}{version}{day}, {url}."


def _ieee(item: Item) -> str:
    author, title, container, url = _parts(item)
    day = f" {_day(item, _IEEE, 'month')}." if _date(item) else ""
    day = re.sub(r" (\d),", r" 0\1,", day)  # its days have two digits
    return f"[1] {author}, “{_within(title, ',')}” {container}.{day} Available: {url}"


# Posts --------------------------------------------------------------------------------------------


def _post(item: Item) -> tuple[str, str, str]:
    """Title, list, address."""
    return item["title"], item["container-title"], item["URL"]


def _author(item: Item, full: Callable[[str, str], str]) -> str:
    """Who wrote it: one name, or family and given names as `full` puts them."""
    author = item["author"][0]
    return str(author.get("literal") or full(author["family"], author["given"]))


def _initials(given: str, dot: str = ".", between: str = " ") -> str:
    """J.-J. G. of Jean-Jacques G."""
    return between.join(
        "-".join(f"{part[0]}{dot}" for part in word.split("-") if part) for word in given.split()
    )


def _dotted(given: str) -> str:
    """Milton L. of Milton L"""
    return " ".join(f"{word}." if len(word) == 1 else word for word in given.split())


def _apa_post(item: Item) -> str:
    title, container, url = _post(item)
    author = _author(item, lambda family, given: f"{family}, {_initials(given)}")
    year, *rest = _date(item)
    day = " ".join([*(MONTHS[month - 1] for month in rest[:1]), *map(str, rest[1:])])
    when = ", ".join(filter(None, [str(year), day]))
    return f"{_closed(author)} ({when}). {title} [{item['genre']}]. {_closed(container)} {url}"


def _chicago_notes_post(item: Item) -> str:
    """As a note: the style has posts in no bibliography."""
    title, container, url = _post(item)
    author = _author(item, lambda family, given: f"{_dotted(given)} {family}")
    day = _day(item, MONTHS, "month")
    return f"{author}, “{_within(title, ',')}” {item['genre']}, {container}, {day}, {url}."


def _mla_post(item: Item) -> str:
    title, container, url = _post(item)
    author = _author(item, lambda family, given: f"{family}, {_dotted(given)}")
    day = _day(item, _SHORT, "day")
    return f"{_closed(author)} “{_within(title, '.')}” {item['genre']}. {container}, {day}, {url}."


def _harvard_post(item: Item) -> str:
    title, container, url = _post(item)
    author = _author(item, lambda family, given: f"{family}, {_initials(given, between='')}")
    return f"{author} ({_year(item)}) “{_within(title, ',')}” {_closed(container)} Available at: {url}."


def _oscola_post(item: Item) -> str:
    title, _, url = _post(item)
    author = _author(item, lambda family, given: f"{family} {_initials(given, '', '')}")
    return f"{author}, ‘{title}’ <{url}>"


def _bluebook_post(item: Item) -> str:
    title, container, url = _post(item)
    author = _author(item, lambda family, given: f"{_dotted(given)} {family}")
    return f"{author}, {title}, {container} ({_day(item, _SHORT, 'month')}), {url}."


def _ieee_post(item: Item) -> str:
    title, container, url = _post(item)
    author = _author(item, lambda family, given: f"{_initials(given)} {family}")
    return f"[1] {author}, “{_within(title, ',')}” {_closed(container)} [Online]. Available: {url}"


def _wiki_post(item: Item) -> str:
    title, container, url = (_plain(part) for part in _post(item))
    author = item["author"][0]
    who = f"|author={_plain(author['literal'])}" if "literal" in author else (
        f"|last={_plain(author['family'])} |first={_plain(author['given'])}"
    )  # fmt: skip
    day = _day(item, MONTHS, "day")
    return f"{{{{Cite mailing list {who} |title={title} |mailing-list={container} |date={day} |url={url}}}}}"


# Both ---------------------------------------------------------------------------------------------


def _wiki(item: Item) -> str:
    """For Wikipedia: a bar, a brace or an equals sign in a value would end it (Help:Template)."""
    author, title, container, url = (_plain(part) for part in _parts(item))
    version = f" |at=Version {item['version']}" if "version" in item else ""
    day = f" |date={_day(item, MONTHS, 'day')}" if _date(item) else ""
    return f"{{{{Cite encyclopedia |author={author} |title={title} |encyclopedia={container}{version}{day} |url={url}}}}}"


def _plain(text: str) -> str:
    return text.translate(_ENTITIES)


_ENTITIES = str.maketrans({mark: f"&#{ord(mark)};" for mark in "|{}[]<"})


def _footnote(item: Item) -> str:
    """For Markdown with footnotes; what would be markup is escaped."""
    text = re.sub(r"[\\`*_\[\]<>]", r"\\\g<0>", sentence(item))
    key = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in item["id"])
    return f"[^{key}]: {text}"


class Style(NamedTuple):
    """What a style is called, and how it writes a page of ours and a post."""

    name: str
    page: Callable[[Item], str]
    post: Callable[[Item], str]


STYLES = {
    "apa": Style("APA", _apa, _apa_post),
    "chicago-author-date": Style("Chicago, author-date", sentence, sentence),
    "chicago-notes": Style("Chicago, notes", _chicago_notes, _chicago_notes_post),
    "mla": Style("MLA", _mla, _mla_post),
    "harvard": Style("Harvard", _harvard, _harvard_post),
    "oscola": Style("OSCOLA", _oscola, _oscola_post),
    "bluebook": Style("Bluebook-like", _bluebook, _bluebook_post),
    "ieee": Style("IEEE", _ieee, _ieee_post),
    "wikipedia": Style("Wikipedia", _wiki, _wiki_post),
    "footnote": Style("Markdown footnote", _footnote, _footnote),
}
_SHAPES = {"entry-encyclopedia": "page", "post": "post"}


def styled(item: Item, style: str) -> str:
    """A page of ours or a post in a style; KeyError for one that is none, ValueError for anything else."""
    known = STYLES[style]
    if item["type"] not in _SHAPES:
        raise ValueError(item["id"])
    text: str = getattr(known, _SHAPES[item["type"]])(item)
    return text


def in_styles(found: list[Item]) -> list[tuple[str, str]]:
    """Pages of ours and posts in every style, as name and text, a line each; none where one is another
    thing.
    """
    if not all(item["type"] in _SHAPES for item in found):
        return []
    return [
        (
            known.name,
            "\n".join(
                re.sub(r"^\[1\]", f"[{number}]", styled(item, style))
                for number, item in enumerate(found, 1)
            ),
        )
        for style, known in STYLES.items()
        if found
    ]
