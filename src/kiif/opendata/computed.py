"""Indicators computed from the base pack alone: distances, people around, small communes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from kiif.methods import geo
from kiif.opendata import rollup

Floats = npt.NDArray[np.float64]

SMALL_COMMUNE = 1_000

#: Figures of communes that become, one level up, the mean for its inhabitants.
BY_INHABITANT = (
    "town_10k_km", "town_50k_km", "seat_km", "population_10km", "population_20km", "population_30km",
)  # fmt: skip


def commune_indicators(communes: pl.DataFrame) -> pl.DataFrame:
    """``code`` and the computed figures of communes; unknown is NaN.

    Distances go from point to point, as the crow flies; a town is at 0 km of itself. ``seat_km`` is the distance to the
    nearest prefecture or sub-prefecture.
    """
    points = communes.select("lat", "lon").to_numpy()
    population = communes["population"].to_numpy().astype(np.float64)
    columns: dict[str, Floats] = {
        "population": population,
        "area_km2": communes["area_km2"].to_numpy(),
        "density": communes["density"].to_numpy(),
    }
    for name, least in (("town_10k_km", 10_000), ("town_50k_km", 50_000)):
        columns[name] = geo.nearest_distance(points, points[population >= least])[0].round(2)
    seats = communes["rank"].to_numpy() >= 2
    columns["seat_km"] = geo.nearest_distance(points, points[seats])[0].round(2)
    for km in (10, 20, 30):
        columns[f"population_{km}km"] = geo.population_within(points, population, km)
    return pl.DataFrame({"code": communes["code"], **columns})


def upper_indicators(communes: pl.DataFrame, figures: pl.DataFrame, key: str, table: pl.DataFrame) -> pl.DataFrame:
    """The computed figures of EPCI, living areas, departments or regions. ``table`` is the frame of that level."""
    codes = table["code"].to_list()
    index = rollup.group_index(communes[key].to_list(), codes)
    population = communes["population"].to_numpy().astype(np.float64)
    columns: dict[str, Floats] = {
        "population": table["population"].to_numpy().astype(np.float64),
        "area_km2": table["area_km2"].to_numpy(),
        "density": table["density"].to_numpy(),
    }
    for name in BY_INHABITANT:
        columns[name] = rollup.weighted_means(figures[name].to_numpy(), population, index, len(codes)).round(2)
    count = table["communes"].to_numpy()
    inside = index >= 0
    small = inside & (population < SMALL_COMMUNE)
    largest = np.zeros(len(codes))
    np.maximum.at(largest, index[inside], population[inside])
    columns["small_communes_share"] = (100 * np.bincount(index[small], minlength=len(codes)) / count).round(2)
    with np.errstate(invalid="ignore", divide="ignore"):
        columns["main_commune_share"] = (100 * largest / columns["population"]).round(2)
    columns["communes"] = count.astype(np.float64)
    return pl.DataFrame({"code": codes, **columns})
