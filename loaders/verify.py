"""Hold locators, passages and quotations against the full texts, where one has them.

A text is a file `<source-id>.txt` anywhere below the folder; the text of an archive page that
carries a post may also be called `<post-id>-page.txt`. Line breaks are those of the page, since a
text fragment has to lie inside one line.
"""

import functools
import re
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from loaders.check import Checked, walk
from loaders.index import Index
from loaders.problem import Place, Problem, Said, shown
from loaders.read import placed
from loaders.refer import citations
from loaders.rules import numbered
from schema import PostRecord, SourceRecord

_SECTION = re.compile(r"§\s?([0-9A-Z][0-9A-Za-z.]*)")
# The title page header of an RFC, with its number and month (RFC 7841, section 3.1). No page names
# it in those since RFC 8650, which have none.
_HEADER = re.compile(r"(?m)^(?:Request for Comments|RFC):? ")


@dataclass
class Report:
    """What was held against a text, what could not be, and what was not found."""

    checked: Counter[str] = field(default_factory=Counter)
    without_text: int = 0
    problems: list[Problem] = field(default_factory=list)


def verify(kb: Path, texts: Path) -> Report:
    """Check every place the records name in a source whose text lies below `texts`."""
    report = Report()
    _read.cache_clear()
    found = _texts(texts)
    if not found:
        want = "wanted a folder with files <source-id>.txt"
        report.problems.append(Problem(str(texts), 0, 0, "", "no texts there", "", want))
        return report
    for checked, index, problems in walk(kb):
        report.problems.extend(problem for problem in problems if not problem.warning)
        if checked is None:
            continue
        said = _verified(checked, found, index, report)
        report.problems.extend(placed(checked.document.path, said))
    report.problems.sort()
    return report


def _texts(folder: Path) -> dict[str, Path]:
    paths = sorted(folder.rglob("*.txt")) if folder.is_dir() else []
    return {path.stem: path for path in paths}


def _verified(
    checked: Checked, texts: dict[str, Path], index: Index, report: Report
) -> Iterator[Said]:
    record, id = checked.record, checked.document.id
    for place, citation in citations(record):
        info = index.source(citation.source)
        kind = info.kind if info else None
        if kind == "post":
            continue  # its passage is verified in the post's own record
        path = texts.get(citation.source)
        if path is None:
            report.without_text += 1
            continue
        text = _read(path)
        if kind == "rfc":
            report.checked["sections"] += 1
            yield from _section_problems(place, citation.at or "", citation.source, text)
        if citation.quote:
            report.checked["quotations"] += 1
            if " ".join(citation.quote.split()) not in " ".join(text.split()):
                want = "quote the source to the letter"
                yield Said(
                    place, f"not in the text of {citation.source}", shown(citation.quote), want
                )
    if isinstance(record, PostRecord):
        page = record.own_words.page
        path = texts.get(f"{page}-page") or texts.get(page)
        if path is None:
            report.without_text += len(record.passages)
            return
        text = _read(path)
        layer = yield from _layer(record, text)
        yield from _passage_problems(record, text, layer, report)
    elif isinstance(record, SourceRecord) and record.passages and id in texts:
        text = _read(texts[id])
        yield from _passage_problems(record, text, (0, len(text)), report)


@functools.lru_cache(maxsize=64)
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _layer(record: PostRecord, text: str) -> Generator[Said, None, tuple[int, int]]:
    """Where the post's own words begin and end on the page: yields problems, returns offsets."""
    own = record.own_words
    begins, ends = text.find(own.begins), text.rfind(own.ends)
    for name, at, phrase in (("begins", begins, own.begins), ("ends", ends, own.ends)):
        if at < 0:
            yield Said(
                ("own_words", name),
                f"not on the page of {own.page}",
                shown(phrase),
                "copy it to the letter",
            )
    if begins > ends >= 0:
        yield Said(
            ("own_words", "ends"),
            "stands before the beginning",
            shown(own.ends),
            "choose a later phrase",
        )
    return max(begins, 0), ends + len(own.ends) if ends >= 0 else len(text)


def _passage_problems(
    record: PostRecord | SourceRecord, text: str, layer: tuple[int, int], report: Report
) -> Iterator[Said]:
    for number, passage in numbered(record, "passages"):
        report.checked["passages"] += 1
        offsets = []
        for name in ("start", "end"):
            phrase = getattr(passage, name)
            place: Place = ("passages", number, name)
            count = text.count(phrase)
            at = text.find(phrase)
            if count != 1:
                what = "not on the page" if count == 0 else f"on the page {count} times"
                yield Said(place, what, shown(phrase), "choose words found once, inside one line")
            elif not layer[0] <= at <= at + len(phrase) <= layer[1]:
                want = "choose words of this post, or mend own_words"
                yield Said(
                    place, "outside the post's own words: another's layer", shown(phrase), want
                )
            else:
                offsets.append((at, at + len(phrase)))
        if len(offsets) == 2 and offsets[0][0] > offsets[1][0]:
            place = ("passages", number, "end")
            yield Said(
                place, "stands before the start", shown(passage.end), "swap the two or choose anew"
            )


def _section_problems(place: Place, locator: str, source: str, text: str) -> Iterator[Said]:
    sections = [found.rstrip(".") for found in _SECTION.findall(locator)]
    for section in sections:
        if not _has_section(text, section):
            want = "wanted a section number of that RFC, as `§3.1` or `§A`"
            yield Said(place, f"no section {section} in {source}", shown(locator), want)
    if not sections:
        page = re.fullmatch(r"p\. ?(\d+)", locator)
        if page:
            there = f"[Page {page.group(1)}]" in text
        elif locator == "heading":
            there = _HEADER.search(text) is not None
        else:
            there = _has_heading(text, locator)
        if not there:
            want = (
                "wanted a section as `§3.1` or `§A`, an unnumbered heading, a page as `p. 3`, "
                "or `heading` for the lines before the title"
            )
            yield Said(place, f"cannot be found in {source}", shown(locator), want)


def _has_heading(text: str, locator: str) -> bool:
    """A line of its own near the margin, such as Abstract or Acknowledgments; what follows a comma
    says where below it."""
    heading = re.escape(locator.partition(",")[0])
    return bool(re.search(rf"(?m)^ {{0,3}}{heading}\.?\s*$", text))


def _has_section(text: str, section: str) -> bool:
    """A heading: the number at the beginning of a line, as RFCs have set it since the first ones."""
    number = re.escape(section)
    return bool(
        re.search(rf"(?m)^ {{0,6}}(?i:Appendix |Section |Annex )?{number}[.:]?(?:\s|$)", text)
    )
