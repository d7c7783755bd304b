"""What decisions put on *Aujourd’hui*: for who runs calls, for who carries applications."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kiif.accounts.actor import Actor
from kiif.decisions.enums import AppealState, DecisionState, Outcome, Reply
from kiif.decisions.letters.standing import in_trouble
from kiif.decisions.models import Appeal, Decision, Letter
from kiif.decisions.queries import applications_of
from kiif.programmes.enums import RUNNING, CallState
from kiif.programmes.models import Call
from kiif.programmes.queries import RUNNING_ROLES, role_of
from kiif.ui.today import Gesture, Source

_MOST = 10
#: How long before the promised day undecided applications are told.
_AHEAD = dt.timedelta(days=21)


def _runs(actor: Actor) -> bool:
    return role_of(actor) in RUNNING_ROLES


def _reviews(actor: Actor) -> Any:
    return Appeal.objects.visible_to(actor).filter(state=AppealState.OPEN) if _runs(actor) else None


def _tell_reviews(actor: Actor, rows: Any) -> list[Gesture]:
    rows = rows.order_by("answer_by").select_related("decision__application__project", "decision__application__call")
    return [
        Gesture(
            title=_("Answer a request for a review"),
            about=row.decision.application.number,
            detail=row.decision.application.call.title,
            url=reverse("decisions:review", args=[row.public_id]),
            action=pgettext("verb", "Answer"),
            due=row.answer_by,
            tone="o",
        )
        for row in rows[:_MOST]
    ]


def _late_replies(actor: Actor) -> Any:
    if not _runs(actor):
        return None
    rows = Decision.objects.visible_to(actor).published()
    return rows.filter(outcome=Outcome.ACCEPTED, reply=Reply.NONE, reply_by__lt=timezone.localdate())


def _tell_late_replies(actor: Actor, rows: Any) -> list[Gesture]:
    return [
        Gesture(
            title=_("No reply to the place that was offered"),
            about=row.application.number,
            detail=row.application.call.title,
            url=reverse("decisions:decide", args=[row.application.public_id]),
            action=_("See"),
            due=row.reply_by,
            tone="o",
        )
        for row in rows.select_related("application__project", "application__call")[:_MOST]
    ]


def _letters(actor: Actor) -> Any:
    """Letters that somebody must look at."""
    if not _runs(actor):
        return None
    return in_trouble(Letter.objects.visible_to(actor).filter(decision__state=DecisionState.PUBLISHED))


def _tell_letters(actor: Actor, rows: Any) -> list[Gesture]:
    """By call."""
    found = rows.order_by().values("decision__application__call__public_id", "decision__application__call__title")
    return [
        Gesture(
            title=ngettext("%(n)s letter did not arrive", "%(n)s letters did not arrive", row["n"]) % {"n": row["n"]},
            about=row["decision__application__call__title"],
            url=reverse("decisions:letters", args=[row["decision__application__call__public_id"]]),
            action=_("Look"),
            tone="o",
        )
        for row in found.annotate(n=Count("pk"))[:_MOST]
    ]


def _unanswered(actor: Actor) -> Any:
    """Applications without an answer in calls whose promised day is near or over."""
    if not _runs(actor):
        return None
    near = Call.objects.run_by(actor).filter(
        state=CallState.PUBLISHED,
        edition__rehearsal_of=None,
        answers_by__lte=timezone.localdate() + _AHEAD,
        closes_at__lt=timezone.now(),
    )
    return applications_of(actor).filter(state__in=RUNNING, call__in=near)


def _tell_unanswered(actor: Actor, rows: Any) -> list[Gesture]:
    found = rows.order_by().values("call__public_id", "call__title", "call__answers_by").annotate(n=Count("pk"))
    return [
        Gesture(
            title=ngettext(
                "%(n)s application awaits its answer", "%(n)s applications await their answer", row["n"]
            ) % {"n": row["n"]},
            about=row["call__title"],
            url=reverse("decisions:call", args=[row["call__public_id"]]),
            action=_("Prepare"),
            due=row["call__answers_by"],
            tone="o",
        )
        for row in found[:_MOST]
    ]  # fmt: skip


def _places(actor: Actor) -> Any:
    return Decision.objects.own(actor).published().filter(outcome=Outcome.ACCEPTED, reply=Reply.NONE)


def _tell_places(actor: Actor, rows: Any) -> list[Gesture]:
    return [
        Gesture(
            title=_("Take your place"),
            about=row.application.title or row.application.number,
            detail=row.application.call.title,
            url=reverse("decisions:mine", args=[row.application.public_id]),
            action=_("Give the reply"),
            due=row.reply_by,
            tone="v",
        )
        for row in rows.select_related("application__project", "application__call")[:_MOST]
    ]


#: Reviews to answer, replies that did not come, letters that came back, applications without an answer.
OF_TEAM = (
    Source(_reviews, _tell_reviews),
    Source(_late_replies, _tell_late_replies),
    Source(_letters, _tell_letters),
    Source(_unanswered, _tell_unanswered),
)
#: Places that were offered and wait for a reply.
OF_CARRIERS = Source(_places, _tell_places)
