"""Possible duplicates: the list, two rows side by side, merging them, parting them again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kiif.accounts.actor import of
from kiif.alliance.views.common import confirm_page, form_page
from kiif.organisations import actions, duplicates
from kiif.organisations.actions.common import FIELDS
from kiif.organisations.actions.duplicates import shared_people
from kiif.organisations.enums import UNDO_DAYS
from kiif.organisations.forms import OtherForm
from kiif.organisations.models import DuplicatePair, Merge, Organisation, Tie
from kiif.organisations.tables import Pairs
from kiif.organisations.views.common import can, check, crumbs, label_of, seen
from kiif.ui.errors import Refused
from kiif.ui.tables import respond


def _check_team(request: HttpRequest) -> None:
    check("organisations.view_duplicates", request, None, _("Duplicates are settled by the teams of the alliance."))


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Pairs that wait for somebody to look."""
    _check_team(request)
    rows = DuplicatePair.objects.visible_to(of(request)).open().with_both()
    table = Pairs(rows, request)
    return respond(request, table, "organisations/duplicates.html", {"crumbs_list": crumbs(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Both rows, fact by fact; the one to keep and, for each difference, the fact to keep."""
    _check_team(request)
    actor = of(request)
    pair = get_object_or_404(DuplicatePair.objects.visible_to(actor).with_both(), pk=pk)
    first, second = (seen(request, key) for key in (pair.first_id, pair.second_id))
    refusal = ""
    if request.method == "POST":
        try:
            return _settle(request, pair, first, second)
        except Refused as refused:
            refusal = str(refused)
    context = {
        "pair": pair,
        "columns": [_column(first, _labels()[0]), _column(second, _labels()[1])],
        "rows": _rows(first, second),
        "shared": shared_people(first, second),
        "sentences": pair.sentences,
        "may_merge": can("organisations.merge", actor, first) and can("organisations.merge", actor, second),
        "may_apart": can("organisations.merge", actor, first),
        "is_open": pair.state == "open" and not first.is_merged and not second.is_merged,
        "undo_days": UNDO_DAYS,
        "refusal": refusal,
        "crumbs_list": crumbs(request, (_("Possible duplicates"), reverse("organisations:duplicates"))),
    }
    return render(request, "organisations/compare.html", context, status=422 if refusal else 200)


def _settle(request: HttpRequest, pair: DuplicatePair, first: Organisation, second: Organisation) -> HttpResponse:
    actor = of(request)
    if "distinctes" in request.POST:
        actions.keep_apart(pair=pair, by=actor, note=request.POST.get("note", "")[:300])
        messages.success(request, _("These are two organisations: they will not be proposed again."))
        return redirect("organisations:duplicates")
    rows = {str(first.pk): first, str(second.pk): second}
    kept = rows.get(request.POST.get("garder", ""))
    if kept is None:
        raise Refused(_("Choose the row that stays."))
    gone = second if kept is first else first
    take = [name for name in FIELDS if request.POST.get(f"fait-{name}") == str(gone.pk)]
    actions.merge(kept=kept, gone=gone, by=actor, take=take)
    messages.success(request, _("%(gone)s is now part of %(kept)s.") % {"gone": gone.title, "kept": kept.title})
    return redirect(kept)


def _labels() -> tuple[str, str]:
    return _("First row"), _("Second row")


def _column(organisation: Organisation, label: str) -> dict[str, Any]:
    """What hangs on a row, to choose the one that stays."""
    ties = list(Tie.objects.of_organisation(organisation).current().select_related("user"))
    return {
        "organisation": organisation,
        "label": label,
        "people": len(ties),
        "self_entered": [tie.user for tie in ties if tie.is_self_entered],
        "solutions": organisation.offerings.count(),
        "followers": [incubator.label for incubator in organisation.stewards.all()],
    }


def _rows(first: Organisation, second: Organisation) -> list[dict[str, Any]]:
    """Facts of both, those that differ first to be seen."""
    rows = []
    for name in FIELDS:
        if name == "legal_code":
            continue
        values = [getattr(row, name) for row in (first, second)]
        if any(values):
            rows.append(
                {
                    "name": name,
                    "label": label_of(name),
                    "cells": [
                        {"key": row.pk, "label": label, "value": _shown(row, name), "source": row.source_of(name)[0]}
                        for row, label in zip((first, second), _labels(), strict=True)
                    ],
                    "differs": all(values) and values[0] != values[1],
                }
            )
    return rows


def _shown(organisation: Organisation, name: str) -> Any:
    if name == "legal_form":
        return organisation.get_legal_form_display()
    return ", ".join(organisation.theme_labels) if name == "themes" else getattr(organisation, name)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody saw a duplicate that no fact tells: the other row is chosen, both are then compared."""
    organisation = seen(request, pk)
    check(
        "organisations.merge",
        request,
        organisation,
        _("Duplicates are settled by the incubators that follow these organisations and by the coordination."),
    )
    actor = of(request)

    def act(data: Any) -> str:
        pair = duplicates.pair_of(organisation, data["other"])
        return reverse("organisations:compare", args=[pair.pk])

    return form_page(
        request,
        OtherForm(request.POST or None, actor=actor),
        act,
        title=_("Which row is the same as %(name)s?") % {"name": organisation.title},
        lead=_("Both are shown side by side before anything is done."),
        verb=_("Compare them"),
        back=organisation.get_absolute_url(),
        crumbs=crumbs(request, (organisation.title, organisation.get_absolute_url())),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Two rows that were merged by mistake part again."""
    actor = of(request)
    rows = Merge.objects.visible_to(actor).select_related("kept", "gone")
    done = get_object_or_404(rows, pk=pk)
    kept = seen(request, done.kept_id)
    check(
        "organisations.undo_merge",
        request,
        kept,
        _("Merges are undone by the incubators that follow this organisation and by the coordination."),
    )

    def act() -> str:
        actions.undo_merge(done=done, by=actor)
        messages.success(request, _("There are two rows again."))
        return done.gone.get_absolute_url()

    return confirm_page(
        request,
        act,
        title=_("Part %(gone)s from %(kept)s") % {"gone": done.gone.title, "kept": kept.title},
        consequences=[
            _("What moved and is still there goes back: people, solutions, files of the other rooms."),
            _("Facts changed since the merge stay as they are."),
        ],
        verb=_("Part them"),
        back=kept.get_absolute_url(),
        crumbs=crumbs(request, (kept.title, kept.get_absolute_url())),
    )
