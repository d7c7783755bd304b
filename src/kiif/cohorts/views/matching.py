"""Matching the accepted projects of a call with its hosts, for who runs the call."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import of
from kiif.alliance.views.common import form_page
from kiif.cohorts import actions, explaining, fitting
from kiif.cohorts.enums import MemberState
from kiif.cohorts.forms import HostChoiceForm, RulesForm
from kiif.cohorts.models import Matching, Placement, PlanLine
from kiif.cohorts.queries import left_out, without_host
from kiif.cohorts.tables import PlacementsTable
from kiif.cohorts.views.common import act_or_show, call_crumbs, run_call
from kiif.methods import matching as method
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call, Host
from kiif.programmes.reading import hosts_of
from kiif.programmes.views.common import frame
from kiif.territories.lookup import fold
from kiif.ui.errors import Refused
from kiif.ui.tables import respond

#: Lines on a page. Beyond, what one more place would change is not tried host by host either.
_MOST = 60


@dataclass(frozen=True)
class Line:
    """A project without a host, with what the plan foresees."""

    application: Application
    plan: PlanLine | None
    why: list[explaining.Why]
    before: int
    wishes: list[str]

    @property
    def places(self) -> list[str]:
        return [target.name for target in self.application.targets.all()]


@dataclass(frozen=True)
class Room:
    """A host of the call and its places."""

    host: Host
    taken: int
    planned: int

    @property
    def left(self) -> int:
        return self.host.places - self.taken - self.planned


def _matching(call: Call) -> Matching:
    # guarded: the call was read above
    found = Matching.objects.filter(call=call).first() or Matching(call=call)
    found.call = call
    return found


@require_http_methods(["GET", "HEAD"])
def board(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Who has no host, the plan, what is proposed, the places left."""
    call, actor = run_call(request, public_id, write=False), of(request)
    matching = _matching(call)
    page = _alone(request, call)
    count = page.paginator.count
    seen = page.paginator.object_list
    page.object_list = alone = list(page.object_list)
    lines = _lines(matching, alone)
    planned = _planned(matching, seen) if page.has_other_pages() else _planned_of(lines)
    rows = Placement.objects.visible_to(actor, call).with_ties()
    book = fitting.book(call, alone if count <= _MOST else [], matching=matching, hosts=hosts_of(call), by=actor)
    context = {
        **frame(request, call, "matching"),
        "matching": matching,
        "lines": lines,
        "page": page,
        "count": count,
        "planned": sum(planned.values()),
        "drawn": any(line.plan is not None for line in lines),
        "rooms": _rooms(call, book, planned),
        "hints": _hints(book),
        "hosted": rows.running().exists,
        "left_out": left_out(actor, call).count(),
    }
    return respond(request, PlacementsTable(rows, request, call=call), "cohorts/matching.html", context)


def _alone(request: HttpRequest, call: Call) -> Page[Application]:
    rows = without_host(of(request), call).select_related("project")
    found = rows.prefetch_related("targets", "wishes", "placements")
    return Paginator(found.order_by("title", "pk"), _MOST).get_page(request.GET.get("projets"))


def _planned(matching: Matching, alone: Any) -> dict[int, int]:
    """How many projects without a host the plan gives to each host."""
    if not matching.pk:
        return {}
    rows = matching.lines.filter(host__isnull=False, application__in=alone.order_by().values("pk")).order_by()
    return dict(rows.values("host_id").annotate(n=Count("pk")).values_list("host_id", "n"))


def _planned_of(lines: list[Line]) -> dict[int, int]:
    """The same when all of them are on the page."""
    return Counter(line.plan.host_id for line in lines if line.plan is not None and line.plan.host_id is not None)


def _lines(matching: Matching, alone: list[Application]) -> list[Line]:
    plans: dict[int, PlanLine] = {}
    if matching.pk:
        rows = matching.lines.filter(application__in=alone).select_related("host__incubator", "host__branch")
        plans = {line.application_id: line for line in rows}
    made = []
    labels = explaining.labels_of(matching.call) if any(one.pk in plans for one in alone) else {}
    hosts = {host.pk: str(host) for host in hosts_of(matching.call)}
    for application in alone:
        plan = plans.get(application.pk)
        why = explaining.why(plan.reasons, labels) if plan else []
        wishes = [hosts[wish.host_id] for wish in application.wishes.all()]
        made.append(Line(application, plan, why, len(application.placements.all()), wishes))
    return made


def _rooms(call: Call, book: fitting.Book, planned: dict[int, int]) -> list[Room]:
    taken = {host.key: host.taken for host in book.asked.hosts}
    hosts = sorted(hosts_of(call), key=lambda host: fold(str(host)))
    return [Room(host, taken.get(str(host.pk), 0), planned.get(host.pk, 0)) for host in hosts]


def _hints(book: fitting.Book) -> list[str]:
    """What one more place would change to the plan, when somebody waits for a host."""
    if not book.applications:
        return []
    return explaining.one_more_each(method.one_more_place(book.asked), book)[:3]


