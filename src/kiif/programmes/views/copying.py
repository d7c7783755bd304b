"""The next edition from the last one; rehearsals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.actor import of
from kiif.alliance.views.common import confirm_page
from kiif.programmes import shifting
from kiif.programmes.actions import copying as actions
from kiif.programmes.actions import erasing
from kiif.programmes.models import Edition
from kiif.programmes.views.programmes import crumbs, manage, visible_edition
from kiif.ui.errors import Refused
from kiif.ui.forms import DateInput

#: Invented applicants that a rehearsal may hold.
MOST_INVENTED = 120


class CopyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the new edition"), max_length=60)
    first = forms.DateField(
        label=gettext_lazy("The opening falls about"), widget=DateInput,
        help_text=gettext_lazy("Every date moves by the same number of whole weeks: days of the week are kept."),
    )  # fmt: skip


class RehearsalForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Day of the calendar to play"), widget=DateInput,
        help_text=gettext_lazy("Every date moves so that this day is today."),
    )  # fmt: skip
    applicants = forms.IntegerField(
        label=gettext_lazy("Invented applicants"), min_value=0, max_value=MOST_INVENTED, initial=12, required=False,
        help_text=gettext_lazy("Recognisable as invented. More can be added later."),
    )  # fmt: skip


class DayForm(forms.Form):
    day = forms.DateField(label=gettext_lazy("Day of the calendar to play"), widget=DateInput)


def _crumbs(edition: Edition) -> tuple[tuple[Any, str], ...]:
    return crumbs(
        (edition.programme.name, edition.programme.get_absolute_url()), (edition.name, edition.get_absolute_url())
    )


def copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Two steps on one page: the name and the day; then every date, before and after, to confirm."""
    edition = visible_edition(request, public_id)
    manage(request, edition)
    before = shifting.first_day(edition)
    years = _years(before)
    wanted = before + dt.timedelta(days=round(365.25 * years)) if before is not None else timezone.localdate()
    form = CopyForm(request.POST or None, initial={"name": _next_name(edition.name, years), "first": wanted})
    context: dict[str, Any] = {"edition": edition, "form": form, "crumbs": _crumbs(edition)}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        days = shifting.whole_weeks(before or data["first"], data["first"])
        context |= {"shifts": shifting.plan(edition, days), "weeks": days // shifting.WEEK, "years": _whole_years(days)}
        if "confirm" in request.POST:
            try:
                made = actions.copy_edition(edition=edition, by=of(request), name=data["name"], days=days)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                messages.success(request, _("The new edition is there, with its calls in preparation."))
                return redirect(made)
    return render(request, "programmes/calls/copy.html", context, status=422 if form.errors else 200)


def _whole_years(days: int) -> int:
    """About how many years, when it is close to a whole number of them; 0 otherwise."""
    years = round(days / 365.25)
    return years if abs(days - 365.25 * years) <= 2 * shifting.WEEK else 0


def _years(first: dt.date | None) -> int:
    """How many years later the next edition opens: one, or as many as bring it after today."""
    today = timezone.localdate()
    if first is None or first > today:
        return 1
    return max(1, today.year - first.year + ((today.month, today.day) >= (first.month, first.day)))


def _next_name(name: str, years: int) -> str:
    """The year of the next edition, when the name is a year."""
    return str(int(name) + years) if name.isdecimal() and len(name) == 4 else name


def rehearse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A rehearsal of the whole edition."""
    edition = visible_edition(request, public_id)
    manage(request, edition)
    first = shifting.first_day(edition) or timezone.localdate()
    form = RehearsalForm(request.POST or None, initial={"day": first})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = _made(request, edition, form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The rehearsal is ready. No mail of it leaves the house."))
            return redirect(made)
    context = {"edition": edition, "form": form, "crumbs": _crumbs(edition), "shifts": shifting.plan(edition, 0)}
    return render(request, "programmes/calls/rehearse.html", context, status=422 if form.errors else 200)


def _made(request: HttpRequest, edition: Edition, asked: Mapping[str, Any]) -> Edition:
    """The rehearsal with its applicants, or nothing of it."""
    made = actions.rehearse(edition=edition, by=of(request), day=asked["day"])
    number = asked.get("applicants")
    return actions.invent(rehearsal=made, by=of(request), number=number) if number else made


def play(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Plays a rehearsal at another day."""
    rehearsal = visible_edition(request, public_id)
    manage(request, rehearsal)
    form = DayForm(request.POST or None, initial={"day": actions.played_day(rehearsal)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.play_at(rehearsal=rehearsal, by=of(request), day=form.cleaned_data["day"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Every date moved: this day is today."))
            return redirect(rehearsal)
    shifts = shifting.plan(rehearsal, -rehearsal.moved_days)
    context = {"edition": rehearsal, "form": form, "crumbs": _crumbs(rehearsal), "shifts": shifts, "playing": True}
    return render(request, "programmes/calls/rehearse.html", context, status=422 if form.errors else 200)


def invent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """More invented applicants in a rehearsal."""
    rehearsal = visible_edition(request, public_id)
    manage(request, rehearsal)
    if request.method == "POST" and rehearsal.is_rehearsal:
        asked = request.POST.get("number", "")
        try:
            number = min(int(asked), MOST_INVENTED) if asked.isdecimal() and len(asked) < 5 else 0
            actions.invent(rehearsal=rehearsal, by=of(request), number=number)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Invented people have applied."))
    return redirect(rehearsal)


def erase(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Erases a rehearsal entirely."""
    rehearsal = visible_edition(request, public_id)
    manage(request, rehearsal)

    def act() -> str:
        real = rehearsal.rehearsal_of or rehearsal
        erasing.erase_rehearsal(rehearsal=rehearsal, by=of(request))
        messages.success(request, _("The rehearsal is erased. The real edition is as it was."))
        return real.get_absolute_url()

    return confirm_page(
        request, act, title=_("Erase this rehearsal?"),
        consequences=[
            _("Its invented applicants with their accounts, its reads and its decisions go with it."),
            _("The real edition is untouched."),
        ],
        verb=_("Erase the rehearsal"), back=rehearsal.get_absolute_url(), crumbs=_crumbs(rehearsal),
    )  # fmt: skip
