"""Marks as arrays, in the order of the keys, whatever the order they came in."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kiif.methods.agreement.errors import AgreementError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: (dossier, reviewer, score).
Mark = tuple[str, str, float]

MAX_MARKS: Final = 100_000
MAX_REVIEWERS: Final = 1_000
MAX_CELLS: Final = 10_000_000


@dataclass(frozen=True, eq=False)
class Ratings:
    """`dossier`, `reviewer` (marks,): positions in the keys; `score` (marks,). One mark for a pair."""

    dossiers: tuple[str, ...]
    reviewers: tuple[str, ...]
    dossier: Ints
    reviewer: Ints
    score: Floats

    @property
    def reads(self) -> Ints:
        """Marks of each dossier `(n,)`."""
        return np.bincount(self.dossier, minlength=len(self.dossiers)).astype(np.int64)

    @property
    def given(self) -> Ints:
        """Marks by each reviewer `(m,)`."""
        return np.bincount(self.reviewer, minlength=len(self.reviewers)).astype(np.int64)

    @property
    def incidence(self) -> csr_array:
        """1 where a reviewer read a dossier. `(n, m)`."""
        shape = (len(self.dossiers), len(self.reviewers))
        return csr_array((np.ones(len(self.score)), (self.dossier, self.reviewer)), shape=shape)

    def components(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """Groups of dossiers and reviewers that common reads link, the largest first.

        Between two groups nothing tells a severe reviewer from weak dossiers: marks compare only by supposing that
        groups are alike.
        """
        n = len(self.dossiers)
        rows, columns = self.dossier, self.reviewer + n
        size = n + len(self.reviewers)
        graph = csr_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
        count, label = connected_components(graph, directed=False)
        groups = []
        for group in range(count):
            members = np.flatnonzero(label == group).tolist()
            linked = tuple(self.dossiers[i] for i in members if i < n)
            groups.append((linked, tuple(self.reviewers[i - n] for i in members if i >= n)))
        return tuple(sorted(groups, key=lambda group: (-len(group[0]), group)))


def ratings(marks: Iterable[Mark]) -> Ratings:
    """The marks in the order of their keys.

    Raises AgreementError when there are none or too many, when one is not a number, or when a pair is there twice.
    """
    ordered = sorted(marks)
    if not ordered:
        raise AgreementError("There is no mark yet.")
    if len(ordered) > MAX_MARKS:
        raise AgreementError("At most %(n)s marks at a time.", n=MAX_MARKS)
    for before, after in itertools.pairwise(ordered):
        if before[:2] == after[:2]:
            raise AgreementError("%(reviewer)s marked %(dossier)s twice.", reviewer=after[1], dossier=after[0])
    for dossier, reviewer, score in ordered:
        if not math.isfinite(score):
            raise AgreementError(
                "The mark of %(reviewer)s on %(dossier)s is not a number.", reviewer=reviewer, dossier=dossier
            )
    dossiers = tuple(sorted({mark[0] for mark in ordered}))
    reviewers = tuple(sorted({mark[1] for mark in ordered}))
    if len(reviewers) > MAX_REVIEWERS or len(dossiers) * len(reviewers) > MAX_CELLS:
        raise AgreementError("At most %(n)s reviewers at a time.", n=MAX_REVIEWERS)
    rows = {key: i for i, key in enumerate(dossiers)}
    columns = {key: i for i, key in enumerate(reviewers)}
    return Ratings(
        dossiers,
        reviewers,
        np.array([rows[mark[0]] for mark in ordered], dtype=np.int64),
        np.array([columns[mark[1]] for mark in ordered], dtype=np.int64),
        np.array([mark[2] for mark in ordered], dtype=np.float64),
    )
