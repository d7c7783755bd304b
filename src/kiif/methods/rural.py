"""Rural or not, estimated from density and size until the official grid is there.

The official definition is the communal density grid of INSEE (levels 5, 6 and 7 are rural), made from inhabited
squares of 1 km that are not in the packages. The estimate is a line in three logarithms: density of the commune, its
population, and the population within 5 km. Coefficients were fitted by balanced logistic regression on the grid of
2025 and rounded; the agreement measured on all communes is in ``docs/data.md``, and a test holds it. The result is
always labelled an estimate.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

#: Levels of the density grid that INSEE calls rural.
RURAL_LEVELS: Final = (5, 6, 7)

DENSITY_WEIGHT: Final = 3.0
SIZE_WEIGHT: Final = 2.0
AROUND_WEIGHT: Final = 3.9
URBAN_FROM: Final = 28.3
AROUND_KM: Final = 5.0


def urban_score(density: npt.ArrayLike, population: npt.ArrayLike, around: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Score above 0 for a commune estimated urban.

    Arrays of shape (n,): inh./km², inhabitants, inhabitants within 5 km.
    """
    d, p, a = (np.asarray(x, dtype=np.float64) for x in (density, population, around))
    score = (
        DENSITY_WEIGHT * np.log10(np.maximum(d, 0.1))
        + SIZE_WEIGHT * np.log10(np.maximum(p, 1))
        + AROUND_WEIGHT * np.log10(np.maximum(a, 1))
    )
    return np.asarray(score - URBAN_FROM, dtype=np.float64)


def estimate_rural(density: npt.ArrayLike, population: npt.ArrayLike, around: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """True where a commune is estimated rural. Uninhabited communes are rural."""
    return np.asarray(urban_score(density, population, around) <= 0, dtype=np.bool_)


def balanced_accuracy(predicted: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Mean of the shares of true positives and of true negatives (0.5 for chance). Both classes must be present."""
    guess, real = np.asarray(predicted, dtype=bool), np.asarray(truth, dtype=bool)
    if real.all() or not real.any():
        raise ValueError("balanced accuracy needs both classes in the truth")
    return float((guess[real].mean() + (~guess[~real]).mean()) / 2)
