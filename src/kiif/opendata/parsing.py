"""What a parser returns, and the helpers that all parsers share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from kiif.opendata import base, files, reconcile
from kiif.opendata.errors import RefusedFile
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.levels import check_level
from kiif.opendata.sources import Source

#: How several rows that became one commune are put together.
SUM: Final = "sum"
OWN: Final = "own"
MEAN: Final = "mean"


@dataclass
class Parsed:
    """Tables to write in a pack (by file stem), the vintage read in the file, and the account of its codes."""

    tables: dict[str, pl.DataFrame]
    codes: reconcile.CodeReport
    vintage: str
    secret: int = 0
    notes: dict[str, Any] = field(default_factory=dict)


def require(found: Sequence[str], expected: Sequence[str], file: str) -> None:
    """Refuse a table that lacks a column; the sentence lists what was expected and what came."""
    missing = [name for name in expected if name not in found]
    if missing:
        raise RefusedFile(
            _(
                "%(file)s lacks %(missing)s. Expected columns: %(expected)s. Found: %(found)s. "
                "The publisher may have renamed them: this version reads the former shape only."
            ),
            file=file,
            missing=", ".join(missing),
            expected=", ".join(expected),
            found=", ".join(list(found)[:40]),
        )


def table(path: Path, source: Source, extra: Sequence[str] = ()) -> pl.DataFrame:
    """The required columns of a source, and those of ``extra`` that are there, as text."""
    names, _separator = files.header(path)
    require(names, source.columns, path.name)
    wanted = [*source.columns, *(name for name in extra if name in names and name not in source.columns)]
    return files.read_table(path, tuple(wanted))


def communes(
    frame: pl.DataFrame, column: str, file: str, how: Mapping[str, str], *, unique: bool = True
) -> tuple[pl.DataFrame, reconcile.CodeReport]:
    """Rows brought to the communes of today: ``code`` and the columns of ``how``, ordered by code.

    ``how`` says what happens when several rows become one commune: ``sum`` (unknown if one is), ``mean`` (unweighted,
    unknown if one is; ``mean:weight`` for a weighted one), ``own`` (the row that bears the code of today, else a
    value common to all, else unknown). With ``unique`` a code that comes twice refuses the file.
    """
    report = reconcile.CodeReport()
    frame = frame.filter(pl.any_horizontal(pl.all().is_not_null()))
    clean = pl.Series("was", [reconcile.clean_code(code) for code in frame[column]], dtype=pl.String)
    if unique:
        reconcile.refuse_duplicates(clean, file)
    current = reconcile.to_communes(clean, report)
    reconcile.refuse_strange_codes(report, file, column)
    rows = frame.with_columns(clean, pl.Series("now", current, dtype=pl.String)).filter(pl.col("now").is_not_null())
    result = rows.group_by("now").agg(_together(name, rule) for name, rule in how.items()).sort("now")
    everyone = base.load_communes().select("code")
    missing = everyone.join(result, left_on="code", right_on="now", how="anti")["code"]
    report.absent = missing.to_list()
    return result.rename({"now": "code"}), report


def _together(name: str, rule: str) -> pl.Expr:
    """The aggregation of one column over the rows that became one commune."""
    column = pl.col(name)
    if rule == SUM:
        return pl.when(column.is_null().any()).then(None).otherwise(column.sum()).alias(name)
    if rule.startswith(MEAN):
        weight = pl.col(rule.partition(":")[2]) if ":" in rule else pl.lit(1.0)
        weighted = (column * weight).sum() / pl.when(column.is_not_null()).then(weight).sum()
        several = pl.when(column.is_null().any()).then(None).otherwise(weighted)
        return pl.when(pl.len() == 1).then(column.first()).otherwise(several).alias(name)
    own = column.filter(pl.col("was") == pl.col("now")).first()
    common = pl.when(column.n_unique() == 1).then(column.first()).otherwise(None)
    return pl.coalesce(own, common).alias(name)


def categories(frame: pl.DataFrame, column: str, labels: Mapping[str, int | None], file: str) -> pl.DataFrame:
    """Replace labels by their numbers; an unknown label refuses the file. Spaces and case do not count."""
    text = frame[column].str.strip_chars()
    known = {label.lower(): number for label, number in labels.items()}
    strange = text.drop_nulls().filter(~text.drop_nulls().str.to_lowercase().is_in(list(known)))
    if len(strange):
        raise RefusedFile(
            _("%(file)s: the column %(column)s holds the unknown label “%(value)s”. Expected: %(expected)s."),
            file=file,
            column=column,
            value=str(strange[0]),
            expected="; ".join(labels),
        )
    numbers = text.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.Float64)
    return frame.with_columns(numbers.alias(column))


def level_rows(frame: pl.DataFrame, column: str, level: str, file: str) -> tuple[pl.DataFrame, reconcile.CodeReport]:
    """Rows of EPCI, living areas, departments or regions whose code is one of today; the column becomes ``code``."""
    report = reconcile.CodeReport()
    reconcile.refuse_duplicates(frame[column].str.strip_chars(), file)
    codes = reconcile.to_level(frame[column], check_level(level), report)
    kept = frame.with_columns(pl.Series("code", codes, dtype=pl.String)).filter(pl.col("code").is_not_null())
    missing = base.load_level(level).select("code").join(kept, on="code", how="anti")["code"]
    report.absent = missing.to_list()
    return kept.sort("code"), report
