"""From the codes of a file to the communes of today, with an account of everything that was not straightforward."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from kiif.opendata import base, packs
from kiif.opendata.errors import RefusedFile
from kiif.opendata.errors import gettext_noop as _
from kiif.opendata.levels import ARRONDISSEMENTS, COMMUNE_CODE, Level

#: What publishers write for "we may not tell" or "there is none".
SECRET: Final = frozenset(
    {"s", "nd", "ns", "nc", "na", "n/a", "n.d.", "n/a - secret statistique", "..", "...", "-", "so"}
)
_WRAPPED: Final = re.compile(r'^="?(.*?)"?$')
_OUTSIDE: Final = ("975", "977", "978", "984", "986", "987", "988", "989")


@dataclass
class CodeReport:
    """How the codes of a file met those of today."""

    rows: int = 0
    matched: int = 0
    converted: dict[str, str] = field(default_factory=dict)
    arrondissements: int = 0
    outside: int = 0
    unmatched: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def clean_code(text: str | None) -> str:
    """A commune code as written by spreadsheets, made canonical: ``="01004"``, ``1004``, ``2a004`` → ``01004``,
    ``2A004``.
    """
    value = (text or "").strip()
    if value.startswith("="):
        found = _WRAPPED.match(value)
        value = found.group(1) if found else value
    value = value.strip("\"' \u00a0").upper()
    if value.endswith(".0") and value[:-2].isdigit():
        value = value[:-2]
    return value.zfill(5) if value.isdigit() and len(value) == 4 else value


@packs.cached(base.PACK)
def _tables() -> tuple[frozenset[str], dict[str, str]]:
    """Codes of today, and where each former code is now (when that is one commune)."""
    here = frozenset(base.load_communes()["code"].to_list())
    former: dict[str, set[str]] = {}
    for old, new in base.load_former_codes().select("former", "code").iter_rows():
        if old not in here:
            former.setdefault(old, set()).add(new)
    return here, {old: next(iter(news)) for old, news in former.items() if len(news) == 1} | ARRONDISSEMENTS


def to_communes(codes: Iterable[str | None], report: CodeReport) -> list[str | None]:
    """The commune of today for each code, None when there is none; the report is filled on the way."""
    here, former = _tables()
    result: list[str | None] = []
    for text in codes:
        report.rows += 1
        code = clean_code(text)
        if code in here:
            report.matched += 1
            result.append(code)
        elif code in former:
            if code in ARRONDISSEMENTS:
                report.arrondissements += 1
            else:
                report.converted[code] = former[code]
            result.append(former[code])
        elif code.startswith(_OUTSIDE):
            report.outside += 1
            result.append(None)
        else:
            report.unmatched.append(code)
            result.append(None)
    return result


def refuse_strange_codes(report: CodeReport, file: str, column: str) -> None:
    """Refuse a file of which less than half of the codes are communes: the column is probably another one."""
    good = report.matched + len(report.converted) + report.arrondissements
    if report.rows and good * 2 < report.rows:
        sample = [code for code in report.unmatched if not COMMUNE_CODE.fullmatch(code)] or report.unmatched
        raise RefusedFile(
            _(
                "%(file)s: in the column %(column)s, %(known)d codes of %(rows)d are communes (others: %(sample)s). Is "
                "it the file of this dataset, and its column of official codes?"
            ),
            file=file,
            column=column,
            known=good,
            rows=report.rows,
            sample=", ".join(sample[:5]) or "–",
        )


def refuse_duplicates(codes: pl.Series, file: str) -> None:
    """Refuse a table of one row by territory where a code comes twice."""
    twice = codes.drop_nulls().value_counts().filter(pl.col("count") > 1).sort(codes.name)
    if twice.height:
        raise RefusedFile(
            _(
                "%(file)s gives the same code more than once (%(sample)s; in all: %(count)d): which row is right? Keep "
                "one and try again."
            ),
            file=file,
            count=twice.height,
            sample=", ".join(twice[codes.name].head(5).to_list()),
        )


def to_level(codes: Iterable[str | None], level: Level, report: CodeReport) -> list[str | None]:
    """As :func:`to_communes` for EPCI, living areas, departments or regions: exact codes only."""
    here = set(base.load_level(level)["code"].to_list())
    result: list[str | None] = []
    for text in codes:
        report.rows += 1
        code = (text or "").strip().strip('="')
        if level == "department" and len(code) == 1:
            code = code.zfill(2)
        if code in here:
            report.matched += 1
            result.append(code)
        else:
            report.unmatched.append(code)
            result.append(None)
    return result


def number(column: str) -> pl.Expr:
    """A number from text: comma or point as decimal sign, spaces dropped, secrecy markers null."""
    text = pl.col(column).str.strip_chars().str.replace_all(r"[\s\u00a0\u202f]", "").str.replace(",", ".", literal=True)
    return text.cast(pl.Float64, strict=False).alias(column)


def numbers(frame: pl.DataFrame, columns: Iterable[str], file: str) -> tuple[pl.DataFrame, int]:
    """Turn columns of text into numbers; returns the frame and how many cells were secret.

    A cell that is neither a number nor a known marker refuses the file, with the cell as an example.
    """
    secret = 0
    made = []
    for name in columns:
        values = frame.select(number(name))[name]
        text = frame[name].str.strip_chars().str.to_lowercase()
        lost = text.filter(values.is_null() & text.is_not_null() & (text != ""))
        marked = lost.is_in(SECRET).sum()
        secret += int(marked)
        if marked < len(lost):
            odd = lost.filter(~lost.is_in(SECRET))
            raise RefusedFile(
                _(
                    "%(file)s: the column %(column)s holds “%(value)s”, neither a number nor a secrecy marker. Correct "
                    "that cell, or download the file again."
                ),
                file=file,
                column=name,
                value=str(odd[0])[:40],
            )
        made.append(values.replace([float("inf"), float("-inf")], None))
    return frame.with_columns(made), secret
