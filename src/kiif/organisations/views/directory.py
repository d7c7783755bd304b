"""The directory, one's own organisations, the fragments of pickers."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import of
from kiif.organisations.models import DuplicatePair, Organisation, Tie
from kiif.organisations.pickers import LIMIT, Option, commune_option, communes_named, organisation_option
from kiif.organisations.queries import find
from kiif.organisations.tables import Directory, PublicDirectory
from kiif.organisations.views.common import can, check
from kiif.ui.tables import respond


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The directory of the teams; its public facts for a partner; 403 in words for the others."""
    actor = of(request)
    check(
        "organisations.view_directory",
        request,
        None,
        _("The directory is for the teams of the alliance. Your own organisations are in “My organisations”."),
    )
    whole = can("organisations.view_duplicates", actor)
    rows = Organisation.objects.known_to(actor).alive()
    table = Directory(rows.for_list(), request) if whole else PublicDirectory(rows.with_place(), request)
    context = {
        "whole": whole,
        "may_register": whole and can("organisations.register", actor),
        "may_import": can("organisations.import", actor),
        "pairs": DuplicatePair.objects.visible_to(actor).open().count() if whole else 0,
    }
    return respond(request, table, "organisations/home.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Organisations that the person is in, those proposed, those asked for."""
    actor = of(request)
    ties = Tie.objects.of_person(actor).current().select_related("organisation__commune__department")
    ties = ties.order_by("organisation__name_key", "pk")
    groups: dict[str, list[Tie]] = {"active": [], "asserted": [], "claimed": []}
    for tie in ties:
        groups[tie.state.value].append(tie)
    return render(request, "organisations/mine.html", {"groups": groups, "has_any": bool(len(ties))})


def _asked(request: HttpRequest) -> tuple[str, str]:
    """Name of the field that asks, and what was typed in it."""
    name = request.GET.get("champ", "organisation")
    name = name if re.fullmatch(r"[\w-]{1,60}", name, re.ASCII) else "organisation"
    return name, (request.GET.get(f"{name}-texte") or request.GET.get("q", ""))[:100].strip()


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Radio buttons of the organisations found: `?champ=` the field of the form, `?champ-texte=` or `?q=` the words."""
    name, text = _asked(request)
    options = [organisation_option(row) for row in find(of(request), text, LIMIT)]
    return _options(request, name, text, options)


@require_safe
def communes(request: HttpRequest) -> HttpResponse:
    """The same for communes."""
    name, text = _asked(request)
    return _options(request, name, text, [commune_option(row) for row in communes_named(text)[0]] if text else [])


def _options(request: HttpRequest, name: str, text: str, options: list[Option]) -> HttpResponse:
    context = {
        "field_id": f"id_{name}",
        "field_name": name,
        "picked": "",
        "options": options,
        "optional": False,
        "searched": bool(text),
    }
    return render(request, "organisations/parts/picker_options.html", context)
