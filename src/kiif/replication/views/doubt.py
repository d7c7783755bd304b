"""“And if the figures were a little wrong?”: how a place stands the errors of the data, and what is assumed of them."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kiif.replication.certainty import certainty_of
from kiif.replication.doubts import Assumed, doubts_of, is_ready, tolerance_of
from kiif.replication.labels import Labels
from kiif.replication.results import names_of
from kiif.replication.views.common import answer_or_sentence, frame, search_of, waiting, without_answer
from kiif.replication.views.pace import paced

#: What is assumed, rule by rule, in the order of the page.
RULES: Final[dict[str, str | Promise]] = {
    "count": _("Counts of facilities and associations: one more, or one fewer, than the file says."),
    "share": _("Shares among inhabitants: the error of a survey that asks one person in four; larger in small places."),
    "estimate": _("Estimates (income, work): within 3 %, and 20 % where the source says that they are not reliable."),
    "population": _("Inhabitants: within 1 %."),
    "exact": _("Distances, official zonings, what you brought: taken as exact."),
}


@login_not_required
@require_safe
@paced("rank", post_only=False)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """For every territory near the top; `?territoire=` names the one that a sentence is about."""
    search = search_of(request, pk)
    answer, why = answer_or_sentence(search)
    if answer is None:
        return without_answer(request, search, "results", why)
    if (wait := waiting(request, search, answer, "results", ready=is_ready(answer))) is not None:
        return wait
    found, certain, named = tolerance_of(answer), certainty_of(answer), names_of(answer.level)
    assumed = doubts_of(answer)[1]
    top = min(answer.evaluation.model.top, len(answer.evaluation.order))
    rows: list[dict[str, Any]] = []
    one: dict[str, Any] | None = None
    if found is not None and certain is not None:
        chosen = request.GET.get("territoire", "")[:9]
        shown = answer.evaluation.order[: top + 5].tolist()
        picked = [row for row in shown if answer.codes[row] == chosen]
        if chosen and not picked:
            try:
                picked = [answer.row(chosen)]
            except KeyError:
                picked = []
        said = {
            row: {
                "rank": int(answer.evaluation.rank[row]),
                "name": named.names[row],
                "weights": 100 * float(certain.acceptability[row]),
                "figures": 100 * float(found.alone[row]),
                "both": 100 * float(found.jointly[row]),
                "band": found.band(row),
                "code": str(answer.codes[row]),
            }
            for row in {*shown, *picked}
        }
        rows, one = [said[row] for row in shown], said[picked[0]] if picked else None
    context = frame(request, search, "results") | {
        "rows": rows,
        "one": one,
        "top": top,
        "draws": found.draws if found else 0,
        "rules": _rules(assumed, Labels(search)),
        "unknown": sum(one.unknown > 0 for one in assumed),
    }
    # the margin of another page asks for the sentence alone: with a whole page it would take its title too
    quiet = "HX-Request" in request.headers
    response = render(request, "replication/parts/doubt_said.html" if quiet else "replication/doubt.html", context)
    patch_vary_headers(response, ("HX-Request",))
    return response


def _rules(assumed: list[Assumed], labels: Labels) -> list[tuple[str | Promise, list[str]]]:
    """Each rule that serves here, with the criteria that follow it."""
    found = []
    for rule, words in RULES.items():
        if names := [labels[one.indicator].name for one in assumed if one.rule == rule]:
            found.append((words, names))
    return found
