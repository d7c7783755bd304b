"""Results kept as they were: computed again, identical or not, and what moved."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kiif.methods.ranking.errors import RankingError
from kiif.opendata.errors import DataError
from kiif.replication.answers import recompute
from kiif.replication.views.common import frame, search_of
from kiif.replication.words import sentence

#: Places shown of a kept result.
SHOWN = 50


@login_not_required
@require_safe
def index(request: HttpRequest, pk: int) -> HttpResponse:
    search = search_of(request, pk)
    results = list(search.results.select_related("made_by").defer("rows", "extra", "model"))
    return render(request, "replication/kept.html", frame(request, search, "results") | {"results": results})


@login_not_required
@require_safe
def detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The result as it was, and the same model and seed on the data of today."""
    search = search_of(request, pk)
    result = get_object_or_404(search.results.select_related("made_by"), number=min(number, 2**31 - 1))
    again, refusal = None, ""
    try:
        again = recompute(result)
    except (RankingError, DataError) as error:
        refusal = sentence(error)
    context = frame(request, search, "results") | {
        "result": result,
        "again": again,
        "refusal": refusal,
        "rows": result.rows[:SHOWN],
        "moved": again.moved[:SHOWN] if again else [],
        "seed": result.model.get("uncertainty", {}).get("seed"),
        "draws": result.model.get("uncertainty", {}).get("draws"),
    }
    return render(request, "replication/kept_result.html", context)
