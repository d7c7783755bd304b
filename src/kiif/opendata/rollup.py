"""From communes to the territories that they form: tables, and figures by sum or weighted mean."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from kiif.opendata.recipe import Shapes, geodesic_areas

Floats = npt.NDArray[np.float64]

#: A weighted mean is shown only when it rests on at least this share of the weight (inhabitants, households…).
MIN_COVERAGE: Final = 0.8

SUMMARY_COLUMNS: Final = (
    "population", "area_km2", "lat", "lon", "density", "min_lon", "min_lat", "max_lon", "max_lat",
)  # fmt: skip


def fold(column: pl.Expr) -> pl.Expr:
    """Search form of a name: lower case, no accent, ligatures opened, spaces for everything that is not a letter or
    digit.
    """
    plain = column.str.to_lowercase().str.replace_many({"œ": "oe", "æ": "ae", "ß": "ss"})
    plain = plain.str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return plain.str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()


def placed(frame: pl.DataFrame, shapes: Shapes) -> pl.DataFrame:
    """Add ``lat, lon`` (point inside), the bounding box and ``density`` to a frame that has population and area."""
    points = shapely.point_on_surface(shapes)
    bounds = shapely.bounds(shapes).round(5)
    extra = {
        "lat": shapely.get_y(points).round(5),
        "lon": shapely.get_x(points).round(5),
        "density": np.round(frame["population"].to_numpy() / frame["area_km2"].to_numpy(), 2),
        "min_lon": bounds[:, 0],
        "min_lat": bounds[:, 1],
        "max_lon": bounds[:, 2],
        "max_lat": bounds[:, 3],
    }
    return frame.with_columns(pl.Series(name, values) for name, values in extra.items())


def summarise(communes: pl.DataFrame, key: str, codes: list[str], shapes: Shapes) -> pl.DataFrame:
    """One row per territory: ``code``, counts, sums, place, and the department and region of most of its inhabitants.

    ``key`` is the column of ``communes`` that holds the code of the territory; ``shapes`` follows ``codes``. The area
    is that of the communes (their sum), which is also the area of the contour.
    """
    known = communes.filter(pl.col(key).is_not_null()).with_columns(pl.col(key).alias("territory"))
    main = (
        known.group_by("territory", "department", "region")
        .agg(pl.col("population").sum().alias("share"))
        .sort(["territory", "share", "department"], descending=[False, True, False])
        .group_by("territory", maintain_order=True)
        .agg(
            pl.col("department").first(),
            pl.col("region").first(),
            pl.col("department").sort().alias("departments"),
        )
    )
    totals = known.group_by("territory").agg(
        pl.len().cast(pl.Int64).alias("communes"),
        pl.col("population").sum(),
        pl.col("area_km2").sum().round(3),
    )
    frame = pl.DataFrame({"code": codes}).join(
        main, left_on="code", right_on="territory", how="left", maintain_order="left"
    )
    frame = frame.join(totals, left_on="code", right_on="territory", how="left", maintain_order="left")
    return placed(frame, shapes)


def area_column(shapes: Shapes) -> pl.Series:
    """Geodesic areas, rounded to 1,000 m²."""
    return pl.Series("area_km2", geodesic_areas(shapes).round(3))


def group_index(groups: list[str | None], codes: list[str]) -> npt.NDArray[np.intp]:
    """Position in ``codes`` of each group, -1 for none or unknown. Shape (n,)."""
    where = {code: index for index, code in enumerate(codes)}
    return np.array([where.get(group, -1) if group else -1 for group in groups], dtype=np.intp)


def sums(values: Floats, index: npt.NDArray[np.intp], size: int, *, complete: bool = False) -> Floats:
    """Sum by group, ignoring unknown values; NaN where nothing is known (or, if ``complete``, where anything is
    unknown).
    """
    inside = index >= 0
    known = inside & ~np.isnan(values)
    total = np.bincount(index[known], values[known], size)
    count = np.bincount(index[known], minlength=size)
    wanted = np.bincount(index[inside], minlength=size) if complete else np.minimum(count, 1)
    return np.where((count > 0) & (count >= wanted), total, np.nan)


def weighted_means(values: Floats, weights: Floats, index: npt.NDArray[np.intp], size: int) -> Floats:
    """Mean by group, weighted; NaN where the values known carry less than :data:`MIN_COVERAGE` of the weight.

    Unknown weights count for nothing. ``values``, ``weights``, ``index`` (n,); result (size,).
    """
    inside = (index >= 0) & ~np.isnan(weights)
    known = inside & ~np.isnan(values)
    everything = np.bincount(index[inside], weights[inside], size)
    weight = np.bincount(index[known], weights[known], size)
    total = np.bincount(index[known], (values * np.nan_to_num(weights))[known], size)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / weight
    return np.where((weight > 0) & (weight >= MIN_COVERAGE * everything), mean, np.nan)


def wkb_frame(codes: list[str], shapes: Shapes, precision: float | None = None) -> pl.DataFrame:
    """Columns ``code`` and ``wkb`` (two dimensions, EPSG:4326)."""
    cut: Any = shapely.set_precision(shapes, precision, mode="pointwise") if precision else shapes
    return pl.DataFrame({"code": codes, "wkb": list(shapely.to_wkb(cut))}, schema={"code": pl.String, "wkb": pl.Binary})
