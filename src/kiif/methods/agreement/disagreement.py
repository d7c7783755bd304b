"""Dossiers on which readers differ more than they usually do, once each has its severity given back.

The spread of the marks of a dossier around its corrected mark is compared with the error of the model: their ratio is
1 for an ordinary dossier. With normal errors the sum of squares follows a chi-squared law of (reads - 1) degrees.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import chdtrc

from kiif.methods.agreement.severity import Correction

#: Below this an error is nought: everybody agrees.
_NOUGHT: Final = 1e-12


@dataclass(frozen=True)
class PairGap:
    """Two readers of a dossier: by how many points the first one is above the second, raw and corrected.

    `standardised`: the corrected gap in units of what two readers usually differ by.
    """

    first: str
    second: str
    raw: float
    corrected: float
    standardised: float


@dataclass(frozen=True)
class Disagreement:
    """`observed` and `expected`: standard deviations around the corrected mark, in points; `index` their ratio.

    `chance`: how often an ordinary dossier would show a spread at least as wide, in [0, 1]. `pairs`: widest gap first.
    """

    dossier: str
    reads: int
    observed: float
    expected: float
    index: float
    chance: float
    pairs: tuple[PairGap, ...]


@dataclass(frozen=True)
class Opposition:
    """Two reviewers over all they both read: mean (signed) and root mean square of their corrected gaps, in points."""

    first: str
    second: str
    dossiers: int
    mean: float
    spread: float


def disagreements(correction: Correction) -> tuple[Disagreement, ...]:
    """Dossiers read at least twice, the most disputed first (least `chance`), then by key."""
    marks = correction.marks
    error = float(np.sqrt(correction.variances.error))
    back = _given_back(correction)
    out = []
    for d, places in enumerate(_by_dossier(correction)):
        if len(places) < 2:
            continue
        squares = float(((back[places] - back[places].mean()) ** 2).sum())
        freedom = len(places) - 1
        observed = float(np.sqrt(squares / freedom))
        usual = error > _NOUGHT
        out.append(
            Disagreement(
                dossier=marks.dossiers[d],
                reads=len(places),
                observed=observed,
                expected=error,
                index=observed / error if usual else 0.0,
                chance=float(chdtrc(freedom, squares / error**2)) if usual else 1.0,
                pairs=_gaps(correction, places, back, error),
            )
        )
    return tuple(sorted(out, key=lambda found: (found.chance, found.dossier)))


def oppositions(correction: Correction, *, least: int = 3) -> tuple[Opposition, ...]:
    """Pairs of reviewers with at least `least` dossiers in common, those who differ most first."""
    marks, back = correction.marks, _given_back(correction)
    gaps: dict[tuple[int, int], list[float]] = {}
    for places in _by_dossier(correction):
        for a, b in itertools.combinations(places, 2):
            gaps.setdefault((int(marks.reviewer[a]), int(marks.reviewer[b])), []).append(float(back[a] - back[b]))
    found = [
        Opposition(
            marks.reviewers[a],
            marks.reviewers[b],
            len(values),
            float(np.mean(values)),
            float(np.sqrt(np.mean(np.square(values)))),
        )
        for (a, b), values in gaps.items()
        if len(values) >= least
    ]
    return tuple(sorted(found, key=lambda pair: (-round(pair.spread, 9), pair.first, pair.second)))


def _by_dossier(correction: Correction) -> list[list[int]]:
    """Places of the marks of each dossier, by reviewer."""
    marks = correction.marks
    cuts = np.cumsum(marks.reads)[:-1]
    return [places.tolist() for places in np.split(np.arange(len(marks.score)), cuts)]


def _given_back(correction: Correction) -> np.ndarray:
    """Each mark with the severity of its reader given back `(marks,)`."""
    severities = np.array([reviewer.severity for reviewer in correction.reviewers])
    return np.asarray(correction.marks.score + severities[correction.marks.reviewer])


def _gaps(correction: Correction, places: list[int], back: np.ndarray, error: float) -> tuple[PairGap, ...]:
    marks = correction.marks
    usual = error * np.sqrt(2.0)
    out = []
    for a, b in itertools.combinations(places, 2):
        gap = float(back[a] - back[b])
        first, second = marks.reviewers[marks.reviewer[a]], marks.reviewers[marks.reviewer[b]]
        raw = float(marks.score[a] - marks.score[b])
        out.append(PairGap(first, second, raw, gap, float(gap / usual) if usual > _NOUGHT else 0.0))
    return tuple(sorted(out, key=lambda pair: (-abs(pair.corrected), pair.first, pair.second)))
