"""What every page of a search does first: who asks, which search, which step, what the data say."""

from __future__ import annotations

from typing import Any

import rules
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import of
from kiif.methods.ranking.errors import RankingError
from kiif.opendata.errors import DataError
from kiif.replication.answers import answer_of
from kiif.replication.certainty import is_ready
from kiif.replication.engine import Answer
from kiif.replication.models import Search, Solution
from kiif.replication.results import names_of
from kiif.replication.rules import is_visitors
from kiif.replication.visitors import key_of
from kiif.replication.words import sentence
from kiif.ui.components import Step, Tab

#: Largest key of a row in both databases.
_LARGEST = 2**62


def solution_of(request: HttpRequest, pk: int) -> Solution:
    """The solution of this address, if one may see it; else 404."""
    rows = Solution.objects.visible_to(of(request), key_of(request)).select_related("owner", "owner_body")
    return get_object_or_404(rows, pk=min(pk, _LARGEST))


def search_of(request: HttpRequest, pk: int) -> Search:
    """The search of this address with its solution, sites and figures brought, if one may see it; else 404."""
    rows = Search.objects.visible_to(of(request), key_of(request)).with_ties()
    rows = rows.prefetch_related("solution__sites", "solution__grants", "own_criteria", "scores")
    return get_object_or_404(rows, pk=min(pk, _LARGEST))


def may_change(request: HttpRequest, obj: Any) -> bool:
    """Whether buttons that write are shown."""
    actor = of(request)
    if actor.impersonator is not None:
        return False
    return is_visitors(obj, key_of(request)) or bool(rules.test_rule("replication.change", actor, obj))


def answer_or_sentence(search: Search) -> tuple[Answer | None, str]:
    """The answer, or the sentence that says why there is none."""
    try:
        return answer_of(search), ""
    except (RankingError, DataError) as error:
        return None, sentence(error)


def frame(request: HttpRequest, search: Search, current: str) -> dict[str, Any]:
    """What the head of every page of a search shows."""
    return {
        "search": search,
        "solution": search.solution,
        "may_change": may_change(request, search),
        "is_trial": is_visitors(search, key_of(request)),
        "steps": _steps(search, current, signed_in=of(request).user is not None),
    }


def _steps(search: Search, current: str, *, signed_in: bool) -> list[Step]:
    names = {
        "solution": (_("My solution"), reverse("replication:solution", args=[search.solution_id])),
        "criteria": (_("My criteria"), reverse("replication:criteria", args=[search.pk])),
        "results": (_("Results"), reverse("replication:results", args=[search.pk])),
        "shortlist": (_("Short list"), reverse("replication:shortlist", args=[search.pk])),
    }
    if signed_in:
        names["studies"] = (_("Studies"), reverse("replication:studies", args=[search.pk]))
    return [Step(label, url=url, state="current" if key == current else "") for key, (label, url) in names.items()]


def tabs(items: list[tuple[str, str, Any]], current: str, pk: int) -> list[Tab]:
    """Links between the faces of one step: (key, url name, label)."""
    return [Tab(label, reverse(f"replication:{name}", args=[pk]), key == current) for key, name, label in items]


def url_if_any(name: str, *args: Any) -> str:
    """The address of a page that another room of this floor brings; empty until it is there."""
    try:
        return reverse(f"replication:{name}", args=args)
    except NoReverseMatch:
        return ""


def without_answer(request: HttpRequest, search: Search, current: str, why: str, status: int = 200) -> HttpResponse:
    """The page of a search that cannot be answered: why, and where to mend it."""
    return render(request, "replication/no_answer.html", frame(request, search, current) | {"why": why}, status=status)


def waiting(
    request: HttpRequest, search: Search, answer: Answer, current: str, *, ready: bool | None = None
) -> HttpResponse | None:
    """The ranking alone while how sure it is is being computed; None when the whole page can be made at once.

    `ready`: whether what the page says besides is there already. The script of the page asks for the same address
    with `certitude=1`, which waits; without it, a link does.
    """
    if "certitude" in request.GET or (is_ready(answer) if ready is None else ready):
        return None
    found, named = answer.evaluation, names_of(answer.level)
    query = request.GET.copy()
    query["certitude"] = "1"
    context = frame(request, search, current) | {
        "whole": f"{request.path}?{query.urlencode()}",
        "draws": found.model.uncertainty.draws,
        "ranked": len(found.order),
        "first": [
            (rank, named.names[row], named.places[row], 100 * float(found.score[row]))
            for rank, row in enumerate(found.order[: found.model.top].tolist(), 1)
        ],
    }
    return render(request, "replication/waiting.html", context)
