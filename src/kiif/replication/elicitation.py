"""Importance asked by questions: two by two, or points for going from the worst to the best. Answers are kept.

How far pairwise answers agree is the geometric consistency index: the residual variance of their logarithms around the
weights that fit them best, over (questions - criteria + 1). On a complete set it is that of Aguarón & Moreno-Jiménez
2003, whose bounds stand for Saaty's ratio of 0.10; it is also defined when some pairs are not asked.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kiif.methods.ranking import weights
from kiif.methods.ranking.errors import RankingError

#: Answers to a question, with how many times more the first matters than the second.
ANSWERS: Final[Mapping[str, tuple[float, str | Promise]]] = {
    "5": (5.0, _("much more")),
    "2": (2.0, _("rather more")),
    "1": (1.0, _("as much")),
    "-2": (1 / 2.0, _("rather less")),
    "-5": (1 / 5.0, _("much less")),
}
#: Up to this many criteria, every pair is asked.
ALL_PAIRS: Final = 5
#: An answer that much away from all the others taken together is pointed at (a factor).
ODD: Final = 2.6
#: Bounds of the index that stand for a consistency ratio of 0.10, by number of criteria; 0.37 beyond four.
BOUNDS: Final = {3: 0.31, 4: 0.35}
USUAL_BOUND: Final = 0.37
#: Points of the criterion that one would improve first.
MOST_POINTS: Final = 100


@dataclass(frozen=True)
class Reading:
    """What answers two by two say. `shares` by criterion, empty while they do not connect all; `odd` answers, with
    what the others taken together would have said; `spread`: the usual gap between answers, a factor, None unknown.
    """

    answered: int
    asked: int
    shares: dict[str, float]
    odd: dict[str, str]
    spread: float | None
    agrees: bool

    @property
    def is_complete(self) -> bool:
        return self.answered == self.asked


def pairs_asked(names: Sequence[str]) -> list[tuple[str, str]]:
    """All pairs when they are few; else each with the next, and with the one three places further, as a check."""
    if len(names) <= ALL_PAIRS:
        return list(itertools.combinations(names, 2))
    near = list(itertools.pairwise(names))
    return near + [(names[i], names[i + 3]) for i in range(0, len(names) - 3, 2)]


def key_of(pair: tuple[str, str]) -> str:
    """How a question is named in what is kept."""
    return f"{pair[0]}|{pair[1]}"


def read_pairs(names: Sequence[str], given: Mapping[str, str]) -> Reading:
    """Reads the answers known among those asked (`key_of` -> key of `ANSWERS`); others are passed over."""
    pairs = [pair for pair in pairs_asked(names) if given.get(key_of(pair)) in ANSWERS]
    asked = len(pairs_asked(names))
    if len(names) == 1:
        return Reading(0, 0, {names[0]: 1.0}, {}, None, agrees=True)
    at = {name: i for i, name in enumerate(names)}
    ratios = np.full((len(names), len(names)), np.nan)
    for a, b in pairs:
        ratio = ANSWERS[given[key_of((a, b))]][0]
        ratios[at[a], at[b]], ratios[at[b], at[a]] = ratio, 1 / ratio
    try:
        found, _ratio = weights.from_pairs(ratios)
    except RankingError:
        return Reading(len(pairs), asked, {}, {}, None, agrees=True)
    gaps = {(a, b): math.log(ratios[at[a], at[b]] * found[at[b]] / found[at[a]]) for a, b in pairs}
    odd = {
        key_of((a, b)): _nearest(float(found[at[a]] / found[at[b]]))
        for (a, b), gap in gaps.items()
        if abs(gap) > math.log(ODD)
    }
    index = consistency_index(list(gaps.values()), len(names))
    return Reading(
        len(pairs),
        asked,
        dict(zip(names, found.tolist(), strict=True)),
        odd,
        None if index is None else math.exp(math.sqrt(index)),
        index is None or index <= BOUNDS.get(len(names), USUAL_BOUND),
    )


def consistency_index(gaps: Sequence[float], k: int) -> float | None:
    """Sum of the squared log gaps over its degrees of freedom; None when no answer checks another."""
    freedom = len(gaps) - (k - 1)
    return sum(gap * gap for gap in gaps) / freedom if freedom > 0 else None


def _nearest(ratio: float) -> str:
    """The answer nearest to a ratio of two weights."""
    return min(ANSWERS, key=lambda key: abs(math.log(ANSWERS[key][0] / ratio)))


def read_points(names: Sequence[str], given: Mapping[str, str]) -> tuple[dict[str, float], dict[str, str]]:
    """Points typed by criterion -> (points, field -> what is wrong). An empty field is an answer still to come."""
    points: dict[str, float] = {}
    wrong: dict[str, str] = {}
    for name in names:
        text = given.get(name, "").strip()
        if not text:
            continue
        if text.isdecimal() and len(text) < 4 and int(text) <= MOST_POINTS:
            points[name] = float(text)
        else:
            wrong[name] = str(_("A whole number from 0 to 100."))
    return points, wrong


def clean(kind: str, names: Sequence[str], given: Mapping[str, Any]) -> dict[str, str]:
    """What is kept of answers: to questions that exist today only, so that what is kept stays small."""
    if kind == "pairs":
        keys = {key_of(pair) for pair in pairs_asked(names)}
        return {key: str(value) for key, value in given.items() if key in keys and value in ANSWERS}
    return {key: str(value)[:3] for key, value in given.items() if key in set(names) and str(value).isdecimal()}
