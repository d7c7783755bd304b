"""Boards: of a call, of an edition, of a programme; where they all are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import rules
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import Actor, of
from kiif.programmes.models import Call, Edition, Programme
from kiif.programmes.views.common import call_context, can, visible_call
from kiif.steering import boards, comparing
from kiif.steering.models import OpenData
from kiif.steering.queries import steered_by, summarised_for
from kiif.territories.enums import Level
from kiif.territories.lookup import fold
from kiif.territories.views.home import browser_map
from kiif.ui.errors import NotAllowed
from kiif.ui.maps import MapView


def check_board(actor: Actor, call: Call) -> None:
    """403 unless this person runs the call or hosts in it."""
    if not rules.test_rule("steering.view_board", actor, call):
        raise NotAllowed(_("The team that runs this call and its hosts read its board."))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Calls whose figures this person reads."""
    actor = of(request)
    told = summarised_for(actor).with_ties().order_by("-closes_at", "-pk")
    calls = steered_by(actor).with_ties().filter(edition__rehearsal_of__isnull=True).order_by("-closes_at", "-pk")
    lines = comparing.of_calls(actor, calls[:60])
    if not lines and not told:
        raise Http404
    programmes = {line.call.edition.programme_id: line.call.edition.programme for line in lines}
    context = {
        "lines": lines,
        "told": list(told[:60]),
        "programmes": sorted(programmes.values(), key=lambda one: fold(one.name)),
    }
    return render(request, "steering/home.html", context)


@require_safe
def call(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The board of a call."""
    context = call_context(request, public_id, "board")
    found, actor = context["call"], of(request)
    check_board(actor, found)
    made = boards.board(actor, found)
    context |= {"board": made, "map": _map(found) if made.departments.lines else None}
    return render(request, "steering/call.html", context)


def _map(found: Call) -> MapView | None:
    """Departments aimed at, by how many applications; None while no archive of tiles is built."""
    view = browser_map(Level.DEPARTMENT)
    if view is None:
        return None
    return MapView(
        label=_("Applications received, by department aimed at"),
        tiles=view.tiles,
        layer=view.layer,
        values=reverse("steering:call-map", args=[found.public_id]),
        page=boards.address("programmes:applications", found.public_id) + "?departement=CODE",
        unit=_("applications"),
        decimals=0,
        hatched=False,
        credit=view.credit,
        min_zoom=view.min_zoom,
        max_zoom=view.max_zoom,
    )


@require_safe
def map_values(request: HttpRequest, public_id: UUID) -> JsonResponse:
    """Applications by department aimed at. Never in a shared cache."""
    found = visible_call(request, public_id)
    check_board(of(request), found)
    response = JsonResponse({"values": boards.values_by_department(of(request), found)})
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_safe
def edition(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """An edition: its calls side by side, its cohort, its open summary."""
    actor = of(request)
    editions = Edition.objects.visible_to(actor).select_related("programme__owner")
    found = get_object_or_404(editions, public_id=public_id)
    calls = _read(actor, steered_by(actor).with_ties().filter(edition=found))
    lines = comparing.of_calls(actor, calls)
    whole = comparing.EditionLine(found, lines)
    context = {
        "edition": found,
        "programme": found.programme,
        "lines": lines,
        "whole": whole,
        "chart": comparing.chart([line.call.title for line in lines], lines, _("Calls of this edition")),
        "publishes": can("steering.publish_open_data", actor, found) and not found.is_rehearsal,
        "published": OpenData.objects.visible_to(actor).filter(edition=found).first(),
    }
    return render(request, "steering/edition.html", context)


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """A programme: its editions over the years."""
    actor = of(request)
    found = get_object_or_404(Programme.objects.visible_to(actor).select_related("owner"), slug=slug)
    real = steered_by(actor).with_ties().filter(edition__programme=found, edition__rehearsal_of__isnull=True)
    lines = comparing.of_editions(actor, _read(actor, real))
    oldest_first = lines[::-1]
    context = {
        "programme": found,
        "lines": lines,
        "chart": comparing.chart(
            [line.edition.name for line in oldest_first], oldest_first, _("Edition after edition")
        ),
    }
    return render(request, "steering/programme.html", context)


def _read(actor: Actor, calls: Any) -> list[Call]:
    """The calls; 403 when this person reads the board of none."""
    found = list(calls.order_by("closes_at", "pk"))
    if not found:
        raise NotAllowed(_("The team that runs this programme and its hosts read its figures."))
    return found
