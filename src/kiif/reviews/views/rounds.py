"""Rounds of a call, for the team: prepare, settle, open, close."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.programmes.views.common import call_context, check, revision_sent
from kiif.reviews import entering
from kiif.reviews.actions import rounds
from kiif.reviews.enums import HELD, AssignmentState, RoundState
from kiif.reviews.forms import NewRoundForm, ReopenForm, RoundForm
from kiif.reviews.models import Round
from kiif.reviews.views.common import round_frame, run_round, visible_round
from kiif.ui.errors import Refused


def rubrics_for(request: HttpRequest, but: Round | None = None) -> Any:
    """Rounds whose rubric this person may copy, newest first."""
    rows = Round.objects.visible_to(of(request)).filter(criteria__isnull=False).distinct()
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return rows.select_related("call").order_by("-created_at", "-pk")[:200]


@require_safe
def of_call(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The rounds of a call."""
    context = call_context(request, public_id, "reviews")
    rows = Round.objects.visible_to(of(request)).filter(call=context["call"]).order_by("number")
    # one count in a query of its own: joined, applications and readers multiply each other
    entered = Round.objects.filter(pk=OuterRef("pk")).values("pk").annotate(n=Count("scores"))  # guarded: of the rows
    counted = rows.annotate(
        applications=Subquery(entered.order_by().values("n")),
        readers=Count("reviewers", filter=Q(reviewers__state="accepted")),
    )
    if not context["runs"]:
        counted = counted.exclude(state=RoundState.DRAFT)
    return render(request, "reviews/rounds/of_call.html", {**context, "rounds": list(counted)})


def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Prepares a round."""
    context = call_context(request, public_id, "reviews")
    call, actor = context["call"], of(request)
    check("programmes.change_call", actor, call, _("Only the team that runs this call looks after its reading."))
    siblings = Round.objects.filter(call=call).order_by("-number")  # guarded: the call is seen and run
    form = NewRoundForm(
        request.POST or None, call=call, rounds=siblings, rubrics=rubrics_for(request), initial={"sees": "assigned"}
    )
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in RoundForm.Meta.fields if name in form.cleaned_data}
        try:
            made = rounds.create_round(
                call=call, by=actor, previous=form.cleaned_data.get("previous"), filter=form.asked_filter,
                rubric=form.cleaned_data.get("rubric"), **data,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The round is prepared. Next: its rubric, then its reviewers."))
            return redirect("reviews:rubric", made.public_id)
    back = reverse("reviews:call", args=[call.public_id])
    return render(
        request,
        "reviews/rounds/form.html",
        {**context, "form": form, "round": None, "back": back},
        status=422 if form.errors else 200,
    )


@require_safe
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where a round stands, what it lacks, what its reviewers see."""
    round_ = visible_round(request, public_id)
    reads = round_.assignments.real()
    counts = {
        **reads.aggregate(
            held=Count("pk", filter=Q(state__in=HELD)),
            given=Count("pk", filter=Q(state=AssignmentState.DONE)),
            abstained=Count("pk", filter=Q(state=AssignmentState.ABSTAINED)),
            recused=Count("pk", filter=Q(state=AssignmentState.RECUSED)),
        ),
        **round_.scores.aggregate(
            applications=Count("pk"), short=Count("pk", filter=Q(reads_assigned__lt=round_.reads_wanted))
        ),
        "readers": round_.reviewers.filter(state="accepted").count(),
        "candidates": entering.candidates(round_).count() if round_.state == RoundState.DRAFT else 0,
    }
    draft = round_.state == RoundState.DRAFT
    context = {
        **round_frame(request, round_, "round"),
        "counts": counts,
        "lacks": rounds.lacks(round_) if draft else [],
        "entering": entering.in_words(round_),
        "criteria": list(round_.criteria.all()),
        "hidden": len(round_.hidden_fields),
        "hidden_outside": len(round_.hidden_from(outside=True) - round_.hidden_from(outside=False)),
    }
    return render(request, "reviews/rounds/round.html", context)


def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Dates, what is hidden, who sees what."""
    round_ = run_round(request, public_id)
    fresh = Round.objects.get(pk=round_.pk)  # guarded: seen above; a form fills the row that it is given
    form = RoundForm(request.POST or None, instance=fresh, call=round_.call)
    if request.method == "POST" and form.is_valid():
        try:
            rounds.change_round(
                round_=round_, by=of(request),
                revision=revision_sent(request),
                **form.cleaned_data,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The round is changed."))
            return redirect(round_)
    context = {**round_frame(request, round_, "round"), "form": form, "back": round_.get_absolute_url()}
    return render(request, "reviews/rounds/form.html", context, status=422 if form.errors else 200)


def open_(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks, then opens the reading."""
    round_ = run_round(request, public_id)
    if request.method == "POST":
        try:
            rounds.open_round(round_=round_, by=of(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The reading is open. Reviewers are told."))
        return redirect(round_)
    context = {
        **round_frame(request, round_, "round"),
        "candidates": entering.candidates(round_).count(),
        "readers": round_.reviewers.filter(state="accepted").count(),
        "cancel_url": round_.get_absolute_url(),
        "lacks": rounds.lacks(round_),
    }
    return render(request, "reviews/rounds/open.html", context)


def close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks, then closes the reading."""
    round_ = run_round(request, public_id)
    if request.method == "POST":
        try:
            rounds.close_round(round_=round_, by=of(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The reading is closed: marks no longer change."))
        return redirect(round_)
    waiting = round_.assignments.real().waiting().count()
    context = {**round_frame(request, round_, "round"), "waiting": waiting, "cancel_url": round_.get_absolute_url()}
    return render(request, "reviews/rounds/close.html", context)


def reopen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Opens a closed round again."""
    round_ = run_round(request, public_id)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rounds.reopen_round(round_=round_, by=of(request), closes_at=form.cleaned_data["closes_at"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The reading is open again."))
            return redirect(round_)
    context = {**round_frame(request, round_, "round"), "form": form, "cancel_url": round_.get_absolute_url()}
    return render(request, "reviews/rounds/reopen.html", context, status=422 if form.errors else 200)


@require_POST
def enter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Late applications enter an open round."""
    round_ = run_round(request, public_id)
    try:
        entered = rounds.enter(round_=round_, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        sentence = ngettext("%(n)s application entered.", "%(n)s applications entered.", entered) % {"n": entered}
        messages.success(request, sentence if entered else _("No other application enters this round."))
    return redirect(round_)
