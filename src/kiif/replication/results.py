"""The rows of a result, ready to be read: name, place, band, certainty, population."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.urls import reverse

from kiif.opendata import base, packs
from kiif.opendata.levels import Level
from kiif.replication.certainty import certainty_of
from kiif.replication.engine import Answer
from kiif.territories.figures import number
from kiif.territories.words import short_name


@dataclass(frozen=True)
class Line:
    """One territory of the ranking; `sure`, `low`, `high` in percent, None when the method does not say."""

    row: int
    code: str
    name: str
    place: str
    rank: int
    score: float | None
    band: str
    sure: float | None
    low: float | None
    high: float | None
    coverage: int
    to_check: bool
    population: int
    url: str

    @property
    def score_rounded(self) -> float | None:
        return None if self.score is None else round(self.score, 1)

    @property
    def sure_text(self) -> str:
        """“76 %”; beyond 99 and below 1 draws do not tell more, and it is said."""
        if self.sure is None:
            return "–"
        text = "> 99" if self.sure > 99 else "< 1" if self.sure < 1 else number(self.sure)
        return f"{text}\u202f%"


@dataclass(frozen=True)
class Named:
    """Names, places and inhabitants of a level, in its order."""

    names: list[str]
    places: list[str]
    regions: list[str]
    population: list[int]


def names_of(level: Level) -> Named:
    return _names(level, packs.version())


@functools.lru_cache(maxsize=8)
def _names(level: Level, _version: str) -> Named:
    frame = base.load_level(level)
    raw = frame["name"].to_list()
    names = [(short_name(n) if level == "epci" else n).replace("'", "’") for n in raw]
    n = len(names)
    places = frame["department"].to_list() if "department" in frame.columns else [""] * n
    regions = frame["region"].to_list() if "region" in frame.columns else [""] * n
    people = frame["population"].to_list() if "population" in frame.columns else [0] * n
    return Named(names, [str(p or "") for p in places], [str(r or "") for r in regions], [int(p or 0) for p in people])


def lines(answer: Answer, search_pk: int, count: int | None = None, rows: Sequence[int] | None = None) -> list[Line]:
    """The first `count` territories kept (all by default), or these `rows`."""
    found, certain, named = answer.evaluation, certainty_of(answer), names_of(answer.level)
    ranks = found.rank
    chosen = found.order[:count].tolist() if rows is None else list(rows)
    address = reverse("replication:why", args=[search_pk, "CODE"])
    out = []
    for row in chosen:
        code, score = str(answer.codes[row]), float(found.score[row])
        out.append(
            Line(
                row=row,
                code=code,
                name=named.names[row],
                place=named.places[row],
                rank=int(ranks[row]),
                score=100 * score if np.isfinite(score) else None,
                band=_band(certain, row, int(ranks[row]), found.model.top),
                sure=100 * float(certain.acceptability[row]) if certain else None,
                low=100 * float(certain.low[row]) if certain else None,
                high=100 * float(certain.high[row]) if certain else None,
                coverage=round(100 * float(found.coverage[row])),
                to_check=bool(found.to_check[row]),
                population=named.population[row],
                url=address.replace("CODE", code),
            )
        )
    return out


def _band(certain: Any, row: int, rank: int, top: int) -> str:
    if not rank:
        return "–"
    if certain is None:
        return "B" if rank <= top else "C"
    return str(certain.band(row))


def counts(answer: Answer) -> dict[str, int]:
    """How many territories in each band, and how many ruled out."""
    found, certain = answer.evaluation, certainty_of(answer)
    kept, out = len(found.order), int(found.excluded.sum())
    if certain is None:
        top = min(found.model.top, kept)
        return {"A": 0, "B": top, "C": kept - top, "out": out}
    solid = int((certain.acceptability >= 0.8).sum())
    both = int((certain.acceptability >= 0.5).sum())
    return {"A": solid, "B": both - solid, "C": kept - both, "out": out}
