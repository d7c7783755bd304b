"""What decisions put on *Aujourd’hui*: for who runs calls, for who carries applications."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kiif.accounts.actor import Actor
from kiif.decisions.enums import IN_TROUBLE, AppealState, DecisionState, LetterState, Outcome, Reply
from kiif.decisions.letters.standing import with_standing
from kiif.decisions.models import Appeal, Decision, Letter
from kiif.decisions.queries import applications_of
from kiif.programmes.enums import RUNNING, CallState
from kiif.programmes.models import Call
from kiif.programmes.queries import RUNNING_ROLES, role_of
from kiif.ui.today import Gesture

_MOST = 10
#: How long before the promised day undecided applications are told.
_AHEAD = dt.timedelta(days=21)


def of_team(actor: Actor) -> list[Gesture]:
    """Reviews to answer, replies that did not come, letters that came back, applications without an answer."""
    if actor.user is None or role_of(actor) not in RUNNING_ROLES:
        return []
    return [*_reviews(actor), *_late_replies(actor), *_letters(actor), *_unanswered(actor)]


def _reviews(actor: Actor) -> list[Gesture]:
    rows = Appeal.objects.visible_to(actor).filter(state=AppealState.OPEN).order_by("answer_by")
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
        for row in rows.select_related("decision__application__project", "decision__application__call")[:_MOST]
    ]


def _late_replies(actor: Actor) -> list[Gesture]:
    rows = Decision.objects.visible_to(actor).published()
    rows = rows.filter(outcome=Outcome.ACCEPTED, reply=Reply.NONE, reply_by__lt=timezone.localdate())
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


def _letters(actor: Actor) -> list[Gesture]:
    """Letters that somebody must look at, by call."""
    rows = Letter.objects.visible_to(actor).filter(state=LetterState.OUT, decision__state=DecisionState.PUBLISHED)
    rows = with_standing(rows).filter(standing__in=IN_TROUBLE)
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


def _unanswered(actor: Actor) -> list[Gesture]:
    """Calls whose promised day is near or over while applications have no answer."""
    near = Call.objects.run_by(actor).filter(
        state=CallState.PUBLISHED,
        edition__rehearsal_of=None,
        answers_by__lte=timezone.localdate() + _AHEAD,
        closes_at__lt=timezone.now(),
    )
    seen = applications_of(actor).filter(state__in=RUNNING, call__in=near)
    rows = seen.order_by().values("call__public_id", "call__title", "call__answers_by").annotate(n=Count("pk"))
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
        for row in rows.filter(Q(n__gt=0))[:_MOST]
    ]  # fmt: skip


def of_carriers(actor: Actor) -> list[Gesture]:
    """Places that were offered and wait for a reply."""
    if actor.user is None:
        return []
    rows = Decision.objects.own(actor).published().filter(outcome=Outcome.ACCEPTED, reply=Reply.NONE)
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
