"""Put the criteria in order: the order is enough to weigh them. Questions and points: `views/asking.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.methods.ranking import weights
from kiif.methods.ranking.errors import RankingError
from kiif.replication import actions, editing
from kiif.replication.actions.common import Conflict
from kiif.replication.labels import Labels
from kiif.replication.models import Search
from kiif.replication.views.common import frame, search_of
from kiif.replication.views.criteria import criteria_tabs
from kiif.replication.views.pace import paced
from kiif.replication.visitors import key_of


def scored_of(search: Search) -> list[dict[str, Any]]:
    return [c for c in search.model["criteria"] if not c.get("informative")]


def _now(search: Search) -> list[float]:
    """Overall weight of each scored criterion today, equal when none can be read."""
    scored = scored_of(search)
    try:
        return [float(w) for w in search.question.weights()]
    except RankingError:
        return [1.0] * len(scored)


def keep_weights(request: HttpRequest, search: Search, shares: Mapping[str, float]) -> HttpResponse:
    """Changes the weights. Conflict when the form was made on an older version of the search."""
    model = editing.with_weights(search.model, shares)
    version = request.POST.get("version", "")
    known = int(version) if version.isdecimal() and len(version) < 10 else search.version
    actions.change_model(search=search, by=of(request), model=model, version=known, visitor_key=key_of(request))
    messages.success(request, _("The importance of each criterion is up to date."))
    return redirect("replication:criteria", search.pk)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("write")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The criteria from the most to the least important; buttons move one, and the page carries the order."""
    search = search_of(request, pk)
    scored = {c["id"]: c for c in scored_of(search)}
    names = sorted(scored, key=lambda name: -dict(zip(scored, _now(search), strict=True))[name])
    if request.method == "POST":
        given = [name for name in request.POST.getlist("ordre") if name in scored]
        if sorted(given) == sorted(names):
            names = given
        names = _moved(names, request.POST.get("monter", ""), request.POST.get("descendre", ""))
        if "garder" in request.POST:
            found = weights.from_order(len(names))
            try:
                return keep_weights(request, search, dict(zip(names, found.tolist(), strict=True)))
            except Conflict:
                messages.error(
                    request, _("Somebody changed what counts meanwhile. Your order is still here: keep it again.")
                )
    labels = Labels(search)
    shares = weights.from_order(len(names)).tolist() if names else []
    context = frame(request, search, "criteria") | {
        "items": [
            (name, labels[scored[name]["indicator"]].name, 100 * share)
            for name, share in zip(names, shares, strict=True)
        ],
        "version": search.version,
        "tabs": criteria_tabs(search.pk, "order"),
    }
    return render(request, "replication/order.html", context)


def _moved(names: list[str], up: str, down: str) -> list[str]:
    out = list(names)
    for name, step in ((up, -1), (down, 1)):
        if name in out:
            at = out.index(name)
            to = min(max(at + step, 0), len(out) - 1)
            out[at], out[to] = out[to], out[at]
    return out
