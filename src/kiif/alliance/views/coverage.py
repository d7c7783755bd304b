"""Who covers which department, now and before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from kiif.accounts.actor import of
from kiif.alliance import coverage_map
from kiif.alliance.actions.coverage import set_coverage
from kiif.alliance.departments import find
from kiif.alliance.forms import CoverageForm
from kiif.alliance.models import Branch, Coverage, Incubator
from kiif.alliance.tables import CoverageByDepartment
from kiif.alliance.views.common import can, check, form_page, root_crumbs, staff_alliance, visible
from kiif.ui.components import TimelineItem
from kiif.ui.tables import respond


def by_department(request: HttpRequest) -> HttpResponseBase:
    alliance, actor = staff_alliance(request), of(request)
    lines = coverage_map.lines(actor, alliance.pk)
    context = {
        "covered": sum(1 for line in lines if line.now),
        "gaps": sum(1 for line in lines if not line.now),
        "shared": sum(1 for line in lines if len(line.now) > 1),
        "incubators": Incubator.objects.visible_to(actor).members().filter(alliance=alliance).order_by("slug"),
        "may_change": can("alliance.change_coverage", actor, alliance),
    }
    return respond(request, CoverageByDepartment(lines, request), "alliance/coverage.html", context)


def department(request: HttpRequest, code: str) -> HttpResponse:
    alliance, actor = staff_alliance(request), of(request)
    found = find(code)
    if found is None:
        raise Http404
    rows = Coverage.objects.visible_to(actor).filter(incubator__alliance=alliance, department_code=code)
    rows = rows.select_related("incubator").order_by("-since", "pk")
    branches = Branch.objects.visible_to(actor).open().filter(incubator__alliance=alliance)
    context = {
        "department": found,
        "now": [row for row in rows if row.is_running],
        "timeline": [item for row in rows for item in _items(row)],
        "branches": branches.filter(commune_code__startswith=code).select_related("incubator"),
    }
    return render(request, "alliance/department.html", context)


def _items(row: Coverage) -> list[TimelineItem]:
    name, url = row.incubator.name, row.incubator.get_absolute_url()
    began = TimelineItem(row.since, _("%(incubator)s begins") % {"incubator": name}, text=row.why, url=url)
    if row.until is None:
        return [began]
    return [TimelineItem(row.until, _("%(incubator)s stops") % {"incubator": name}, url=url), began]


def change(request: HttpRequest, slug: str) -> HttpResponse:
    staff_alliance(request)
    actor = of(request)
    incubator = visible(Incubator.objects.visible_to(actor), slug=slug)
    check("alliance.change_coverage", actor, incubator, _("Coverage is decided by the alliance’s coordination."))

    def act(data: Mapping[str, Any]) -> str:
        begun, ended = set_coverage(incubator=incubator, by=actor, **data)
        sentence = _("Nothing has changed.")
        if begun or ended:
            sentence = _("Coverage is up to date: %(begun)s begun, %(ended)s ended.") % {
                "begun": len(begun),
                "ended": len(ended),
            }
        messages.success(request, sentence)
        return incubator.get_absolute_url()

    return form_page(
        request,
        CoverageForm(request.POST or None, incubator=incubator),
        act,
        title=_("Departments covered by %(name)s") % {"name": incubator.name},
        lead=_("Tick what it covers from the day below. Two incubators may cover the same department."),
        template="alliance/coverage_form.html",
        verb=_("Save the coverage"),
        back=incubator.get_absolute_url(),
        crumbs=root_crumbs((incubator.name, incubator.get_absolute_url())),
    )
