"""From the form of criteria to a model and back. What was typed is kept; each mistake has a sentence."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kiif.replication import profiles
from kiif.replication.criteria import LIBRARY, PILLARS
from kiif.replication.models import OwnCriterion

#: Which of the four bounds of the form each shape uses, by its name in the model.
BOUNDS: Final[dict[str, dict[str, str]]] = {
    "more": {"low": "s1", "high": "s4"},
    "less": {"low": "s1", "high": "s4"},
    "log": {"low": "s1", "high": "s4"},
    "log-less": {"low": "s1", "high": "s4"},
    "point": {"low": "s1", "point": "s2", "high": "s4"},
    "range": {"a": "s1", "b": "s2", "c": "s3", "d": "s4"},
}
#: Highest importance on a slider, for pillars and criteria alike.
MOST: Final = 10
_BLANKS = re.compile(r"[\s\u202f\xa0]")


def written(value: float | None) -> str:
    """A number as it stands in a field: no grouping, the reader's decimal sign."""
    if value is None:
        return ""
    text = f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
    if "e" in text:
        text = f"{value:f}".rstrip("0").rstrip(".")
    return text if (get_language() or "fr").startswith("en") else text.replace(".", ",")


def number(text: str) -> float | None:
    """The number typed, None for an empty field. Raises ValueError with a sentence for anything else."""
    compact = _BLANKS.sub("", text).replace(",", ".").removesuffix("%")
    if not compact:
        return None
    try:
        value = float(compact)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e12:
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text.strip()[:30]})
    return value


