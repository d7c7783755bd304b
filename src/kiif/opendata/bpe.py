"""Facilities: which codes of the BPE make each kind that we follow, by vintage, and the parsers of its three forms."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from kiif.opendata import base, levels, reconcile
from kiif.opendata.catalogue_people import BASKET, FACILITIES
from kiif.opendata.errors import RefusedFile
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.parsing import SUM, Parsed, communes, table
from kiif.opendata.sources import Source

#: Codes change with vintages: those until 2020, and those since 2021 (general practitioners: D201, then D265).
CODES_UNTIL_2020: Final[dict[str, tuple[str, ...]]] = {
    "gp": ("D201",),
    "nurse": ("D232",),
    "dentist": ("D221",),
    "pharmacy": ("D301",),
    "school": ("C101", "C102", "C104", "C105"),
    "college": ("C201",),
    "food_shop": ("B101", "B102", "B201", "B202"),
    "bakery": ("B203",),
    "post": ("A206", "A207", "A208"),
    "elderly_home": ("D401",),
}
CODES_SINCE_2021: Final[dict[str, tuple[str, ...]]] = {
    "gp": ("D265",),
    "nurse": ("D281",),
    "dentist": ("D277",),
    "pharmacy": ("D307",),
    "school": ("C107", "C108", "C109"),
    "college": ("C201",),
    "food_shop": ("B104", "B105", "B201", "B202"),
    "bakery": ("B207",),
    "post": ("A206", "A207", "A208"),
    "elderly_home": ("D401",),
}


def codes_of(year: int) -> dict[str, tuple[str, ...]]:
    """The table of codes for a vintage."""
    return CODES_UNTIL_2020 if year <= 2020 else CODES_SINCE_2021


def count_kinds(rows: pl.DataFrame, file: str, year: int) -> tuple[pl.DataFrame, reconcile.CodeReport, dict[str, int]]:
    """Facilities of each kind by commune of today. ``rows``: ``place, type, count`` (leaf types only).

    A commune without any row has zero facility, unless it may not have existed at that vintage: re-established since,
    or of a department that the file does not know. Those stay unknown.
    """
    codes = codes_of(year)
    kind_of = {code: kind for kind, all_codes in codes.items() for code in all_codes}
    rows = rows.with_columns(pl.col("type").replace_strict(kind_of, default="other").alias("kind"))
    wide = rows.group_by("place", "kind").agg(pl.col("count").sum()).pivot("kind", index="place", values="count")
    wide = wide.with_columns(pl.lit(0.0).alias(kind) for kind in FACILITIES if kind not in wide.columns)
    wide = wide.with_columns(pl.col(list(FACILITIES)).fill_null(0.0))
    sums = {kind: int(wide[kind].sum()) for kind in FACILITIES}
    result, report = communes(wide, "place", file, dict.fromkeys(FACILITIES, SUM))
    covered = {levels.department_of(code) for code in result["code"]}
    rebuilt = set(base.rebuilt_communes())
    zero = [c for c in report.absent if levels.department_of(c) in covered and c not in rebuilt]
    blank = pl.DataFrame({"code": zero}, schema={"code": pl.String}).with_columns(
        pl.lit(0.0).alias(k) for k in FACILITIES
    )
    result = pl.concat([result, blank.select(result.columns)]).sort("code")
    return with_basket(result, ""), report, sums


def with_basket(frame: pl.DataFrame, prefix: str) -> pl.DataFrame:
    """Add how many of the daily services the commune has (unknown if one is)."""
    present = [(pl.col(f"{prefix}{kind}") > 0).cast(pl.Float64) for kind in BASKET]
    return frame.with_columns(pl.sum_horizontal(present, ignore_nulls=False).alias(f"{prefix}basket"))


def bpe_2019(path: Path, source: Source) -> Parsed:
    """The Parquet of 2019: one row by place, district and type."""
    frame = pl.read_parquet(path, columns=list(source.columns))
    year = int(frame["AN"].max() or 2019)  # type: ignore[arg-type] # a column of years
    rows = frame.select(
        pl.col("DEPCOM").alias("place"),
        pl.col("TYPEQU").alias("type"),
        pl.col("NB_EQUIP").cast(pl.Float64).alias("count"),
    )
    result, report, sums = count_kinds(rows, path.name, year)
    notes = {"facilities": int(rows["count"].sum()), "types": rows["type"].n_unique(), **sums}
    return Parsed({"raw_commune": result}, report, str(year), notes=notes)


def bpe_melodi(path: Path, source: Source) -> Parsed:
    """The tables since 2023: leaves only, for adding totals and sub-totals to them multiplies everything by three.

    A type is a leaf when it has a letter and three digits. Where a commune has a total row, the sum of its leaves
    must equal it.
    """
    frame = table(path, source)
    frame = frame.filter((pl.col("GEO_OBJECT") == "COM") & (pl.col("BPE_MEASURE") == "FACILITIES"))
    frame, secret = reconcile.numbers(frame, ["OBS_VALUE"], path.name)
    years = frame["TIME_PERIOD"].drop_nulls().unique().to_list()
    if len(years) != 1:
        raise RefusedFile(
            _("%(file)s mixes vintages (%(found)s): keep one."),
            file=path.name,
            found=", ".join(sorted(map(str, years))) or "–",
        )
    leaves = frame.filter(pl.col("FACILITY_TYPE").str.contains(r"^[A-G]\d{3}$"))
    _check_totals(frame, leaves, path.name)
    rows = leaves.select(
        pl.col("GEO").alias("place"), pl.col("FACILITY_TYPE").alias("type"), pl.col("OBS_VALUE").alias("count")
    ).drop_nulls()
    result, report, sums = count_kinds(rows, path.name, int(years[0]))
    return Parsed(
        {"raw_commune": result}, report, str(years[0]), secret, {"facilities": int(rows["count"].sum()), **sums}
    )


def _check_totals(frame: pl.DataFrame, leaves: pl.DataFrame, file: str) -> None:
    names = set(frame.columns)
    if not {"FACILITY_DOM", "FACILITY_SDOM"} <= names:
        total = (
            frame.filter(pl.col("FACILITY_TYPE") == "_T").group_by("GEO").agg(pl.col("OBS_VALUE").max().alias("total"))
        )
    else:
        whole = (pl.col("FACILITY_TYPE") == "_T") & (pl.col("FACILITY_DOM") == "_T") & (pl.col("FACILITY_SDOM") == "_T")
        total = frame.filter(whole).select("GEO", pl.col("OBS_VALUE").alias("total"))
    both = leaves.group_by("GEO").agg(pl.col("OBS_VALUE").sum()).join(total, on="GEO")
    wrong = both.filter((pl.col("OBS_VALUE") - pl.col("total")).abs() > 0.5)
    if wrong.height:
        row = wrong.sort("GEO").row(0, named=True)
        raise RefusedFile(
            _("%(file)s: in %(code)s the facilities by type sum to %(sum)d and the total says %(total)d."),
            file=file,
            code=row["GEO"],
            sum=int(row["OBS_VALUE"]),
            total=int(row["total"]),
        )


def dossier_columns(found: list[str]) -> list[str]:
    """Columns ``BPE_2024_<TYPE>`` of the dossier complet that we follow."""
    return [name for name in found if any(name[9:] in codes for codes in codes_of(int(name[4:8])).values())]


def add_dossier_facilities(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Add ``bpe_<kind>`` for the kinds of which all the codes are there, and ``bpe_basket`` when all its services
    are.
    """
    if not columns:
        return frame
    codes = codes_of(int(columns[0][4:8]))
    by_type = {name[9:]: name for name in columns}
    for kind, wanted in codes.items():
        if all(code in by_type for code in wanted):
            total = pl.sum_horizontal([pl.col(by_type[code]) for code in wanted], ignore_nulls=False)
            frame = frame.with_columns(total.alias(f"bpe_{kind}"))
    if all(f"bpe_{kind}" in frame.columns for kind in BASKET):
        frame = with_basket(frame, "bpe_")
    return frame.drop(columns)
