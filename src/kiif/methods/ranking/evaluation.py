"""A model on a table: vetoes first, then values, scores, contributions, robustness. Pure: columns in, arrays out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kiif.methods.ranking import aggregation, candidates, outranking, robustness, values, weights
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.model import Criterion, Model

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Exclusion:
    """A veto on one alternative: which criterion, and the figure that broke it."""

    criterion: Criterion
    figure: float


@dataclass(frozen=True)
class Evaluation:
    """The answer. `n` alternatives in the order given, `k` scored criteria; rows kept are those not excluded.

    `order`: rows kept, best first. Arrays `(n,)` and `(n, k)` cover all rows; an excluded row has NaN score.
    """

    model: Model
    criteria: tuple[Criterion, ...]
    set_aside: tuple[Criterion, ...]
    weights: Floats
    figures: Floats
    values: Floats
    score: Floats
    coverage: Floats
    order: NDArray[np.intp]
    excluded: NDArray[np.bool_]
    to_check: NDArray[np.bool_]

    @property
    def rank(self) -> NDArray[np.intp]:
        """Rank from 1, ties going to the first row; 0 for the excluded. `(n,)`."""
        out = np.zeros(len(self.score), dtype=np.intp)
        out[self.order] = np.arange(1, len(self.order) + 1)
        return out

    def contributions(self, row: int) -> Floats:
        """How much each criterion lifts or lowers this row from the mean of the rows kept: `(k,)`; sums to the gap."""
        if self.model.method != "sum":
            raise RankingError("Contributions add up for the weighted sum only.")
        lifts: Floats = aggregation.contributions(self.values[[row]], self.weights, around=self.values[self.order])[0]
        return lifts

    def pillar_scores(self) -> dict[str, Floats]:
        """Weighted mean of the known values of each pillar: `(n,)` by pillar."""
        out = {}
        for pillar in dict.fromkeys(c.pillar for c in self.criteria):
            columns = [j for j, c in enumerate(self.criteria) if c.pillar == pillar]
            inner = self.weights[columns]
            if inner.sum() > 0:
                out[pillar] = aggregation.weighted_sum(self.values[:, columns], inner / inner.sum()).score
        return out

    def exclusions(self, row: int) -> list[Exclusion]:
        """Why this row is excluded, in the order of the criteria."""
        out = []
        for j, criterion in enumerate(self.model.criteria):
            figure = float(self.figures[row, j])
            if criterion.condition and _breaks(criterion, figure):
                out.append(Exclusion(criterion, figure))
        return out


def _breaks(criterion: Criterion, figure: float) -> bool:
    condition = criterion.condition
    veto = values.Veto(0, condition.minimum, condition.maximum, condition.allowed)
    return bool(values.apply_vetoes([[figure]], [veto]).excluded[0])


def evaluate(model: Model, table: Mapping[str, ArrayLike]) -> Evaluation:
    """Scores every row of `table` (indicator -> `(n,)`, NaN unknown). Missing goalposts are read on the rows kept.

    A scored criterion known for less than 70 % of the rows kept is set aside: shown, not scored.
    Raises RankingError when a column is missing, everything is excluded or no criterion is left.
    """
    figures = _figures(model, table)
    vetoes = [
        values.Veto(j, c.condition.minimum, c.condition.maximum, c.condition.allowed)
        for j, c in enumerate(model.criteria)
        if c.condition
    ]
    outcome = values.apply_vetoes(figures, vetoes)
    kept = np.flatnonzero(~outcome.excluded)
    if kept.size == 0:
        raise RankingError("The conditions exclude everything: loosen one of them.")
    known_enough = values.scored_criteria(figures[kept])
    model, usable = _freeze(model, figures[kept], known_enough)
    criteria = tuple(model.criteria[j] for j in usable)
    scaled = np.column_stack([model.criteria[j].scale.function()(figures[:, j]) for j in usable])
    w = model.weights(criteria)
    score, coverage = _score(model, figures[:, usable], scaled, w, kept)
    score[outcome.excluded] = np.nan
    order = kept[np.lexsort((kept, -np.where(np.isnan(score[kept]), -np.inf, score[kept])))]
    left_out = tuple(c for j, c in enumerate(model.criteria) if j not in set(usable) and not c.informative)
    return Evaluation(
        model, criteria, left_out, w, figures, scaled, score, coverage, order, outcome.excluded, outcome.to_check
    )


def _figures(model: Model, table: Mapping[str, ArrayLike]) -> Floats:
    if missing := [c.indicator for c in model.criteria if c.indicator not in table]:
        raise RankingError("There are no figures for %(id)s.", id=missing[0])
    return np.column_stack([np.asarray(table[c.indicator], dtype=np.float64) for c in model.criteria])


def _freeze(model: Model, kept: Floats, known_enough: NDArray[np.bool_]) -> tuple[Model, list[int]]:
    """The model with all goalposts, and the columns that are scored."""
    criteria, usable = [], []
    for j, criterion in enumerate(model.criteria):
        if criterion.informative or not known_enough[j]:
            criteria.append(criterion)
            continue
        criteria.append(replace(criterion, scale=criterion.scale.frozen(kept[:, j])))
        usable.append(j)
    if not usable:
        raise RankingError("No criterion is known well enough to be scored.")
    return replace(model, criteria=tuple(criteria)), usable


def _score(model: Model, figures: Floats, scaled: Floats, w: Floats, kept: NDArray[np.intp]) -> tuple[Floats, Floats]:
    if model.method in {"sum", "geometric", "power"}:
        scores = aggregation.power_mean(scaled, w, exponent_of(model))
        return scores.score, scores.coverage
    # These two compare alternatives with each other: only complete rows that are kept take part, on values.
    complete = kept[~np.isnan(scaled[kept]).any(axis=1)]
    if len(complete) < 2:
        raise RankingError("Fewer than two alternatives have every figure: use the weighted sum.")
    more = np.ones(scaled.shape[1], dtype=bool)
    score = np.full(len(figures), np.nan)
    if model.method == "topsis":
        score[complete] = aggregation.topsis(scaled[complete], w, more)
    else:
        linear = [outranking.Preference("linear", q=0.05, p=0.30)] * scaled.shape[1]
        score[complete] = outranking.promethee(scaled[complete], w, more, linear).net
    return score, (~np.isnan(scaled)) @ w


@dataclass(frozen=True)
class Robustness:
    """How sure: for each row, share of plausible weightings that put it in the top, with its 95 % interval. `(n,)`."""

    acceptability: Floats
    low: Floats
    high: Floats
    central_weights: Floats
    draws: int

    def band(self, row: int) -> str:
        return robustness.band(float(self.acceptability[row]))


def draw_weights(evaluation: Evaluation) -> Floats:
    """Weightings that agree with what the person said, `(draws, k)`; same seed, same draws."""
    doubt = evaluation.model.uncertainty
    rng = np.random.default_rng(doubt.seed)
    k = len(evaluation.criteria)
    match doubt.kind:
        case "none":
            return evaluation.weights[None, :]
        case "any":
            return weights.draw_uniform(doubt.draws, k, rng)
        case "order":
            order = [int(j) for j in np.argsort(-evaluation.weights, kind="stable")]
            return weights.draw_ordinal(doubt.draws, order, rng)
        case "margin":
            return weights.draw_plus_minus(doubt.draws, evaluation.weights, doubt.margin, rng)
        case "around":
            return weights.draw_around(doubt.draws, evaluation.weights, doubt.concentration, rng)
        case _:
            names = list(dict.fromkeys(c.pillar for c in evaluation.criteria))
            return weights.draw_by_pillar(doubt.draws, [names.index(c.pillar) for c in evaluation.criteria], rng)


def how_sure(evaluation: Evaluation, draws: Floats | None = None, threads: int = 1) -> Robustness:
    """Stochastic acceptability of the top `model.top` among the rows kept.

    Raises RankingError for TOPSIS and PROMETHEE, whose scores are not a product of values and weights.
    """
    model = evaluation.model
    exponent = exponent_of(model)
    w = draw_weights(evaluation) if draws is None else draws
    kept = np.sort(evaluation.order)
    scaled, size = aggregation.additive(evaluation.values[kept], exponent), min(model.top, len(kept))
    may = candidates.reachable(scaled, w, size)
    kept = kept[may]
    top = robustness.top_sets(scaled[may], w, size, threads=threads)
    counts = np.zeros(len(evaluation.score), dtype=np.int64)
    counts[kept] = top.counts()
    low, high = robustness.wilson_interval(counts, len(w))
    central = np.full((len(counts), w.shape[1]), np.nan)
    central[kept] = top.central_weights(w)
    return Robustness(counts / len(w), low, high, central, len(w))


def exponent_of(model: Model) -> float:
    """Exponent of the mean that the model makes. Raises RankingError for TOPSIS and PROMETHEE, which make none."""
    exponents = {"sum": 1.0, "geometric": 0.0, "power": model.exponent}
    if model.method not in exponents:
        raise RankingError("Certainty is computed for the weighted sum and the means, not for this method.")
    return exponents[model.method]


def separating(evaluation: Evaluation, row: int) -> Sequence[tuple[int, Criterion]]:
    """The rows just above and just below, each with the criterion that separates it most from `row`."""
    rank = int(evaluation.rank[row])
    out = []
    for position in (rank - 2, rank):
        if rank and 0 <= position < len(evaluation.order):
            other = int(evaluation.order[position])
            gaps = np.nan_to_num(np.abs(evaluation.values[row] - evaluation.values[other])) * evaluation.weights
            out.append((other, evaluation.criteria[int(np.argmax(gaps))]))
    return out
