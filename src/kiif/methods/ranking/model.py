"""A ranking model: what counts, how, and how much.

Written as JSON, with a hash: the same model on the same data gives the same answer years later. The format is
documented in `docs/ranking.md`.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kiif.methods.ranking import values, weights
from kiif.methods.ranking.errors import RankingError

Floats = NDArray[np.float64]

FORMAT: Final = "kiif-ranking/1"
MAX_CRITERIA: Final = 60
#: Codes of categories have nine digits at most; beyond this exponent a mean is the best or the worst value.
MAX_CODE: Final = 999_999_999
MAX_EXPONENT: Final = 100.0
#: Whole numbers of more bits than this are not printed.
LONGEST_WHOLE: Final = 200
_CODE: Final = re.compile(r"-?[0-9]{1,9}")

Method = Literal["sum", "geometric", "power", "topsis", "promethee"]
Doubt = Literal["none", "any", "order", "margin", "around", "pillars"]
_SHAPES: Final = {
    "more": ("low", "high"),
    "less": ("low", "high"),
    "log": ("low", "high"),
    "log-less": ("low", "high"),
    "point": ("low", "point", "high"),
    "range": ("a", "b", "c", "d"),
}


@dataclass(frozen=True)
class Scale:
    """How a figure becomes a value: `shape` and its goalposts. Goalposts not given are read on the data and then kept.

    Shapes: more, less, log, log-less (low, high); point (low, point, high); range (a, b, c, d); piecewise (`points`);
    categories (`categories`: code -> value).
    """

    shape: str
    posts: tuple[float | None, ...] = ()
    points: tuple[tuple[float, float], ...] = ()
    categories: tuple[tuple[int, float], ...] = ()

    @property
    def is_frozen(self) -> bool:
        return self.shape in {"piecewise", "categories"} or (bool(self.posts) and None not in self.posts)

    def frozen(self, figures: ArrayLike) -> Scale:
        """The same scale, its missing ends read on the data (2nd and 98th percentile); RankingError if it cannot be."""
        if self.is_frozen:
            return self
        posts = list(self.posts or (None,) * len(_SHAPES[self.shape]))
        if any(post is None for post in posts[1:-1]):
            raise RankingError("The middle points of a preferred range are chosen by a person, never by the data.")
        low, high = values.bounds(figures)
        if self.shape.startswith("log"):
            low = max(low, 1e-6 * abs(high) or 1e-6)
        posts[0] = low if posts[0] is None else posts[0]
        posts[-1] = high if posts[-1] is None else posts[-1]
        return replace(self, posts=tuple(posts))

    def function(self) -> values.ValueFunction:
        """The value function. Raises RankingError when goalposts are missing or in disorder."""
        if self.shape == "piecewise":
            return values.Piecewise(tuple(x for x, _ in self.points), tuple(v for _, v in self.points))
        if self.shape == "categories":
            return values.Categories(dict(self.categories))
        if not self.is_frozen:
            raise RankingError("The bounds of a scale must be known before it is used.")
        posts = [float(post) for post in self.posts if post is not None]
        low, high = posts[0], posts[-1]
        builders: dict[str, Callable[[], values.ValueFunction]] = {
            "more": lambda: values.more_is_better(low, high),
            "less": lambda: values.less_is_better(low, high),
            "log": lambda: values.Logarithmic(low, high),
            "log-less": lambda: values.Logarithmic(low, high, increasing=False),
            "point": lambda: values.preferred_point(*posts),
            "range": lambda: values.preferred_range(*posts),
        }
        return builders[self.shape]()


@dataclass(frozen=True)
class Condition:
    """What must be: at least, at most, among. Empty: no condition."""

    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[int, ...] | None = None

    def __bool__(self) -> bool:
        return self.minimum is not None or self.maximum is not None or self.allowed is not None


@dataclass(frozen=True)
class Criterion:
    """One column of the question. `informative`: shown, never scored."""

    id: str
    indicator: str
    pillar: str
    scale: Scale
    weight: float = 1.0
    condition: Condition = field(default_factory=Condition)
    informative: bool = False


@dataclass(frozen=True)
class Uncertainty:
    """What is not known about the weights: any at all, any in this order, within ± `margin`, around, by pillar."""

    kind: Doubt = "margin"
    margin: float = 0.5
    concentration: float = 200.0
    draws: int = 10_000
    seed: int = 20_231_201


@dataclass(frozen=True)
class Model:
    """The whole question. `pillars` maps a pillar to its weight; criteria share the weight of their pillar."""

    criteria: tuple[Criterion, ...]
    pillars: tuple[tuple[str, float], ...]
    level: str = "epci"
    method: Method = "sum"
    exponent: float = 1.0
    uncertainty: Uncertainty = field(default_factory=Uncertainty)
    top: int = 20
    title: str = ""

    @property
    def scored(self) -> tuple[Criterion, ...]:
        return tuple(c for c in self.criteria if not c.informative)

    def weights(self, criteria: Sequence[Criterion] | None = None) -> Floats:
        """Weight of each of these criteria (all scored ones), of sum 1. Raises RankingError when all are zero."""
        chosen = self.scored if criteria is None else criteria
        if not chosen:
            raise RankingError("Choose at least one criterion.")
        names = [name for name, _ in self.pillars]
        present = {c.pillar for c in chosen if c.weight > 0}
        pillar_weights = [weight if name in present else 0.0 for name, weight in self.pillars]
        return weights.hierarchical(pillar_weights, [c.weight for c in chosen], [names.index(c.pillar) for c in chosen])

    def frozen(self, table: Mapping[str, ArrayLike]) -> Model:
        """The same model with every goalpost known: what is stored with a study."""
        return replace(
            self, criteria=tuple(replace(c, scale=c.scale.frozen(table[c.indicator])) for c in self.criteria)
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "title": self.title,
            "level": self.level,
            "method": self.method,
            "exponent": self.exponent,
            "top": self.top,
            "pillars": [{"id": name, "weight": weight} for name, weight in self.pillars],
            "criteria": [_criterion_to_json(c) for c in self.criteria],
            "uncertainty": {
                "kind": self.uncertainty.kind,
                "margin": self.uncertainty.margin,
                "concentration": self.uncertainty.concentration,
                "draws": self.uncertainty.draws,
                "seed": self.uncertainty.seed,
            },
        }

    @property
    def hash(self) -> str:
        """Sixteen hexadecimal digits that change when anything that may change the answer does."""
        content = {key: value for key, value in self.to_json().items() if key != "title"}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _criterion_to_json(criterion: Criterion) -> dict[str, Any]:
    scale: dict[str, Any] = {"shape": criterion.scale.shape}
    if criterion.scale.shape == "piecewise":
        scale["points"] = [list(point) for point in criterion.scale.points]
    elif criterion.scale.shape == "categories":
        scale["values"] = {str(code): value for code, value in criterion.scale.categories}
    else:
        names = _SHAPES[criterion.scale.shape]
        posts = criterion.scale.posts or (None,) * len(names)
        scale |= {name: post for name, post in zip(names, posts, strict=True) if post is not None}
    out: dict[str, Any] = {
        "id": criterion.id,
        "indicator": criterion.indicator,
        "pillar": criterion.pillar,
        "weight": criterion.weight,
        "scale": scale,
    }
    condition = {
        "min": criterion.condition.minimum,
        "max": criterion.condition.maximum,
        "in": criterion.condition.allowed,
    }
    if criterion.condition:
        out["condition"] = {key: value for key, value in condition.items() if value is not None}
    if criterion.informative:
        out["informative"] = True
    return out


def from_json(content: Mapping[str, Any]) -> Model:
    """Reads a model. Raises RankingError with a sentence that names the place of the first mistake."""
    if content.get("format", FORMAT) != FORMAT:
        raise RankingError("This profile is of another format: %(found)s.", found=content.get("format"))
    raw = content.get("criteria")
    if not isinstance(raw, list) or not raw:
        raise RankingError("Choose at least one criterion.")
    if len(raw) > MAX_CRITERIA:
        raise RankingError("At most %(n)s criteria at a time.", n=MAX_CRITERIA)
    criteria = tuple(_criterion(entry, position) for position, entry in enumerate(raw, 1))
    identifiers = [c.id for c in criteria]
    if repeated := {i for i in identifiers if identifiers.count(i) > 1}:
        raise RankingError("The criterion %(id)s is there twice.", id=sorted(repeated)[0])
    return Model(
        criteria=criteria,
        pillars=_pillars(content.get("pillars"), criteria),
        level=str(content.get("level", "epci")),
        method=_one_of(content.get("method", "sum"), get_args(Method), "method"),
        exponent=_number(content.get("exponent", 1.0), "exponent", low=-MAX_EXPONENT, high=MAX_EXPONENT),
        uncertainty=_uncertainty(content.get("uncertainty", {})),
        top=int(_number(content.get("top", 20), "top", low=1, high=1000)),
        title=str(content.get("title", "")),
    )


def _pillars(raw: object, criteria: Sequence[Criterion]) -> tuple[tuple[str, float], ...]:
    used = list(dict.fromkeys(c.pillar for c in criteria))
    if raw is None:
        return tuple((name, 1.0) for name in used)
    if not isinstance(raw, list):
        raise RankingError("Pillars are a list of identifiers with weights.")
    given = {
        str(p.get("id")): _number(p.get("weight", 1.0), str(p.get("id")), low=0) for p in raw if isinstance(p, dict)
    }
    if missing := [name for name in used if name not in given]:
        raise RankingError("The pillar %(id)s is used and not given.", id=missing[0])
    return tuple(given.items())


def _criterion(raw: object, position: int) -> Criterion:
    if not isinstance(raw, dict) or not raw.get("indicator", raw.get("id")):
        raise RankingError("Criterion %(n)s names no indicator.", n=position)
    indicator = str(raw.get("indicator", raw.get("id")))
    place = str(raw.get("id", indicator))
    return Criterion(
        id=place,
        indicator=indicator,
        pillar=str(raw.get("pillar", "need")),
        scale=_scale(raw.get("scale", {"shape": "more"}), place),
        weight=_number(raw.get("weight", 1.0), place, low=0),
        condition=_condition(raw.get("condition", {}), place),
        informative=bool(raw.get("informative", False)),
    )


def _scale(raw: object, place: str) -> Scale:
    if not isinstance(raw, dict):
        raise RankingError("The scale of %(id)s is not understood.", id=place)
    shape = _one_of(raw.get("shape", "more"), (*_SHAPES, "piecewise", "categories"), place)
    if shape == "piecewise":
        scale = Scale(shape, points=_points(raw.get("points"), place))
    elif shape == "categories":
        scale = Scale(shape, categories=_categories(raw.get("values"), place))
    else:
        posts = tuple(None if raw.get(name) is None else _number(raw[name], place) for name in _SHAPES[shape])
        scale = Scale(shape, posts=posts)
    if scale.is_frozen:
        scale.function()
    return scale


def _points(raw: object, place: str) -> tuple[tuple[float, float], ...]:
    if not isinstance(raw, list) or not all(isinstance(point, list) and len(point) == 2 for point in raw):
        raise RankingError("%(place)s: points are a list of pairs, figure and value.", place=place)
    return tuple((_number(x, place), _number(v, place, low=0, high=1)) for x, v in raw)


def _categories(raw: object, place: str) -> tuple[tuple[int, float], ...]:
    if not isinstance(raw, dict) or not all(_CODE.fullmatch(str(code)) for code in raw):
        raise RankingError("%(place)s: values are given by category code.", place=place)
    return tuple((int(code), _number(value, place, low=0, high=1)) for code, value in raw.items())


def _condition(raw: object, place: str) -> Condition:
    if not isinstance(raw, dict):
        raise RankingError("The condition of %(id)s is not understood.", id=place)
    low, high, among = raw.get("min"), raw.get("max"), raw.get("in")
    if among is not None and not isinstance(among, list | tuple):
        raise RankingError("The condition of %(id)s is not understood.", id=place)
    return Condition(
        None if low is None else _number(low, place),
        None if high is None else _number(high, place),
        None if among is None else tuple(int(_number(code, place, low=-MAX_CODE, high=MAX_CODE)) for code in among),
    )


def _uncertainty(raw: object) -> Uncertainty:
    if not isinstance(raw, dict):
        raise RankingError("What is uncertain about the weights is not understood.")
    default = Uncertainty()
    return Uncertainty(
        kind=_one_of(raw.get("kind", default.kind), get_args(Doubt), "uncertainty"),
        margin=_number(raw.get("margin", default.margin), "margin", low=0, high=1),
        concentration=_number(raw.get("concentration", default.concentration), "concentration", low=1),
        draws=int(_number(raw.get("draws", default.draws), "draws", low=1, high=1_000_000)),
        seed=int(_number(raw.get("seed", default.seed), "seed", low=0, high=2**63)),
    )


def _one_of(value: object, allowed: Sequence[str], place: str) -> Any:
    if value not in allowed:
        shown, known = _shown(value), ", ".join(allowed)
        raise RankingError("%(place)s: %(value)s is not one of %(allowed)s.", place=place, value=shown, allowed=known)
    return value


def _number(value: object, place: str, *, low: float = -np.inf, high: float = np.inf) -> float:
    number = _as_float(value)
    if not math.isfinite(number):
        raise RankingError("%(place)s: a number is expected, not %(value)s.", place=place, value=_shown(value))
    if not low <= number <= high:
        raise RankingError("%(place)s: %(value)s is outside what is possible.", place=place, value=_shown(value))
    return number


def _as_float(value: object) -> float:
    """NaN for what is no number; JSON knows whole numbers of any length, which no float holds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def _shown(value: object) -> str:
    """The beginning of what was written, to be said back: a number of thousands of digits cannot even be printed."""
    if isinstance(value, int) and value.bit_length() > LONGEST_WHOLE:
        return "…"
    return str(value)[:60]
