"""The picture of a body among its neighbours: what it is tied to on the right, what is tied to it on the left."""

from exporters.reading import Row

WIDTH, LINE, GAP = 760, 20, 10  # in units of the picture; a unit is a pixel on a wide screen
_INNER = 150  # half the width that is left for the lines
MOST = 6  # neighbours by one relation that are named; where there are more, they are counted
LONGEST = 34  # letters of a name

_OUTWARD = WIDTH // 2 + _INNER
_INWARD = WIDTH // 2 - _INNER


def picture(groups: list[Row], name: str) -> Row | None:
    """What to draw of the relations, as `institution.page` groups them; None where there are none.

    Superseded relations are left out. The same stands in the list beside it, whole.
    """
    sides: dict[bool, list[Row]] = {False: [], True: []}
    for group in groups:
        held = [item for item in group["items"] if item["standing"] != "superseded"]
        if held:
            sides[bool(held[0]["derived"])].append({"label": group["label"], "items": held})
    if not any(sides.values()):
        return None
    columns = {side: _column(found, inward=side) for side, found in sides.items()}
    height = max(bottom for _, bottom in columns.values())
    nodes = []
    for column, bottom in columns.values():
        down = (height - bottom) / 2  # the shorter side stands in the middle
        nodes += [{**node, "y": node["y"] + down} for node in column]
    middle = height / 2
    for node in nodes:
        if node["line"]:
            x, way = node["x"], WIDTH // 2
            node["d"] = (
                f"M{way} {middle:g}C{(way + x) / 2:g} {middle:g} {(way + x) / 2:g} {node['y'] - 4:g} {x:g} {node['y'] - 4:g}"
            )
    return {"nodes": nodes, "width": WIDTH, "height": height, "middle": middle, "name": short(name)}


def _column(groups: list[Row], inward: bool) -> tuple[list[Row], float]:
    """The texts of one side from top to bottom, and where it ends."""
    x = _INWARD if inward else _OUTWARD
    nodes: list[Row] = []
    y = 0.0
    for group in groups:
        y += LINE + (GAP if nodes else 0)
        nodes.append(
            {"text": group["label"], "x": x, "y": y, "inward": inward, "line": False, "path": None}
        )
        items = group["items"]
        if len(items) > MOST:
            items = [{"count": len(items)}]
        for item in items:
            y += LINE
            text = f"{item['count']} in the list" if "count" in item else short(item["short"])
            path = "#relations" if "count" in item else f"/institution/{item['target_id']}"
            nodes.append({"text": text, "x": x, "y": y, "inward": inward, "line": True, "path": path,
                          "doubtful": item.get("standing", "held") != "held"})  # fmt: skip
    return nodes, y + LINE / 2


def short(name: str) -> str:
    """A name that fits."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"
