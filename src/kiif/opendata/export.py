"""Export territories with every column and figure: CSV, Parquet or GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

import polars as pl
import shapely

from kiif.opendata import base, packs
from kiif.opendata.errors import DataError
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.indicators import CATALOGUE, load_indicators
from kiif.opendata.levels import Level, check_level

FORMATS: Final = ("csv", "parquet", "geojson")

#: First columns of each level; then every indicator present that is not among them.
COMMUNE_COLUMNS: Final = (
    "code", "name", "department", "region", "epci", "population", "area_km2", "lat", "lon", "density", "rural",
    "rural_source",
)  # fmt: skip
_UPPER: Final = ("population", "area_km2", "lat", "lon", "density", "communes", "rural_communes", "rural_population")
COLUMNS: Final[dict[Level, tuple[str, ...]]] = {
    "commune": COMMUNE_COLUMNS,
    "epci": ("code", "name", "kind", "department", "region", *_UPPER),
    "living-area": ("code", "name", "department", "region", *_UPPER),
    "department": ("code", "name", "region", *_UPPER),
    "region": ("code", "name", *_UPPER),
}
#: Columns of the tables that may be asked for by name beside those.
MORE: Final = (
    "siren",
    "zone",
    "arrondissement",
    "postcodes",
    "former_codes",
    "min_lon",
    "min_lat",
    "max_lon",
    "max_lat",
    "seat",
)


def columns_of(level: Level | str) -> list[str]:
    """Every column that an export of this level has by default, in order."""
    level = check_level(level)
    first = [*COLUMNS[level], *(["rural_source"] if level not in ("commune",) else [])]
    return [*first, *(ident for ident in load_indicators(level).ids if ident not in first)]


def frame_of(level: Level | str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The table to export. ``columns``: some of :func:`columns_of` (or of the table); all when None.

    Unknown figures are null. Raises :class:`DataError` with the list of columns when one does not exist.
    """
    level = check_level(level)
    table = base.load_level(level)
    if "rural_source" not in table.columns:
        source = "official" if packs.stamp(base.GRID_PACK) else "estimate"
        table = table.with_columns(pl.lit(source).alias("rural_source"))
    figures = load_indicators(level)
    chosen = list(columns) if columns else columns_of(level)
    known = [*columns_of(level), *(name for name in MORE if name in table.columns)]
    strange = [name for name in chosen if name not in known]
    if strange:
        raise DataError(
            _("Unknown columns: %(strange)s. Choose among: %(known)s."),
            strange=", ".join(strange),
            known=", ".join(known),
        )
    extra = [ident for ident in figures.ids if ident in chosen and ident not in table.columns]
    whole = [pl.col(ident).cast(pl.Int64) for ident in extra if CATALOGUE[ident].kind == "category"]
    values = figures.frame(extra).drop("code").with_columns(whole)
    return pl.concat([table, values], how="horizontal").select(chosen)


def export(level: Level | str, columns: Sequence[str] | None, format: str, out: IO[bytes] | Path) -> int:  # noqa: A002 -- public name
    """Write territories of a level; returns the number of rows.

    ``format``: ``csv`` (UTF-8, comma, point; lists joined by ``|``), ``parquet`` or ``geojson`` (EPSG:4326,
    simplified contours, figures as properties). ``out``: an open binary file or a path. Raises :class:`DataError` for
    an unknown column, level or format.
    """
    level = check_level(level)
    if format not in FORMATS:
        raise DataError(
            _("“%(value)s” is not a format. Choose one of: %(formats)s."), value=format, formats=", ".join(FORMATS)
        )
    frame = frame_of(level, columns)
    if isinstance(out, Path):
        with out.open("wb") as file:
            return export(level, columns, format, file)
    if format == "parquet":
        frame.write_parquet(out)
    elif format == "geojson":
        _write_geojson(frame, level, out)
    else:
        out.write(_flat(frame).write_csv().encode())
    return frame.height


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]
    floats = [name for name, kind in frame.schema.items() if kind == pl.Float64]
    return frame.with_columns(pl.col(lists).list.join("|"), pl.col(floats).round(6))


def _write_geojson(frame: pl.DataFrame, level: Level, out: IO[bytes]) -> None:
    geometries = base.load_geometry(level, "simple")
    codes = base.load_level(level)["code"].to_list()
    texts = shapely.to_geojson(shapely.set_precision(geometries.select(codes), 1e-5, mode="pointwise"))
    out.write(b'{"type":"FeatureCollection","features":[\n')
    for index, (row, text) in enumerate(zip(frame.iter_rows(named=True), texts, strict=True)):
        properties = json.dumps(row, ensure_ascii=False)
        ident = json.dumps(codes[index])
        start = "" if index == 0 else ",\n"
        feature = f'{start}{{"type":"Feature","id":{ident},"properties":{properties},"geometry":{text}}}'
        out.write(feature.encode())
    out.write(b"\n]}\n")
