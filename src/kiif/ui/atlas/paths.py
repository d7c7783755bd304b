"""SVG paths in few bytes: whole units, relative coordinates, one command for a whole line."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Shapes = npt.NDArray[np.object_]


def line(points: npt.ArrayLike, closed: bool) -> str:
    """`M12 40l3-2 5 0z`: empty when fewer than three (closed) or two (open) distinct units remain."""
    units = np.rint(np.asarray(points, dtype=np.float64)[:, :2]).astype(int)
    keep = np.ones(len(units), dtype=bool)
    keep[1:] = (units[1:] != units[:-1]).any(axis=1)
    units = units[keep]
    if closed and len(units) > 1 and (units[0] == units[-1]).all():
        units = units[:-1]
    if len(units) < (3 if closed else 2):
        return ""
    steps = np.diff(units, axis=0)
    text = " ".join(f"{x} {y}" for x, y in steps.tolist()).replace(" -", "-")
    return f"M{units[0][0]} {units[0][1]}l{text}{'z' if closed else ''}"


def area(shape: shapely.Geometry, smallest: float = 6.0) -> str:
    """Outline of a polygon or of the parts of a multipolygon; islets under `smallest` square units are left out."""
    parts = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2]
    largest = max((shapely.area(part) for part in parts), default=0.0)
    kept = [part for part in parts if shapely.area(part) >= min(smallest, largest)]
    return "".join(
        line(shapely.get_coordinates(ring), closed=True) for part in kept for ring in shapely.get_rings(part)
    )


def mesh(shapes: Shapes, land: shapely.Geometry) -> str:
    """Limits between territories, each drawn once, without the coast."""
    limits = shapely.union_all(shapely.boundary(shapes))
    inner = shapely.difference(limits, shapely.buffer(shapely.boundary(land), 0.6))
    merged = shapely.line_merge(inner)
    return "".join(line(shapely.get_coordinates(part), closed=False) for part in shapely.get_parts(merged))


def thinned(path: str, tolerance: float) -> str:
    """A path of absolute points ("M1,2 3,4Z…") rewritten with fewer points and in our notation."""
    texts = []
    for piece in path.split("M")[1:]:
        closed = piece.endswith("Z")
        points: list[Any] = [tuple(map(float, pair.split(","))) for pair in piece.rstrip("Z").split()]
        if len(points) < 2:
            continue
        if closed:
            points.append(points[0])
        kept = shapely.get_coordinates(shapely.simplify(shapely.linestrings(np.array(points)), tolerance))
        texts.append(line(kept, closed))
    return "".join(texts)
