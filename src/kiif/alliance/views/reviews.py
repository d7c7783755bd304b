"""The quarterly review: the board of all teams, and the page where one list is confirmed."""

from __future__ import annotations

import rules
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kiif.accounts.actor import of
from kiif.alliance.actions.reviews import (
    answer_review,
    confirm_review,
    open_due_reviews,
    open_review,
    start_of_quarter,
)
from kiif.alliance.forms import ReviewLineForm, grantable
from kiif.alliance.models import AccessReview, Body, Membership, ReviewLine
from kiif.alliance.tables import Reviews
from kiif.alliance.views.common import can, check, root_crumbs, staff_alliance, visible
from kiif.ui.errors import Refused
from kiif.ui.tables import respond


def board(request: HttpRequest) -> HttpResponseBase:
    alliance, actor = staff_alliance(request), of(request)
    check(
        "alliance.read_reviews",
        actor,
        actor.acting_as.where,
        _("Access reviews are read by directions and the coordination."),
    )
    rows = AccessReview.objects.visible_to(actor).with_progress().select_related("where", "confirmed_by")
    running = AccessReview.objects.visible_to(actor).open()
    may_open = can("alliance.open_review", actor, alliance)
    without = Body.objects.visible_to(actor).steered_by(actor).alive().exclude(pk__in=running.values("where"))
    quarter = AccessReview.objects.visible_to(actor).filter(opened_on__gte=start_of_quarter(timezone.localdate()))
    bodies = (
        list(without.filter(pk__in=Membership.objects.visible_to(actor).current().values("where"))) if may_open else []
    )
    reviewed = set(quarter.values_list("where_id", flat=True)) if may_open else set()
    context = {
        "open_count": running.count(),
        "may_open": may_open,
        "bodies": bodies,
        "due": [body for body in bodies if body.pk not in reviewed],
    }
    return respond(request, Reviews(rows, request), "alliance/reviews.html", context)


@require_POST
def open_one(request: HttpRequest) -> HttpResponse:
    """Opens the review of one team, or of every team that has none in this quarter."""
    alliance, actor = staff_alliance(request), of(request)
    check("alliance.open_review", actor, alliance, _("Only the coordination opens a review of access."))
    try:
        slug = request.POST.get("where", "")
        if slug:
            reviews = [open_review(where=visible(Body.objects.visible_to(actor), slug=slug), by=actor)]
        else:
            reviews = open_due_reviews(by=actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        sentence = ngettext("One review is open.", "%(count)s reviews are open.", len(reviews))
        messages.success(request, sentence % {"count": len(reviews)} if reviews else _("Every team already has one."))
    return redirect("alliance:reviews")


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One list, one page: who stays, who changes role, who has left. Confirming applies the answers."""
    actor = of(request)
    shown = visible(AccessReview.objects.visible_to(actor).select_related("where", "confirmed_by"), pk=pk)
    rows = ReviewLine.objects.visible_to(actor).filter(review=shown)
    lines = list(rows.select_related("membership__user", "membership__where", "membership__branch"))
    roles = grantable(shown.where, actor)
    may_answer = shown.confirmed_at is None and rules.test_rule("alliance.answer_review", actor, shown)
    data = request.POST if request.method == "POST" else None
    forms = {line.pk: ReviewLineForm(data, line=line, roles=roles) for line in lines}
    refusal = ""
    if data is not None:
        refusal = _save(request, shown, forms)
        if not refusal:
            return redirect("alliance:review", pk=shown.pk)
    context = {
        "review": shown,
        "body": shown.where,
        "crumbs": root_crumbs((_("Access reviews"), reverse("alliance:reviews"))),
        "lines": [(line, forms[line.pk]) for line in lines],
        "may_answer": may_answer,
        "refusal": refusal,
    }
    return render(request, "alliance/review.html", context, status=422 if refusal else 200)


def _save(request: HttpRequest, shown: AccessReview, forms: dict[int, ReviewLineForm]) -> str:
    """Keeps the answers, and applies them if the button says so; returns the sentence of a refusal, or nothing."""
    if [form for form in forms.values() if not form.is_valid()]:
        return _("This list has changed: read it again, then answer.")
    replies = {key: form.reply for key, form in forms.items()}
    confirming = request.POST.get("act") == "confirm"
    try:
        with transaction.atomic():
            answer_review(review=shown, replies=replies, by=of(request))
            if confirming:
                confirm_review(review=shown, by=of(request))
    except Refused as refusal:
        return str(refusal)
    done = _("The list is confirmed, thank you.") if confirming else _("Your answers are kept.")
    messages.success(request, done)
    return ""
