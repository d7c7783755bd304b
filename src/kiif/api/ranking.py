"""Rank the territories of France by a model: the same answer as ``kiif rank``, without an account, nothing kept."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.errors import HttpError
from pydantic import ConfigDict

from kiif.api import throttle
from kiif.api.schemas import Failure
from kiif.methods.ranking import evaluation
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.model import Model, from_json
from kiif.opendata import base
from kiif.replication import engine
from kiif.replication.words import sentence

#: A ranking is work: fewer a minute than pages.
RANKINGS: Final = throttle.PerMinute(20)
MOST_SHOWN: Final = 500
#: One ranking at a time in each process: whoever asks for many takes no processor away from people at work.
ONE: Final = threading.BoundedSemaphore(1)
WAIT_SECONDS: Final = 5.0
#: Columns that belong to people's searches and do not exist here.
PRIVATE: Final = ("own:", "score:", "own-sites")

router = Router(tags=["ranking"], throttle=[RANKINGS])
Level = Literal["commune", "epci", "living-area", "department"]


class ModelIn(Schema):
    """A model in the format `kiif-ranking/1` (docs/ranking.md). Unknown fields are refused in a sentence."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["kiif-ranking/1"] = "kiif-ranking/1"
    title: str = Field(default="", max_length=200)
    level: Level = "epci"
    method: Literal["sum", "geometric", "power", "topsis", "promethee"] = "sum"
    exponent: float | None = Field(default=None, allow_inf_nan=False)
    top: int = Field(default=20, ge=1, le=MOST_SHOWN, description="How many territories to answer, size of the top.")
    pillars: list[dict[str, Any]] | None = Field(default=None, max_length=20)
    criteria: list[dict[str, Any]] = Field(min_length=1, max_length=60)
    uncertainty: dict[str, Any] = Field(default_factory=lambda: {"kind": "none"})


class RankedOut(Schema):
    """A territory with its place and what made it."""

    rank: int
    code: str
    name: str
    score: float | None
    coverage: float | None = Field(description="Share of the weight that is known here.")
    acceptability: float | None = Field(default=None, description="Share of weightings that put it in the top.")
    interval: list[float | None] | None = Field(default=None, description="95 % interval of that share.")
    band: str | None = Field(default=None, description="A from 80 %, B from 50 %, else C.")
    contributions: dict[str, float | None] | None = Field(
        default=None, description="How much each criterion lifts or lowers it from the mean; they sum to the gap."
    )
    to_check: bool = Field(description="A condition could not be checked: the figure is unknown.")


class RankingOut(Schema):
    """The ranking, and what makes it reproducible."""

    level: Level
    data: str = Field(description="Version of the data.")
    hash: str = Field(description="Identity of the model: the same hash and data give the same answer.")
    model: dict[str, Any] = Field(description="The model as it was understood, bounds included.")
    weights: dict[str, float | None]
    alternatives: int
    excluded: int = Field(description="Ruled out by a condition.")
    set_aside: list[str] = Field(description="Criteria unknown for more than 30 % of the territories: not scored.")
    ranking: list[RankedOut]


@router.post(
    "",
    response={200: RankingOut, 400: Failure, 422: Failure, 429: Failure, 503: Failure},
    summary="Rank territories by a model",
    url_name="ranking",
)
def ranking(request: HttpRequest, model: ModelIn) -> Any:
    """Nothing is kept, nobody is asked who they are. At most 20 a minute, 60 criteria, and 10,000 weightings drawn for
    communes (20,000 for intercommunal bodies and living areas, 50,000 for departments).
    """
    try:
        asked = _model(model)
        with _one_at_a_time():
            return _answer(engine.answer(asked))
    except RankingError as error:
        raise HttpError(422, sentence(error)) from error


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Raises HttpError 429 when another ranking keeps this process busy for too long."""
    if not ONE.acquire(timeout=WAIT_SECONDS):
        raise HttpError(429, _("Another ranking is being computed: ask again in a moment."))
    try:
        yield
    finally:
        ONE.release()


def _model(asked: ModelIn) -> Model:
    content = asked.dict(exclude_none=True)
    if any(str(c.get("indicator", "")).startswith(PRIVATE) for c in content["criteria"]):
        raise HttpError(422, _("This model uses figures of somebody’s search: only official figures are known here."))
    model = from_json(content)
    engine.check_draws(model)
    return model


def _answer(answer: engine.Answer) -> dict[str, Any]:
    found = answer.evaluation
    model = found.model
    certain = evaluation.how_sure(found) if model.method in {"sum", "geometric", "power"} else None
    names = base.load_level(answer.level)["name"]
    rows = []
    for rank, row in enumerate(found.order[: model.top].tolist(), 1):
        entry: dict[str, Any] = {
            "rank": rank,
            "code": str(answer.codes[row]),
            "name": names[row],
            "score": _real(found.score[row]),
            "coverage": _real(found.coverage[row]),
            "to_check": bool(found.to_check[row]),
        }
        if certain:
            entry["acceptability"] = _real(certain.acceptability[row])
            entry["interval"] = [_real(certain.low[row]), _real(certain.high[row])]
            entry["band"] = certain.band(row)
        if model.method == "sum":
            parts = found.contributions(row)
            entry["contributions"] = {c.id: _real(v) for c, v in zip(found.criteria, parts, strict=True)}
        rows.append(entry)
    return {
        "level": answer.level,
        "data": answer.data,
        "hash": model.hash,
        "model": model.to_json(),
        "weights": {c.id: _real(w) for c, w in zip(found.criteria, found.weights, strict=True)},
        "alternatives": len(found.score),
        "excluded": int(found.excluded.sum()),
        "set_aside": [c.id for c in found.set_aside],
        "ranking": rows,
    }


def _real(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None
