"""Why this territory: what each criterion brings, what must be, what is close, what would change it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiif.methods.ranking import evaluation, flips
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.model import Criterion
from kiif.methods.ranking.similar import Similarity, robust_scale
from kiif.opendata import base, indicators, packs
from kiif.opendata.levels import Level
from kiif.replication.certainty import certainty_of
from kiif.replication.engine import Answer
from kiif.territories.figures import LIKENESS

Floats = NDArray[np.float64]

#: Steps tried when one looks for a weight that would bring a territory into the top.
_STEPS = 41
#: Territories compared when looking for what would change a place: the first of the ranking.
_NEAR = 2_000


@dataclass(frozen=True)
class Part:
    """One criterion for one territory. `points` out of `most` (they add up to the score out of 100)."""

    criterion: Criterion
    figure: float
    value: float
    weight: float
    points: float
    most: float
    lift: float
    central: float

    @property
    def is_known(self) -> bool:
        return not np.isnan(self.value)


@dataclass(frozen=True)
class Must:
    """A condition on one territory: `state` is kept, broken or unknown."""

    criterion: Criterion
    figure: float
    state: str


@dataclass(frozen=True)
class Flip:
    """The weight of a criterion at which the territory leaves (or enters) the top. Weights are shares of 1.

    `other` is the row that takes the place, None when unknown; `approximate` when something unknown was left out.
    """

    criterion: Criterion
    weight: float
    at: float
    leaves: bool
    low: float
    high: float
    other: int | None
    approximate: bool


@dataclass(frozen=True)
class Near:
    """The territory just above or below, and the criterion that separates the two most."""

    row: int
    rank: int
    criterion: Criterion


def parts(answer: Answer, row: int) -> list[Part]:
    """What each scored criterion brings to this row, the most weighty first."""
    found = answer.evaluation
    certain = certainty_of(answer)
    coverage = float(found.coverage[row]) or 1.0
    lifts = found.contributions(row) if found.model.method == "sum" else np.full(len(found.criteria), np.nan)
    columns = {c.id: j for j, c in enumerate(found.model.criteria)}
    out = []
    for j, criterion in enumerate(found.criteria):
        value, weight = float(found.values[row, j]), float(found.weights[j])
        share = 0.0 if np.isnan(value) else weight / coverage
        out.append(
            Part(
                criterion,
                float(found.figures[row, columns[criterion.id]]),
                value,
                weight,
                100 * share * (0.0 if np.isnan(value) else value),
                100 * share,
                100 * float(lifts[j]),
                float(certain.central_weights[row, j]) if certain else float("nan"),
            )
        )
    return sorted(out, key=lambda part: -part.weight)


def musts(answer: Answer, row: int) -> list[Must]:
    """The conditions, each kept, broken or to check."""
    found = answer.evaluation
    broken = {exclusion.criterion.id for exclusion in found.exclusions(row)}
    out = []
    for j, criterion in enumerate(found.model.criteria):
        if not criterion.condition:
            continue
        figure = float(found.figures[row, j])
        state = "broken" if criterion.id in broken else "unknown" if np.isnan(figure) else "kept"
        out.append(Must(criterion, figure, state))
    return out


def near(answer: Answer, row: int) -> list[Near]:
    """The territories just above and just below in the order."""
    found = answer.evaluation
    ranks = found.rank
    return [Near(other, int(ranks[other]), criterion) for other, criterion in evaluation.separating(found, row)]


def flip(answer: Answer, row: int) -> Flip | None:
    """The smallest relative move of one weight that takes this row out of the top (or into it); None when none does.

    Unknown values are left out: criteria unknown here, then territories unknown on the others.
    """
    found = answer.evaluation
    if found.model.method != "sum" or found.excluded[row]:
        return None
    known = ~np.isnan(found.values[row])
    if known.sum() < 2:
        return None
    nearby = np.unique(np.append(found.order[:_NEAR], row))
    rows = nearby[~np.isnan(found.values[np.ix_(nearby, known)]).any(axis=1)]
    approximate = not known.all() or len(rows) < len(nearby)
    table = found.values[np.ix_(rows, known)]
    weights = found.weights[known] / found.weights[known].sum()
    criteria = [c for c, is_known in zip(found.criteria, known, strict=True) if is_known]
    mine = int(np.searchsorted(rows, row))
    k = min(found.model.top, len(rows))
    try:
        interval = flips.flip_criterion(table, weights, mine, k)
    except RankingError:
        return _entry(table, weights, mine, k, criteria)
    if interval is None:
        return None
    down = interval.weight - interval.low if interval.low_row is not None else np.inf
    up = interval.high - interval.weight if interval.high_row is not None else np.inf
    at, other = (interval.low, interval.low_row) if down <= up else (interval.high, interval.high_row)
    return Flip(
        criteria[interval.criterion], interval.weight, at, True, interval.low, interval.high,
        None if other is None else int(rows[other]), approximate,
    )  # fmt: skip


def _entry(table: Floats, weights: Floats, mine: int, k: int, criteria: list[Criterion]) -> Flip | None:
    """Outside the top: the weight, on a grid, that would bring the row in with the smallest relative move."""
    best: Flip | None = None
    cost = np.inf
    for j, criterion in enumerate(criteria):
        weight = float(weights[j])
        if weight >= 1:
            continue
        rest = (table @ weights - weight * table[:, j]) / (1 - weight)
        tried = np.linspace(0, 0.9, _STEPS)
        scores = rest[:, None] + tried[None, :] * (table[:, j] - rest)[:, None]
        inside = (scores > scores[mine]).sum(axis=0) < k
        if not inside.any():
            continue
        at = float(tried[inside][np.argmin(np.abs(tried[inside] - weight))])
        move = abs(at - weight) / max(weight, 0.02)
        if move < cost:
            cost = move
            best = Flip(criterion, weight, at, False, at, at, None, True)
    return best


@dataclass(frozen=True)
class Likeness:
    """The site that a territory resembles most, what brings them together, what separates them (indicators)."""

    seed: int
    distance: float
    rank: int
    out_of: int
    together: list[str]
    apart: list[str]


@functools.lru_cache(maxsize=16)
def _space(
    level: Level, idents: tuple[str, ...], _version: str
) -> tuple[Similarity, NDArray[np.intp], tuple[str, ...]]:
    """Features known for nearly all, the rows where all are known."""
    table = indicators.load_indicators(level)
    usable = tuple(i for i in idents if i in table and np.isnan(table.column(i)).mean() < 0.2)
    matrix = np.column_stack([table.column(i) for i in usable])
    rows = np.flatnonzero(~np.isnan(matrix).any(axis=1))
    scaled = np.clip(robust_scale(matrix[rows]), -6, 6)
    return Similarity(scaled, np.ones(len(usable))), rows, usable


def rows_of_sites(level: Level, communes: list[str]) -> NDArray[np.intp]:
    """Rows of the territories where the solution works today."""
    table = indicators.load_indicators(level)
    if level == "commune":
        codes = set(communes)
    else:
        members = base.load_members(level)
        codes = set(members.filter(members["commune"].is_in(communes))["code"].to_list())
    return np.flatnonzero(np.isin(table.codes, sorted(codes)))


def likeness(answer: Answer, row: int, communes: list[str]) -> Likeness | None:
    """How much this row resembles where the solution works today; None without site or without figures."""
    features = [c.indicator for c in answer.evaluation.criteria]
    wanted = tuple(dict.fromkeys([*features, *LIKENESS]))
    space, rows, usable = _space(answer.level, wanted, packs.version())
    seeds = np.flatnonzero(np.isin(rows, rows_of_sites(answer.level, communes)))
    mine = np.flatnonzero(rows == row)
    if seeds.size == 0 or mine.size == 0 or mine[0] in seeds or len(usable) < 3:
        return None
    at = int(mine[0])
    gaps = np.sqrt((space.weights * (space.features[:, None, :] - space.features[seeds][None, :, :]) ** 2).sum(axis=2))
    nearest = gaps.min(axis=1)
    seed = int(seeds[np.argmin(gaps[at])])
    together, apart = space.explain(at, seed)
    others = np.delete(nearest, seeds)
    return Likeness(
        int(rows[seed]), float(nearest[at]), int((others < nearest[at]).sum()) + 1, len(others),
        [usable[j] for j in together], [usable[j] for j in apart],
    )  # fmt: skip


def excluded_by(answer: Answer) -> list[tuple[Criterion, int]]:
    """How many territories each condition rules out (one may be ruled out by several)."""
    found = answer.evaluation
    out: list[tuple[Criterion, int]] = []
    for j, criterion in enumerate(found.model.criteria):
        if criterion.condition:
            out.append((criterion, int(_broken(criterion, found.figures[:, j]).sum())))
    return out


def _broken(criterion: Criterion, figures: Floats) -> NDArray[np.bool_]:
    condition = criterion.condition
    broken = np.zeros(len(figures), dtype=bool)
    with np.errstate(invalid="ignore"):
        if condition.minimum is not None:
            broken |= figures < condition.minimum
        if condition.maximum is not None:
            broken |= figures > condition.maximum
    if condition.allowed is not None:
        broken |= ~np.isnan(figures) & ~np.isin(figures, list(condition.allowed))
    return broken


def condition_words(criterion: Criterion, label: Any) -> str:
    """“at least 5,000 inhabitants”, in the words of the page."""
    from django.utils.translation import gettext as _

    condition, said = criterion.condition, []
    if condition.minimum is not None:
        said.append(_("at least %(value)s") % {"value": label.with_unit(condition.minimum)})
    if condition.maximum is not None:
        said.append(_("at most %(value)s") % {"value": label.with_unit(condition.maximum)})
    if condition.allowed is not None:
        said.append(
            _("among: %(names)s") % {"names": ", ".join(label.shown(float(code)) for code in condition.allowed)}
        )
    return ", ".join(said)
