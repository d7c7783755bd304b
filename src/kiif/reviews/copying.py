"""What follows a call that is copied, rehearsed or moved: its rounds with their rubrics, without their reviewers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kiif.programmes.copying import Copier
from kiif.reviews.actions.rounds import SETTINGS
from kiif.reviews.actions.rubric import copy_criteria
from kiif.reviews.models import Round

_DATES = ("opens_at", "closes_at")


def copy(source: Any, target: Any, shift: dt.timedelta, by: Any) -> None:
    """Every round of a call in another one, in preparation, its dates shifted, its rubric word for word. Questions that
    are hidden keep their identifiers: a copied form keeps them too."""
    made: dict[int, Round] = {}
    for one in source.rounds.order_by("number"):
        fields = {name: getattr(one, name) for name in SETTINGS if name not in _DATES}
        dates = {name: getattr(one, name) + shift if getattr(one, name) else None for name in _DATES}
        row = Round.objects.create(
            call=target,
            number=one.number,
            previous=made.get(one.previous_id or 0),
            allocation=one.allocation,
            seed=f"{target.slug}-{one.number}"[:40],
            created_by=getattr(by, "user", None),
            **fields,
            **dates,
        )
        made[one.pk] = row
        copy_criteria(one, row)


def move(call: Any, shift: dt.timedelta) -> None:
    """Shifts every date of the rounds of a call."""
    for one in call.rounds.all():
        for name in (*_DATES, "opened_at", "closed_at", "calibration_at"):
            value = getattr(one, name)
            if value is not None:
                setattr(one, name, value + shift)
        one.save(update_fields=[*_DATES, "opened_at", "closed_at", "calibration_at"])


COPIER = Copier("reviews", copy, move)
