"""Corrected marks: what dossiers would have had from average reviewers, with how sure that is.

Model: score = mean + dossier - severity of the reviewer + error; dossiers, severities and errors are drawn from
normal laws whose variances `reml` estimates. Severities are best linear unbiased predictions (Henderson 1975;
Robinson 1991): the fewer marks a reviewer gave, the closer to nought. The corrected mark of a dossier is then the
mean of the marks it had, each with the severity of its reader given back: a sum that anyone can do again.

Errors suppose the variances known, as intervals of this kind do; they are a little short when marks are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from kiif.methods.agreement.errors import AgreementError
from kiif.methods.agreement.ratings import Floats, Mark, Ratings, ratings
from kiif.methods.agreement.reml import System, Variances, variances

#: Half-width of a 95 % interval, in standard errors.
Z: Final = 1.959963984540054
#: Under so many marks a severity is little more than a guess; under so many reads a dossier depends on who read it.
FEW_MARKS: Final = 5
FEW_READS: Final = 3


class Caution(StrEnum):
    """What to know before using a correction. A page words them."""

    DISCONNECTED = "disconnected"
    FEW_MARKS = "few-marks"
    FEW_READS = "few-reads"
    NO_SEVERITY = "no-severity"
    NO_DIFFERENCE = "no-difference"


@dataclass(frozen=True)
class Note:
    """A warning and the keys it is about: reviewers, dossiers, or the dossiers of each group but the largest."""

    kind: Caution
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bounded:
    """A corrected mark brought back into its scale, with its interval. `moved`: the model had gone past an end."""

    corrected: float
    low: float
    high: float
    moved: bool


@dataclass(frozen=True)
class Corrected:
    """A dossier. `raw`: mean of its marks; `severity`: mean severity of its readers; `corrected` = raw + severity.

    `error`: standard error of `corrected`; `low`, `high`: its 95 % interval. `expected`: the same drawn towards the
    mean of all, the more so as reads are few (best prediction); `expected_error`: its standard error.
    """

    dossier: str
    reads: int
    raw: float
    severity: float
    corrected: float
    error: float
    expected: float
    expected_error: float

    @property
    def low(self) -> float:
        return self.corrected - Z * self.error

    @property
    def high(self) -> float:
        return self.corrected + Z * self.error

    def within(self, lowest: float, highest: float) -> Bounded:
        """The mark and its interval in the scale `lowest`–`highest`, the only place where the truth can be.

        The model is additive and knows no end: 19.5 given by severe readers may become 20.8 out of 20. Bringing an
        estimate to the nearest end never takes it further from a truth that is in the scale, and cutting an interval
        there leaves out no possible value: what it holds, it still holds as often.
        """
        corrected, low, high = (min(max(one, lowest), highest) for one in (self.corrected, self.low, self.high))
        return Bounded(corrected, low, high, moved=corrected != self.corrected)


@dataclass(frozen=True)
class Severity:
    """A reviewer. `severity`: points given less than an average reviewer would; `error`: its standard error."""

    reviewer: str
    marks: int
    mean: float
    severity: float
    error: float

    @property
    def low(self) -> float:
        return self.severity - Z * self.error

    @property
    def high(self) -> float:
        return self.severity + Z * self.error


@dataclass(frozen=True, eq=False)
class Correction:
    """The answer, in the order of the keys. Arrays: `averaging` (n, m) shares of each reader in a dossier; `shrinkage`
    (n,) in [0, 1); `covariance` (1 + m, 1 + m) of the errors on the mean and on what reviewers add."""

    marks: Ratings
    mean: float
    variances: Variances
    dossiers: tuple[Corrected, ...]
    reviewers: tuple[Severity, ...]
    notes: tuple[Note, ...]
    averaging: Floats
    shrinkage: Floats
    covariance: Floats

    def gap(self, one: str, other: str) -> tuple[float, float]:
        """Corrected mark of `one` less that of `other`, and its standard error: what common readers bring cancels.

        Raises AgreementError when one of them has no mark.
        """
        places = []
        for key in (one, other):
            if key not in self.marks.dossiers:
                raise AgreementError("There is no mark on %(dossier)s.", dossier=key)
            places.append(self.marks.dossiers.index(key))
        a, b = places
        if a == b:
            return 0.0, 0.0
        errors = _errors(self.averaging[places], self.shrinkage[places], self.covariance)
        own = self.variances.error / self.marks.reads[places]
        variance = errors[0, 0] + errors[1, 1] - 2 * errors[0, 1] + own.sum()
        gap = self.dossiers[a].corrected - self.dossiers[b].corrected
        return gap, float(np.sqrt(max(variance, 0.0)))


def correct(marks: Iterable[Mark]) -> Correction:
    """Corrected marks and severities of one criterion, or of the totals. See the module for the model.

    Works on any design; `notes` say what weakens the answer. Raises AgreementError when the marks are too few for it.
    """
    table = ratings(marks)
    found = variances(table)
    mean, added, covariance = _solve(table, found)
    reads = table.reads.astype(np.float64)
    averaging = np.asarray(table.incidence.toarray() / reads[:, None])
    ratio = found.dossier / found.error if found.error > 0 else 0.0
    shrinkage = reads * ratio / (1.0 + reads * ratio)
    return Correction(
        marks=table,
        mean=mean,
        variances=found,
        dossiers=_dossiers(table, found, mean, (averaging, shrinkage, added, covariance)),
        reviewers=_reviewers(table, added, covariance),
        notes=_notes(table, found),
        averaging=averaging,
        shrinkage=shrinkage,
        covariance=covariance,
    )


def correct_each(criteria: Mapping[str, Iterable[Mark]]) -> dict[str, Correction]:
    """The same for each criterion. Raises AgreementError as soon as one does not allow it."""
    return {name: correct(marks) for name, marks in criteria.items()}


def _solve(table: Ratings, found: Variances) -> tuple[float, Floats, Floats]:
    """The mean, what each reviewer adds `(m,)`, and the covariance `(1 + m, 1 + m)` of the errors on both."""
    m = len(table.reviewers)
    if found.error <= 0:
        return float(table.score.mean()), np.zeros(m), np.zeros((1 + m, 1 + m))
    system = System(table)
    scale = np.concatenate([[1.0], np.full(m, np.sqrt(found.reviewer / found.error))])
    ss, sm, mm = system.absorbed(found.dossier / found.error)
    left = np.block([[mm[:1, :1], sm[:, 0][None, :]], [sm[:, 0][:, None], ss]]) * np.outer(scale, scale)
    left[np.arange(1, m + 1), np.arange(1, m + 1)] += 1.0
    inverse = np.linalg.inv(left) * np.outer(scale, scale)
    solution = inverse @ np.concatenate([[mm[0, 1]], sm[:, 1]])
    return system.centre + float(solution[0]), np.asarray(solution[1:]), np.asarray(found.error * inverse)


def _errors(averaging: Floats, shrinkage: Floats, covariance: Floats) -> Floats:
    """Covariance `(d, d)` of the errors of corrected marks, their own errors of reading left out."""
    inner = averaging @ covariance[1:, 1:] @ averaging.T
    crossed = (1.0 - shrinkage)[:, None] * (covariance[:1, 1:] @ averaging.T + inner)
    return np.asarray(inner - crossed - crossed.T, dtype=np.float64)


def _dossiers(
    table: Ratings, found: Variances, mean: float, solved: tuple[Floats, Floats, Floats, Floats]
) -> tuple[Corrected, ...]:
    averaging, shrinkage, added, covariance = solved
    raw = np.bincount(table.dossier, weights=table.score) / table.reads
    severity = -averaging @ added
    corrected = raw + severity
    inner = averaging @ covariance[1:, 1:]
    towards = (inner * averaging).sum(axis=1)
    crossed = (1.0 - shrinkage) * (averaging @ covariance[0, 1:] + towards)
    error = np.sqrt(np.maximum(found.error / table.reads + towards - 2 * crossed, 0.0))
    lever = np.column_stack([1.0 - shrinkage, -shrinkage[:, None] * averaging])
    known = ((lever @ covariance) * lever).sum(axis=1)
    expected_error = np.sqrt(np.maximum(found.dossier * (1.0 - shrinkage) + known, 0.0))
    expected = mean + shrinkage * (corrected - mean)
    columns = (raw, severity, corrected, error, expected, expected_error)
    rows = zip(table.dossiers, table.reads.tolist(), *(column.tolist() for column in columns), strict=True)
    return tuple(Corrected(*row) for row in rows)


def _reviewers(table: Ratings, added: Floats, covariance: Floats) -> tuple[Severity, ...]:
    means = np.bincount(table.reviewer, weights=table.score) / table.given
    errors = np.sqrt(np.maximum(np.diag(covariance)[1:], 0.0))
    rows = zip(
        table.reviewers, table.given.tolist(), means.tolist(), (0.0 - added).tolist(), errors.tolist(), strict=True
    )
    return tuple(Severity(*row) for row in rows)


def _notes(table: Ratings, found: Variances) -> tuple[Note, ...]:
    out = [Note(Caution.DISCONNECTED, group[0]) for group in table.components()[1:]]
    rare = tuple(key for key, marks in zip(table.reviewers, table.given, strict=True) if marks < FEW_MARKS)
    thin = tuple(key for key, reads in zip(table.dossiers, table.reads, strict=True) if reads < FEW_READS)
    out += [Note(Caution.FEW_MARKS, rare)] if rare else []
    out += [Note(Caution.FEW_READS, thin)] if thin else []
    out += [Note(Caution.NO_SEVERITY)] if found.reviewer == 0 else []
    out += [Note(Caution.NO_DIFFERENCE)] if found.dossier == 0 else []
    return tuple(out)
