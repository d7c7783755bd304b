"""What the team does with an application: one view a gesture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiif.accounts.actor import of
from kiif.programmes import reading
from kiif.programmes.actions import applications_team as actions
from kiif.programmes.eligibility.doors import doors
from kiif.programmes.enums import CorrectionKind, NoteReach
from kiif.programmes.forms_applications import IneligibleForm, NoteForm, UntilForm, WithdrawForForm
from kiif.programmes.models import Application, Note
from kiif.programmes.views.applications_common import frame, must_handle, private, visible
from kiif.ui.errors import Refused


def _tried(request: HttpRequest, gesture: Callable[[], Any], done: str) -> bool:
    """Does it, and says so; a refusal is said instead."""
    try:
        gesture()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def _page(
    request: HttpRequest, row: Application, template: str, context: dict[str, Any], *, refused: bool
) -> HttpResponse:
    shown = frame(request, row) | context
    return private(render(request, f"programmes/applications/{template}", shown, status=422 if refused else 200))


@require_POST
def eligible(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """It fits: it goes to those who read."""
    row, seen = visible(request, public_id), request.POST.get("seen", "")[:10]
    _tried(
        request,
        lambda: actions.put_in_review(application=row, by=of(request), seen=seen),
        _("%(number)s is eligible: it goes to those who read.") % {"number": row.number},
    )
    return redirect("programmes:application", row.public_id)


def ineligible(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """It does not fit: why, and another way."""
    row, actor = visible(request, public_id), of(request)
    must_handle(actor, row, _("Only the team that runs this call says whether an application fits it."))
    form = IneligibleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data, seen = form.cleaned_data, request.POST.get("seen", "")[:10]
        door = actions.Door(data["door_words"], data["door_url"])
        try:
            actions.decide_eligibility(
                application=row, eligible=False, words=data["words"], door=door, by=actor, seen=seen
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Its carriers are told why, and what other door is open."))
            return redirect("programmes:application", row.public_id)
    context = {"form": form, "doors": doors(row.call, _departments(row)), "test": row.check_passed}
    return _page(request, row, "ineligible.html", context, refused=form.is_bound)


@require_POST
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Back among those received."""
    row, seen = visible(request, public_id), request.POST.get("seen", "")[:10]
    _tried(
        request,
        lambda: actions.take_back(application=row, by=of(request), seen=seen),
        _("%(number)s is among those received again.") % {"number": row.number},
    )
    return redirect("programmes:application", row.public_id)


def corrections(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Which answers are to correct, what is wrong with each, until when."""
    row, actor = visible(request, public_id), of(request)
    must_handle(actor, row, _("Only the team that runs this call asks for corrections."))
    form = UntilForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_corrections(
                application=row,
                items=_named(request),
                until=form.cleaned_data["until"],
                words=form.cleaned_data["words"],
                by=actor,
            )
        except Refused as refusal:
            if refusal.field in form.fields:
                form.add_error(refusal.field, str(refusal))
            else:
                problem = str(refusal)
        else:
            messages.success(request, _("The carriers are asked for these corrections, and these only."))
            return redirect("programmes:application", row.public_id)
    context = {
        "form": form,
        "problem": problem,
        "parts": _lines(request, row),
        "kinds": CorrectionKind.choices,
    }
    return _page(request, row, "corrections.html", context, refused=form.is_bound)


def _named(request: HttpRequest) -> list[actions.ToCorrect]:
    data = request.POST
    return [
        actions.ToCorrect(key, data.get(f"kind.{key}", ""), data.get(f"words.{key}", "")[:600])
        for key in data.getlist("key")[:300]
    ]


def _lines(request: HttpRequest, row: Application) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Every question that was answered or could have been, with what was typed about it."""
    read = reading.read(of(request), row)
    data, chosen = request.POST, set(request.POST.getlist("key"))
    return [
        (
            part.title,
            [
                {
                    "line": line,
                    "checked": line.id in chosen,
                    "kind": data.get(
                        f"kind.{line.id}", CorrectionKind.INCOMPLETE if line.empty else CorrectionKind.INCORRECT
                    ),
                    "words": data.get(f"words.{line.id}", ""),
                }
                for line in part.lines
            ],
        )
        for part in read.parts
    ]


@require_POST
def close_corrections(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Gives up what was asked: the application stays as it was sent."""
    row = visible(request, public_id)
    _tried(
        request,
        lambda: actions.close_corrections(application=row, by=of(request)),
        _("The corrections are given up: the application stays as it was sent."),
    )
    return redirect("programmes:application", row.public_id)


def withdraw_for(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Withdraws as its carriers asked."""
    row, actor = visible(request, public_id), of(request)
    must_handle(actor, row, _("Only the team that runs this call withdraws an application for its carriers."))
    form = WithdrawForForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_for(application=row, words=form.cleaned_data["words"], by=actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The application is withdrawn; its carriers are told."))
            return redirect("programmes:applications", row.call.public_id)
    return _page(request, row, "withdraw_for.html", {"form": form}, refused=form.is_bound)


@require_POST
def note(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """A note between colleagues."""
    row = visible(request, public_id)
    form = NoteForm(request.POST)
    form.is_valid()
    text, reach = form.cleaned_data.get("text", ""), form.cleaned_data.get("reach", NoteReach.TEAM)
    _tried(
        request,
        lambda: actions.add_note(application=row, text=text, reach=reach, by=of(request)),
        _("The note is kept. Its carriers do not read it."),
    )
    return redirect("programmes:application", row.public_id)


@require_POST
def remove_note(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponseBase:
    """Its author takes it off."""
    row = visible(request, public_id)
    found = get_object_or_404(Note.objects.visible_to(of(request)).filter(application=row), pk=pk)
    _tried(request, lambda: actions.remove_note(note=found, by=of(request)), _("The note is removed."))
    return redirect("programmes:application", row.public_id)


def _departments(row: Application) -> list[str]:
    return list(row.targets.exclude(department_code="").values_list("department_code", flat=True).distinct())
