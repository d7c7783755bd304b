"""“Results”: the sentence first, then the map, the bands, who is ruled out and why."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kiif.accounts.actor import of
from kiif.replication import actions, explain, picture
from kiif.replication.certainty import certainty_of
from kiif.replication.engine import Answer
from kiif.replication.labels import Labels
from kiif.replication.models import Search
from kiif.replication.results import Line, counts, lines
from kiif.replication.tables import ResultsTable
from kiif.replication.views.common import answer_or_sentence, frame, search_of, waiting, without_answer
from kiif.replication.views.pace import paced
from kiif.replication.views.ruled_out import ExcludedTable, rows_out
from kiif.replication.views.territory import subject
from kiif.replication.visitors import key_of
from kiif.replication.words import headline
from kiif.territories.enums import Level as TerritoryLevel
from kiif.territories.views.home import browser_map
from kiif.ui.maps import MapView
from kiif.ui.tables import respond

#: Territories of band C shown under the others.
UNLIKELY = 3
BANDS = {
    "A": gettext_lazy("solid, whatever the setting or nearly"),
    "B": gettext_lazy("to discuss: it depends on what counts for you"),
    "C": gettext_lazy("unlikely with these criteria"),
}
LEVELS = {
    "commune": TerritoryLevel.COMMUNE,
    "epci": TerritoryLevel.EPCI,
    "living-area": TerritoryLevel.LIVING_AREA,
    "department": TerritoryLevel.DEPARTMENT,
}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("rank", post_only=False)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The result. `?territoire=` chooses who is explained in the margin; POST keeps the result as it is."""
    search = search_of(request, pk)
    if request.method == "POST":
        result = actions.keep_result(search=search, by=of(request), visitor_key=key_of(request))
        return redirect("replication:kept-result", search.pk, result.number)
    answer, why = answer_or_sentence(search)
    if answer is None:
        return without_answer(request, search, "results", why)
    if (wait := waiting(request, search, answer, "results")) is not None:
        return wait
    found = counts(answer)
    shown = lines(answer, search.pk, _shown(found, answer))
    chosen = _chosen(request, answer, shown)
    labels = Labels(search)
    bands = [
        (band, BANDS[band], found[band], list(rows)) for band, rows in groupby(_by_band(shown), key=lambda r: r.band)
    ]
    context = frame(request, search, "results") | {
        "headline": headline(found["A"], found["B"]),
        "counts": found,
        "total": sum(found.values()),
        "criteria_count": len(answer.evaluation.criteria),
        "top": min(answer.evaluation.model.top, len(answer.evaluation.order)),
        "draws": answer.evaluation.model.uncertainty.draws,
        "bands": bands,
        "picture": picture.draw(answer),
        "why": subject(request, search, answer, chosen, labels) if chosen is not None else None,
        "picked": set(search.picks.filter(excluded=False).values_list("code", flat=True)),
        "aside": set(search.picks.filter(excluded=True).values_list("code", flat=True)),
        "set_aside": [labels[c.indicator].name for c in answer.evaluation.set_aside],
        "by_condition": _by_condition(answer, labels),
        "shares": _shares(answer, labels),
        "browser_map": _browser_map(search, answer),
        "to_check": int(answer.evaluation.to_check.sum()),
    }
    return render(request, "replication/results.html", context)


def _shown(found: dict[str, int], answer: Answer) -> int:
    """Enough rows to hold bands A and B (they are not always the first by score), and a few of C."""
    certain = certainty_of(answer)
    if certain is None:
        return found["B"] + UNLIKELY
    ranks = answer.evaluation.rank
    last = int(ranks[certain.acceptability >= 0.5].max(initial=0))
    return max(last, found["A"] + found["B"] + UNLIKELY, answer.evaluation.model.top + UNLIKELY)


def _by_band(shown: list[Line]) -> list[Line]:
    """By band, then by score; nothing between the two bands is hidden by a neighbour of the third."""
    return sorted(shown, key=lambda line: (line.band, line.rank))


def _chosen(request: HttpRequest, answer: Answer, shown: list[Line]) -> int | None:
    code = request.GET.get("territoire", "")[:9]
    try:
        return answer.row(code)
    except KeyError:
        return shown[0].row if shown else None


def _by_condition(answer: Answer, labels: Labels) -> list[tuple[str, str, int]]:
    return [
        (labels[c.indicator].name, explain.condition_words(c, labels[c.indicator]), count)
        for c, count in explain.excluded_by(answer)
    ]


def _shares(answer: Answer, labels: Labels) -> list[tuple[str, float]]:
    pairs = zip(answer.evaluation.criteria, answer.evaluation.weights.tolist(), strict=True)
    return sorted(((labels[c.indicator].name, 100 * w) for c, w in pairs), key=lambda pair: -pair[1])


def _browser_map(search: Search, answer: Answer) -> MapView | None:
    """The map to zoom in, coloured by certainty: the same bands."""
    view = browser_map(LEVELS[answer.level])
    if view is None:
        return None
    return MapView(
        label=_("Share of the weightings that place each territory among the first"),
        tiles=view.tiles,
        layer=view.layer,
        values=reverse("replication:map-values", args=[search.pk]),
        page=reverse("replication:why", args=[search.pk, "CODE"]),
        unit="%",
        decimals=0,
        breaks=(1.0, 50.0, 80.0),
        credit=view.credit,
        min_zoom=view.min_zoom,
        max_zoom=view.max_zoom,
    )


@login_not_required
@require_safe
@paced("rank", post_only=False)
def values(request: HttpRequest, pk: int) -> JsonResponse:
    """Certainty by code, for the map; what is ruled out is left out. Never in a shared cache."""
    search = search_of(request, pk)
    answer, _why = answer_or_sentence(search)
    found: dict[str, float] = {}
    if answer is not None:
        certain = certainty_of(answer)
        kept = np.sort(answer.evaluation.order)
        share = (
            certain.acceptability[kept] if certain else (answer.evaluation.rank[kept] <= answer.evaluation.model.top)
        )
        found = dict(zip(answer.codes[kept].tolist(), np.round(100 * share, 0).tolist(), strict=True))
    highest = max(found.values(), default=0.0)
    # bounds of the bands; a class that nothing reaches is not shown
    response = JsonResponse({"values": found, "breaks": [bound for bound in (1, 50, 80) if bound < highest]})
    patch_cache_control(response, private=True, no_cache=True)
    return response


@login_not_required
@require_safe
@paced("rank", post_only=False)
def ranking(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything that is kept, in one table with search and exports."""
    search = search_of(request, pk)
    answer, why = answer_or_sentence(search)
    if answer is None:
        return without_answer(request, search, "results", why)
    if (wait := waiting(request, search, answer, "results")) is not None:
        return wait
    context = frame(request, search, "results") | {
        "data_version": answer.data,
        "model_hash": answer.evaluation.model.hash,
    }
    return respond(request, ResultsTable(lines(answer, search.pk), request), "replication/ranking.html", context)


@login_not_required
@require_safe
@paced("rank", post_only=False)
def excluded(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who is ruled out before any calculation, by which condition, with the figure that broke it."""
    search = search_of(request, pk)
    answer, why = answer_or_sentence(search)
    if answer is None:
        return without_answer(request, search, "results", why)
    labels = Labels(search)
    context = frame(request, search, "results") | {
        "by_condition": _by_condition(answer, labels),
        "count": int(answer.evaluation.excluded.sum()),
    }
    table = ExcludedTable(rows_out(answer, labels, search.pk), request)
    return respond(request, table, "replication/excluded.html", context)
