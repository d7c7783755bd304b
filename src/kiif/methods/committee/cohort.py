"""What a cohort would look like: a scenario measured against the mix that people wish for, and beside the others.

A *dimension* is whatever the programme looks at (challenge, territory, rural class, kind of organisation, women-led). A
dossier may have several values in one (two challenges), or none (not known). A *wish* is a least and a most number of
dossiers for one value. Hosts have places; see `hosting`.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from kiif.methods.committee.errors import CommitteeError
from kiif.methods.committee.hosting import Hosting, place

MAX_CANDIDATES: Final = 5_000
MAX_SCENARIOS: Final = 20


@dataclass(frozen=True)
class Candidate:
    """A dossier that could be taken. `traits`: dimension -> its values; `hosts`: those possible, preferred first."""

    key: str
    score: float
    traits: Mapping[str, Collection[str]] = field(default_factory=dict)
    hosts: Sequence[str] = ()


@dataclass(frozen=True)
class Wish:
    """At least `least` and at most `most` (None: any number) dossiers with this value."""

    dimension: str
    value: str
    least: int = 0
    most: int | None = None

    def __post_init__(self) -> None:
        if self.least < 0 or (self.most is not None and self.most < self.least):
            raise CommitteeError("A wish goes from a least to a most, in dossiers.")

    def gap(self, number: int) -> int:
        """How many dossiers away from the wish: negative when some are missing, positive when there are too many."""
        if number < self.least:
            return number - self.least
        return number - self.most if self.most is not None and number > self.most else 0


@dataclass(frozen=True)
class Frame:
    """All that scenarios are measured with: candidates, wishes, places of hosts (host -> members)."""

    candidates: tuple[Candidate, ...]
    wishes: tuple[Wish, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.candidates or len(self.candidates) > MAX_CANDIDATES:
            raise CommitteeError("Between one and %(n)s dossiers can be looked at together.", n=MAX_CANDIDATES)
        for key, times in sorted(Counter(c.key for c in self.candidates).items()):
            if times > 1:
                raise CommitteeError("The dossier %(key)s is there twice.", key=key)
        for candidate in self.candidates:
            if not math.isfinite(candidate.score):
                raise CommitteeError("The score of %(key)s is not a number.", key=candidate.key)
        for (dimension, value), times in Counter((w.dimension, w.value) for w in self.wishes).items():
            if times > 1:
                raise CommitteeError(
                    "There are two wishes about %(value)s (%(dimension)s).", value=value, dimension=dimension
                )

    @property
    def dimensions(self) -> tuple[str, ...]:
        found = {dimension for candidate in self.candidates for dimension in candidate.traits}
        return tuple(sorted(found | {wish.dimension for wish in self.wishes}))

    @cached_property
    def pools(self) -> dict[str, Counter[str]]:
        """How many candidates have each value, by dimension."""
        return {dimension: _counts(dimension, self.candidates) for dimension in self.dimensions}

    @cached_property
    def best(self) -> list[float]:
        """Sum of the best scores, of the first none, one, two…"""
        scores = sorted((candidate.score for candidate in self.candidates), reverse=True)
        return [0.0, *itertools.accumulate(scores)]

    @cached_property
    def _by_key(self) -> dict[str, Candidate]:
        return {candidate.key: candidate for candidate in self.candidates}

    def among(self, chosen: Collection[str]) -> list[Candidate]:
        """The candidates of a scenario, by key. Raises CommitteeError when one is unknown or there twice."""
        known = self._by_key
        for key in sorted(chosen):
            if key not in known:
                raise CommitteeError("The dossier %(key)s is not among those looked at.", key=key)
        if len(set(chosen)) != len(chosen):
            raise CommitteeError("A dossier is taken twice in this scenario.")
        return [known[key] for key in sorted(chosen)]


@dataclass(frozen=True)
class Mix:
    """One dimension. `counts` (most frequent first) and `unknown` in dossiers; `pool`: the same among all candidates.

    `balance` in [0, 1]: 1 when the values of the pool are equally frequent, 0 when one has everything (Pielou 1966).
    `likeness` in [0, 1]: 1 when shares are those of the pool, else 1 less the share that would have to change.
    """

    dimension: str
    counts: dict[str, int]
    unknown: int
    pool: dict[str, int]
    balance: float
    likeness: float


@dataclass(frozen=True)
class Answered:
    """A wish and the scenario: `number` of dossiers, `gap` to the wish (0: fulfilled)."""

    wish: Wish
    number: int
    gap: int


@dataclass(frozen=True)
class Measure:
    """A scenario. `gap`: dossiers away from all wishes; `forgone`: score given up against the best ones as many."""

    size: int
    mean: float
    forgone: float
    gap: int
    wishes: tuple[Answered, ...]
    mixes: tuple[Mix, ...]
    hosting: Hosting | None


def measure(frame: Frame, chosen: Collection[str]) -> Measure:
    """A scenario, the keys of the dossiers `chosen`, measured.

    `mean` and `forgone` are in points of the score; an empty scenario has a mean of 0. Hosting is looked at when
    hosts have places. Raises CommitteeError as `Frame.among` does.
    """
    taken = frame.among(chosen)
    total = sum(candidate.score for candidate in taken)
    answered = tuple(_answered(wish, taken) for wish in frame.wishes)
    return Measure(
        size=len(taken),
        mean=total / len(taken) if taken else 0.0,
        forgone=max(frame.best[len(taken)] - total, 0.0),
        gap=sum(abs(one.gap) for one in answered),
        wishes=answered,
        mixes=tuple(_mix(dimension, taken, pool) for dimension, pool in frame.pools.items()),
        hosting=place({c.key: c.hosts for c in taken}, frame.places) if frame.places else None,
    )


def compare(frame: Frame, scenarios: Mapping[str, Collection[str]]) -> dict[str, Measure]:
    """Scenarios side by side, in the order given. Raises CommitteeError beyond `MAX_SCENARIOS`."""
    if len(scenarios) > MAX_SCENARIOS:
        raise CommitteeError("At most %(n)s scenarios side by side.", n=MAX_SCENARIOS)
    return {name: measure(frame, chosen) for name, chosen in scenarios.items()}


def _answered(wish: Wish, taken: Sequence[Candidate]) -> Answered:
    number = sum(wish.value in candidate.traits.get(wish.dimension, ()) for candidate in taken)
    return Answered(wish, number, wish.gap(number))


def _counts(dimension: str, candidates: Sequence[Candidate]) -> Counter[str]:
    return Counter(value for candidate in candidates for value in set(candidate.traits.get(dimension, ())))


def _mix(dimension: str, taken: Sequence[Candidate], pool: Counter[str]) -> Mix:
    here = _counts(dimension, taken)
    return Mix(
        dimension=dimension,
        counts=_by_frequency(here),
        unknown=sum(not candidate.traits.get(dimension) for candidate in taken),
        pool=_by_frequency(pool),
        balance=_evenness(here, len(pool)),
        likeness=_likeness(here, pool),
    )


def _by_frequency(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _evenness(counts: Counter[str], values: int) -> float:
    """Entropy of the shares over the largest one that so many values allow; 1 for a single value, 0 for nobody."""
    total = counts.total()
    if total == 0:
        return 0.0
    if values < 2:
        return 1.0
    shares = [number / total for _, number in sorted(counts.items()) if number]
    return max(-sum(share * math.log(share) for share in shares) / math.log(values), 0.0)


def _likeness(here: Counter[str], pool: Counter[str]) -> float:
    """1 less the total variation distance between the two sets of shares."""
    if not here.total() or not pool.total():
        return 0.0
    values = sorted(set(here) | set(pool))
    apart = sum(abs(here[value] / here.total() - pool[value] / pool.total()) for value in values) / 2
    return max(1.0 - apart, 0.0)
