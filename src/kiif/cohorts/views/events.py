"""Dates of a cohort, for who runs its call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.alliance.views.common import confirm_page, form_page
from kiif.cohorts import actions
from kiif.cohorts.actions.common import who_runs
from kiif.cohorts.forms import EventForm
from kiif.cohorts.models import CohortEvent
from kiif.cohorts.tables import EventsTable
from kiif.cohorts.views.common import call_crumbs, can, check, cohort_frame, run_cohort, run_of_cohort
from kiif.ui.tables import respond


@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    row = run_cohort(request, public_id)
    context = {**cohort_frame(request, row, "events"), "may_run": can("cohorts.run", of(request), row)}
    return respond(request, EventsTable(row.events.all(), request), "cohorts/events.html", context)


def _back(row: Any) -> str:
    return reverse("cohorts:events", args=[row.call.public_id])


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = run_cohort(request, public_id)
    check("cohorts.run", of(request), row, who_runs())

    def act(data: Any) -> str:
        actions.write_event(cohort=row, by=of(request), **data)
        messages.success(request, _("The date is in the calendars."))
        return _back(row)

    return form_page(
        request, EventForm(request.POST or None), act, title=_("Add a date"),
        lead=_("An invitation leaves to the projects that take part and to their hosts."),
        verb=_("Add and invite"), back=_back(row), crumbs=call_crumbs(row.call, (_("Dates"), _back(row))),
    )  # fmt: skip


def _event(request: HttpRequest, public_id: UUID) -> CohortEvent:
    """404 for whoever does not see its call, 403 for whoever does not run it."""
    # guarded: the call was read above
    rows = CohortEvent.objects.select_related("cohort__call__edition__programme__owner")
    row = get_object_or_404(rows, public_id=public_id)
    run_of_cohort(request, row.cohort)
    check("cohorts.run", of(request), row, who_runs())
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _event(request, public_id)
    initial = {name: getattr(row, name) for name in EventForm.Meta.fields}

    def act(data: Any) -> str:
        actions.write_event(cohort=row.cohort, event=row, by=of(request), **data)
        messages.success(request, _("The change is in the calendars."))
        return _back(row.cohort)

    return form_page(
        request, EventForm(request.POST or None, initial=initial), act, title=row.title,
        lead=_("This date was cancelled.") if row.cancelled_at else "",
        verb=_("Change and invite again"), back=_back(row.cohort), template="cohorts/event_form.html", event=row,
        crumbs=call_crumbs(row.cohort.call, (_("Dates"), _back(row.cohort))),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _event(request, public_id)

    def act() -> str:
        actions.cancel_event(event=row, by=of(request))
        messages.success(request, _("The date is cancelled in the calendars."))
        return _back(row.cohort)

    return confirm_page(
        request, act, title=_("Cancel “%(title)s”?") % {"title": row.title},
        consequences=[_("Those who were invited are told, and it leaves their calendars.")],
        verb=_("Cancel this date"), back=_back(row.cohort),
        crumbs=call_crumbs(row.cohort.call, (_("Dates"), _back(row.cohort))),
    )  # fmt: skip
