"""How far one weight may move before an alternative leaves the top k: exact, not sampled.

Weight j goes from w_j to t, the others keeping their proportions. With R_i = (s_i - w_j v_ij) / (1 - w_j), the score is
linear in t: s_i(t) = R_i + t (v_ij - R_i). Crossing points are sorted on both sides of w_j, and walked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kiif.methods.ranking.errors import RankingError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FlipInterval:
    """The connected interval around the weight in which the alternative stays in the top k.

    `low_row` and `high_row` are the alternatives that push it out at each end, None when the end is 0 or 1.
    """

    criterion: int
    weight: float
    low: float
    high: float
    low_row: int | None
    high_row: int | None

    @property
    def smallest_move(self) -> float:
        """Distance from the weight to the nearest end that is a flip; infinite when there is none."""
        moves = []
        if self.low_row is not None:
            moves.append(self.weight - self.low)
        if self.high_row is not None:
            moves.append(self.high - self.weight)
        return min(moves, default=float("inf"))


def flip_interval(values: ArrayLike, weights: ArrayLike, row: int, criterion: int, k: int) -> FlipInterval:
    """Interval of the weight of `criterion` in which `row` stays in the top `k` of `values (n, c)`, all known.

    Raises RankingError when the alternative is not in the top k to begin with, or the criterion has all the weight.
    """
    v, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if np.isnan(v).any():
        raise RankingError("Flip intervals need every value: leave out what is unknown first.")
    t0 = float(w[criterion])
    if t0 >= 1.0:
        raise RankingError("This criterion has all the weight: there is nothing to exchange it with.")
    column = v[:, criterion]
    rest = (v @ w - t0 * column) / (1.0 - t0)
    slope = column - rest
    gap = (rest + t0 * slope) - (rest[row] + t0 * slope[row])
    relative = slope - slope[row]
    above = _is_above(gap, np.arange(len(v)), row)
    if int(above.sum()) >= k:
        raise RankingError("This alternative is not among the first %(k)s.", k=k)
    high, high_row = _walk(gap, relative, above, k=k, room=1.0 - t0)
    low, low_row = _walk(gap, -relative, above, k=k, room=t0)
    return FlipInterval(criterion, t0, t0 - low, t0 + high, low_row, high_row)


def _is_above(gap: Floats, rows: NDArray[np.intp], row: int) -> NDArray[np.bool_]:
    """Ties go to the lowest row, as everywhere in the ranking."""
    return np.asarray((gap > 0) | ((gap == 0) & (rows < row)), dtype=bool)


def _walk(gap: Floats, relative: Floats, above: NDArray[np.bool_], *, k: int, room: float) -> tuple[float, int | None]:
    """Moves up from 0 to `room`; returns the move at which k alternatives are above, and who came last."""
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = -gap / relative
    crosses = (relative != 0) & (crossing >= 0) & (crossing <= room) & ~((gap == 0) & above & (relative > 0))
    crosses &= ~((gap == 0) & ~above & (relative < 0))
    events = np.flatnonzero(crosses)
    # At one point, those that go down leave before those that come up arrive.
    rising = relative[events] > 0
    order = np.lexsort((rising, crossing[events]))
    count = int(above.sum())
    for event in order:
        other = int(events[event])
        count += 1 if rising[event] else -1
        if count >= k:
            return float(crossing[other]), other
    return room, None


def flip_criterion(values: ArrayLike, weights: ArrayLike, row: int, k: int) -> FlipInterval | None:
    """The criterion whose smallest relative move of weight drives `row` out of the top k; None when none does."""
    w = np.asarray(weights, dtype=np.float64)
    intervals = [flip_interval(values, w, row, j, k) for j in range(w.size) if w[j] < 1.0]
    moving = [i for i in intervals if i.smallest_move < float("inf")]
    return min(moving, key=lambda i: i.smallest_move / max(i.weight, 1e-12), default=None)
