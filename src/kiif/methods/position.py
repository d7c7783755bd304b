"""Where one value stands among others. Unknown values (NaN) are never counted, never ranked, never replaced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """Position of a value: ``rank`` from 1 among ``known`` values out of ``total``; ``percentile`` and ``median``
    likewise.

    ``rank`` and ``percentile`` are None when the value itself is unknown, ``median`` when all are.
    """

    rank: int | None
    known: int
    total: int
    percentile: float | None
    median: float | None


def known(values: npt.ArrayLike) -> Floats:
    """The values that are numbers, in the order given."""
    array = np.asarray(values, dtype=np.float64).ravel()
    return array[~np.isnan(array)]


def rank(values: npt.ArrayLike, higher_first: bool = True) -> Floats:
    """Competition ranks ("1, 2, 2, 4"), shape (n,), NaN where the value is unknown."""
    array = np.asarray(values, dtype=np.float64).ravel()
    result = np.full(array.shape, np.nan)
    present = ~np.isnan(array)
    keys = -array[present] if higher_first else array[present]
    result[present] = np.searchsorted(np.sort(keys), keys, side="left") + 1
    return result


def percentile(values: npt.ArrayLike, value: float) -> float:
    """Share (0–100) of known values below ``value``, ties counting for half. NaN if nothing is known.

    This is the "mean" percentile rank: 50 for the median of an odd number of distinct values.
    """
    array = known(values)
    if len(array) == 0 or np.isnan(value):
        return float("nan")
    return float(100 * (np.sum(array < value) + np.sum(array == value) / 2) / len(array))


def quantiles(values: npt.ArrayLike, probabilities: npt.ArrayLike) -> Floats:
    """Quantiles of the known values (linear interpolation, Hyndman and Fan's type 7). All NaN if nothing is known."""
    array = known(values)
    wanted = np.asarray(probabilities, dtype=np.float64)
    if len(array) == 0:
        return np.full(wanted.shape, np.nan)
    return np.asarray(np.quantile(array, wanted), dtype=np.float64)


def place(values: npt.ArrayLike, value: float, higher_first: bool = True) -> Place:
    """Rank, percentile and median of ``value`` among its peers ``values`` (which should contain it)."""
    array = known(values)
    total = int(np.asarray(values).size)
    median = float(np.median(array)) if len(array) else None
    if np.isnan(value) or len(array) == 0:
        return Place(None, len(array), total, None, median)
    ahead = int(np.sum(array > value) if higher_first else np.sum(array < value))
    return Place(ahead + 1, len(array), total, percentile(array, value), median)


def similarity(matrix: npt.ArrayLike, row: int) -> Floats:
    """Distance of each row of ``matrix`` (n, k) to one of them, on robustly standardised columns. Shape (n,).

    Each column is centred on its median and divided by its interquartile range (columns without spread are left out);
    the distance is the root mean square over the columns known on both sides, NaN when fewer than half are. Zero for
    the row itself.
    """
    data = np.asarray(matrix, dtype=np.float64)
    columns = [data[:, j] for j in range(data.shape[1])]
    spread = np.array([np.subtract(*quantiles(column, [0.75, 0.25])) for column in columns])
    usable = np.nan_to_num(spread) > 0
    if not usable.any():
        return np.full(len(data), np.nan)
    scaled = data[:, usable] / spread[usable]
    gaps = (scaled - scaled[row]) ** 2
    count = np.sum(~np.isnan(gaps), axis=1)
    enough = count * 2 >= usable.sum()
    total = np.nansum(gaps, axis=1)
    return np.where(enough, np.sqrt(total / np.maximum(count, 1)), np.nan)
