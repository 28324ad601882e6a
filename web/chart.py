"""Bars for an answer: where its rows are few and one column counts, a picture tells it sooner."""

import math
import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from exporters.reading import Row

FEWEST, MOST = 3, 40  # rows of which a picture helps
# Columns whose numbers name and do not count.
_NAMING = re.compile(r"(^|_)(year|decade|line|position|version|rank|depth)$")


def chart(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], cells: Sequence[Sequence[Any]]
) -> Row | None:
    """The bars of an answer, None where they would help nothing.

    `rows` are its values, `cells` the same as they are shown. The first column that counts is
    drawn, each row under what one or two others say. Widths are in per cent of the longest bar.
    """
    if not FEWEST <= len(rows) <= MOST:
        return None
    counting = [
        place
        for place, column in enumerate(columns)
        if not _NAMING.search(column.lower()) and all(_number(row[place]) for row in rows)
    ]
    naming = [
        place
        for place in range(len(columns))
        if place not in counting and len({row[place] for row in rows}) > 1
    ]
    if not counting or not 1 <= len(naming) <= 2:
        return None
    drawn = counting[0]
    labels = [", ".join(_text(cell[place]) for place in naming) for cell in cells]
    values = [row[drawn] for row in rows]
    longest = max(values)
    if len(set(labels)) < len(labels) or min(values) < 0 or longest == 0:
        return None
    return {
        "column": columns[drawn],
        "by": " and ".join(columns[place] for place in naming),
        "bars": [
            {"label": label, "value": value, "wide": round(100 * value / longest, 2)}
            for label, value in zip(labels, values, strict=True)
        ],
    }


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _text(cell: Any) -> str:
    """A cell without its tags; what is empty is called so."""
    text = cell.striptags() if isinstance(cell, Markup) else str(cell)
    return text.strip("\N{NO-BREAK SPACE} ") or "none"
