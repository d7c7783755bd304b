"""From degrees to pixels: projections, frames and SVG path data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]

LAMBERT_93: Final = 2154
#: Official projection (EPSG) of each overseas department; Lambert-93 elsewhere.
OVERSEAS: Final[dict[str, int]] = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471}


def epsg_of(department: str) -> int:
    """The projection of a department, by its code."""
    return OVERSEAS.get(department, LAMBERT_93)


@cache
def _transformer(epsg: int) -> Transformer:
    return Transformer.from_crs(4326, epsg, always_xy=True)


def project(longitude: npt.ArrayLike, latitude: npt.ArrayLike, epsg: int) -> tuple[Floats, Floats]:
    """Metres, in the projection, of points given in degrees (arrays of the same shape)."""
    x, y = _transformer(epsg).transform(np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64))
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def unproject(x: npt.ArrayLike, y: npt.ArrayLike, epsg: int) -> tuple[Floats, Floats]:
    """Longitude and latitude in degrees of points in metres (arrays of the same shape)."""
    longitude, latitude = _transformer(epsg).transform(np.asarray(x), np.asarray(y), direction="INVERSE")
    return np.asarray(longitude, dtype=np.float64), np.asarray(latitude, dtype=np.float64)


@dataclass(frozen=True)
class Frame:
    """A rectangle of a map: ``width`` by ``height`` pixels, ``scale`` pixels per metre, from (``min_x``, ``max_y``)
    downwards.
    """

    epsg: int
    min_x: float
    max_y: float
    scale: float
    width: float
    height: float

    def project(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Pixels of one point given in degrees, to one decimal."""
        x, y = project([longitude], [latitude], self.epsg)
        px, py = self.pixels(x, y)
        return round(float(px[0]), 1), round(float(py[0]), 1)

    def pixels(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Pixels of points given in metres (arrays of the same shape)."""
        return (np.asarray(x) - self.min_x) * self.scale, (self.max_y - np.asarray(y)) * self.scale

    def km(self, length: float) -> float:
        """Pixels in ``length`` kilometres, for a scale bar."""
        return length * 1000 * self.scale

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Metres: min x, min y, max x, max y."""
        return (
            self.min_x,
            self.max_y - self.height / self.scale,
            self.min_x + self.width / self.scale,
            self.max_y,
        )

    def place(self, shapes: Shapes) -> Shapes:
        """Geometries in degrees, put in pixels of the frame."""

        def move(coordinates: Floats) -> Floats:
            x, y = project(coordinates[:, 0], coordinates[:, 1], self.epsg)
            return np.stack(self.pixels(x, y), axis=1)

        return np.asarray(shapely.transform(shapes, move))

    def window(self) -> shapely.Geometry:
        """The frame itself, in pixels."""
        return shapely.box(0, 0, self.width, self.height)


def fit(
    bounds: tuple[float, float, float, float], epsg: int, width: float, height: float | None = None, margin: float = 0.0
) -> Frame:
    """The frame that shows ``bounds`` (metres) with a margin (share of their size) on each side, centred.

    Without ``height``, the frame has the proportions of the bounds.
    """
    min_x, min_y, max_x, max_y = bounds
    size_x, size_y = max(max_x - min_x, 1.0) * (1 + 2 * margin), max(max_y - min_y, 1.0) * (1 + 2 * margin)
    if height is None:
        height = round(width * size_y / size_x, 1)
    scale = min(width / size_x, height / size_y)
    centre_x, centre_y = (min_x + max_x) / 2, (min_y + max_y) / 2
    return Frame(epsg, centre_x - width / scale / 2, centre_y + height / scale / 2, scale, width, height)


def path_data(shape: shapely.Geometry, decimals: int = 1, smallest: float = 0.0) -> str:
    """SVG path of a polygon (or of the parts of a multipolygon) in pixels; parts under ``smallest`` px² are left out.

    The largest part is always kept. Lines are drawn open. Points that fall on the same pixel tenth are merged.
    """
    parts = shapely.get_parts(shape)
    kinds = shapely.get_dimensions(parts)
    areas = shapely.area(parts)
    keep = (kinds == 1) | ((kinds == 2) & ((areas >= smallest) | (areas == areas.max(initial=0))))
    texts: list[str] = []
    for part in parts[keep]:
        if shapely.get_dimensions(part) == 1:
            texts.append(line_data(shapely.get_coordinates(part), decimals))
            continue
        texts.extend(
            line_data(shapely.get_coordinates(ring)[:-1], decimals, closed=True) for ring in shapely.get_rings(part)
        )
    return "".join(texts)


def line_data(points: Floats, decimals: int = 1, closed: bool | None = None) -> str:
    """SVG path of one line.

    Closed when told, or when the first point is repeated at the end. Empty under two points.
    """
    if closed is None:
        closed = len(points) > 3 and bool((points[0] == points[-1]).all())
        points = points[:-1] if closed else points
    rounded = np.round(points, decimals) + 0.0
    moved = np.ones(len(rounded), dtype=bool)
    moved[1:] = (rounded[1:] != rounded[:-1]).any(axis=1)
    rounded = rounded[moved]
    if len(rounded) < (3 if closed else 2):
        return ""
    text = " ".join([f"{x:g},{y:g}" for x, y in rounded.tolist()])
    return f"M{text}Z" if closed else f"M{text}"
