"""Calls, for everybody: the list, the page of one, its question box."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts import pace
from kiif.accounts.actor import of
from kiif.alliance.departments import name_of
from kiif.organisations.views.directory import communes as communes_of_teams
from kiif.programmes import calendars, public_links
from kiif.programmes.actions.inquiries import ask
from kiif.programmes.eligibility import RulesError, read, said
from kiif.programmes.eligibility.places import hosting
from kiif.programmes.enums import CallState, Phase
from kiif.programmes.forms_calls import InquiryForm
from kiif.programmes.models import Call
from kiif.programmes.profile import profile_of
from kiif.ui import atlas, home
from kiif.ui.errors import Refused

#: Questions that one address may ask in an hour.
QUESTIONS = 6
HOUR = 3_600
ORDER = {Phase.OPEN: 0, Phase.LATE: 1, Phase.ANNOUNCED: 2, Phase.CLOSED: 3, Phase.CANCELLED: 4}


@login_not_required
def communes(request: HttpRequest) -> HttpResponse:
    """Places by their name, for a visitor who takes a test: a view of its own, that of the teams stays theirs."""
    return communes_of_teams(request)


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Calls that are open, announced, closed."""
    rows = list(Call.objects.public().with_ties().order_by("-closes_at", "-pk")[:60])
    phases: dict[str, list[Call]] = {}
    for row in sorted(rows, key=lambda row: ORDER.get(row.phase(), 9)):
        phases.setdefault(_group(row.phase()), []).append(row)
    return render(request, "programmes/public/calls.html", {"groups": phases})


def _group(phase: Phase) -> str:
    if phase in (Phase.OPEN, Phase.LATE):
        return "open"
    return "announced" if phase == Phase.ANNOUNCED else "closed"


def visible_call(slug: str) -> Call:
    return get_object_or_404(Call.objects.public().with_ties(), slug=slug)


def public_context(request: HttpRequest, call: Call) -> dict[str, Any]:
    """All that the public page of a call says."""
    by_department = hosting(call)
    hosts = _hosts(by_department)
    coverage = _coverage(hosts)
    lines = calendars.lines(call)
    rules = test_of(call)
    language = (get_language() or "fr")[:2]
    return {
        "call": call,
        "phase": call.phase(),
        "programme": call.edition.programme,
        "lines": lines,
        "profile": profile_of(lines),
        "hosts": hosts,
        "departments": len(by_department),
        "members": atlas.mapped(coverage),
        "atlas": atlas.draw(coverage) if coverage.members else None,
        "partners": list(call.partners.select_related("body")),
        "criteria": [(said(one.title, language), said(one.lead, language), one) for one in rules.families],
        "test_minutes": rules.minutes if rules.families else 0,
        "offers": [line.strip(" -•") for line in call.offers.splitlines() if line.strip()],
        "inquiries": list(call.inquiries.filter(public=True).order_by("answered_at")),
        "grace": calendars.grace_words(call),
        "apply_url": apply_url(call),
        "languages": language,
        "more": public_links.of_call(call),
    }


def apply_url(call: Call) -> str:
    """Where one applies; empty while nobody may begin."""
    if call.collection_id is None or call.phase() not in (Phase.OPEN, Phase.LATE, Phase.ANNOUNCED, Phase.CLOSED):
        return ""
    try:
        return reverse("programmes:apply", args=[call.slug])
    except NoReverseMatch:
        return ""


def test_of(call: Call) -> Any:
    """The rules of the test; none when what is kept cannot be read."""
    try:
        return read(call.eligibility)
    except RulesError:
        return read({})


def _hosts(by_department: dict[str, list[Any]]) -> list[tuple[Any, list[tuple[str, str]]]]:
    """(host, [(code, name of department)]), by name of host."""
    rows: dict[int, tuple[Any, list[tuple[str, str]]]] = {}
    for code, hosts in by_department.items():
        for host in hosts:
            rows.setdefault(host.pk, (host, []))[1].append((code, name_of(code)))
    return sorted(rows.values(), key=lambda pair: str(pair[0]))


def _coverage(hosts: list[tuple[Any, list[tuple[str, str]]]]) -> home.Coverage:
    """Who hosts where, for the map of the public pages."""
    return home.Coverage(
        members=tuple(
            home.Member(
                name=str(host),
                place=host.incubator.region,
                departments=tuple(code for code, _name in places),
                url=reverse("alliance:member", args=[host.incubator.slug]),
            )
            for host, places in hosts
        )
    )


@login_not_required
@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """A call as anybody reads it."""
    return render(request, "programmes/public/call.html", public_context(request, visible_call(slug)))


@login_not_required
def inquiry(request: HttpRequest, slug: str) -> HttpResponse:
    """The question box."""
    found = visible_call(slug)
    actor = of(request)
    initial = {"email": actor.user.email, "name": actor.user.full_name} if actor.user is not None else {}
    form = InquiryForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if pace.too_many("inquiry", pace.who_asks(request), most=QUESTIONS, seconds=HOUR):
            form.add_error(None, _("You asked several questions in a short time. Wait an hour, or put them together."))
        else:
            data = form.cleaned_data
            try:
                ask(call=found, question=data["question"], email=data["email"], name=data["name"], by=actor)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                messages.success(
                    request, _("Your question is with the team: the answer comes at the address you gave.")
                )
                return redirect(found.public_url)
    open_ = found.state == CallState.PUBLISHED
    context = {"form": form, "call": found, "open": open_}
    return render(request, "programmes/public/inquiry.html", context, status=422 if form.errors else 200)
