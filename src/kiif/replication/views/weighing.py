"""Two other ways to say how much each criterion counts: put them in order, answer questions two by two."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.methods.ranking import weights
from kiif.methods.ranking.errors import RankingError
from kiif.replication import actions, editing
from kiif.replication.labels import Labels
from kiif.replication.models import Search
from kiif.replication.views.common import frame, search_of
from kiif.replication.views.criteria import criteria_tabs
from kiif.replication.views.pace import paced
from kiif.replication.visitors import key_of
from kiif.replication.words import sentence
from kiif.ui.errors import Refused

#: Answers to a question, with how many times more the first matters than the second.
ANSWERS: Final = {
    "5": (5.0, gettext_lazy("much more")),
    "2": (2.0, gettext_lazy("rather more")),
    "1": (1.0, gettext_lazy("as much")),
    "-2": (1 / 2.0, gettext_lazy("rather less")),
    "-5": (1 / 5.0, gettext_lazy("much less")),
}
#: Up to this many criteria, every pair is asked.
ALL_PAIRS: Final = 5
#: An answer that much away from all the others taken together is pointed at (a factor).
ODD: Final = 2.6


def _scored(search: Search) -> list[dict[str, Any]]:
    return [c for c in search.model["criteria"] if not c.get("informative")]


def _now(search: Search) -> list[float]:
    """Overall weight of each scored criterion today, equal when none can be read."""
    scored = _scored(search)
    try:
        return [float(w) for w in search.question.weights()]
    except RankingError:
        return [1.0] * len(scored)


def _keep(request: HttpRequest, search: Search, shares: Mapping[str, float]) -> HttpResponse:
    model = editing.with_weights(search.model, shares)
    actions.change_model(
        search=search, by=of(request), model=model, version=search.version, visitor_key=key_of(request)
    )
    messages.success(request, _("The importance of each criterion is up to date."))
    return redirect("replication:criteria", search.pk)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("write")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The criteria from the most to the least important; buttons move one, and the page carries the order."""
    search = search_of(request, pk)
    scored = {c["id"]: c for c in _scored(search)}
    names = sorted(scored, key=lambda name: -dict(zip(scored, _now(search), strict=True))[name])
    if request.method == "POST":
        given = [name for name in request.POST.getlist("ordre") if name in scored]
        if sorted(given) == sorted(names):
            names = given
        names = _moved(names, request.POST.get("monter", ""), request.POST.get("descendre", ""))
        if "garder" in request.POST:
            found = weights.from_order(len(names))
            return _keep(request, search, dict(zip(names, found.tolist(), strict=True)))
    labels = Labels(search)
    shares = weights.from_order(len(names)).tolist() if names else []
    context = frame(request, search, "criteria") | {
        "items": [
            (name, labels[scored[name]["indicator"]].name, 100 * share)
            for name, share in zip(names, shares, strict=True)
        ],
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


@dataclass(frozen=True)
class Question:
    key: str
    first: str
    second: str
    given: str
    odd: bool


def pairs_asked(names: Sequence[str]) -> list[tuple[str, str]]:
    """All pairs when they are few; else each with the next, and with the one three places further, as a check."""
    if len(names) <= ALL_PAIRS:
        return list(itertools.combinations(names, 2))
    near = list(itertools.pairwise(names))
    return near + [(names[i], names[i + 3]) for i in range(0, len(names) - 3, 2)]


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("write")
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """“Which matters more?”, two by two; what contradicts the rest is pointed at before it is kept."""
    search = search_of(request, pk)
    scored = {c["id"]: c for c in _scored(search)}
    names = list(scored)
    pairs, labels = pairs_asked(names), Labels(search)
    given = {f"{a}|{b}": request.POST.get(f"q-{a}-{b}", "") for a, b in pairs}
    shares: dict[str, float] | None = None
    odd: set[str] = set()
    refusal = ""
    if request.method == "POST":
        missing = [key for key, answer in given.items() if answer not in ANSWERS]
        if missing:
            refusal = _("Answer every question: “as much” is an answer.")
        else:
            try:
                shares, odd = _weights(names, pairs, given)
            except RankingError as error:
                refusal = sentence(error)
        if shares is not None and "garder" in request.POST:
            try:
                return _keep(request, search, shares)
            except Refused as error:
                refusal = str(error)
    context = frame(request, search, "criteria") | {
        "questions": [
            Question(
                f"{a}-{b}",
                labels[scored[a]["indicator"]].name,
                labels[scored[b]["indicator"]].name,
                given[f"{a}|{b}"],
                f"{a}|{b}" in odd,
            )
            for a, b in pairs
        ],
        "answers": [(key, label) for key, (_ratio, label) in ANSWERS.items()],
        "shares": sorted(
            ((labels[scored[n]["indicator"]].name, 100 * s) for n, s in shares.items()), key=lambda p: -p[1]
        )
        if shares
        else [],
        "odd": len(odd),
        "refusal": refusal,
        "tabs": criteria_tabs(search.pk, "questions"),
    }
    return render(request, "replication/questions.html", context, status=422 if refusal else 200)


def _weights(
    names: Sequence[str], pairs: Sequence[tuple[str, str]], given: Mapping[str, str]
) -> tuple[dict[str, float], set[str]]:
    """Weights by criterion and the answers that contradict the others."""
    at = {name: i for i, name in enumerate(names)}
    ratios = np.full((len(names), len(names)), np.nan)
    for a, b in pairs:
        ratio = ANSWERS[given[f"{a}|{b}"]][0]
        ratios[at[a], at[b]], ratios[at[b], at[a]] = ratio, 1 / ratio
    found, _ratio = weights.from_pairs(ratios)
    odd = {
        f"{a}|{b}"
        for a, b in pairs
        if abs(math.log(ratios[at[a], at[b]] * found[at[b]] / found[at[a]])) > math.log(ODD)
    }
    return dict(zip(names, found.tolist(), strict=True)), odd
