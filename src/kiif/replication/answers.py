"""The answer of a search: its model on the official figures and on those that people brought."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kiif.methods.geo import nearest_distance
from kiif.methods.ranking.model import Model, from_json
from kiif.opendata import base, indicators, packs
from kiif.opendata.levels import Level
from kiif.replication import engine
from kiif.replication.certainty import certainty_of
from kiif.replication.engine import Answer
from kiif.replication.enums import HumanScore
from kiif.replication.memory import Memory
from kiif.replication.models import Result, Search

Floats = NDArray[np.float64]

#: Territories kept in a result.
KEPT = 200
#: Distance to the nearest site where the solution works today: a column made from the places (`SITES`).
OWN_SITES = "own-sites-km"
SITES = "own-sites"


def brought_figures(search: Search) -> dict[str, dict[str, float]]:
    """Figures that people brought, by column then by code: uploads, scores that still count, own sites (0 km there)."""
    figures: dict[str, dict[str, float]] = {}
    for own in search.own_criteria.all():
        if own.level == search.level:
            figures[own.indicator] = {code: float(value) for code, value in own.figures.items()}
    for score in search.scores.all():
        if score.counts:
            figures.setdefault(f"score:{score.about}", {})[score.code] = float(score.value)
    if sites := [site.commune_code for site in search.solution.sites.all()]:
        figures[SITES] = dict.fromkeys(sorted(sites), 0.0)
    return figures


@functools.lru_cache(maxsize=64)
def distance_to(level: Level, sites: tuple[str, ...], _version: str) -> Floats:
    """Kilometres from each territory's point to the nearest of these communes, `(n,)`; NaN when none is known."""
    communes, frame = base.load_communes(), base.load_level(level)
    there = communes.filter(communes["code"].is_in(list(sites)))
    if there.is_empty():
        return np.full(frame.height, np.nan)
    km, _index = nearest_distance(frame.select("lat", "lon").to_numpy(), there.select("lat", "lon").to_numpy())
    return np.asarray(km, dtype=np.float64)


def as_columns(level: Level, figures: Mapping[str, Mapping[str, float]]) -> dict[str, Floats]:
    """Figures by code as columns `(n,)` in the order of the level; unknown codes are ignored, the rest is NaN.

    A human score that nobody gave is unknown: a few scores serve as conditions and are shown; they are counted in the
    score once seven territories out of ten have one, as any other criterion.
    """
    table = indicators.load_indicators(level)
    out = {}
    for name, values in figures.items():
        if name == SITES:
            continue
        column = np.full(len(table.codes), np.nan)
        known = [(code, value) for code, value in values.items() if code in table_positions(level)]
        if known:
            column[table.positions([code for code, _value in known])] = [value for _code, value in known]
        out[name] = column
    # A column that no figure fills must still be there: the model may name it, and say that it is set aside.
    for about in HumanScore.values:
        out.setdefault(f"score:{about}", np.full(len(table.codes), np.nan))
    out[OWN_SITES] = distance_to(level, tuple(figures.get(SITES, ())), packs.version())
    return out


def table_positions(level: Level) -> Mapping[str, int]:
    """Row of each territory of a level, by code."""
    return _positions(level, packs.version())


@functools.lru_cache(maxsize=8)
def _positions(level: Level, _version: str) -> dict[str, int]:
    return {code: row for row, code in enumerate(indicators.load_indicators(level).codes.tolist())}


def answer_of(search: Search) -> Answer:
    """The answer now. Raises RankingError with a sentence, MissingPack when the base is not built."""
    return ask(search.question, brought_figures(search))


def ask(model: Model, figures: Mapping[str, Mapping[str, float]]) -> Answer:
    """The answer to any model with figures that people brought: what a page tries before keeping it."""
    return _answer(model, figures)


def _answer(model: Model, figures: Mapping[str, Mapping[str, float]]) -> Answer:
    asked = json.dumps([model.to_json(), figures, packs.version()], sort_keys=True)
    return _ANSWERS.get_or_make(
        hashlib.sha256(asked.encode()).hexdigest(),
        lambda: engine.answer(model, as_columns(engine.level_of(model.level), figures)),
    )


def _size(answer: Answer) -> int:
    found = answer.evaluation
    return int(found.figures.nbytes + found.values.nbytes + found.score.nbytes * 4)


#: Answers of this process: enough for a few people who compare communes on forty criteria, for many at other levels.
_ANSWERS: Final[Memory[Answer]] = Memory(256_000_000, _size)


def summary(answer: Answer, count: int = KEPT) -> list[dict[str, Any]]:
    """The first territories as a result keeps them: code, name, rank, score, coverage, certainty."""
    certain = certainty_of(answer)
    names = base.load_level(answer.level)["name"]
    rows = []
    for rank, row in enumerate(answer.evaluation.order[:count].tolist(), 1):
        entry: dict[str, Any] = {"code": str(answer.codes[row]), "name": names[row], "rank": rank}
        score = float(answer.evaluation.score[row])
        entry["score"] = score if np.isfinite(score) else None
        entry["coverage"] = float(answer.evaluation.coverage[row])
        if certain:
            entry["acceptability"] = float(certain.acceptability[row])
            entry["band"] = certain.band(row)
        rows.append(entry)
    return rows


@dataclass(frozen=True)
class Moved:
    """A territory whose place is not what it was when the result was kept."""

    code: str
    name: str
    before: int
    now: int | None


@dataclass(frozen=True)
class Recomputation:
    """A kept result computed again: identical, or what moved since, and whether the data are the same."""

    same_data: bool
    moved: list[Moved]

    @property
    def identical(self) -> bool:
        return not self.moved


def recompute(result: Result) -> Recomputation:
    """The same frozen model, seed and figures on the data of today, compared with what was kept."""
    model = from_json(result.model)
    answer = _answer(model, result.extra)
    now = {row["code"]: row for row in summary(answer)}
    moved = []
    for kept in result.rows:
        today = now.get(kept["code"])
        if today is None or today["rank"] != kept["rank"]:
            moved.append(Moved(kept["code"], kept["name"], kept["rank"], today["rank"] if today else None))
    return Recomputation(answer.data == result.data_version, moved)
