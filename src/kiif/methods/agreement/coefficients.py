"""Coefficients of agreement, each with its source. They describe a panel; they correct nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from kiif.methods.agreement.errors import AgreementError
from kiif.methods.agreement.ratings import Floats

Level = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True)
class Intraclass:
    """Intraclass correlations of a full table, and its mean squares (`between` dossiers, `within`, `judges`, `error`).

    `one_way`: each dossier has its own judges; `agreement`: the same judges, drawn among others; `consistency`: these
    judges only, severities aside. With `_mean`: of the mean of the k judges. ICC(1,1), (2,1), (3,1) and (·,k).
    """

    one_way: float
    agreement: float
    consistency: float
    one_way_mean: float
    agreement_mean: float
    consistency_mean: float
    between: float
    within: float
    judges: float
    error: float


def intraclass(scores: ArrayLike) -> Intraclass:
    """Of a full table `(n dossiers, k judges)`. Raises AgreementError on holes, or under two of each, or no variance.

    Source: Shrout & Fleiss 1979.
    """
    x = np.asarray(scores, dtype=np.float64)
    if x.ndim != 2 or min(x.shape) < 2 or not np.isfinite(x).all():
        raise AgreementError("A full table of at least two dossiers and two judges is needed.")
    n, k = x.shape
    rows, columns, grand = x.mean(axis=1), x.mean(axis=0), float(x.mean())
    between = k * float(((rows - grand) ** 2).sum()) / (n - 1)
    within = float(((x - rows[:, None]) ** 2).sum()) / (n * (k - 1))
    judges = n * float(((columns - grand) ** 2).sum()) / (k - 1)
    error = float(((x - rows[:, None] - columns + grand) ** 2).sum()) / ((n - 1) * (k - 1))
    if between <= 0:
        raise AgreementError("All dossiers have the same mean: there is nothing to agree on.")
    shift = (judges - error) / n
    return Intraclass(
        one_way=(between - within) / (between + (k - 1) * within),
        agreement=(between - error) / (between + (k - 1) * error + k * shift),
        consistency=(between - error) / (between + (k - 1) * error),
        one_way_mean=(between - within) / between,
        agreement_mean=(between - error) / (between + shift),
        consistency_mean=(between - error) / between,
        between=between,
        within=within,
        judges=judges,
        error=error,
    )


def krippendorff_alpha(values: ArrayLike, level: Level = "interval") -> float:
    """Alpha of `values` (coders, units), NaN where missing; 1 is perfect, 0 what chance gives.

    Units with one value do not count. Raises AgreementError when none has two, or when all values are the same: alpha
    is then not defined. Source: Krippendorff 2011, *Computing Krippendorff's alpha-reliability*.
    """
    if level not in get_args(Level):
        raise AgreementError("This level of measurement is unknown: %(level)s.", level=level)
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 2 or np.isinf(x).any():
        raise AgreementError("Values are a table of coders and units.")
    known = ~np.isnan(x)
    pairable = x[:, known.sum(axis=0) >= 2]
    if pairable.shape[1] == 0:
        raise AgreementError("No unit was judged twice.")
    if level == "ratio" and np.nanmin(pairable) < 0:
        raise AgreementError("A ratio scale has no value under nought.")
    names = np.unique(pairable[~np.isnan(pairable)])
    if len(names) < 2:
        raise AgreementError("All values are the same: agreement cannot be told from chance.")
    counts = (pairable[:, :, None] == names).sum(axis=0).astype(np.float64)
    here = counts.sum(axis=1)
    coincidences = (counts / (here - 1)[:, None]).T @ counts - np.diag((counts / (here - 1)[:, None]).sum(axis=0))
    margins = coincidences.sum(axis=1)
    total = float(margins.sum())
    distance = _distance(names, margins, level)
    expected = float((np.outer(margins, margins) * distance).sum()) / (total - 1)
    return 1.0 - float((coincidences * distance).sum()) / expected


def _distance(names: Floats, margins: Floats, level: Level) -> Floats:
    """Squared difference between each pair of values `(v, v)`, as the level of measurement sees it."""
    if level == "nominal":
        return np.asarray(names[:, None] != names, dtype=np.float64)
    if level == "interval":
        return np.asarray((names[:, None] - names) ** 2, dtype=np.float64)
    if level == "ratio":
        sums = names[:, None] + names
        return np.asarray(((names[:, None] - names) / np.where(sums == 0, 1.0, sums)) ** 2, dtype=np.float64)
    # Ordinal: how many values lie between the two, half of each of them.
    middle = np.cumsum(margins) - margins / 2
    return np.asarray((middle[:, None] - middle) ** 2, dtype=np.float64)


def cohen_kappa(table: ArrayLike) -> float:
    """Kappa of two judges from their crossed counts `(c, c)`. Source: Cohen 1960.

    Raises AgreementError when the table is not square and positive, or when chance alone explains everything.
    """
    x = np.asarray(table, dtype=np.float64)
    if x.ndim != 2 or x.shape[0] != x.shape[1] or not np.isfinite(x).all() or (x < 0).any() or x.sum() <= 0:
        raise AgreementError("Two judges are compared by a square table of counts.")
    shares = x / x.sum()
    observed = float(np.trace(shares))
    return _kappa(observed, float(shares.sum(axis=0) @ shares.sum(axis=1)))


def fleiss_kappa(counts: ArrayLike) -> float:
    """Kappa of several judges from `counts` (dossiers, categories): how many chose each. Source: Fleiss 1971.

    Raises AgreementError when dossiers do not all have the same number of judges, two at least.
    """
    x = np.asarray(counts, dtype=np.float64)
    if x.ndim != 2 or x.size == 0 or not np.isfinite(x).all() or (x < 0).any():
        raise AgreementError("Each dossier has a count by category.")
    judges = x.sum(axis=1)
    if np.ptp(judges) > 0 or judges[0] < 2:
        raise AgreementError("All dossiers need the same number of judges, two at least.")
    k = float(judges[0])
    observed = float((((x**2).sum(axis=1) - k) / (k * (k - 1))).mean())
    shares = x.sum(axis=0) / x.sum()
    return _kappa(observed, float(shares @ shares))


def _kappa(observed: float, chance: float) -> float:
    if chance >= 1.0:
        raise AgreementError("All values are the same: agreement cannot be told from chance.")
    return (observed - chance) / (1.0 - chance)


@dataclass(frozen=True)
class Concordance:
    """Kendall's W in [0, 1], its chi-squared with n - 1 degrees of freedom, and the chance of one at least as large."""

    w: float
    chi_squared: float
    chance: float


