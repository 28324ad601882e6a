"""The picture that goes with a link to a record where it is shared: name, what it is, how much is known.

Size after the Open Graph protocol, https://ogp.me/, as the large sites show it: 1200 by 630.
"""

import io
import sqlite3
from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from exporters.csl import NAME, PAGES
from exporters.reading import Row, row
from web.reading import Terms, day

WIDE, HIGH, EDGE = 1200, 630, 80
_ROOM = WIDE - 2 * EDGE
_PAPER, _INK, _SOFT = "#fcfbf8", "#1d1c1a", "#5c5952"
# Those of the style sheet by day.
_COLOURS = {
    "organic": "#00735a", "multistakeholder": "#0068a8", "intergovernmental": "#c04a00",
    "state": "#a0457a", "private": "#8a6d00", "civil-society": "#4d4d4d",
}  # fmt: skip
_SIZES = (84, 68, 54, 44)  # of the name, the largest in which it fits
_LINES = 4


def card(connection: sqlite3.Connection, id: str) -> Row | None:
    """What the picture of a record says, None where there is no such record."""
    found = row(connection, _RECORD, id)
    if found is None:
        return None
    terms = Terms.of(connection)
    kind = PAGES[found["section"]]
    about = [terms.label("types", found["type"]) or kind.capitalize()]
    if found["section"] == "regimes":
        about = ["Regime of a state"]
    if found["founded"]:
        about.append(f"founded {day(found['founded'])}")
    if found["issued"]:
        about.append(day(found["issued"]))
    if found["author"]:
        about.append(found["author"])
    counts = [
        f"{found[name]:,} {name[:-1] if found[name] == 1 else name}"
        for name in ("statements", "passages")
        if found[name]
    ]
    readable = all(map(_drawable, found["name"]))  # not in Arabic or Chinese: there the id must do
    return {
        "name": found["name"] if readable else id,
        "short": found["short_name"] if found["short_name"] != found["name"] else None,
        "about": "".join(filter(_drawable, ", ".join(about))),
        "counts": ", ".join(counts),
        "colour": _COLOURS.get(found["type"] or "", _SOFT),
    }


def drawn(card: Row, site: str) -> bytes:
    """The picture as PNG."""
    image = Image.new("RGB", (WIDE, HIGH), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDE, 18), fill=card["colour"])
    draw.text((EDGE, 70), NAME, _SOFT, _font(32))
    y = 150
    if card["short"]:
        draw.text(
            (EDGE, y), _cut(card["short"], _font(60, "Bold")), card["colour"], _font(60, "Bold")
        )
        y += 88
    lines, font = _fitted(card["name"])
    for line in lines:
        draw.text((EDGE, y), line, _INK, font)
        y += round(font.size * 1.25)
    draw.text((EDGE, HIGH - 150), _cut(card["about"], _font(36)), _INK, _font(36))
    foot = " · ".join(part for part in (site.split("://")[-1], card["counts"]) if part)
    draw.text((EDGE, HIGH - 90), _cut(foot, _font(30)), _SOFT, _font(30))
    out = io.BytesIO()
    image.quantize(32).save(out, "PNG")
    return out.getvalue()


@lru_cache
def _font(size: int, weight: str = "Regular") -> ImageFont.FreeTypeFont:
    """Source Sans, out of a package, so that a picture looks alike on every machine."""
    path = files("font_source_sans_pro") / "files" / f"SourceSansPro-{weight}.ttf"
    return ImageFont.truetype(io.BytesIO(path.read_bytes()), size)


@lru_cache
def _drawable(letter: str) -> bool:
    """Whether the font has it; it has a box for what it has not."""
    font = _font(_SIZES[-1])
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask("\ue000"))


def _fitted(name: str) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The name in lines, as large as it fits; what does not fit at the smallest size is cut."""
    lines, font = [name], _font(_SIZES[-1], "Semibold")
    for size in _SIZES:
        font = _font(size, "Semibold")
        lines = _wrapped(name, font)
        if len(lines) * size * 1.25 <= 260 and all(font.getlength(x) <= _ROOM for x in lines):
            return lines, font
    *first, last = lines[:_LINES]
    last = f"{last} …" if len(lines) > _LINES else last
    return [_cut(line, font) for line in (*first, last)], font


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= _ROOM or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont) -> str:
    """As much of a line as there is room for."""
    text = " ".join(text.split())
    if font.getlength(text) <= _ROOM:
        return text
    while text and font.getlength(f"{text} …") > _ROOM:
        text = text[:-1]
    return f"{text.rstrip(' …')} …"


_RECORD = """
    SELECT r.section, r.name, i.short_name, i.type, i.founded, src.issued, src.author,
           (SELECT count(*) FROM statement s WHERE s.record = r.id) AS statements,
           (SELECT count(*) FROM passage p WHERE p.source = r.id) AS passages
    FROM record r LEFT JOIN institution i ON i.id = r.id LEFT JOIN source src ON src.id = r.id
    WHERE r.id = ?
"""