@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What counts, and the days to answer."""
    call = run_call(request, public_id)
    form = RulesForm(request.POST or None, matching=_matching(call))

    def act(data: Any) -> str:
        actions.set_rules(call=call, weights=form.weights, days=data["days"], reminder=data["reminder"], by=of(request))
        messages.success(request, _("What counts is kept. Draw the plan up again to use it."))
        return reverse("cohorts:matching", args=[call.public_id])

    return form_page(
        request,
        form,
        act,
        title=_("What counts in the matching"),
        lead=_("From 0, which counts nothing, to 10. What nobody said counts half, so that silence harms nobody."),
        verb=_("Keep what counts"),
        back=reverse("cohorts:matching", args=[call.public_id]),
        crumbs=call_crumbs(call, (_("Local hosts"), reverse("cohorts:matching", args=[call.public_id]))),
    )


@require_POST
def draw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Computes the plan; nobody is written to."""
    call = run_call(request, public_id)
    try:
        matching = actions.draw_up(call=call, by=of(request), keep="all" not in request.POST)
        count = matching.lines.filter(host__isnull=False, application__in=without_host(of(request), call)).count()
        said = ngettext("%(n)s project has a host in the plan.", "%(n)s projects have a host in the plan.", count)
        messages.success(request, said % {"n": count})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("cohorts:matching", call.public_id)


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


@require_POST
def send(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Proposes the ticked lines to both sides."""
    call = run_call(request, public_id)
    wanted = [_number(text) for text in request.POST.getlist("projet")]
    try:
        made = actions.send_lines(
            call=call,
            applications=wanted,
            by=of(request),
            words=request.POST.get("words", "")[:1_000],
            revision=_number(request.POST.get("revision", "")),
        )
        said = ngettext(
            "%(n)s placement is proposed to both sides.", "%(n)s placements are proposed to both sides.", len(made)
        )
        messages.success(request, said % {"n": len(made)})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("cohorts:matching", call.public_id)


def _application(request: HttpRequest, call: Call, public_id: UUID) -> Application:
    rows = Application.objects.visible_to(of(request), call).with_ties()
    placements = Prefetch("placements", Placement.objects.with_ties())
    return get_object_or_404(rows.prefetch_related("targets", "wishes", placements), public_id=public_id)


@dataclass(frozen=True)
class Option:
    """A host for a project, in words."""

    host: Host
    fit: method.Fit
    why: list[explaining.Why]
    forbids: list[str]


@require_http_methods(["GET", "HEAD", "POST"])
def project(request: HttpRequest, public_id: UUID, project: UUID) -> HttpResponse:
    """Every host for one project, what would change the answer; proposes one directly."""
    call = run_call(request, public_id, write=request.method == "POST")
    application = _application(request, call, project)
    matching, known = _matching(call), list(application.placements.all())
    running = next((one for one in known if one.is_running), None)
    book = fitting.book(call, [application], without=running, matching=matching, by=of(request))
    best = next((fit.host for fit in book.fits_for(application) if fit.possible), None)
    form = HostChoiceForm(request.POST or None, hosts=book.hosts.values(), initial={"host": best})

    def act(data: Any) -> str:
        placement = actions.propose(application=application, host=data["host"], words=data["words"], by=of(request))
        messages.success(request, _("Both sides are written to."))
        return placement.get_absolute_url()

    changes = [explaining.would_change(one, book) for one in method.changes(book.asked, book.project(application))]
    context = {
        **frame(request, call, "matching"),
        "application": application,
        "options": _options(book, application, explaining.labels_of(call)),
        "changes": changes[:4],
        "running": running,
        "past": [one for one in known if one is not running],
        # guarded: the call was read above
        "line": None if running else PlanLine.objects.filter(application=application).select_related("host").first(),
        "matching": matching,
        "looks": running is None and _looks_for_a_host(application),
    }
    return act_or_show(request, form, act, "cohorts/matching_project.html", context)


def _looks_for_a_host(application: Application) -> bool:
    """Accepted, and did not give up: nothing is proposed for the others."""
    member = getattr(application, "member", None)
    return application.state == State.ACCEPTED and (member is None or member.state != MemberState.DROPPED)


def _options(book: fitting.Book, application: Application, labels: dict[str, str]) -> list[Option]:
    aimed = book.project(application).departments
    made = []
    for fit in book.fits_for(application):
        parts = [vars(part) for part in fit.parts]
        made.append(Option(book.hosts[fit.host], fit, explaining.why(parts, labels), explaining.forbids(fit, aimed)))
    return made


@require_POST
def choose(request: HttpRequest, public_id: UUID, project: UUID) -> HttpResponse:
    """Changes a line of the plan by hand; nobody is written to."""
    call = run_call(request, public_id)
    application = _application(request, call, project)
    hosts = call.hosts.filter(left_at__isnull=True).select_related("incubator", "branch")
    chosen = request.POST.get("host", "")
    host = get_object_or_404(hosts, pk=_number(chosen)) if chosen else None
    revision = request.POST.get("revision", "")
    try:
        actions.choose(
            application=application,
            host=host,
            words=request.POST.get("words", "")[:300],
            revision=_number(revision) if revision else None,
            by=of(request),
        )
        messages.success(request, _("The plan is changed. Nobody is written to yet."))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("cohorts:matching-project", call.public_id, application.public_id)
    return redirect("cohorts:matching", call.public_id)
