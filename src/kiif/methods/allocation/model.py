"""What is asked of an allocation: dossiers, reviewers, what is already decided, and the rules of the round."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kiif.methods.allocation.errors import AllocationError

Pair = tuple[str, str]

#: Bounds of one round: beyond, it is cut in several.
MAX_DOSSIERS: Final = 5_000
MAX_REVIEWERS: Final = 1_000
MAX_PAIRS: Final = 500_000

_NOTHING: Final[frozenset[str]] = frozenset()
_NO_PAIR: Final[frozenset[Pair]] = frozenset()


@dataclass(frozen=True)
class Dossier:
    """What is to be read. `reads`: how many people must read it, those who already did included.

    `languages`: it may be read by whoever has one of them; empty, by all. `needs`: skill -> how many of its readers
    should have it. `calibration`: read by everyone who may.
    """

    key: str
    reads: int = 3
    themes: Collection[str] = _NOTHING
    territories: Collection[str] = _NOTHING
    languages: Collection[str] = _NOTHING
    needs: Mapping[str, int] = field(default_factory=dict)
    calibration: bool = False


@dataclass(frozen=True)
class Reviewer:
    """Who reads. `capacity`: dossiers in all, those already read included. Empty `languages`: reads them all."""

    key: str
    capacity: int
    themes: Collection[str] = _NOTHING
    territories: Collection[str] = _NOTHING
    languages: Collection[str] = _NOTHING
    skills: Collection[str] = _NOTHING
    organisation: str = ""


@dataclass(frozen=True)
class Rules:
    """How the round is balanced.

    `least_reads`: no dossier may ask for fewer. `theme_reads`, `territory_reads`: how many readers of a dossier should
    share one of its themes, one of its territories. `most_per_organisation`: readers of one dossier from the same
    organisation (None: any number; calibration dossiers are exempt). `theme` and `territory`: what each is worth in the
    affinity, which is in [0, 1]; `balance`: what filling up a reviewer costs, in the same unit.
    """

    least_reads: int = 3
    theme_reads: int = 1
    territory_reads: int = 0
    most_per_organisation: int | None = None
    theme: float = 0.6
    territory: float = 0.4
    balance: float = 0.5

    def __post_init__(self) -> None:
        figures = (self.theme, self.territory, self.balance)
        if (
            not all(math.isfinite(figure) and 0 <= figure <= 10 for figure in figures)
            or self.theme + self.territory <= 0
        ):
            raise AllocationError("Theme, territory and balance weigh between 0 and 10, and not all nothing.")
        if self.least_reads < 1 or min(self.theme_reads, self.territory_reads) < 0:
            raise AllocationError("A dossier is read at least once.")
        if self.most_per_organisation is not None and self.most_per_organisation < 1:
            raise AllocationError("At least one reader of an organisation may read a dossier.")


@dataclass(frozen=True)
class Round:
    """One round of reading.

    `conflicts`: never, whatever else is said; a read already done by someone in conflict no longer counts. `forbidden`:
    not from now on. `forced`: a person decided; the language is then not looked at. `done`: reads already made, never
    moved. `earlier`: the plan that people have before them, moved as little as possible. `seed`: settles what is equal.
    """

    dossiers: tuple[Dossier, ...]
    reviewers: tuple[Reviewer, ...]
    conflicts: Collection[Pair] = _NO_PAIR
    forbidden: Collection[Pair] = _NO_PAIR
    forced: Collection[Pair] = _NO_PAIR
    done: Collection[Pair] = _NO_PAIR
    earlier: Collection[Pair] = _NO_PAIR
    rules: Rules = field(default_factory=Rules)
    seed: str = ""

    def __post_init__(self) -> None:
        _check_keys(self)
        _check_figures(self)
        _check_pairs(self)


def _check_keys(asked: Round) -> None:
    n, m = len(asked.dossiers), len(asked.reviewers)
    if not n or not m:
        raise AllocationError("There must be dossiers to read and people to read them.")
    if n > MAX_DOSSIERS or m > MAX_REVIEWERS or n * m > MAX_PAIRS:
        raise AllocationError("This round is too large to be planned at once: at most %(n)s pairs.", n=MAX_PAIRS)
    for key in _twice(d.key for d in asked.dossiers):
        raise AllocationError("The dossier %(key)s is there twice.", key=key)
    for key in _twice(r.key for r in asked.reviewers):
        raise AllocationError("The reviewer %(key)s is there twice.", key=key)


def _twice(keys: Iterable[str]) -> list[str]:
    return sorted(key for key, times in Counter(keys).items() if times > 1)


def _check_figures(asked: Round) -> None:
    for dossier in asked.dossiers:
        if dossier.reads < asked.rules.least_reads:
            raise AllocationError(
                "The dossier %(key)s must be read at least %(n)s times.", key=dossier.key, n=asked.rules.least_reads
            )
        if any(count < 0 for count in dossier.needs.values()):
            raise AllocationError("The dossier %(key)s asks for fewer than no reader.", key=dossier.key)
    for reviewer in asked.reviewers:
        if reviewer.capacity < 0:
            raise AllocationError("The capacity of %(key)s is not a number of dossiers.", key=reviewer.key)


def _check_pairs(asked: Round) -> None:
    dossiers = {d.key for d in asked.dossiers}
    reviewers = {r.key for r in asked.reviewers}
    for pairs in (asked.conflicts, asked.forbidden, asked.forced, asked.done, asked.earlier):
        for dossier, reviewer in sorted(pairs):
            if dossier not in dossiers or reviewer not in reviewers:
                raise AllocationError(
                    "%(dossier)s and %(reviewer)s are not both in this round.", dossier=dossier, reviewer=reviewer
                )
    for dossier, reviewer in sorted(set(asked.forced) & set(asked.conflicts)):
        raise AllocationError(
            "%(reviewer)s is in conflict with %(dossier)s: nobody can force it.", dossier=dossier, reviewer=reviewer
        )
    for dossier, reviewer in sorted(set(asked.forced) & set(asked.forbidden)):
        raise AllocationError(
            "%(dossier)s is both forced on %(reviewer)s and forbidden to them.", dossier=dossier, reviewer=reviewer
        )
