"""The answers of a call while they are prepared: the list, one by one, many at once."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiif.accounts.actor import of
from kiif.decisions import actions, listing, telling
from kiif.decisions.actions import together
from kiif.decisions.enums import DecisionState, Outcome, Standing
from kiif.decisions.forms import BulkForm, DecisionForm, ExtendForm, ReplyForm
from kiif.decisions.letters import flags
from kiif.decisions.letters.standing import with_standing
from kiif.decisions.models import Change, Decision, Letter
from kiif.decisions.rules import may
from kiif.decisions.tables import Answers
from kiif.decisions.views.common import (
    application_of,
    context,
    context_of,
    decision_of,
    refuse,
    require_reads,
    show_refusal,
)
from kiif.programmes.models import Application
from kiif.programmes.reading import names, title_for
from kiif.reviews import results
from kiif.reviews.models import Score
from kiif.reviews.queries import awaited
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import respond


@require_safe
def index(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Every application and the answer that is being prepared; counters against the places."""
    data = context(request, public_id, "call")
    actor, call = of(request), data["call"]
    data["counters"] = found = listing.counters(actor, call)
    places = _("%(n)s of %(places)s places") % {"n": found["accepted"], "places": call.places}
    data["counts"] = [
        (_("Accepted, once all is published"), places if call.places else found["accepted"]),
        (_("Being prepared: accepted"), found["pending_accepted"]),
        (_("Being prepared: reserve list"), found["pending_reserve"]),
        (_("Being prepared: refused"), found["pending_refused"]),
        (_("Without any answer"), found["undecided"]),
    ]
    data["promise"] = telling.promise(call)
    data["query"] = request.GET.urlencode()
    return respond(request, Answers(listing.rows_of(actor, call), request), "decisions/answers.html", data)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Many at once: what is about to be done, then what was done, line by line. The scope is asked again when it is."""
    data = context(request, public_id, "call")
    actor, call = of(request), data["call"]
    if not data["may_change"]:
        raise NotAllowed(_("The answers of a call are up to those who run it."))
    table = Answers(_ticked(request, listing.rows_of(actor, call)), request)
    form = BulkForm(request.POST or None, initial={"gesture": request.GET.get("geste", "")})
    if request.method == "POST" and form.is_valid():
        try:
            data["told"] = together.apply(
                call=call,
                gesture=form.cleaned_data["gesture"],
                seen=_seen(request),
                scope={row.pk for row in table.rows},
                by=actor,
                rank=form.cleaned_data["rank"] or 1,
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            data["done"] = sum(one.done for one in data["told"])
            data |= {"form": form, "gesture": form.cleaned_data["gesture"]}
            return render(request, "decisions/told.html", data)
    rows = table.rows.slice(0, together.MOST)
    for row in rows:
        row.now_label = dict(Outcome.choices).get(row.now, "")
        row.standing_label = dict(Standing.choices).get(row.standing, "")
    data |= {"form": form, "rows": rows, "query": request.GET.urlencode()}
    return render(request, "decisions/bulk.html", data, status=422 if form.errors else 200)


def _ticked(request: HttpRequest, rows: Any) -> Any:
    """Only those that were ticked, when some were."""
    keys = [int(key) for key in request.GET.getlist("ids") if re.fullmatch(r"[0-9]{1,9}", key)]
    return rows.filter(pk__in=keys) if keys else rows


def _seen(request: HttpRequest) -> list[together.Seen]:
    """What the page showed: `key:revision` for each application."""
    asked = request.POST.getlist("seen")[: together.MOST + 1]
    matches = [re.fullmatch(r"([0-9]{1,9}):([0-9]{1,9})", text) for text in asked]
    return [together.Seen(int(match[1]), int(match[2])) for match in matches if match]


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The answer to one application, by hand."""
    application = application_of(request, public_id)
    data = context_of(request, application.call, "call")
    # guarded: the application was read above
    decisions = list(flags.for_flags(Decision.objects.filter(application=application)).order_by("-pk"))
    pending = next((one for one in decisions if one.state == DecisionState.PENDING), None)
    published = next((one for one in decisions if one.state == DecisionState.PUBLISHED), None)
    form = DecisionForm(request.POST or None, initial=_initial(pending), replacing=published is not None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            actions.prepare(
                application=application,
                outcome=asked["outcome"],
                words=asked["words"],
                explanation=asked.get("explanation", ""),
                rank=asked["rank"],
                revision=asked["revision"] or 0,
                by=of(request),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The decision is kept. Nobody outside the team sees it."))
            return redirect("decisions:decide", application.public_id)
    data |= _about(request, application) | {
        "form": form,
        "decisions": decisions,
        "pending": pending,
        "published": published,
        "flags": flags.of([pending], of(request)).get(pending.pk, []) if pending else [],
        "letter": _letter_of(pending or published),
        "changes": _changes(pending or published),
        "reply_form": ReplyForm(),
        "extend_form": ExtendForm(initial={"until": published.reply_by if published else None}),
        "may_decide": may(of(request), "change_call", application.call),
    }
    return render(request, "decisions/decide.html", data, status=422 if form.errors else 200)


def _initial(pending: Decision | None) -> dict[str, Any]:
    if pending is None:
        return {"revision": 0}
    return {
        "outcome": pending.outcome,
        "rank": pending.rank,
        "words": pending.words,
        "explanation": pending.explanation,
        "revision": pending.revision,
    }


def _about(request: HttpRequest, application: Application) -> dict[str, Any]:
    """Who applies, and the marks of the round that counts."""
    counts = results.latest(application.call)
    # guarded: the application was read above
    score = Score.objects.filter(application=application, round=counts).first() if counts else None
    actor = of(request)
    waits = bool(counts and awaited(actor, [application.pk], [counts.pk]))
    return {
        "application": application,
        "title": title_for(actor, application),
        "names": names(actor, application),
        "score": None if waits else score,
        "mark_awaited": waits,
        "round": counts,
    }


def _letter_of(decision: Decision | None) -> Letter | None:
    if decision is None:
        return None
    # guarded: the application was read above
    found: Letter | None = with_standing(Letter.objects.filter(decision=decision)).first()
    return found


def _changes(decision: Decision | None) -> list[Change]:
    return list(decision.changes.select_related("by")) if decision is not None else []


@require_POST
def drop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    decision = decision_of(request, public_id)
    application = decision.application
    require_reads(request, application.call)
    try:
        actions.drop(decision=decision, by=of(request))
        messages.success(request, _("The decision is set aside."))
    except Refused as refusal:
        refuse(request, refusal)
    return redirect("decisions:decide", application.public_id)


@require_POST
def reply_for(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the carriers said outside, noted by the team."""
    decision = decision_of(request, public_id)
    form = ReplyForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Say whether the place is taken or declined."))
        actions.reply(
            decision=decision, answer=form.cleaned_data["answer"], words=form.cleaned_data["words"], by=of(request)
        )
        messages.success(request, _("The reply is noted."))
    except Refused as refusal:
        refuse(request, refusal)
    return redirect("decisions:decide", decision.application.public_id)


@require_POST
def extend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    decision = decision_of(request, public_id)
    form = ExtendForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Choose a day to come."))
        actions.extend(decision=decision, until=form.cleaned_data["until"], by=of(request))
        messages.success(request, _("The new day is kept."))
    except Refused as refusal:
        refuse(request, refusal)
    return redirect(reverse("decisions:decide", args=[decision.application.public_id]))
