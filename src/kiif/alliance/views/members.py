"""The alliance and its members: the team's list, the public pages, accents and logos."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from kiif.accounts.actor import VISITOR, of
from kiif.alliance import figures
from kiif.alliance.departments import find
from kiif.alliance.models import Alliance, Body, Branch, Coverage, Incubator
from kiif.alliance.tables import Members
from kiif.alliance.validators import readable_at_night
from kiif.alliance.views.common import can, staff_alliance, visible
from kiif.ui.tables import respond

_WEEK = 7 * 24 * 3600


def home(request: HttpRequest) -> HttpResponseBase:
    """The alliance as its teams see it: its members, and where to go from there."""
    alliance = staff_alliance(request)
    actor = of(request)
    rows = Incubator.objects.visible_to(actor).filter(alliance=alliance).with_figures()
    context = {
        "alliance": alliance,
        "figures": figures.of_alliance(alliance),
        "may_add": can("alliance.add_incubator", actor, alliance),
        "reads_reviews": can("alliance.read_reviews", actor, alliance),
        "may_view_team": can("alliance.view_team", actor, alliance),
    }
    return respond(request, Members(rows, request), "alliance/home.html", context)


@login_not_required
def members(request: HttpRequest) -> HttpResponse:
    """For everybody: who the members are, where they work."""
    rows = Incubator.objects.visible_to(VISITOR).members().with_figures().order_by("region", "slug")
    alliances = list(Alliance.objects.visible_to(VISITOR))
    groups = [
        (alliance, [row for row in rows if row.alliance_id == alliance.pk], figures.of_alliance(alliance))
        for alliance in alliances
    ]
    return render(request, "alliance/members.html", {"groups": groups})


@login_not_required
def member(request: HttpRequest, slug: str) -> HttpResponse:
    """For everybody: one member, its branches, the departments it covers. No personal data."""
    incubator = visible(Incubator.objects.visible_to(VISITOR).select_related("alliance"), slug=slug)
    coverage = [
        (row, find(row.department_code))
        for row in Coverage.objects.visible_to(VISITOR).on().filter(incubator=incubator)
    ]
    context = {
        "incubator": incubator,
        "branches": Branch.objects.visible_to(VISITOR).filter(incubator=incubator).order_by("commune_name", "name"),
        "coverage": coverage,
    }
    return render(request, "alliance/member.html", context)


@login_not_required
@cache_control(public=True, max_age=_WEEK)
def logo(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The logo of a body, re-encoded when it came in: nothing else than a PNG is ever served here."""
    body = visible(Body.objects.visible_to(of(request)), slug=slug)
    if not body.logo:
        raise Http404
    return FileResponse(body.logo.open("rb"), content_type="image/png")


@login_not_required
@cache_control(public=True, max_age=_WEEK)
def accent(request: HttpRequest, slug: str) -> HttpResponse:
    """The accent of a body as a style sheet: the action colour of its own pages, readable by day and by night."""
    body = visible(Body.objects.visible_to(of(request)), slug=slug)
    if not body.accent:
        raise Http404
    night = readable_at_night(body.accent)
    text = f":root {{ --bistre: light-dark({body.accent}, {night}); }}\n"
    return HttpResponse(text, content_type="text/css; charset=utf-8")
