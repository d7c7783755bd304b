"""After the publication: the reserve list, the reviews asked for, the terms."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Avg, Count, F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiif.accounts.actor import of
from kiif.decisions import actions
from kiif.decisions import reserve as lists
from kiif.decisions.enums import AppealState, Outcome, Reply, TieRule
from kiif.decisions.forms import ReviewAnswerForm, ReviewForm, TermsForm
from kiif.decisions.letters.values import terms_of
from kiif.decisions.models import Appeal, Decision
from kiif.decisions.tables import Reviews
from kiif.decisions.views.common import context, context_of, decision_of, refuse, show_refusal
from kiif.ui.errors import Refused
from kiif.ui.tables import respond

#: Lines of the reserve list on a page, and of each list beside it: the list of answers holds the rest.
_SHOWN = 50


@require_safe
def reserve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who comes next, by which rule; who holds a place, who has not replied."""
    data = context(request, public_id, "reserve")
    call, actor = data["call"], of(request)
    seen = Decision.objects.visible_to(actor, call)
    found = lists.of_call(call, seen)
    hidden = lists.awaited_of(call, found, actor)
    accepted = seen.published().filter(application__call=call, outcome=Outcome.ACCEPTED)
    accepted = accepted.select_related("application__project")
    data |= {
        "reserve": found,
        "page": Paginator(found.lines, _SHOWN).get_page(request.GET.get("page")),
        "rule": TieRule(found.rule).label,
        "hidden": hidden,
        "upcoming": {line.decision.pk for line in found.upcoming},
        "awaited": accepted.filter(reply=Reply.NONE).order_by("reply_by", "pk")[:_SHOWN],
        "declined": accepted.filter(reply=Reply.DECLINED).order_by("-replied_at")[:_SHOWN],
        "shown": _SHOWN,
        "counts": _reserve_counts(found, accepted.filter(reply=Reply.CONFIRMED).count()),
    }
    return render(request, "decisions/reserve.html", data)


def _reserve_counts(found: lists.Reserve, confirmed: int) -> list[tuple[str, int]]:
    counts = [
        (_("Taken or offered"), found.taken),
        (_("Places confirmed"), confirmed),
        (_("Being called"), found.calling),
    ]
    if found.places is not None and found.free is not None:
        counts = [(_("Places"), found.places), *counts, (_("Free"), found.free)]
    return counts


@require_POST
def call_next(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Calls somebody of the reserve list: the decision and its letter are prepared, then read again and published."""
    decision = decision_of(request, public_id)
    try:
        called = actions.call_next(decision=decision, by=of(request), words=request.POST.get("words", ""))
    except Refused as refusal:
        refuse(request, refusal)
        return redirect("decisions:reserve", decision.application.call.public_id)
    messages.success(request, _("The call is prepared. Read its letter again, then publish it."))
    return redirect("decisions:letter", called.letter.public_id)


@require_safe
def reviews(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Requests for a review, with figures."""
    data = context(request, public_id, "reviews")
    rows = Appeal.objects.visible_to(of(request), data["call"])
    figures = rows.aggregate(
        asked=Count("pk"),
        open=Count("pk", filter=Q(state=AppealState.OPEN)),
        upheld=Count("pk", filter=Q(state=AppealState.UPHELD)),
        rejected=Count("pk", filter=Q(state=AppealState.REJECTED)),
        took=Avg(F("answered_at") - F("received_at"), filter=Q(answered_at__isnull=False)),
    )
    counts = [
        (_("Requests received"), figures["asked"]),
        (_("To be answered"), figures["open"]),
        (_("Requests accepted"), figures["upheld"]),
        (_("Not accepted"), figures["rejected"]),
    ]
    if figures["took"]:
        counts.append((_("Days to answer, on average"), round(figures["took"].total_seconds() / 86_400, 1)))
    data["counts"] = counts
    table = Reviews(rows.select_related("decision__application__project"), request)
    return respond(request, table, "decisions/reviews.html", data)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One request, and its answer."""
    rows = Appeal.objects.visible_to(of(request)).select_related(
        "by", "answered_by", "decision__application__project",
        "decision__application__call__edition__programme__owner", "decision__application__response__owner",
    )  # fmt: skip
    row = get_object_or_404(rows, public_id=public_id)
    data = context_of(request, row.decision.application.call, "reviews")
    form = ReviewAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            actions.answer_review(appeal=row, upheld=asked["upheld"] == "yes", answer=asked["answer"], by=of(request))
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The answer left. It stays in the register."))
            if asked["upheld"] == "yes":
                return redirect("decisions:decide", row.decision.application.public_id)
            return redirect("decisions:reviews", row.decision.application.call.public_id)
    data |= {"appeal": row, "application": row.decision.application, "decision": row.decision, "form": form}
    return render(request, "decisions/review.html", data, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def enter_review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A request that came by letter or telephone."""
    decision = decision_of(request, public_id)
    data = context_of(request, decision.application.call, "reviews")
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.ask_review(decision=decision, words=form.cleaned_data["words"], by=of(request))
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The request is recorded, and its carriers are told."))
            return redirect("decisions:review", row.public_id)
    data |= {"form": form, "decision": decision, "application": decision.application}
    return render(request, "decisions/enter_review.html", data, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Delays and tie rule of the call."""
    data = context(request, public_id, "terms")
    row = terms_of(data["call"])
    form = TermsForm(request.POST or None, instance=row, initial={"seen": row.revision})
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data.pop("seen")
        try:
            actions.set_terms(call=data["call"], values=form.cleaned_data, revision=seen, by=of(request))
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The terms are kept. Days already announced do not change."))
            return redirect("decisions:terms", data["call"].public_id)
    data["form"] = form
    return render(request, "decisions/terms.html", data, status=422 if form.errors else 200)
