"""Hosts: what they host, which projects suit them, a host that withdraws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.alliance.views.common import form_page
from kiif.cohorts import actions, explaining, fitting
from kiif.cohorts.forms import WhyForm
from kiif.cohorts.models import Placement
from kiif.cohorts.queries import at_my_house, without_host
from kiif.cohorts.tables import HostedTable
from kiif.cohorts.views.common import call_crumbs, can, check, run_call
from kiif.methods import matching as method
from kiif.programmes.models import Application, Call, Host
from kiif.programmes.queries import HOSTING_ROLES, role_of
from kiif.programmes.views.common import frame, visible_call
from kiif.ui.errors import NotAllowed
from kiif.ui.tables import respond

#: Projects that the page of a host shows at first.
_SHOWN: Final = 40


@require_http_methods(["GET", "HEAD"])
def hosted(request: HttpRequest) -> HttpResponseBase:
    """Projects that the incubator hosts or is asked to host."""
    actor = of(request)
    if role_of(actor) not in HOSTING_ROLES:
        raise NotAllowed(_("This page is for the teams of incubators that host."))
    rows = Placement.objects.visible_to(actor).filter(at_my_house(actor)).with_ties()
    context = {
        "waiting": rows.open().filter(host_answer="").count(),
        "count": rows.hosted().count(),
        "incubator": actor.acting_as.incubator,
    }
    return respond(request, HostedTable(rows, request), "cohorts/hosted.html", context)


@dataclass(frozen=True)
class Candidate:
    """A project for a host, in words."""

    application: Application
    fit: method.Fit
    why: list[explaining.Why]
    forbids: list[str]


@require_http_methods(["GET", "HEAD"])
def host_page(request: HttpRequest, public_id: UUID, host: int) -> HttpResponse:
    """Every project without a host, as this host would see them; what it hosts already."""
    call = run_call(request, public_id, write=False)
    row = get_object_or_404(call.hosts.select_related("incubator", "branch", "contact"), pk=host)
    seen = without_host(of(request), call).select_related("project").prefetch_related("targets", "wishes")
    found = [] if row.left_at else _fits(fitting.book(call, seen, by=of(request)), row)
    shown = found if "tout" in request.GET else found[:_SHOWN]
    placements = Placement.objects.visible_to(of(request), call).filter(host=row).with_ties()
    others = Placement.objects.visible_to(of(request)).running().filter(host__incubator=row.incubator_id)
    context = {
        **frame(request, call, "matching"),
        "host": row,
        "candidates": _candidates(call, shown),
        "more": len(found) - len(shown),
        "placements": placements,
        "taken": placements.running().count(),
        "elsewhere": others.exclude(host__call=call).count(),
        "may_withdraw": row.left_at is None and can("cohorts.withdraw_host", of(request), row),
    }
    return render(request, "cohorts/matching_host.html", context)


def _fits(book: fitting.Book, host: Host) -> list[tuple[Application, method.Fit, tuple[str, ...]]]:
    """The projects for a host, the one that suits it best first, with the departments that they aim at."""
    fits = method.fits_of_host(book.asked, book.host(host))
    rows = [(book.applications[fit.project], fit) for fit in fits]
    return [(row, fit, book.project(row).departments) for row, fit in rows]


def _candidates(call: Call, fits: list[tuple[Application, method.Fit, tuple[str, ...]]]) -> list[Candidate]:
    labels = explaining.labels_of(call)
    made = []
    for application, fit, aimed in fits:
        why = explaining.why([vars(part) for part in fit.parts], labels)
        made.append(Candidate(application, fit, why, explaining.forbids(fit, aimed)))
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, public_id: UUID, host: int) -> HttpResponse:
    """A host withdraws: by who runs the call, or by its own manager."""
    call = visible_call(request, public_id)
    row = get_object_or_404(call.hosts.select_related("incubator", "branch"), pk=host)
    who = _("Who runs the call, or the manager of this incubator, records that it withdraws.")
    check("cohorts.withdraw_host", of(request), row, who)
    count = Placement.objects.visible_to(of(request)).running().filter(host=row).count()
    runs = can("cohorts.run", of(request), call)
    back = reverse("cohorts:matching", args=[call.public_id]) if runs else reverse("cohorts:hosted")

    def act(data: Any) -> str:
        actions.host_leaves(host=row, words=data["words"], by=of(request))
        said = ngettext("%(n)s project is without a host again.", "%(n)s projects are without a host again.", count)
        messages.success(request, said % {"n": count})
        return back

    lead = ngettext(
        "%(n)s running placement closes; the project is told and returns to the matching.",
        "%(n)s running placements close; the projects are told and return to the matching.",
        count,
    )
    return form_page(
        request,
        WhyForm(request.POST or None),
        act,
        title=_("%(host)s withdraws from “%(call)s”") % {"host": row, "call": call},
        lead=lead % {"n": count},
        verb=_("Record the withdrawal"),
        back=back,
        crumbs=call_crumbs(call),
    )
