"""Parsers of zonings: density grid, rurality, centrality, mountain, FRR, priority neighbourhoods, living areas."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from kiif.opendata import base, computed, files, recipe, reconcile, rollup
from kiif.opendata.catalogue_base import CENTRE_LEVELS, DENSITY_LEVELS, MASSIFS, RURALITY_TYPES
from kiif.opendata.errors import RefusedFile
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.indicators import load_indicators
from kiif.opendata.parsing import OWN, SUM, Parsed, categories, communes, require, table
from kiif.opendata.sources import Source

GRID_SHEETS: Final = ("Maille communale", "Grille_Densite", "*")


def density_grid_sheet(path: Path, source: Source) -> Parsed:
    """INSEE's workbook.

    Trap: ``DENS`` is the 7-level code until 2024 and the 3-level one in 2025, which adds ``DENS7``.
    """
    frame = files.read_sheet(path, GRID_SHEETS, "CODGEO")
    require(frame.columns, source.columns, path.name)
    column = "DENS7" if "DENS7" in frame.columns else "DENS"
    frame, _secret = reconcile.numbers(frame, [column], path.name)
    levels = set(frame[column].drop_nulls().unique().to_list())
    if not levels <= set(range(1, 8)) or (column == "DENS" and frame.height > 100 and max(levels) <= 3):
        raise RefusedFile(
            _(
                "%(file)s: the column %(column)s should hold the levels 1 to 7; it holds %(found)s. Is it another "
                "vintage?"
            ),
            file=path.name,
            column=column,
            found=", ".join(f"{level:g}" for level in sorted(levels)),
        )
    result, report = communes(frame.rename({column: "density_level"}), "CODGEO", path.name, {"density_level": OWN})
    year = re.search(r"20\d\d", path.name)
    vintage = year.group() if year else ("2025" if column == "DENS7" else source.vintage)
    return Parsed({"raw_commune": result}, report, vintage)


def density_grid_labels(path: Path, source: Source) -> Parsed:
    """Export of the Observatoire des territoires: seven labels."""
    labels = {label: number for number, (label, _en) in DENSITY_LEVELS.items()}
    return _typology(path, source, "density_level", labels)


def rurality(path: Path, source: Source) -> Parsed:
    """ANCT's typology; the labels have a leading space."""
    return _typology(path, source, "rurality_type", {label: n for n, (label, _en) in RURALITY_TYPES.items()})


def centrality(path: Path, source: Source) -> Parsed:
    """Levels of centrality; "- undefined" (overseas communes) is unknown, not "not a centre"."""
    labels: dict[str, int | None] = {label: n for n, (label, _en) in CENTRE_LEVELS.items()}
    return _typology(path, source, "centre_level", {**labels, "- undefined": None})


def mountain(path: Path, source: Source) -> Parsed:
    """Massifs: "02 - Massif du Jura"."""
    return _typology(path, source, "massif", {f"{n:02d} - {label}": n for n, (label, _en) in MASSIFS.items()})


def _typology(path: Path, source: Source, name: str, labels: dict[str, int] | dict[str, int | None]) -> Parsed:
    column = source.columns[1]
    frame = categories(table(path, source), column, labels, path.name)
    result, report = communes(frame.rename({column: name}), "insee_com", path.name, {name: OWN})
    return Parsed({"raw_commune": result}, report, source.vintage)


FRR_WORDS: Final = (("frr+", 4.0), ("socle", 3.0), ("bénéf", 2.0), ("benef", 2.0), ("partiel", 1.0), ("non class", 0.0))


def frr(path: Path, source: Source) -> Parsed:
    """DGCL's list: ``Code_insee`` and a column whose name starts with "Classement"."""
    frame = files.read_sheet(path, ("*",), "Code_insee") if path.suffix == ".xlsx" else files.read_table(path)
    require(frame.columns, source.columns, path.name)
    column = next((name for name in frame.columns if name.lower().startswith("classement")), None)
    if column is None:
        require(frame.columns, ("Code_insee", "Classement FRR et FRR+"), path.name)
    text = pl.col(str(column)).str.to_lowercase()
    known = pl.coalesce(pl.when(text.str.contains(word, literal=True)).then(number) for word, number in FRR_WORDS)
    frame = frame.with_columns(known.alias("frr"))
    strange = frame.filter(pl.col("frr").is_null() & pl.col(str(column)).is_not_null())
    if strange.height:
        raise RefusedFile(
            _("%(file)s: the column %(column)s holds the unknown label “%(value)s”. Expected: %(expected)s."),
            file=path.name,
            column=str(column),
            value=str(strange[str(column)][0]),
            expected="FRR+; FRR socle; FRR bénéficiaire; partiel; Non classée",
        )
    result, report = communes(frame, "Code_insee", path.name, {"frr": OWN})
    return Parsed({"raw_commune": result}, report, source.vintage)


