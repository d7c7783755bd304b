"""Who reads in a round, for the team: asked by account or by mail, corrected, their link renewed or revoked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.reviews.actions import experts
from kiif.reviews.forms import ExpertForm, InviteForm, ReviewerForm
from kiif.reviews.models import Reviewer, Round
from kiif.reviews.tables import ReviewersTable, reviewers_of
from kiif.reviews.views.common import round_frame, run_round
from kiif.ui.errors import Refused
from kiif.ui.tables import respond


@require_safe
def index(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Everybody who was asked, with what they gave."""
    round_ = run_round(request, public_id)
    rows = round_.reviewers
    context = {
        **round_frame(request, round_, "reviewers"),
        "reading": rows.filter(state="accepted").count(),
        "asked": rows.filter(state="invited").count(),
        "room": sum(rows.filter(state="accepted").values_list("capacity", flat=True)),
        "needed": round_.scores.count() * round_.reads_wanted,
        "closed": round_.state == "closed",
    }
    return respond(request, ReviewersTable(reviewers_of(round_), request), "reviews/rounds/reviewers.html", context)


def invite(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks people of the alliance."""
    round_ = run_round(request, public_id)
    form = InviteForm(request.POST or None, round_=round_)
    if request.method == "POST" and form.is_valid():
        asked, refused = _invite_all(request, round_, form)
        for sentence in refused:
            messages.error(request, sentence)
        if asked:
            sentence = ngettext("%(n)s person is asked to read.", "%(n)s people are asked to read.", asked)
            messages.success(request, sentence % {"n": asked})
        return redirect("reviews:reviewers", round_.public_id)
    return _form(request, round_, form, "reviews/rounds/invite.html")


def _invite_all(request: HttpRequest, round_: Round, form: InviteForm) -> tuple[int, list[str]]:
    asked, refused = 0, []
    for person in form.chosen:
        try:
            experts.invite_reviewer(
                round_=round_, person=person, by=of(request), words=form.cleaned_data["words"],
                capacity=form.cleaned_data["capacity"], languages=["fr"],
            )  # fmt: skip
            asked += 1
        except Refused as refusal:
            refused.append(str(refusal))
    return asked, refused


def expert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks somebody from outside."""
    round_ = run_round(request, public_id)
    form = ExpertForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            experts.invite_expert(round_=round_, by=of(request), languages=["fr"], **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Their personal link has left by mail."))
            return redirect("reviews:reviewers", round_.public_id)
    return _form(request, round_, form, "reviews/rounds/expert.html")


def _form(request: HttpRequest, round_: Round, form: Any, template: str, **more: Any) -> HttpResponse:
    context = {
        **round_frame(request, round_, "reviewers"),
        "form": form,
        "back": reverse("reviews:reviewers", args=[round_.public_id]),
        **more,
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _reviewer(request: HttpRequest, public_id: UUID) -> tuple[Round, Reviewer]:
    rows = Reviewer.objects.visible_to(of(request)).select_related("person", "round", "invited_by")
    row = get_object_or_404(rows, public_id=public_id)
    return run_round(request, row.round.public_id), row


def one(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A reviewer: what they can read, their link."""
    round_, row = _reviewer(request, public_id)
    form = ReviewerForm(request.POST or None, reviewer=row)
    if request.method == "POST" and form.is_valid():
        try:
            experts.change_reviewer(reviewer=row, by=of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("It is changed."))
            return redirect("reviews:reviewers", round_.public_id)
    return _form(request, round_, form, "reviews/rounds/reviewer.html", reviewer=row, closed=round_.state == "closed")


@require_POST
def accept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """They said yes otherwise."""
    _round, row = _reviewer(request, public_id)
    return _done(request, row, experts.accept_for, _("Noted: they read."))


@require_POST
def renew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A new personal link."""
    _round, row = _reviewer(request, public_id)
    return _done(request, row, experts.renew_link, _("A new link has left by mail; the old one opens nothing."))


@require_POST
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The personal link dies."""
    _round, row = _reviewer(request, public_id)
    return _done(request, row, experts.revoke_link, _("The link opens nothing any more."))


def _done(request: HttpRequest, row: Reviewer, action: Any, sentence: str) -> HttpResponse:
    try:
        action(reviewer=row, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect("reviews:reviewer", row.public_id)


def remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks, then takes somebody off; what they had not given goes back to be shared out."""
    round_, row = _reviewer(request, public_id)
    if request.method == "POST":
        try:
            experts.remove_reviewer(reviewer=row, by=of(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("They no longer read. What they had not given is to be shared out again."))
        return redirect("reviews:reviewers", round_.public_id)
    context = {
        **round_frame(request, round_, "reviewers"),
        "reviewer": row,
        "waiting": row.assignments.waiting().count(),
        "given": row.assignments.real().done().count(),
        "cancel_url": reverse("reviews:reviewer", args=[row.public_id]),
        "danger": True,
    }
    return render(request, "reviews/rounds/reviewer_remove.html", context)
