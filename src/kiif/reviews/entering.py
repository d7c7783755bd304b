"""Which applications enter a round: those in the running, narrowed by what the team asks, in words and as a query."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from kiif.programmes.enums import RUNNING
from kiif.programmes.models import Application
from kiif.programmes.queries import ApplicationQuerySet
from kiif.reviews.enums import Shown
from kiif.reviews.models import Round, Score


def candidates(round_: Round) -> ApplicationQuerySet:
    """Applications of the call that are in the running and that the round's filter keeps.

    Keys of the filter: `best` (the n first of the previous round, equal ones kept), `least` (their score reaches this),
    `theme`, `host` (key of a host wished for), `disagreed` (their disagreement reaches this, 0 to 1).
    """
    asked = round_.filter or {}
    rows = Application.objects.filter(call_id=round_.call_id, state__in=RUNNING)
    if asked.get("theme"):
        rows = rows.filter(themes__contains=f",{asked['theme']},")
    if asked.get("host"):
        rows = rows.filter(Q(wishes__host_id=asked["host"])).distinct()
    if round_.previous_id:
        rows = rows.filter(pk__in=_kept(round_.previous, asked).values("application_id"))
    return rows


def _kept(previous: Any, asked: dict[str, Any]) -> Any:
    column = "corrected" if previous.shown == Shown.CORRECTED else "raw"
    scores = Score.objects.filter(round=previous)
    wanted = Q()
    if asked.get("best"):
        wanted |= Q(rank__lte=asked["best"])
    if asked.get("least") is not None:
        wanted |= Q(**{f"{column}__gte": asked["least"]})
    if asked.get("disagreed") is not None:
        wanted |= Q(disagreement__gte=asked["disagreed"])
    return scores.filter(wanted)


def in_words(round_: Round) -> str:
    """The filter, as a person would say it."""
    asked = round_.filter or {}
    if not round_.previous_id:
        return _("every application in the running")
    parts = []
    if asked.get("best"):
        parts.append(_("the %(n)s first of “%(round)s”") % {"n": asked["best"], "round": round_.previous})
    if asked.get("least") is not None:
        parts.append(_("a score of %(least)s or more") % {"least": asked["least"]})
    if asked.get("disagreed") is not None:
        parts.append(_("those whose readers disagreed"))
    return _(" or ").join(parts) or _("every application of “%(round)s”") % {"round": round_.previous}
