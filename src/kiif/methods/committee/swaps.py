"""What exchanging dossiers changes, and what a few open choices leave possible. Only what is asked for is looked at."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from kiif.methods.committee.cohort import Frame, Measure, measure
from kiif.methods.committee.errors import CommitteeError

MAX_SWAPS: Final = 2_000
MAX_COMBINATIONS: Final = 2_000


@dataclass(frozen=True)
class Moved:
    """One value of one dimension, before and after, in dossiers."""

    dimension: str
    value: str
    before: int
    after: int


@dataclass(frozen=True)
class Swap:
    """`leaving` replaced by `entering`. Differences are after less before: a negative `gap` is nearer to the wishes.

    `alone`: members without a host (0 when hosts are not looked at); `moved`: the values whose number changes.
    """

    leaving: str
    entering: str
    mean: float
    gap: int
    alone: int
    moved: tuple[Moved, ...]


def swap(frame: Frame, chosen: Collection[str], leaving: str, entering: str) -> Swap:
    """What one exchange changes. Raises CommitteeError when it is not one: `leaving` is in, `entering` is not."""
    return _swap(frame, chosen, measure(frame, chosen), leaving, entering)


def swaps(
    frame: Frame, chosen: Collection[str], leaving: Collection[str], entering: Collection[str]
) -> tuple[Swap, ...]:
    """All the exchanges between two lists that a person gives, the nearest to the wishes first, then the best mean.

    Raises CommitteeError beyond `MAX_SWAPS`, or as `swap` does.
    """
    if len(set(leaving)) * len(set(entering)) > MAX_SWAPS:
        raise CommitteeError("At most %(n)s exchanges at a time: shorten one of the two lists.", n=MAX_SWAPS)
    before = measure(frame, chosen)
    found = [_swap(frame, chosen, before, out, into) for out in sorted(set(leaving)) for into in sorted(set(entering))]
    return tuple(sorted(found, key=lambda s: (s.gap, s.alone, -round(s.mean, 9), s.leaving, s.entering)))


def _swap(frame: Frame, chosen: Collection[str], before: Measure, leaving: str, entering: str) -> Swap:
    if leaving not in chosen:
        raise CommitteeError("The dossier %(key)s is not in this scenario.", key=leaving)
    if entering in chosen:
        raise CommitteeError("The dossier %(key)s is already in this scenario.", key=entering)
    after = measure(frame, (set(chosen) - {leaving}) | {entering})
    return Swap(
        leaving=leaving,
        entering=entering,
        mean=after.mean - before.mean,
        gap=after.gap - before.gap,
        alone=_alone(after) - _alone(before),
        moved=_moved(before, after),
    )


def _alone(measured: Measure) -> int:
    return len(measured.hosting.alone) if measured.hosting else 0


def _moved(before: Measure, after: Measure) -> tuple[Moved, ...]:
    out = []
    for old, new in zip(before.mixes, after.mixes, strict=True):
        for value in sorted(set(old.counts) | set(new.counts)):
            numbers = old.counts.get(value, 0), new.counts.get(value, 0)
            if numbers[0] != numbers[1]:
                out.append(Moved(old.dimension, value, *numbers))
    return tuple(out)


@dataclass(frozen=True)
class Scenario:
    """One way to fill the places left: `entering` joins those already sure."""

    entering: tuple[str, ...]
    measure: Measure


def scenarios(frame: Frame, sure: Collection[str], hesitating: Collection[str], size: int) -> tuple[Scenario, ...]:
    """Every way to complete `sure` to `size` with some of `hesitating`, the nearest to the wishes first.

    Then fewest members without a host, then the best mean, then keys. All are listed: people choose. Raises
    CommitteeError when there is no such way, or more than `MAX_COMBINATIONS`.
    """
    certain, open_choices = sorted(set(sure)), sorted(set(hesitating) - set(sure))
    places = size - len(certain)
    if not 0 <= places <= len(open_choices):
        raise CommitteeError("A cohort of %(size)s cannot be made of these lists.", size=size)
    if math.comb(len(open_choices), places) > MAX_COMBINATIONS:
        raise CommitteeError(
            "That would be %(n)s scenarios: settle some of the dossiers first.",
            n=math.comb(len(open_choices), places),
        )
    found = [
        Scenario(entering, measure(frame, [*certain, *entering]))
        for entering in itertools.combinations(open_choices, places)
    ]
    return tuple(sorted(found, key=lambda s: (s.measure.gap, _alone(s.measure), -round(s.measure.mean, 9), s.entering)))
