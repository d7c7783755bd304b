"""Read the referential: territories, their members, neighbours, former codes and contours.

Frames are cached until a pack changes; never mutate them. Every function raises
:class:`~kiif.opendata.errors.MissingPack` when the base pack is not built.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from kiif.opendata import packs, paths, rollup
from kiif.opendata.base_build import PACK, Progress, build
from kiif.opendata.levels import STEMS, Level, check_level

__all__ = [
    "PACK",
    "Geometries",
    "Progress",
    "build",
    "is_built",
    "load_communes",
    "load_departments",
    "load_epci",
    "load_former_codes",
    "load_geometry",
    "load_level",
    "load_living_areas",
    "load_members",
    "load_neighbours",
    "load_regions",
    "neighbours_of",
    "rebuilt_communes",
]

Detail = Literal["full", "simple"]

#: The pack of the official density grid, and that of INSEE's living areas.
GRID_PACK: Final = "density-grid"
LIVING_AREAS_PACK: Final = "living-areas"
NAMES_PACK: Final = "living-areas-names"

_LIVING_AREA_SCHEMA: Final[dict[str, pl.DataType]] = {
    "code": pl.String(),
    "name": pl.String(),
    "search": pl.String(),
    "department": pl.String(),
    "region": pl.String(),
    "departments": pl.List(pl.String()),
    "communes": pl.Int64(),
    "population": pl.Int64(),
    "area_km2": pl.Float64(),
    "lat": pl.Float64(),
    "lon": pl.Float64(),
    "density": pl.Float64(),
    "min_lon": pl.Float64(),
    "min_lat": pl.Float64(),
    "max_lon": pl.Float64(),
    "max_lat": pl.Float64(),
}


@dataclass(frozen=True)
class Geometries:
    """Contours of one level, EPSG:4326: ``shapes[i]`` is that of ``codes[i]``; decoded from WKB when first asked
    for.
    """

    codes: npt.NDArray[np.str_]
    wkb: npt.NDArray[np.object_]

    @cached_property
    def shapes(self) -> npt.NDArray[np.object_]:
        """All the geometries, decoded once."""
        return np.asarray(shapely.from_wkb(self.wkb))

    @cached_property
    def _where(self) -> dict[str, int]:
        return {code: index for index, code in enumerate(self.codes.tolist())}

    def get(self, code: str) -> shapely.Geometry:
        """The contour of one territory; KeyError when the code is unknown."""
        return shapely.from_wkb(self.wkb[self._where[code]])

    def select(self, codes: list[str]) -> npt.NDArray[np.object_]:
        """The contours of these territories, in this order; KeyError when a code is unknown."""
        rows = [self._where[code] for code in codes]
        return np.asarray(shapely.from_wkb(self.wkb[rows]))


def is_built() -> bool:
    """Whether the base pack is present."""
    return bool(packs.stamp(PACK))


def _read(name: str, pack: str = PACK) -> pl.DataFrame:
    packs.provenance(pack)
    return pl.read_parquet(Path(paths.pack_dir(pack)) / f"{name}.parquet")


@packs.cached(PACK, GRID_PACK)
def load_communes() -> pl.DataFrame:
    """The 34,875 communes, ordered by code (columns in :mod:`kiif.opendata`).

    ``rural`` comes from the official grid where it knows the commune, else from the estimate; ``rural_source`` says
    which.
    """
    frame = _read("commune")
    if not packs.stamp(GRID_PACK):
        return frame
    grid = _read("raw_commune", GRID_PACK).select("code", "density_level")
    official = frame.select("code").join(grid, on="code", how="left", maintain_order="left")["density_level"]
    official = official.fill_nan(None)
    return frame.with_columns(
        pl.when(official.is_null()).then(pl.col("rural")).otherwise(official >= 5).alias("rural"),
        pl.when(official.is_null()).then(pl.col("rural_source")).otherwise(pl.lit("official")).alias("rural_source"),
    )


def _with_rural(table: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Add ``rural_communes`` and ``rural_population``; ``members`` has ``commune, code``."""
    rural = load_communes().filter("rural").select(pl.col("code").alias("commune"), "population")
    counts = (
        members.join(rural, on="commune")
        .group_by("code")
        .agg(
            pl.len().cast(pl.Int64).alias("rural_communes"),
            pl.col("population").sum().alias("rural_population"),
        )
    )
    return table.join(counts, on="code", how="left", maintain_order="left").with_columns(
        pl.col("rural_communes", "rural_population").fill_null(0)
    )


@packs.cached(PACK, GRID_PACK)
def load_epci() -> pl.DataFrame:
    """The 1,255 EPCI, ordered by code."""
    return _with_rural(_read("epci"), load_members("epci"))


