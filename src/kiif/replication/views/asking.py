"""“Which matters more?” two by two, or points for going from the worst to the best: answers are kept, to be changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.methods.ranking import weights
from kiif.methods.ranking.errors import RankingError
from kiif.methods.ranking.model import Criterion
from kiif.opendata.errors import DataError
from kiif.replication import actions
from kiif.replication.actions.common import Conflict
from kiif.replication.answers import answer_of
from kiif.replication.elicitation import ANSWERS, key_of, pairs_asked, read_pairs, read_points
from kiif.replication.labels import Label, Labels
from kiif.replication.models import Search
from kiif.replication.views.common import frame, may_change, search_of
from kiif.replication.views.criteria import criteria_tabs
from kiif.replication.views.pace import paced
from kiif.replication.views.weighing import keep_weights, scored_of
from kiif.replication.visitors import key_of as visitor_key_of
from kiif.replication.words import sentence
from kiif.ui.errors import Refused

#: Beyond so many criteria, points are quicker than questions, and the page says so.
MANY = 12


@dataclass(frozen=True)
class Question:
    """Two criteria; `given` the answer kept; `others` what the other answers would say, when it contradicts them."""

    key: str
    first: str
    second: str
    given: str
    others: Any


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("write")
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps every answer; weights follow when all are given and the person says so."""
    search = search_of(request, pk)
    scored = {c["id"]: c for c in scored_of(search)}
    names, labels = list(scored), Labels(search)
    pairs = pairs_asked(names)
    given = dict(search.answers.get("pairs", {}))
    if request.method == "POST":
        given = {key_of((a, b)): request.POST.get(f"q-{a}-{b}", "") for a, b in pairs}
        _keep_answers(request, search, "pairs", given)
    found = read_pairs(names, given)
    refusal = ""
    if "garder" in request.POST:
        if not found.is_complete:
            refusal = _("Answer every question: “as much” is an answer.")
        else:
            done, refusal = _weigh(request, search, found.shares)
            if done is not None:
                return done
    context = frame(request, search, "criteria") | {
        "questions": [
            Question(
                f"{a}-{b}",
                labels[scored[a]["indicator"]].name,
                labels[scored[b]["indicator"]].name,
                given.get(key_of((a, b)), ""),
                ANSWERS[found.odd[key_of((a, b))]][1] if key_of((a, b)) in found.odd else "",
            )
            for a, b in pairs
        ],
        "answers": [(key, label) for key, (_ratio, label) in ANSWERS.items()],
        "found": found,
        "odd": len(found.odd),
        "shares": _shares(found.shares, scored, labels),
        "many": len(names) > MANY,
        "refusal": refusal,
        "version": search.version,
        "tabs": criteria_tabs(search.pk, "questions"),
    }
    return render(request, "replication/questions.html", context, status=422 if refusal else 200)


@dataclass(frozen=True)
class Swing:
    """A criterion, from the figure that suits least to the one that suits most."""

    id: str
    name: str
    worst: str
    best: str
    given: str
    error: str


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("write")
def points(request: HttpRequest, pk: int) -> HttpResponse:
    """Swing weighting: 100 points to what one would improve first, fewer to the others."""
    search = search_of(request, pk)
    scored = {c["id"]: c for c in scored_of(search)}
    names, labels = list(scored), Labels(search)
    given = dict(search.answers.get("points", {}))
    if request.method == "POST":
        given = {name: request.POST.get(f"p-{name}", "")[:12] for name in names}
        _keep_answers(request, search, "points", given)
    known, wrong = read_points(names, given)
    refusal, shares = "", {}
    if known and not wrong:
        try:
            shares = dict(zip(known, weights.from_swings(list(known.values())).tolist(), strict=True))
        except RankingError as error:
            refusal = sentence(error) if request.method == "POST" else ""
    if "garder" in request.POST and not refusal and not wrong:
        if len(known) < len(names):
            refusal = _("Give points to each criterion: 0 is an answer.")
        else:
            done, refusal = _weigh(request, search, shares)
            if done is not None:
                return done
    ends = _ends(search)
    context = frame(request, search, "criteria") | {
        "swings": [
            Swing(
                name,
                labels[c["indicator"]].name,
                *_from_to(ends.get(name), labels[c["indicator"]]),
                given.get(name, ""),
                wrong.get(name, ""),
            )
            for name, c in scored.items()
        ],
        "shares": _shares(shares, scored, labels),
        "answered": len(known),
        "refusal": refusal,
        "version": search.version,
        "tabs": criteria_tabs(search.pk, "points"),
    }
    return render(request, "replication/points.html", context, status=422 if refusal or wrong else 200)


def _keep_answers(request: HttpRequest, search: Search, kind: str, given: dict[str, str]) -> None:
    """Whoever may only read tries answers without keeping them."""
    if may_change(request, search):
        actions.keep_answers(
            search=search, by=of(request), kind=kind, answers=given, visitor_key=visitor_key_of(request)
        )


def _weigh(request: HttpRequest, search: Search, shares: dict[str, float]) -> tuple[HttpResponse | None, str]:
    """Changes the weights; or the sentence that says why not. The answers are kept already."""
    try:
        return keep_weights(request, search, shares), ""
    except Conflict:
        return None, _(
            "Somebody changed what counts while you were answering. Your answers are kept: look again, then keep them."
        )
    except Refused as error:
        return None, str(error)


def _shares(shares: dict[str, float], scored: dict[str, Any], labels: Labels) -> list[tuple[str, float]]:
    named = ((labels[scored[name]["indicator"]].name, 100 * share) for name, share in shares.items())
    return sorted(named, key=lambda pair: -pair[1])


def _ends(search: Search) -> dict[str, Criterion]:
    """Criteria with the bounds read on the data, by id; empty when the search cannot be answered."""
    try:
        return {criterion.id: criterion for criterion in answer_of(search).evaluation.model.criteria}
    except (RankingError, DataError):
        return {}


def _from_to(criterion: Criterion | None, label: Label) -> tuple[str, str]:
    """The figure that suits least and the one that suits most, in words; empty when the data do not say."""
    if criterion is None:
        return "", ""
    scale = criterion.scale
    if scale.shape == "categories":
        order = sorted(scale.categories, key=lambda pair: pair[1])
        return (label.shown(float(order[0][0])), label.shown(float(order[-1][0]))) if order else ("", "")
    posts = [float(post) for post in scale.posts if post is not None]
    if len(posts) != len(scale.posts) or not posts:
        return "", ""
    ideal = " – ".join(dict.fromkeys(label.with_unit(post) for post in posts[1:-1]))
    words = {
        "more": (posts[0], posts[-1]), "log": (posts[0], posts[-1]),
        "less": (posts[-1], posts[0]), "log-less": (posts[-1], posts[0]),
    }.get(scale.shape)  # fmt: skip
    if words is None:
        return "", ideal
    return label.with_unit(words[0]), label.with_unit(words[1])
