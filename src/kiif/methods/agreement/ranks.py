"""Between which ranks a dossier lies, given that marks are not exact.

Dossiers are drawn many times together, within what their marks and the severities of their readers leave possible, and
ranked each time. The seed is published with the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kiif.methods.agreement.errors import AgreementError
from kiif.methods.agreement.ratings import Floats
from kiif.methods.agreement.severity import Correction

DRAWS: Final = 4_000
#: Draws x dossiers.
MAX_CELLS: Final = 20_000_000


@dataclass(frozen=True)
class Rank:
    """`rank` by corrected mark, from 1, equal marks sharing it; `low` to `high`: nine draws out of ten.

    `typical`: the median rank. `in_top`: share of the draws where it is among the first k.
    """

    dossier: str
    rank: int
    low: int
    high: int
    typical: float
    in_top: float


def ranks(correction: Correction, top: int, *, draws: int = DRAWS, seed: int = 0) -> tuple[Rank, ...]:
    """Ranks of all dossiers, in the order of their keys.

    Raises AgreementError when `top` is not between 1 and their number, or when draws are too few or too many.
    """
    n = len(correction.dossiers)
    if not 1 <= top <= n:
        raise AgreementError("The top must hold between 1 and %(n)s dossiers.", n=n)
    if draws < 100 or draws * n > MAX_CELLS:
        raise AgreementError("Between 100 and %(n)s draws.", n=MAX_CELLS // n)
    drawn = _ranked(_draw(correction, draws, np.random.default_rng(seed)))
    low, typical, high = np.quantile(drawn, [0.05, 0.5, 0.95], axis=0, method="inverted_cdf")
    inside = (drawn <= top).mean(axis=0)
    marks = np.round([dossier.corrected for dossier in correction.dossiers], 9)
    order = (marks[None, :] > marks[:, None]).sum(axis=1) + 1
    return tuple(
        Rank(key, int(order[i]), int(low[i]), int(high[i]), float(typical[i]), float(inside[i]))
        for i, key in enumerate(correction.marks.dossiers)
    )


def _draw(correction: Correction, draws: int, rng: np.random.Generator) -> Floats:
    """Possible true marks `(draws, n, 2)`: the mark, and a number that settles those that are equal."""
    k, found = correction.shrinkage, correction.variances
    figures, axes = np.linalg.eigh(correction.covariance)
    root = axes * np.sqrt(np.maximum(figures, 0.0))
    shared = rng.standard_normal((draws, len(root))) @ root.T
    lever = np.column_stack([1.0 - k, -k[:, None] * correction.averaging])
    own = rng.standard_normal((draws, len(k))) * np.sqrt(np.maximum(found.dossier * (1.0 - k), 0.0))
    expected = np.array([dossier.expected for dossier in correction.dossiers])
    true = np.round(expected - shared @ lever.T - own, 9)
    return np.stack([true, rng.random(true.shape)], axis=2)


def _ranked(drawn: Floats) -> np.ndarray:
    """Rank from 1 of each dossier in each draw `(draws, n)`, the highest mark first."""
    order = np.lexsort((drawn[:, :, 1], -drawn[:, :, 0]), axis=1)
    out = np.empty(order.shape, dtype=np.int32)
    np.put_along_axis(out, order, np.arange(1, order.shape[1] + 1, dtype=np.int32)[None, :], axis=1)
    return out
