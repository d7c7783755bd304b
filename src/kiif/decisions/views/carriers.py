"""The answer as its carriers read it: the letter, the place, a review. Nothing of what is being prepared."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.decisions import actions, telling
from kiif.decisions.actions.appeals import last_day
from kiif.decisions.enums import DecisionState, Outcome
from kiif.decisions.forms import ReplyForm, ReviewForm
from kiif.decisions.letters.values import Door, doors_of, pieces
from kiif.decisions.models import Decision, Letter
from kiif.decisions.rules import may
from kiif.decisions.views.letters import pdf_response
from kiif.programmes import carrying
from kiif.programmes.enums import FOR_CARRIERS
from kiif.ui.errors import Refused


def _rows(request: HttpRequest) -> Any:
    return Decision.objects.own(of(request)).with_ties().select_related("application__response__owner")


def _mine(request: HttpRequest, public_id: UUID) -> Decision:
    """A published decision of what one carries, else 404, decided or not."""
    found: Decision = get_object_or_404(_rows(request), public_id=public_id)
    return found


def _page(request: HttpRequest, decision: Decision, *, status: int = 200, **forms: Any) -> HttpResponse:
    application = decision.application
    call = application.call
    letter = getattr(decision, "letter", None)
    until = last_day(decision)
    asked = list(decision.appeals.all())
    data = {
        "application": application,
        "call": call,
        "decision": decision,
        "letter": letter,
        "paragraphs": pieces(letter.sent_body, {}) if letter is not None else [],
        "said": FOR_CARRIERS[decision.outcome],
        "before": _rows(request).filter(application=application, state=DecisionState.REVERSED),
        "appeals": asked,
        "may_ask": until is not None and not asked and timezone.localdate() <= until and _writes(request, decision),
        "ask_until": until,
        "may_reply": decision.awaits_reply and _writes(request, decision),
        "doors": _doors(decision, letter),
        "again": carrying.again(application),
        "promise": telling.promise(call),
        "reply_form": ReplyForm(),
        "review_form": ReviewForm(),
        "project_url": _project_url(application),
        **forms,
    }
    return render(request, "decisions/mine.html", data, status=status)


def _doors(decision: Decision, letter: Letter | None) -> list[tuple[Door, bool]]:
    """Where else to go, and whether the letter above says it already: then only where one may apply at once."""
    if decision.outcome == Outcome.ACCEPTED:
        return []
    body = letter.sent_body if letter is not None else ""
    doors = doors_of(decision.application.call, _departments(decision.application))
    return [(door, door.title in body) for door in doors if door.apply or door.title not in body]


def _departments(application: Any) -> list[str]:
    """Where the project aims, for the doors near there."""
    codes = application.targets.exclude(department_code="").values_list("department_code", flat=True)
    return list(dict.fromkeys(codes))


def _writes(request: HttpRequest, decision: Decision) -> bool:
    return may(of(request), "reply_decision", decision)


def _project_url(application: Any) -> str:
    try:
        return reverse("programmes:mine", args=[application.public_id])
    except NoReverseMatch:
        return ""


@require_safe
def mine(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The answer in force to an application."""
    rows = _rows(request).published()
    return _page(request, get_object_or_404(rows, application__public_id=public_id))


@require_POST
def place(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Taking the place, or declining it."""
    decision = _mine(request, public_id)
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            done = actions.reply(
                decision=decision, answer=form.cleaned_data["answer"], words=form.cleaned_data["words"], by=of(request)
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            taken = done.reply == "confirmed"
            words = (
                _("Your place is taken. Welcome!") if taken else _("The place is declined. Thank you for telling us.")
            )
            messages.success(request, words)
            return redirect("decisions:mine", decision.application.public_id)
    return _page(request, decision, reply_form=form, status=422)


@require_POST
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asking for a review of the decision."""
    decision = _mine(request, public_id)
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            actions.ask_review(decision=decision, words=form.cleaned_data["words"], by=of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your request is recorded. You will be answered with reasons."))
            return redirect("decisions:mine", decision.application.public_id)
    return _page(request, decision, review_form=form, status=422)


@require_safe
def letter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The letter as a PDF."""
    decision = _mine(request, public_id)
    row = get_object_or_404(Letter.objects.own(of(request)).select_related(
        "decision__application__project", "decision__application__response__owner",
        "decision__application__call__edition__programme__owner",
    ), decision=decision)  # fmt: skip
    return pdf_response(row)
