"""What follows a call that is copied, rehearsed or moved: its committees and their rules, not people or agenda."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from kiif.committees.actions.preparing import FIELDS
from kiif.committees.models import Session
from kiif.programmes.copying import Copier

_DATES: Final = ("starts_at", "ends_at")
_MOMENTS: Final = (*_DATES, "invited_at", "opened_at", "closed_at")


def copy(source: Any, target: Any, shift: dt.timedelta, by: Any) -> None:
    """Every session of a call in another one, in preparation, its dates shifted. Not what belongs to one meeting only:
    people, agenda, the link of the video call, the seed of the draw."""
    for one in source.committees.order_by("starts_at", "pk"):
        fields = {name: getattr(one, name) for name in FIELDS - {*_DATES, "link", "seed"}}
        dates = {name: getattr(one, name) + shift if getattr(one, name) else None for name in _DATES}
        user = getattr(by, "user", None)
        Session.objects.create(call=target, created_by=user, wishes=one.wishes, **fields, **dates)


def move(call: Any, shift: dt.timedelta) -> None:
    """Shifts every date of the sessions of a call."""
    for one in call.committees.all():
        for name in _MOMENTS:
            value = getattr(one, name)
            if value is not None:
                setattr(one, name, value + shift)
        one.save(update_fields=list(_MOMENTS))


COPIER: Final = Copier("committees", copy, move)
