"""Programmes and their editions, for the teams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.alliance.views.common import confirm_page, form_page
from kiif.programmes import rules
from kiif.programmes.actions import programmes as actions
from kiif.programmes.forms_calls import EditionForm, ProgrammeForm, owners_for
from kiif.programmes.models import Call, Edition, Programme
from kiif.programmes.tables import ProgrammesTable, programmes_for
from kiif.programmes.views.common import can, check
from kiif.ui.errors import NotAllowed
from kiif.ui.tables import respond


def crumbs(*more: tuple[Any, str]) -> tuple[tuple[Any, str], ...]:
    return ((_("Programmes"), reverse("programmes:list")), *more)


def visible_programme(request: HttpRequest, slug: str) -> Programme:
    return get_object_or_404(Programme.objects.visible_to(of(request)).select_related("owner"), slug=slug)


def visible_edition(request: HttpRequest, public_id: UUID) -> Edition:
    rows = Edition.objects.visible_to(of(request)).select_related("programme__owner", "rehearsal_of")
    return get_object_or_404(rows, public_id=public_id)


def manage(request: HttpRequest, obj: Programme | Edition) -> None:
    """403 unless this person runs the programme."""
    check("programmes.change_programme", of(request), obj, _("Only the team that runs this programme changes it."))


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Programmes of the alliance."""
    actor = of(request)
    table = ProgrammesTable(programmes_for(actor), request)
    return respond(request, table, "programmes/calls/programmes.html", {"founds": bool(rules.founds(actor))})


def programme_create(request: HttpRequest) -> HttpResponse:
    """A new programme of one's house, or of any of them for the coordination."""
    actor = of(request)
    if not rules.founds(actor):
        raise NotAllowed(_("The coordination and the teams of incubators create programmes."))
    owners = owners_for(actor)
    form = ProgrammeForm(request.POST or None, owners=owners)

    def act(data: Mapping[str, Any]) -> str:
        owner = data.get("owner") or owners.get()
        made = actions.create_programme(owner=owner, by=actor, fields=data)
        messages.success(request, _("The programme is created. Now its first edition."))
        return made.get_absolute_url()

    return form_page(
        request, form, act,
        title=_("Create a programme"), verb=_("Create the programme"), back=reverse("programmes:list"),
        lead=_("It lasts; each of its editions has its calls, its dates and its cohort."), crumbs=crumbs(),
    )  # fmt: skip


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """A programme: its editions and their calls."""
    actor = of(request)
    found = visible_programme(request, slug)
    editions = Edition.objects.visible_to(actor).filter(programme=found, rehearsal_of__isnull=True)
    calls = Call.objects.visible_to(actor).filter(edition__programme=found, edition__rehearsal_of__isnull=True)
    by_edition: dict[int, list[Call]] = {}
    for call in calls:
        by_edition.setdefault(call.edition_id, []).append(call)
    context = {
        "programme": found,
        "editions": [(row, by_edition.get(row.pk, [])) for row in editions],
        "runs": can("programmes.change_programme", actor, found),
    }
    return render(request, "programmes/calls/programme.html", context)


def programme_change(request: HttpRequest, slug: str) -> HttpResponse:
    found = visible_programme(request, slug)
    manage(request, found)
    form = ProgrammeForm(request.POST or None, instance=Programme.objects.visible_to(of(request)).get(pk=found.pk))

    def act(data: Mapping[str, Any]) -> str:
        return actions.change_programme(programme=found, by=of(request), fields=data).get_absolute_url()

    back = found.get_absolute_url()
    return form_page(
        request, form, act, title=_("Change this programme"), verb=_("Save"), back=back,
        crumbs=crumbs((found.name, back)),
    )  # fmt: skip


def programme_end(request: HttpRequest, slug: str) -> HttpResponse:
    found = visible_programme(request, slug)
    manage(request, found)

    def act() -> str:
        actions.end_programme(programme=found, by=of(request))
        messages.success(request, _("The programme has ended."))
        return found.get_absolute_url()

    back = found.get_absolute_url()
    return confirm_page(
        request, act,
        title=_("End %(programme)s?") % {"programme": found.name},
        consequences=[_("Its calls leave the public pages."), _("All that was done in it stays, for the teams.")],
        verb=_("End the programme"), back=back, crumbs=crumbs((found.name, back)),
    )  # fmt: skip


def edition_create(request: HttpRequest, slug: str) -> HttpResponse:
    found = visible_programme(request, slug)
    manage(request, found)

    def act(data: Mapping[str, Any]) -> str:
        made = actions.create_edition(programme=found, by=of(request), fields=data)
        messages.success(request, _("The edition is open. Now its call."))
        return made.get_absolute_url()

    back = found.get_absolute_url()
    return form_page(
        request, EditionForm(request.POST or None), act,
        title=_("Open an edition"), verb=_("Open the edition"), back=back, crumbs=crumbs((found.name, back)),
        lead=_("To start from last year’s, open that edition and copy it: every date moves along."),
    )  # fmt: skip


@require_safe
def edition(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """An edition: its days, its calls, its rehearsals."""
    actor = of(request)
    found = visible_edition(request, public_id)
    runs = can("programmes.change_programme", actor, found)
    rehearsals = Edition.objects.visible_to(actor).filter(rehearsal_of=found) if runs else Edition.objects.none()
    context = {
        "edition": found,
        "programme": found.programme,
        "calls": Call.objects.visible_to(actor).filter(edition=found),
        "rehearsals": rehearsals,
        "runs": runs,
    }
    return render(request, "programmes/calls/edition.html", context)


def edition_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = visible_edition(request, public_id)
    manage(request, found)
    form = EditionForm(request.POST or None, instance=Edition.objects.visible_to(of(request)).get(pk=found.pk))

    def act(data: Mapping[str, Any]) -> str:
        return actions.change_edition(edition=found, by=of(request), fields=data).get_absolute_url()

    back = found.get_absolute_url()
    return form_page(
        request, form, act, title=_("Change this edition"), verb=_("Save"), back=back,
        crumbs=crumbs((found.programme.name, found.programme.get_absolute_url()), (found.name, back)),
    )  # fmt: skip
