"""From a model to an answer on the real territories, cached by model and data version."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiif.methods.ranking import evaluation
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.model import Model
from kiif.opendata import base, indicators, packs, programmes
from kiif.opendata.levels import Level

Floats = NDArray[np.float64]

#: Levels at which territories are ranked.
RANKED_LEVELS: tuple[Level, ...] = ("commune", "epci", "living-area", "department")
#: Weightings drawn at most for a page or over the API: what answers in a few seconds. The command line has no limit.
MOST_DRAWS: Final[Mapping[str, int]] = {
    "commune": 10_000,
    "epci": 20_000,
    "living-area": 20_000,
    "department": 50_000,
}


@dataclass(frozen=True)
class Answer:
    """An evaluation and the codes of its rows, in official order; `data` is the version of the packs it was made on.

    `key` says the same question on the same figures: what is computed from the answer is kept under it.
    """

    level: Level
    codes: NDArray[np.str_]
    evaluation: evaluation.Evaluation
    data: str
    key: str

    def row(self, code: str) -> int:
        """Row of a territory. Raises KeyError for an unknown code."""
        return indicators.load_indicators(self.level).position(code)


def columns(level: Level, extra: Mapping[str, Floats] | None = None) -> Mapping[str, Floats]:
    """Every figure that a criterion may use at this level, `(n,)` each: indicators, programmes, then `extra`."""
    table = indicators.load_indicators(level)
    own = {name: table.column(name) for name in table.ids}
    return own | _programmes(level, packs.version()) | dict(extra or {})


@functools.lru_cache(maxsize=8)
def _programmes(level: Level, _version: str) -> dict[str, Floats]:
    """`programme:<key>`: share of inhabitants (0 to 100) that live in a commune of the programme. `(n,)` each."""
    memberships = programmes.load_memberships()
    if memberships.is_empty():
        return {}
    communes = base.load_communes()
    position = {code: i for i, code in enumerate(communes["code"])}
    epci = communes["epci"].to_numpy()
    people = communes["population"].to_numpy().astype(np.float64)
    out = {}
    for key in programmes.PROGRAMMES:
        mine = memberships.filter(memberships["programme"] == key)
        if mine.is_empty():
            continue
        inside = np.isin(epci.astype(str), mine.filter(mine["level"] == "epci")["code"].to_numpy())
        inside[[position[c] for c in mine.filter(mine["level"] == "commune")["code"] if c in position]] = True
        out[f"programme:{key}"] = _share(level, inside, people)
    return out


def _share(level: Level, inside: NDArray[np.bool_], people: Floats) -> Floats:
    """Share of the inhabitants of each territory that are inside; an uninhabited one counts its communes."""
    if level == "commune":
        return np.where(inside, 100.0, 0.0)
    table = indicators.load_indicators(level)
    members = base.load_members(level)
    communes = indicators.load_indicators("commune")
    rows = communes.positions(members["commune"].to_numpy())
    owners = table.positions(members["code"].to_numpy())
    n = len(table.codes)
    weight = np.bincount(owners, weights=people[rows], minlength=n)
    total = np.bincount(owners, weights=people[rows] * inside[rows], minlength=n)
    return np.asarray(100.0 * np.divide(total, weight, where=weight > 0, out=np.zeros(n)), dtype=np.float64)


def level_of(name: str) -> Level:
    """The level of this name. Raises RankingError when territories are not ranked at it."""
    level = next((known for known in RANKED_LEVELS if known == name), None)
    if level is None:
        raise RankingError("Territories are not ranked at the level %(level)s.", level=name)
    return level


def check_draws(model: Model) -> None:
    """Raises RankingError when the model asks for more weightings than a page or the API draws at its level."""
    most = MOST_DRAWS[level_of(model.level)]
    if model.uncertainty.kind != "none" and model.uncertainty.draws > most:
        raise RankingError("At most %(n)s weightings are drawn here at this level.", n=most)


def answer(model: Model, extra: Mapping[str, Floats] | None = None) -> Answer:
    """Evaluates the model at its level, on official figures and `extra` ones.

    Raises RankingError with a sentence, MissingPack when the base is not built.
    """
    level = level_of(model.level)
    table = indicators.load_indicators(level)
    version = packs.version()
    return Answer(
        level,
        table.codes,
        evaluation.evaluate(model, columns(level, extra)),
        version,
        _key(model, extra or {}, version),
    )


def _key(model: Model, extra: Mapping[str, Floats], version: str) -> str:
    digest = hashlib.sha256(json.dumps([model.to_json(), version], sort_keys=True).encode())
    used = {criterion.indicator for criterion in model.criteria}
    for name in sorted(used & set(extra)):
        digest.update(name.encode() + np.ascontiguousarray(extra[name]).tobytes())
    return digest.hexdigest()
