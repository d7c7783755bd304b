"""Applications that may be the same one: the list, the two side by side, what is decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiif.accounts.actor import Actor, of
from kiif.programmes import reading, twins
from kiif.programmes.actions import duplicates as actions
from kiif.programmes.enums import PairState
from kiif.programmes.forms_applications import PairForm
from kiif.programmes.models import Application, Pair
from kiif.programmes.rules import runs
from kiif.programmes.tables_applications import REASONS, PairsTable, pairs_of
from kiif.programmes.views import common
from kiif.programmes.views.applications_common import must_handle, private, visible
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import respond

#: Common points whose words say more than the two sides do.
_TELLING = frozenset({"siren", "people", "email"})


def pairs(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Pairs of a call. POST looks for them again."""
    context = common.call_context(request, public_id, tab="applications")
    call, actor = context["call"], of(request)
    if not (actor.is_system or runs(actor, call)):
        raise NotAllowed(_("Only the team that runs this call looks for applications received twice."))
    if request.method == "POST":
        common.check(
            "programmes.change_call", actor, call, _("Only the team that runs this call looks for duplicates.")
        )
        actions.look(call=call, by=actor)
        messages.success(request, _("The applications were compared again."))
        return redirect("programmes:pairs", call.public_id)
    return respond(request, PairsTable(pairs_of(actor, call), request), "programmes/applications/pairs.html", context)


def pair(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The two side by side. POST merges, keeps apart, or undoes."""
    actor = of(request)
    ties = ("first__project", "second__project", "decided_by", "gone__project")
    row = get_object_or_404(Pair.objects.visible_to(actor).select_related(*ties), pk=pk)
    both = [_fresh(actor, key) for key in (row.first_id, row.second_id)]
    form = PairForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, row, both, form.cleaned_data["words"], actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("programmes:pair", row.pk)
    return _show(request, actor, row, both, form)


def _fresh(actor: Actor, key: int) -> Application:
    rows = Application.objects.visible_to(actor).with_ties()
    rows = rows.select_related("response__owner", "response__version", "response__collection")
    return get_object_or_404(rows.prefetch_related("response__participants__user", "targets", "wishes"), pk=key)


def _decide(request: HttpRequest, row: Pair, both: list[Application], words: str, actor: Actor) -> None:
    gesture = request.POST.get("gesture", "")
    if gesture == "apart":
        actions.keep_apart(pair=row, by=actor, words=words)
        messages.success(request, _("They are two: the pair is not proposed any more."))
    elif gesture == "part":
        actions.part(pair=row, by=actor)
        messages.success(request, _("The merge is undone: both are what they were."))
    elif keep := next((one for one in both if gesture == f"keep-{one.pk}"), None):
        actions.merge(pair=row, keep=keep, by=actor, words=words)
        messages.success(
            request, _("Merged: %(number)s goes on, the other one stays readable.") % {"number": keep.number}
        )
    else:
        raise Refused(_("Choose what is to be done."))


def _show(request: HttpRequest, actor: Actor, row: Pair, both: list[Application], form: PairForm) -> HttpResponse:
    users = [int(key) for code, words in row.reasons if code == "people" for key in words.split(",") if key.isdecimal()]
    reasons = twins.named([(code, words) for code, words in row.reasons], twins.people_named(users))
    until = actions.until(row)
    context: dict[str, Any] = {
        "pair": row,
        "form": form,
        "reasons": [(REASONS.get(code, code), words if code in _TELLING else "") for code, words in reasons],
        "sides": [_side(actor, one) for one in both],
        "lines": _lines(actor, both),
        "until": until if until and until > timezone.now() else None,
        "same_call": both[0].call_id == both[1].call_id,
        "may_decide": common.can("programmes.change_application", actor, both[0]),
        "open": row.state != PairState.MERGED,
        "back": reverse("programmes:pairs", args=[both[0].call.public_id]),
    }
    shown = common.frame(request, both[0].call, "applications") | context
    status = 422 if form.is_bound else 200
    return private(render(request, "programmes/applications/pair.html", shown, status=status))


def _side(actor: Actor, one: Application) -> dict[str, Any]:
    return {"application": one, "names": reading.names(actor, one), "state": one.get_state_display()}


def _lines(actor: Actor, both: list[Application]) -> list[tuple[str, str, str]]:
    """Answers that differ, side by side, when both were sent."""
    told: list[dict[str, tuple[str, str]]] = []
    for one in both:
        parts = reading.read(actor, one).parts
        told.append({line.id: (line.label.text, _words(line)) for part in parts for line in part.lines})
    keys = dict.fromkeys([*told[0], *told[1]])
    found = []
    for key in keys:
        label = (told[0].get(key) or told[1][key])[0]
        first, second = told[0].get(key, ("", ""))[1], told[1].get(key, ("", ""))[1]
        if first != second:
            found.append((label, first, second))
    return found


def _words(line: Any) -> str:
    rows = [" · ".join(cell for cell in row if cell) for row in line.rows]
    return "\n".join([*line.lines, *rows, *(str(one) for one in line.files)])


@require_POST
def point_at(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Somebody of the team says that another one, by its number, may be the same."""
    row, actor = visible(request, public_id), of(request)
    must_handle(actor, row, _("Only the team that runs this call looks for applications received twice."))
    number = request.POST.get("number", "").strip().upper()[:20]
    others = Application.objects.visible_to(actor).filter(project__number=number).exclude(pk=row.pk)
    other = others.order_by("-begun_at").first()
    if other is None:
        messages.error(
            request, _("No other application that you read has the number “%(number)s”.") % {"number": number}
        )
        return redirect("programmes:application", row.public_id)
    return redirect("programmes:pair", actions.pair_of(row, other).pk)
