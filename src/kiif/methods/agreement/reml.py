"""Variances of score = mean + dossier + reviewer + error, all three at random and crossed, on any design.

Restricted maximum likelihood (Patterson & Thompson 1971), the error variance profiled out, in the scaled form that
stays smooth when a variance is nought (Bates, Mächler, Bolker & Walker 2015). Dossiers are absorbed one by one, so
that the system to solve is as large as the number of reviewers only (Henderson 1984). On a balanced design the
variances are those of the two-way analysis of variance, as long as these are not negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.sparse import diags_array, issparse

from kiif.methods.agreement.errors import AgreementError
from kiif.methods.agreement.ratings import Floats, Ratings

#: Standard deviations in units of that of the error: from none to a thousand times it.
_LARGEST: Final = 1e3
_STARTS: Final = tuple((a, b) for a in (0.1, 0.4, 1.0, 2.5, 10.0) for b in (0.1, 0.4, 1.0, 2.5, 10.0))
#: Designs of so many cells are faster whole than by their marks alone.
_DENSE: Final = 100_000
#: A ratio of standard deviations below this is no variance.
_NOUGHT: Final = 1e-4


@dataclass(frozen=True)
class Variances:
    """In squared points of the scale. `deviance`: minus twice the restricted log-likelihood."""

    dossier: float
    reviewer: float
    error: float
    deviance: float

    @property
    def single(self) -> float:
        """Share of a raw mark that is the dossier's: agreement of one reviewer with another, in [0, 1]."""
        total = self.dossier + self.reviewer + self.error
        return self.dossier / total if total > 0 else 0.0

    @property
    def corrected(self) -> float:
        """The same once severities are taken away: consistency of one reviewer with another, in [0, 1]."""
        total = self.dossier + self.error
        return self.dossier / total if total > 0 else 0.0


class System:
    """The marks summed once, then solved for any ratio of variances."""

    def __init__(self, marks: Ratings) -> None:
        self.size = len(marks.score)
        self.centre = float(marks.score.mean())
        centred = marks.score - self.centre
        self.reads = marks.reads.astype(np.float64)
        self.given = marks.given.astype(np.float64)
        self.incidence = marks.incidence
        if len(self.reads) * len(self.given) <= _DENSE:
            self.incidence = self.incidence.toarray()
        self.by_dossier = np.bincount(marks.dossier, weights=centred, minlength=len(self.reads))
        self.by_reviewer = np.bincount(marks.reviewer, weights=centred, minlength=len(self.given))
        self.total, self.squares = float(centred.sum()), float(centred @ centred)

    def absorbed(self, gamma: float) -> tuple[Floats, Floats, Floats]:
        """Dossiers taken out, at `gamma` = dossier variance / error variance.

        Gives the products `(m, m)` of reviewers with themselves, `(m, 2)` of reviewers with (mean, score), and `(2, 2)`
        of (mean, score) with themselves.
        """
        w = gamma / (1.0 + self.reads * gamma)
        weighed = diags_array(w) @ self.incidence if issparse(self.incidence) else w[:, None] * self.incidence
        common = self.incidence.T @ weighed
        ss = np.diag(self.given) - (common.toarray() if issparse(common) else common)
        sums = np.column_stack([self.reads, self.by_dossier])
        sm = np.column_stack([self.given, self.by_reviewer]) - weighed.T @ sums
        whole = np.array([[self.size, self.total], [self.total, self.squares]])
        mm = whole - sums.T @ (w[:, None] * sums)
        return np.asarray(ss), np.asarray(sm), np.asarray(mm)

    def deviance(self, theta: Floats) -> float:
        """Minus twice the restricted log-likelihood at ratios of standard deviations `theta` (dossier, reviewer)."""
        ss, sm, mm = self.absorbed(float(theta[0]) ** 2)
        scale = float(theta[1])
        factor = cho_factor(np.eye(len(ss)) + scale**2 * ss, lower=True)
        left = mm - scale**2 * sm.T @ cho_solve(factor, sm)
        freedom = self.size - 1
        rest = max(left[1, 1] - left[0, 1] ** 2 / left[0, 0], np.finfo(float).tiny)
        logs = np.log1p(self.reads * float(theta[0]) ** 2).sum() + 2 * np.log(np.diag(factor[0])).sum()
        return float(freedom * (1 + np.log(2 * np.pi * rest / freedom)) + logs + np.log(left[0, 0]))

    def error_variance(self, theta: Floats) -> float:
        ss, sm, mm = self.absorbed(float(theta[0]) ** 2)
        scale = float(theta[1])
        left = mm - scale**2 * sm.T @ cho_solve(cho_factor(np.eye(len(ss)) + scale**2 * ss), sm)
        return max(float(left[1, 1] - left[0, 1] ** 2 / left[0, 0]) / (self.size - 1), 0.0)


def variances(marks: Ratings) -> Variances:
    """The three variances. Raises AgreementError when the design cannot tell them apart.

    That is when no mark is left once each dossier has its level and each reviewer its severity.
    """
    n, m = len(marks.dossiers), len(marks.reviewers)
    if n < 2 or m < 2:
        raise AgreementError("At least two dossiers and two reviewers are needed.")
    if len(marks.score) - (n + m - len(marks.components())) < 1:
        raise AgreementError("Too few dossiers were read by several people to tell severity from the dossiers.")
    if np.ptp(marks.score) == 0:
        return Variances(0.0, 0.0, 0.0, -np.inf)
    system = System(marks)
    theta = _least(system)
    theta[theta < _NOUGHT] = 0.0
    error = system.error_variance(theta)
    return Variances(float(theta[0] ** 2 * error), float(theta[1] ** 2 * error), error, system.deviance(theta))


def _least(system: System) -> Floats:
    """The ratios of standard deviations of least deviance: the best of a grid, a fast descent, then a fine one."""
    bounds = [(0.0, _LARGEST)] * 2
    start = min((np.array(pair) for pair in _STARTS), key=system.deviance)
    best = minimize(system.deviance, start, method="L-BFGS-B", bounds=bounds)
    options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 400}
    fine = minimize(system.deviance, best.x, method="Nelder-Mead", bounds=bounds, options=options)
    return np.array(fine.x if fine.fun <= best.fun else best.x, dtype=np.float64)