def typed_from(model: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the form for a model."""
    typed = {f"pillar-{p['id']}": f"{p['weight']:g}" for p in model["pillars"]}
    typed["top"] = str(model.get("top", 20))
    for criterion in model["criteria"]:
        typed |= _typed_criterion(criterion)
    return typed


def _typed_criterion(criterion: Mapping[str, Any]) -> dict[str, str]:
    name, scale = criterion["id"], criterion.get("scale", {"shape": "more"})
    typed = {f"w-{name}": f"{criterion.get('weight', 1):g}", f"shape-{name}": scale["shape"]}
    for post, place in BOUNDS.get(scale["shape"], {}).items():
        typed[f"{place}-{name}"] = written(scale.get(post))
    for code, value in scale.get("values", {}).items():
        typed[f"v-{name}-{code}"] = written(100 * value)
    condition = criterion.get("condition") or {}
    typed[f"min-{name}"] = written(condition.get("min"))
    typed[f"max-{name}"] = written(condition.get("max"))
    for code in condition.get("in", ()):
        typed[f"in-{name}-{code}"] = "1"
    if criterion.get("informative"):
        typed[f"info-{name}"] = "1"
    return typed


@dataclass
class Reading:
    """A model read from the form, and what could not be: field name -> sentence."""

    model: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)


def read(typed: Mapping[str, str], before: Mapping[str, Any]) -> Reading:
    """The model that the form describes; `before` gives the criteria and what the form does not show.

    A field that is not in the form leaves what was there; one that cannot be read is in `errors`.
    """
    found = Reading(dict(before))
    found.model["pillars"] = [
        p | {"weight": _weight(found, typed, f"pillar-{p['id']}", p["weight"])} for p in before["pillars"]
    ]
    found.model["criteria"] = [_criterion(found, typed, c) for c in before["criteria"]]
    if "top" in typed:
        top = _bound(found, typed, "top")
        if top is None or not 1 <= top <= 200 or top != int(top):
            found.errors["top"] = _("Choose how many territories count as first: from 1 to 200.")
        else:
            found.model["top"] = int(top)
    return found


def _criterion(found: Reading, typed: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    name = before["id"]
    out = {**before, "weight": _weight(found, typed, f"w-{name}", before.get("weight", 1))}
    shape = typed.get(f"shape-{name}")
    if shape in BOUNDS:
        out["scale"] = {"shape": shape}
        for post, place in BOUNDS[shape].items():
            value = _bound(found, typed, f"{place}-{name}")
            if value is not None:
                out["scale"][post] = value
        _check_scale(found, name, out["scale"])
    elif before.get("scale", {}).get("shape") == "categories":
        out["scale"] = _categories(found, typed, before)
    if f"shape-{name}" in typed:
        out |= _condition(found, typed, before)
        out["informative"] = typed.get(f"info-{name}") == "1"
    return out


def _check_scale(found: Reading, name: str, scale: Mapping[str, Any]) -> None:
    """Bounds in disorder, or a preferred place that nobody said."""
    places = BOUNDS[scale["shape"]]
    for post in [p for p in places if p in {"point", "b", "c"} and p not in scale]:
        found.errors.setdefault(f"{places[post]}-{name}", _("Say here what suits you: no data can."))
    given = [(scale[post], place) for post, place in places.items() if post in scale]
    for (low, _place), (high, place) in itertools.pairwise(given):
        if high <= low:
            found.errors.setdefault(f"{place}-{name}", _("These bounds must go up, without repetition."))
    if scale["shape"].startswith("log") and scale.get("low", 1) <= 0:
        found.errors.setdefault(f"s1-{name}", _("By orders of magnitude, the lowest bound is above zero."))


def _categories(found: Reading, typed: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(before["scale"]["values"])
    prefix = f"v-{before['id']}-"
    for key in [k for k in typed if k.startswith(prefix)]:
        code = key.removeprefix(prefix)
        value = _bound(found, typed, key)
        if not code.isdecimal() or len(code) > 4:
            continue
        if value is None:
            values.pop(code, None)
        elif not 0 <= value <= 100:
            found.errors[key] = _("From 0 (does not suit) to 100 (suits entirely).")
        else:
            values[code] = value / 100
    return {"shape": "categories", "values": values}


def _condition(found: Reading, typed: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    name = before["id"]
    condition: dict[str, Any] = {}
    for key in ("min", "max"):
        value = _bound(found, typed, f"{key}-{name}")
        if value is not None:
            condition[key] = value
    if condition.get("min", -math.inf) > condition.get("max", math.inf):
        found.errors[f"max-{name}"] = _("At least, then at most: the second is below the first.")
    prefix = f"in-{name}-"
    allowed = sorted(
        int(k.removeprefix(prefix)) for k in typed if k.startswith(prefix) and k.removeprefix(prefix).isdecimal()
    )
    if allowed:
        condition["in"] = allowed
    return {"condition": condition}


def _bound(found: Reading, typed: Mapping[str, str], key: str) -> float | None:
    try:
        return number(typed.get(key, ""))
    except ValueError as error:
        found.errors[key] = str(error)
        return None


def _weight(found: Reading, typed: Mapping[str, str], key: str, before: float) -> float:
    if key not in typed:
        return before
    value = _bound(found, typed, key)
    if value is None:
        return 0.0 if key not in found.errors else before
    if not 0 <= value <= 1000:
        found.errors[key] = _("An importance goes from 0 to %(most)d.") % {"most": MOST}
        return before
    return value


def with_criterion(model: Mapping[str, Any], entry_id: str, kind: str) -> dict[str, Any]:
    """The model with a criterion of the library at its end, and its pillar. Raises KeyError for an unknown one."""
    entry = LIBRARY[entry_id]
    added = {
        "id": entry.id,
        "indicator": entry.indicator,
        "pillar": entry.pillar,
        "weight": 3,
        "scale": entry.scale_for(kind),
    }
    return _with(model, added)


def with_own(model: Mapping[str, Any], own: OwnCriterion, pillar: str) -> dict[str, Any]:
    """The model with figures that people brought."""
    added = {
        "id": f"own-{own.pk}",
        "indicator": own.indicator,
        "pillar": pillar,
        "weight": 3,
        "scale": {"shape": "more"},
    }
    return _with(model, added)


def _with(model: Mapping[str, Any], added: dict[str, Any]) -> dict[str, Any]:
    if any(c["id"] == added["id"] for c in model["criteria"]):
        return dict(model)
    pillars = list(model["pillars"])
    if not any(p["id"] == added["pillar"] for p in pillars):
        pillars.append({"id": added["pillar"], "weight": profiles.PILLAR_WEIGHTS[added["pillar"]]})
    order = list(PILLARS)
    pillars.sort(key=lambda p: order.index(p["id"]) if p["id"] in order else len(order))
    return {**model, "pillars": pillars, "criteria": [*model["criteria"], added]}


def without_criterion(model: Mapping[str, Any], criterion_id: str) -> dict[str, Any]:
    """The model without this criterion; a pillar left empty goes with it."""
    criteria = [c for c in model["criteria"] if c["id"] != criterion_id]
    used = {c["pillar"] for c in criteria}
    return {**model, "criteria": criteria, "pillars": [p for p in model["pillars"] if p["id"] in used]}


def with_weights(model: Mapping[str, Any], weights: Mapping[str, float]) -> dict[str, Any]:
    """The model with these overall weights by criterion: each pillar weighs what its criteria weigh together."""
    top = max(weights.values(), default=1.0) or 1.0
    scaled = {name: round(MOST * value / top, 3) for name, value in weights.items()}
    criteria = [c | {"weight": scaled.get(c["id"], 0.0)} for c in model["criteria"]]
    totals = {
        p["id"]: sum(c["weight"] for c in criteria if c["pillar"] == p["id"] and not c.get("informative"))
        for p in model["pillars"]
    }
    return {
        **model,
        "criteria": criteria,
        "pillars": [p | {"weight": round(totals[p["id"]], 3)} for p in model["pillars"]],
    }
