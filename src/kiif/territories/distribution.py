"""The values of a figure among peers, put in order once: rank, quartiles and strip of any of them are then quick."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kiif.methods import position

Floats = npt.NDArray[np.float64]

#: Lines drawn in a strip.
STRIP_MOST: Final = 300
#: Places on a strip: finer differences are not seen.
STRIP_PLACES: Final = 400


@dataclass(frozen=True, eq=False)
class Distribution:
    """``ordered`` values known, lowest first, out of ``total``; the ``quartiles`` and the outer hundredths ``edges``.

    ``thinned`` are the values drawn: all, or 300 evenly spaced in their order, so that the quartiles stay in place.
    Everything is NaN or empty when nothing is known.
    """

    ordered: Floats
    total: int
    quartiles: tuple[float, float]
    median: float | None
    edges: tuple[float, float]
    thinned: Floats
    usual: Floats

    def place(self, value: float, *, counted: bool = True) -> position.Place:
        """Rank (from the highest), percentile and median of a value; one that is not ``counted`` is added."""
        known, total = len(self.ordered), self.total
        if math.isnan(value) or known == 0:
            return position.Place(None, known, total, None, self.median)
        low = int(np.searchsorted(self.ordered, value, side="left"))
        high = int(np.searchsorted(self.ordered, value, side="right"))
        ahead, same = known - high, high - low
        if not counted:
            known, total, same = known + 1, total + 1, same + 1
        return position.Place(ahead + 1, known, total, 100 * (low + same / 2) / known, self.median)

    def drawn(self, value: float) -> Floats:
        """What the strip draws around a value, lowest first: the outer hundredths at the edge, unless it lies there."""
        low, high = self.edges
        if len(self.thinned) == 0 or math.isnan(value) or low <= value <= high:
            return self.usual
        return _placed(self.thinned, min(low, value), max(high, value))


def _placed(values: Floats, low: float, high: float) -> Floats:
    step = (high - low) / STRIP_PLACES or 1.0
    return np.asarray(low + np.round((np.clip(values, low, high) - low) / step) * step)


def distribution_of(values: npt.ArrayLike) -> Distribution:
    """The distribution of values, unknown ones (NaN) left out."""
    ordered = np.sort(position.known(values))
    total = int(np.asarray(values).size)
    if len(ordered) == 0:
        nothing = (math.nan, math.nan)
        return Distribution(ordered, total, nothing, None, nothing, ordered, ordered)
    low, median, high = np.quantile(ordered, [0.25, 0.5, 0.75]).tolist()
    thinned = ordered
    if len(ordered) > STRIP_MOST:
        thinned = ordered[np.linspace(0, len(ordered) - 1, STRIP_MOST).round().astype(np.intp)]
    first, last = np.quantile(thinned, [0.005, 0.995]).tolist()
    usual = _placed(thinned, first, last)
    return Distribution(ordered, total, (low, high), median, (first, last), thinned, usual)