def qpv(path: Path, source: Source) -> Parsed:
    """One row by neighbourhood; a cell may hold several communes, codes wrapped as ``="01004"``, districts of large
    cities.
    """
    frame = table(path, source)
    reconcile.refuse_duplicates(frame["code_qp"], path.name)
    split = frame.with_columns(pl.col("insee_com").str.split(";")).explode("insee_com", empty_as_null=True)
    split = split.filter(pl.col("insee_com").str.strip_chars() != "").with_columns(pl.lit(1.0).alias("qpv"))
    result, report = communes(split, "insee_com", path.name, {"qpv": SUM}, unique=False)
    everyone = base.load_communes().select("code").join(result, on="code", how="left", maintain_order="left")
    here: list[str | None] = reconcile.to_communes(split["insee_com"], reconcile.CodeReport())
    names = split.select("code_qp", pl.col("lib_qp").alias("name")).with_columns(
        pl.Series("commune", here, dtype=pl.String)
    )
    tables = {"raw_commune": everyone.with_columns(pl.col("qpv").fill_null(0.0)), "qpv": names}
    return Parsed(tables, report, source.vintage, notes={"neighbourhoods": frame.height})


def living_areas_sheet(path: Path, source: Source) -> Parsed:
    """INSEE's workbook, sheet ``Composition_communale``; names in ``LIBBV2022``."""
    frame = files.read_sheet(path, ("Composition_communale",), "CODGEO")
    require(frame.columns, source.columns, path.name)
    return _living_areas(frame, path, source)


def living_areas_table(path: Path, source: Source) -> Parsed:
    """COGugaison's table; ``ZZZZZZZZZ`` stands for none and the last row is empty."""
    return _living_areas(table(path, source), path, source)


def living_areas_names(path: Path, source: Source) -> Parsed:
    """Names of the living areas, used when the table has none."""
    frame = table(path, source).filter(pl.col("NIVGEO") == "BV2022")
    names = frame.select(pl.col("CODGEO").alias("code"), pl.col("LIBGEO").alias("name")).sort("code")
    report = reconcile.CodeReport(rows=names.height, matched=names.height)
    return Parsed({"names": names}, report, source.vintage)


def _living_areas(frame: pl.DataFrame, path: Path, source: Source) -> Parsed:
    """Members, table, contours, neighbours and computed figures of the living areas."""
    frame = frame.with_columns(pl.col("BV2022").replace("ZZZZZZZZZ", None))
    members, report = communes(frame, "CODGEO", path.name, {"BV2022": OWN})
    members = members.filter(pl.col("BV2022").is_not_null()).rename({"code": "commune", "BV2022": "code"})
    table_ = base.load_communes().join(
        members.rename({"code": "living_area"}), left_on="code", right_on="commune", how="left", maintain_order="left"
    )
    groups = table_["living_area"].fill_null("").to_numpy()
    codes, shapes = recipe.dissolve(base.load_geometry("commune").shapes, groups)
    simple = recipe.dissolve(base.load_geometry("commune", "simple").shapes, groups)[1]
    areas = rollup.summarise(table_, "living_area", codes, shapes)
    names = _names(frame, codes)
    areas = areas.with_columns(pl.Series("name", names)).with_columns(rollup.fold(pl.col("name")).alias("search"))
    first = ("code", "name", "search")
    areas = areas.select(*first, *(name for name in areas.columns if name not in first))
    figures = pl.DataFrame({"code": table_["code"], **_base_columns(table_)})
    tables = {
        "living_area": areas,
        "members": members.select("commune", "code").sort("commune"),
        "geometry_living_area_full": rollup.wkb_frame(codes, shapes),
        "geometry_living_area_simple": rollup.wkb_frame(codes, simple),
        "neighbours": _neighbours(table_),
        "raw_living_area": computed.upper_indicators(table_, figures, "living_area", areas),
    }
    return Parsed(tables, report, source.vintage, notes={"living areas": len(codes)})


def _base_columns(communes_table: pl.DataFrame) -> dict[str, pl.Series]:
    figures = load_indicators("commune")
    return {name: pl.Series(np.array(figures.column(name))) for name in computed.BY_INHABITANT}


def _names(frame: pl.DataFrame, codes: list[str]) -> list[str]:
    """Names written in the file, else that of the commune whose code the area bears, else its code."""
    names: dict[str, str] = dict(base.load_communes().select("code", "name").iter_rows())
    for _old, new in base.load_former_codes().select("former", "code").iter_rows():
        names.setdefault(_old, names.get(new, new))
    if "LIBBV2022" in frame.columns:
        names |= {c: n for c, n in frame.select("BV2022", "LIBBV2022").unique().iter_rows() if c and n}
    return [names.get(code, code) for code in codes]


def _neighbours(communes_table: pl.DataFrame) -> pl.DataFrame:
    area = communes_table.select("code", "living_area").drop_nulls()
    pairs = base.load_neighbours("commune").join(area, on="code").rename({"living_area": "first"})
    pairs = pairs.join(area, left_on="neighbour", right_on="code").rename({"living_area": "second"})
    pairs = pairs.filter(pl.col("first") != pl.col("second")).select(
        pl.col("first").alias("code"), pl.col("second").alias("neighbour")
    )
    return pairs.unique().sort("code", "neighbour")
