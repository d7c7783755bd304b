"""The rubric of a round, written without code: criteria, weights, the words of each mark."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.programmes.views.common import revision_sent
from kiif.reviews.actions import rubric
from kiif.reviews.actions.common import has_marks
from kiif.reviews.forms import CopyRubricForm, CriterionForm
from kiif.reviews.models import Criterion, Round
from kiif.reviews.views.common import round_frame, run_round, visible_round
from kiif.reviews.views.rounds import rubrics_for
from kiif.ui.errors import Refused


@require_safe
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The criteria as reviewers see them."""
    round_ = visible_round(request, public_id)
    criteria = list(round_.criteria.all())
    weights = sum(one.weight for one in criteria if one.in_total)
    context = {
        **round_frame(request, round_, "rubric"),
        "criteria": [
            (one, round(100 * one.weight / weights) if one.in_total and weights else None) for one in criteria
        ],
        "frozen": has_marks(round_),
        "closed": round_.state == "closed",
        "copies": CopyRubricForm(rubrics=rubrics_for(request, round_)) if not criteria else None,
    }
    return render(request, "reviews/rounds/rubric.html", context)


@require_POST
def copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Takes the rubric of another round."""
    round_ = run_round(request, public_id)
    form = CopyRubricForm(request.POST, rubrics=rubrics_for(request, round_))
    if not form.is_valid():
        messages.error(request, _("Choose the round whose rubric is copied."))
        return redirect("reviews:rubric", round_.public_id)
    try:
        copied = rubric.copy_rubric(source=form.cleaned_data["source"], target=round_, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, ngettext("%(n)s criterion copied.", "%(n)s criteria copied.", copied) % {"n": copied})
    return redirect("reviews:rubric", round_.public_id)


def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A new criterion."""
    round_ = run_round(request, public_id)
    form = CriterionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rubric.add_criterion(round_=round_, by=of(request), **form.values)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The criterion is added."))
            return redirect("reviews:rubric", round_.public_id)
    return _page(request, round_, form, None)


def _criterion(request: HttpRequest, public_id: UUID, pk: int) -> tuple[Round, Criterion]:
    round_ = run_round(request, public_id)
    return round_, get_object_or_404(round_.criteria, pk=pk)


def change(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Changes a criterion; once marks exist, its words only."""
    round_, row = _criterion(request, public_id, pk)
    fresh = get_object_or_404(round_.criteria, pk=pk)
    form = CriterionForm(request.POST or None, instance=fresh)
    if request.method == "POST" and form.is_valid():
        try:
            rubric.change_criterion(
                criterion=row,
                by=of(request),
                revision=revision_sent(request),
                **form.values,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The criterion is changed."))
            return redirect("reviews:rubric", round_.public_id)
    return _page(request, round_, form, row)


def _page(request: HttpRequest, round_: Round, form: CriterionForm, row: Criterion | None) -> HttpResponse:
    context = {
        **round_frame(request, round_, "rubric"),
        "form": form,
        "criterion": row,
        "frozen": has_marks(round_),
        "back": reverse("reviews:rubric", args=[round_.public_id]),
        "anchors": [form[name] for name in form.fields if name.startswith("anchor_")],
    }
    return render(request, "reviews/rounds/criterion.html", context, status=422 if form.errors else 200)


def remove(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Asks, then takes a criterion away."""
    round_, row = _criterion(request, public_id, pk)
    back = reverse("reviews:rubric", args=[round_.public_id])
    if request.method == "POST":
        try:
            rubric.remove_criterion(criterion=row, by=of(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The criterion is taken away."))
        return redirect(back)
    context = {**round_frame(request, round_, "rubric"), "criterion": row, "cancel_url": back, "danger": True}
    return render(request, "reviews/rounds/criterion_remove.html", context)


@require_POST
def move(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """One place up or down."""
    round_, row = _criterion(request, public_id, pk)
    try:
        rubric.move_criterion(criterion=row, up=request.POST.get("way") == "up", by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("reviews:rubric", round_.public_id)
