"""What decisions say on the pages of other rooms: the tab of a call, the panel of an application, *Mon projet*."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.decisions.enums import AppealState, DecisionState, Outcome, Reply
from kiif.decisions.models import Appeal, Decision
from kiif.decisions.queries import applications_of
from kiif.decisions.rules import may
from kiif.programmes.enums import FOR_CARRIERS, RUNNING
from kiif.programmes.journey import Told
from kiif.programmes.models import Application, Call
from kiif.programmes.rules import reads


def shows_tab(actor: Actor, call: Call) -> bool:
    return may(actor, "view_call", call)


def waiting(actor: Actor, call: Call) -> QuerySet[Application] | None:
    """Applications without any answer, once the call is closed; nothing before."""
    if call.phase() not in ("closed", "late"):
        return None
    rows = applications_of(actor, call).filter(state__in=RUNNING)
    return rows.exclude(decisions__state=DecisionState.PENDING)


def panel(actor: Actor, application: Application) -> dict[str, Any] | None:
    """For who runs the call and may read this application: what is decided and what is being prepared."""
    if not may(actor, "view_call", application.call):
        return None
    if not reads(actor, application):
        return None
    decisions = list(Decision.objects.filter(application=application).select_related("prepared_by").order_by("-pk"))
    if not decisions and application.state not in RUNNING:
        return None
    return {
        "decisions": decisions,
        "pending": next((one for one in decisions if one.state == DecisionState.PENDING), None),
        "published": next((one for one in decisions if one.state == DecisionState.PUBLISHED), None),
        "may_decide": may(actor, "change_call", application.call),
    }


def answer(application: Application, actor: Actor) -> Told | None:
    """The answer as its carriers read it; nothing while it is being prepared."""
    if application.decided_at is None:
        return None
    decision = Decision.objects.filter(application=application).published().first()
    if decision is None:
        return None
    url = reverse("decisions:mine", args=[application.public_id])
    title = str(FOR_CARRIERS[decision.outcome]).capitalize()
    if decision.outcome == Outcome.ACCEPTED and decision.reply == Reply.DECLINED:
        # the path says it already, with their words: its state is that of the same minute
        return Told(title, _("You declined the place."), decision.published_at, url, _("Read the answer"))
    if decision.awaits_reply and decision.reply_by:
        words = _("Take your place before %(day)s.") % {"day": date_format(decision.reply_by, "DATE_FORMAT")}
        return Told(title, words, decision.published_at, url, _("Read the answer and reply"), "o")
    if decision.reply == Reply.CONFIRMED:
        return Told(title, _("You took the place."), decision.published_at, url, _("Read the answer"), "v")
    return Told(title, decision.explanation, decision.published_at, url, _("Read the answer"))


def review(application: Application, actor: Actor) -> Told | None:
    """The request for a review that they made."""
    if application.decided_at is None:
        return None
    appeal = Appeal.objects.filter(decision__application=application).order_by("-pk").first()
    if appeal is None:
        return None
    url = reverse("decisions:mine", args=[application.public_id])
    if appeal.state == AppealState.OPEN:
        words = _("We answer before %(day)s.") % {"day": date_format(appeal.answer_by, "DATE_FORMAT")}
        return Told(
            _("You asked for a review of the decision"),
            words,
            appeal.received_at,
            url,
            _("Read the request again"),
            "b",
        )
    return Told(_("We answered your request for a review"), "", appeal.answered_at, url, _("Read the answer"), "b")


@dataclass(frozen=True)
class Promise:
    """The day promised for answers against the days when they were given. `late`: days beyond it, 0 in time."""

    promised: dt.date | None
    first: dt.date | None
    last: dt.date | None
    late: int
    overdue: bool


def promise(call: Call) -> Promise:
    """Counts published answers only, so that carriers may read it too."""
    moments = (
        Decision.objects.known()
        .filter(application__call=call, replaces=None)
        .aggregate(first=Min("published_at"), last=Max("published_at"))
    )
    first, last = (timezone.localdate(one) if one else None for one in (moments["first"], moments["last"]))
    until = call.answers_by
    late = max((last - until).days, 0) if last and until else 0
    return Promise(until, first, last, late, bool(until and last is None and timezone.localdate() > until))


def promise_kept(call: Call) -> str:
    """What everybody reads of the promised day: when the answers were given, or that they are late. Nothing while it
    is to come and no answer is published: a first answer would tell that others are near."""
    told = promise(call)
    if told.promised is None:
        return ""
    # guarded: whether anything waits at all, the same for everybody
    waiting = Application.objects.filter(call=call, state__in=RUNNING).exists()
    if waiting or told.last is None:
        late = waiting and timezone.localdate() > told.promised
        return _("They are not all given yet: it is late.") if late else ""
    days = {"day": date_format(told.last, "DATE_FORMAT"), "n": told.late}
    if not told.late:
        return _("All given on %(day)s at the latest.") % days
    return ngettext("All given on %(day)s, %(n)s day late.", "All given on %(day)s, %(n)s days late.", told.late) % days
