"""The map: a figure, a law or a membership of all states, drawn over the world and as a table."""

import json
import sqlite3
import statistics
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from exporters.reading import Row, rows
from schema import VOCABULARIES
from schema.regime import RegimeFacts
from web.reading import Terms, day
from web.wording import LABELS

STEPS = 5
FIRST = "indicator:freedom-on-the-net"  # what is drawn where nothing else is asked for

_LAWS = [field for field, terms in VOCABULARIES.items() if terms == "law-states"]
_LAW_STEPS = {"law": 5, "draft": 3, "none": 1}
_STATUS_STEPS = {"party": 5, "member": 5, "signed": 3, "observer": 2, "left": 1, "undated": 1}
_STATUSES = {
    "party": "Party, bound by it", "member": "Member", "signed": "Signed or endorsed",
    "observer": "Observer", "left": "Left",
    "undated": "Member or party later; since when is not known",
}  # fmt: skip


@cache
def world() -> Row:
    """Width, height and shapes of the picture; made by docs/world.py from Natural Earth."""
    text = Path(__file__).with_name("world.json").read_text(encoding="utf-8")
    found: Row = json.loads(text)
    return found


def page(connection: sqlite3.Connection, asked: Mapping[str, str]) -> Row:
    """Everything on the page; `asked` may hold `show`, as kind:name, and `year`."""
    terms = Terms.of(connection)
    options = _options(connection, terms)
    known = {option["value"] for group in options for option in group["options"]}
    show = asked.get("show") or FIRST
    if not known:
        return {"options": []}
    unknown = show if show not in known else None
    if unknown:
        show = FIRST if FIRST in known else next(iter(known), FIRST)
    kind, _, name = show.partition(":")
    found = _DRAWN[kind](connection, name, asked.get("year") or "", terms)
    by_code = {state["iso2"]: state for state in found["states"]}
    shapes = [
        {**shape, "iso2": code, "state": by_code.get(code)}
        for code, shape in world()["shapes"].items()
    ]
    # Dots last, so that they lie on top of the shapes around them.
    shapes.sort(key=lambda shape: "x" in shape)
    return {
        "show": show, "unknown": unknown, "options": options, "shapes": shapes,
        "width": world()["width"], "height": world()["height"],
        "undrawn": sorted(s["name"] for s in found["states"] if s["iso2"] not in world()["shapes"]),
        **found,
    }  # fmt: skip


def _options(connection: sqlite3.Connection, terms: Terms) -> list[Row]:
    """What can be drawn, in groups."""
    figures = rows(
        connection,
        "SELECT DISTINCT 'indicator:' || indicator AS value, t.label, t.rowid FROM indicator "
        "JOIN term t ON t.id = 'indicators_' || indicator ORDER BY t.rowid",
    )
    laws = [
        {"value": f"law:{field}", "label": LABELS[field]}
        for field in _LAWS
        if rows(connection, f"SELECT 1 FROM regime WHERE {field} IS NOT NULL LIMIT 1")  # noqa: S608
    ]
    bodies = rows(
        connection,
        "SELECT DISTINCT 'member:' || body AS value, body_name AS label FROM membership_matrix "
        "ORDER BY body_name",
    )
    groups = (("Figures", figures), ("Laws", laws), ("Membership", bodies))
    return [{"label": label, "options": found} for label, found in groups if found]


def _figures(connection: sqlite3.Connection, name: str, year: str, terms: Terms) -> Row:
    years = [
        found
        for (found,) in connection.execute(
            "SELECT DISTINCT year FROM regime_indicator WHERE indicator = ? ORDER BY year DESC",
            (name,),
        )
    ]
    year = year if year in years else years[0]
    states = rows(
        connection,
        "SELECT iso2, state AS name, regime, value, standing, statement FROM regime_indicator "
        "WHERE indicator = ? AND year = ? ORDER BY value DESC, state",
        name,
        year,
    )
    (about,) = rows(connection, "SELECT * FROM term WHERE id = ?", f"indicators_{name}")
    bounds = _bounds([state["value"] for state in states], about["unit"])
    for state in states:
        state["step"] = 1 + sum(state["value"] > bound for bound in bounds[1:-1])
        state["text"] = f"{state['value']:,.12g}"
    steps = [
        {"step": n, "text": _between(low, high, n == 1)}
        for n, (low, high) in enumerate(pairwise(bounds), 1)
    ]
    return {
        "title": about["label"], "about": about["meaning"], "unit": about["unit"],
        "term": terms.read("indicators", name), "year": year, "years": years, "states": states,
        "steps": [step for step in steps if any(s["step"] == step["step"] for s in states)],
        "absent": "No figure", "better": about["better"],
    }  # fmt: skip