def kendall_w(scores: ArrayLike) -> Concordance:
    """Concordance of the rankings of `scores` (judges, dossiers), with the correction for equal ranks.

    Raises AgreementError on holes, under two judges or dossiers, or when a judge tells nobody apart and so do the
    others. Source: Kendall & Babington Smith 1939; ties as in Siegel & Castellan 1988.
    """
    x = np.asarray(scores, dtype=np.float64)
    if x.ndim != 2 or min(x.shape) < 2 or not np.isfinite(x).all():
        raise AgreementError("A full table of at least two dossiers and two judges is needed.")
    m, n = x.shape
    ranked = np.array([_ranks(row) for row in x])
    spread = float(((ranked.sum(axis=0) - m * (n + 1) / 2) ** 2).sum())
    ties = sum(float((c**3 - c).sum()) for c in (np.unique(row, return_counts=True)[1] for row in ranked))
    most = (m**2 * (n**3 - n) - m * ties) / 12
    if most <= 0:
        raise AgreementError("No judge tells the dossiers apart.")
    w = spread / most
    return Concordance(w, m * (n - 1) * w, float(chdtrc(n - 1, m * (n - 1) * w)))


def _ranks(row: Floats) -> Floats:
    """Ranks from 1, equal values sharing their mean rank. (`scipy.stats` does it too, and takes a second to import.)"""
    _values, place, counts = np.unique(row, return_inverse=True, return_counts=True)
    means: Floats = np.cumsum(counts) - (counts - 1) / 2
    return means[place]
