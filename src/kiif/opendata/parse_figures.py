"""Parsers of figures: income, census, populations, associations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl

from kiif.opendata import base, bpe, files, reconcile
from kiif.opendata.errors import RefusedFile
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.parsing import MEAN, SUM, Parsed, communes, level_rows, require, table
from kiif.opendata.sources import Source

#: Canonical name → names in the official files (vintage replaced by ``NN``) and in renamed exports.
FILOSOFI_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "code": ("CODGEO", "codgeo"),
    "persons": ("NBPERSMENFISCNN", "nb_personnes"),
    "median_income": ("MEDNN", "revenu_median"),
    "poverty_rate": ("TP60NN", "taux_pauvrete"),
    "income_ratio": ("RDNN", "rapport_interdecile"),
    "taxed_households_share": ("PIMPNN", "part_imposes"),
}


def _filosofi(path: Path, source: Source) -> tuple[pl.DataFrame, str, int]:
    """The columns of Filosofi under canonical names, as numbers; the vintage; how many cells are secret."""
    names, _separator = files.header(path)
    year = next((found.group(1) for name in names if (found := re.fullmatch(r"MED(\d\d)", name))), "")
    chosen = {}
    for canonical, variants in FILOSOFI_NAMES.items():
        present = [v.replace("NN", year) for v in variants if v.replace("NN", year) in names]
        if present:
            chosen[present[0]] = canonical
    if not {"code", "median_income", "poverty_rate"} <= set(chosen.values()):
        require(names, source.columns, path.name)
    frame = files.read_table(path, tuple(chosen)).rename(chosen)
    frame, secret = reconcile.numbers(frame, [name for name in frame.columns if name != "code"], path.name)
    return frame, f"20{year}" if year else source.vintage, secret


def filosofi(path: Path, source: Source) -> Parsed:
    """Income of communes: the median is kept for figures; the poverty rate, known for one in eight, only as raw
    data.
    """
    frame, vintage, secret = _filosofi(path, source)
    how = {name: SUM if name == "persons" else f"{MEAN}:persons" for name in frame.columns if name != "code"}
    result, report = communes(frame, "code", path.name, how)
    return Parsed({"raw_commune": result}, report, vintage, secret)


def _filosofi_upper(path: Path, source: Source, level: str) -> Parsed:
    frame, vintage, secret = _filosofi(path, source)
    result, report = level_rows(frame.rename({"code": "was"}), "was", level, path.name)
    stem = level.replace("-", "_")
    return Parsed({f"raw_{stem}": result.drop("was")}, report, vintage, secret)


def filosofi_epci(path: Path, source: Source) -> Parsed:
    """Income and poverty of EPCI (official or renamed columns)."""
    return _filosofi_upper(path, source, "epci")


def filosofi_living_area(path: Path, source: Source) -> Parsed:
    """Income and poverty of living areas."""
    return _filosofi_upper(path, source, "living-area")


def filosofi_department(path: Path, source: Source) -> Parsed:
    """Income and poverty of departments."""
    return _filosofi_upper(path, source, "department")


def refuse_other_vintage(names: list[str], source: Source, file: str) -> None:
    """A sentence for a file of the right family and the wrong year, before "columns are missing"."""
    years = sorted({found.group(1) for name in names if (found := re.fullmatch(r"P(\d\d)_POP", name))})
    if years and "P22_POP" not in names:
        raise RefusedFile(
            _("%(file)s is of another vintage (P%(found)s_POP): this version reads %(expected)s (P22_POP)."),
            file=file,
            found=years[-1],
            expected=source.vintage,
        )


def comparator(path: Path, source: Source) -> Parsed:
    """Base du comparateur: counts; point and comma as decimal signs live side by side."""
    names, _separator = files.header(path)
    refuse_other_vintage(names, source, path.name)
    frame = table(path, source)
    counts = [name for name in frame.columns if name not in ("CODGEO", "MED21")]
    frame, secret = reconcile.numbers(frame, [*counts, "MED21"], path.name)
    how = {**dict.fromkeys(counts, SUM), "MED21": f"{MEAN}:P22_POP"}
    result, report = communes(frame, "CODGEO", path.name, how)
    return Parsed({"raw_commune": result}, report, source.vintage, secret)


DOSSIER_EXTRA: Final = ("P22_POP0019", "P22_POP65P")


def dossier(path: Path, source: Source) -> Parsed:
    """Dossier complet: only the columns that the indicators need are read, of the 1,900 that it has."""
    names, _separator = files.header(path)
    refuse_other_vintage(names, source, path.name)
    facilities = [name for name in names if re.fullmatch(r"BPE_20\d\d_[A-Z]\d{3}", name)]
    wanted = bpe.dossier_columns(facilities)
    frame = table(path, source, (*DOSSIER_EXTRA, *wanted))
    counts = [name for name in frame.columns if name != "CODGEO"]
    frame, secret = reconcile.numbers(frame, counts, path.name)
    result, report = communes(frame, "CODGEO", path.name, dict.fromkeys(counts, SUM))
    result = bpe.add_dossier_facilities(result, wanted)
    return Parsed({"raw_commune": result}, report, source.vintage, secret)


JOINED_COLUMNS: Final = (
    "dm_0014_pct_22", "dmv_65p_pct_22", "dmv_75p_pct_22", "men_mono_pct_22", "men_seul_pct_22", "soc_txchom_1564_22",
    "log_vac_pct_22", "log_ressec_pct_22", "dsp_dipl_infbac_pct_22", "med21",
)  # fmt: skip


def joined(path: Path, source: Source) -> Parsed:
    """A table of shares already joined, as an observatory would keep it (test data)."""
    frame = table(path, source, (*JOINED_COLUMNS, "pop2023"))
    values = [name for name in frame.columns if name != "code"]
    frame, secret = reconcile.numbers(frame.rename({"code": "was_code"}), values, path.name)
    weight = ":pop2023" if "pop2023" in values else ""
    how = {name: SUM if name == "pop2023" else f"{MEAN}{weight}" for name in values}
    result, report = communes(frame, "was_code", path.name, how)
    return Parsed({"raw_commune": result.drop("pop2023", strict=False)}, report, source.vintage, secret)


def populations(path: Path, source: Source) -> Parsed:
    """Reference populations: municipal and total; compared with the base pack."""
    frame, secret = reconcile.numbers(table(path, source, ("PCAP",)), ["PMUN", "PTOT"], path.name)
    result, report = communes(frame, "COM", path.name, {"PMUN": SUM, "PTOT": SUM})
    both = result.join(base.load_communes().select("code", "population"), on="code")
    differ = both.filter(pl.col("PMUN") != pl.col("population")).height
    return Parsed({"raw_commune": result}, report, source.vintage, secret, {"differ from the base": differ})


def associations(path: Path, source: Source) -> Parsed:
    """A count of associations by commune: a commune absent of the file is unknown, not at zero."""
    frame, secret = reconcile.numbers(table(path, source), ["nb_assos"], path.name)
    result, report = communes(frame.rename({"nb_assos": "associations"}), "CODGEO", path.name, {"associations": SUM})
    return Parsed({"raw_commune": result}, report, source.vintage, secret)


def rna(path: Path, source: Source) -> Parsed:
    """Register of associations (``waldec``): active ones by commune of the head office, and those of the last five
    years.

    Only four columns are read: identifier, date, position, commune. "0001-01-01" is no date.
    """
    frame = table(path, source).filter(pl.col("position").str.strip_chars() == "A")
    frame = frame.unique("id").with_columns(pl.col("date_creat").str.to_date("%Y-%m-%d", strict=False).alias("born"))
    frame = frame.with_columns(pl.when(pl.col("born").dt.year() > 1).then("born").alias("born"))
    frame = frame.filter(pl.col("adrs_codeinsee").str.strip_chars() != "")
    last = frame.select(pl.col("born").max()).item()
    recent = pl.col("born") > pl.lit(last).dt.offset_by("-5y") if last else pl.lit(value=False)
    frame = frame.with_columns(
        pl.lit(1.0).alias("associations"), recent.fill_null(value=False).cast(pl.Float64).alias("new_associations")
    )
    how = {"associations": SUM, "new_associations": SUM}
    result, report = communes(frame, "adrs_codeinsee", path.name, how, unique=False)
    return Parsed({"raw_commune": result}, report, str(last or source.vintage))