def _between(low: float, high: float, first: bool) -> str:
    if low == high:
        return f"{low:,.12g}"
    return f"{'' if first else 'over '}{low:,.12g} to {high:,.12g}"


def _bounds(values: list[float], unit: str | None) -> list[float]:
    """Where the steps begin and the last ends: even ones on a scale of points, else with as many
    states in each as can be.
    """
    scale = (unit or "").rpartition("points of ")[2]
    if scale.isdigit():
        return [int(scale) * n / STEPS for n in range(STEPS + 1)]
    if len(set(values)) <= STEPS:
        return [min(values), *sorted(set(values))]
    cuts = statistics.quantiles(values, n=STEPS, method="inclusive")
    return sorted({min(values), *cuts, max(values)})


def _law(connection: sqlite3.Connection, field: str, year: str, terms: Terms) -> Row:
    states = rows(
        connection,
        "SELECT r.iso2, i.name, r.id AS regime, s.value, s.standing, s.id AS statement, s.as_of "
        "FROM statement s JOIN regime r ON r.id = s.record JOIN institution i ON i.id = r.id "
        "WHERE s.field = ? AND s.section = 'facts' AND s.standing IN ('held', 'unverified') "
        "ORDER BY i.name",
        field,
    )
    for state in states:
        state["step"] = _LAW_STEPS[state["value"]]
        state["text"] = terms.label("law-states", state["value"])
    steps = [
        {"step": step, "text": terms.label("law-states", value)}
        for value, step in _LAW_STEPS.items()
    ]
    return {
        "title": LABELS[field], "about": str(RegimeFacts.model_fields[field].description),
        "unit": None, "term": {"path": "/term/law-states"},
        "year": None, "years": [], "states": states, "steps": steps, "absent": "No data",
        "better": None,
    }  # fmt: skip


def _membership(connection: sqlite3.Connection, body: str, year: str, terms: Terms) -> Row:
    found = rows(
        connection,
        "SELECT iso2, state AS name, regime, body_name, status, signed, ratified, since, until, "
        "as_of, standing, statement FROM membership_matrix WHERE body = ? ORDER BY state",
        body,
    )
    dates = [
        str(state[field])[:4]
        for state in found
        for field in ("since", "signed", "ratified", "until", "as_of")
        if state[field]
    ]
    years = [str(n) for n in range(int(max(dates)), int(min(dates)) - 1, -1)] if dates else []
    year = year if year in years else ""
    states = []
    for state in found:
        status = _in_year(state, year) if year else state["status"]
        if status:
            when = [
                f"{word} {day(state[field])}"
                for word, field in (
                    ("signed", "signed"), ("ratified", "ratified"), ("since", "since"),
                    ("until", "until"), ("as of", "as_of"),
                )
                if state[field]
            ]  # fmt: skip
            more = {"step": _STATUS_STEPS[status], "text": _STATUSES[status]}
            states.append({**state, **more, "value": status, "when": ", ".join(when)})
    there = [status for status in _STATUSES if any(s["value"] == status for s in states)]
    return {
        "title": found[0]["body_name"],
        "about": "Who belongs to it, as far as the sources read tell. "
        "That a state is not marked says only that no source read names it.",
        "unit": None, "term": {"text": found[0]["body_name"], "path": f"/institution/{body}"},
        "year": year, "years": years, "states": states,
        "steps": [{"step": _STATUS_STEPS[s], "text": _STATUSES[s]} for s in there],
        "absent": "Not named as belonging", "better": None,
    }  # fmt: skip


def _in_year(state: Row, year: str) -> str | None:
    """How the state stood to the body at the end of the year, None where not at all."""
    began = [state[field][:4] for field in ("since", "ratified", "signed") if state[field]]
    if state["until"] and state["until"][:4] <= year:
        return "left"
    status: str = "member" if state["status"] == "left" else state["status"]
    bound = state["since"] or state["ratified"]
    if status == "party" and bound and bound[:4] > year:
        return "signed" if state["signed"] and state["signed"][:4] <= year else None
    if began:
        return status if min(began) <= year else None
    return status if not state["as_of"] or state["as_of"][:4] <= year else "undated"


_DRAWN: dict[str, Any] = {"indicator": _figures, "law": _law, "member": _membership}
