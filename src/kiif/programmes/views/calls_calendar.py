"""The calendar of a call: read, written on one page, taken away as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.programmes import calendars
from kiif.programmes.actions.calendar import set_calendar
from kiif.programmes.forms_calls import DatesForm, MomentFormSet, moments_of
from kiif.programmes.models import Call
from kiif.programmes.views.calls import crumbs_of, fresh, managed
from kiif.programmes.views.common import call_context
from kiif.ui.errors import Refused


@require_safe
def calendar(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All the dates, in order."""
    context = call_context(request, public_id, "calendar")
    return render(
        request, "programmes/calls/calendar.html", context | {"lines": calendars.lines(context["call"], team=True)}
    )


def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All the dates on one page, written together."""
    call = managed(request, public_id)
    form = DatesForm(request.POST or None, instance=fresh(call), initial={"revision": call.revision})
    dates = MomentFormSet(request.POST or None, prefix="dates", initial=moments_of(call))
    refusal = ""
    if request.method == "POST" and form.is_valid() and dates.is_valid():
        try:
            set_calendar(
                call=call, by=of(request), fields=form.cleaned_data, revision=form.cleaned_data.get("revision"),
                moments=[one.cleaned_data for one in dates if one.cleaned_data and not one.is_blank],
            )  # fmt: skip
        except Refused as refused:
            if refused.field in form.fields:
                form.add_error(refused.field, str(refused))
            else:
                refusal = str(refused)
        else:
            messages.success(request, _("The calendar is saved."))
            return redirect("programmes:call-calendar", call.public_id)
    wrong = request.method == "POST"
    context: dict[str, Any] = {
        "form": form, "dates": dates, "call": call, "crumbs": crumbs_of(call), "refusal": refusal,
    }  # fmt: skip
    return render(request, "programmes/calls/calendar_form.html", context, status=422 if wrong else 200)


@login_not_required
@require_safe
def public_file(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    """The public dates of a call, or one of them, for a calendar."""
    call = get_object_or_404(Call.objects.public(), slug=slug)
    wanted = [line for line in calendars.lines(call) if not key or line.key == key]
    if not wanted:
        raise Http404
    response = HttpResponse(calendars.as_file(call, wanted), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{call.slug}{"-" + key if key else ""}.ics"'
    return response
