"""A page of ours in the styles that writers are asked for, as plain text.

One shape, so one line a style; the tests hold each against pandoc with the style of the CSL project. Titles
stand as they are called, where a style would change their capitals. All that is not a page of ours (posts,
sources) is a matter of the reader's own tool and the CSL-JSON.
"""

import re
from collections.abc import Callable
from typing import Any

from exporters.sentence import MONTHS, sentence

Item = dict[str, Any]

_SHORT = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")  # fmt: skip
_IEEE = (*_SHORT[:5], "Jun.", "Jul.", "Aug.", "Sep.", *_SHORT[9:])


def is_ours(item: Item) -> bool:
    """Is it a page of ours, the shape that the styles know?"""
    return bool(item["type"] == "entry-encyclopedia")


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


STYLES: dict[str, tuple[str, Callable[[Item], str]]] = {
    "apa": ("APA", _apa),
    "chicago-author-date": ("Chicago, author-date", sentence),
    "chicago-notes": ("Chicago, notes", _chicago_notes),
    "mla": ("MLA", _mla),
    "harvard": ("Harvard", _harvard),
    "oscola": ("OSCOLA", _oscola),
    "bluebook": ("Bluebook-like", _bluebook),
    "ieee": ("IEEE", _ieee),
    "wikipedia": ("Wikipedia", _wiki),
    "footnote": ("Markdown footnote", _footnote),
}


def styled(item: Item, style: str) -> str:
    """A page of ours in a style; KeyError for one that is none, ValueError for what is no page of ours."""
    write = STYLES[style][1]
    if not is_ours(item):
        raise ValueError(item["id"])
    return write(item)


def in_styles(found: list[Item]) -> list[tuple[str, str]]:
    """A page of ours in every style, as name and text; none for anything else."""
    if len(found) != 1 or not is_ours(found[0]):
        return []
    return [(name, write(found[0])) for name, write in STYLES.values()]