@packs.cached(PACK, GRID_PACK)
def load_departments() -> pl.DataFrame:
    """The 101 departments, ordered by code."""
    return _with_rural(_read("department"), load_members("department"))


@packs.cached(PACK, GRID_PACK)
def load_regions() -> pl.DataFrame:
    """The 18 regions, ordered by code."""
    return _with_rural(_read("region"), load_members("region"))


def _named(areas: pl.DataFrame) -> pl.DataFrame:
    """Put the names published apart, when they are there, in place of those guessed from communes."""
    if not packs.stamp(NAMES_PACK):
        return areas
    names = _read("names", NAMES_PACK).rename({"name": "published"})
    areas = areas.join(names, on="code", how="left", maintain_order="left")
    areas = areas.with_columns(pl.coalesce("published", "name").alias("name")).drop("published")
    return areas.with_columns(rollup.fold(pl.col("name")).alias("search"))


@packs.cached(PACK, GRID_PACK, LIVING_AREAS_PACK, NAMES_PACK)
def load_living_areas() -> pl.DataFrame:
    """The living areas (bassins de vie) of INSEE, ordered by code; no row until they are imported."""
    if packs.stamp(LIVING_AREAS_PACK):
        return _with_rural(_named(_read("living_area", LIVING_AREAS_PACK)), load_members("living-area"))
    load_communes()
    schema = {**_LIVING_AREA_SCHEMA, "rural_communes": pl.Int64(), "rural_population": pl.Int64()}
    return pl.DataFrame(schema=schema)


def load_level(level: Level | str) -> pl.DataFrame:
    """The table of one level."""
    loaders = {
        "commune": load_communes,
        "epci": load_epci,
        "living-area": load_living_areas,
        "department": load_departments,
        "region": load_regions,
    }
    return loaders[check_level(level)]()


@packs.cached(PACK, LIVING_AREAS_PACK)
def load_members(level: Level | str) -> pl.DataFrame:
    """Which communes form each territory of a level: ``commune, code``, ordered by commune."""
    level = check_level(level)
    if level == "living-area":
        if packs.stamp(LIVING_AREAS_PACK):
            return _read("members", LIVING_AREAS_PACK)
        return pl.DataFrame(schema={"commune": pl.String(), "code": pl.String()})
    frame = _read("commune")
    key = "code" if level == "commune" else level
    return frame.select(pl.col("code").alias("commune"), pl.col(key).alias("code")).filter(pl.col("code").is_not_null())


@packs.cached(PACK, LIVING_AREAS_PACK)
def load_neighbours(level: Level | str = "commune") -> pl.DataFrame:
    """Territories that touch: ``code, neighbour``, both directions, ordered."""
    level = check_level(level)
    if level == "living-area":
        if packs.stamp(LIVING_AREAS_PACK):
            return _read("neighbours", LIVING_AREAS_PACK)
        return pl.DataFrame(schema={"code": pl.String(), "neighbour": pl.String()})
    return _read("neighbours").filter(pl.col("level") == level).select("code", "neighbour")


def neighbours_of(level: Level | str, code: str) -> list[str]:
    """Codes of the territories that touch one, in order; empty when the code is unknown."""
    pairs = load_neighbours(level)
    starts = _neighbour_starts(check_level(level)).get(code)
    return pairs["neighbour"].slice(*starts).to_list() if starts else []


@packs.cached(PACK, LIVING_AREAS_PACK)
def _neighbour_starts(level: Level) -> dict[str, tuple[int, int]]:
    """Where the pairs of each territory start, and how many they are: they are in the order of the codes."""
    runs = load_neighbours(level)["code"].rle().struct.unnest()
    starts = runs["len"].cum_sum() - runs["len"]
    return dict(zip(runs["value"].to_list(), zip(starts.to_list(), runs["len"].to_list(), strict=True), strict=True))


def rebuilt_communes() -> list[str]:
    """Communes of today that did not exist in the vintage of the polygons (2023): newly merged or re-established."""
    return list(packs.provenance(PACK).notes.get("rebuilt", ()))


@packs.cached(PACK)
def load_former_codes() -> pl.DataFrame:
    """Former communes and municipal arrondissements: ``former, code, name, kind, search``."""
    return _read("former_codes")


@packs.cached(PACK, LIVING_AREAS_PACK)
def load_geometry(level: Level | str, detail: Detail = "full") -> Geometries:
    """Contours of a level, in the order of its table; ``simple`` ones fit a map of France on a screen."""
    level = check_level(level)
    pack = LIVING_AREAS_PACK if level == "living-area" else PACK
    if level == "living-area" and not packs.stamp(pack):
        return Geometries(np.array([], dtype=np.str_), np.array([], dtype=object))
    frame = _read(f"geometry_{STEMS[level]}_{detail}", pack)
    return Geometries(frame["code"].to_numpy().astype(np.str_), frame["wkb"].to_numpy())
