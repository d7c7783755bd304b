"""Why this territory, on its own page; and what somebody knows of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.replication import actions
from kiif.replication.engine import Answer
from kiif.replication.forms import ScoreForm
from kiif.replication.labels import Labels
from kiif.replication.models import Search
from kiif.replication.views.common import answer_or_sentence, frame, search_of, url_if_any, waiting, without_answer
from kiif.replication.views.pace import paced
from kiif.replication.views.territory import subject
from kiif.replication.visitors import key_of
from kiif.ui.errors import Refused


@login_not_required
@require_safe
@paced("rank", post_only=False)
def page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    search = search_of(request, pk)
    return _page(request, search, code, ScoreForm())


def _page(request: HttpRequest, search: Search, code: str, form: ScoreForm, status: int = 200) -> HttpResponse:
    answer, why = answer_or_sentence(search)
    if answer is None:
        return without_answer(request, search, "results", why, status)
    if request.method == "GET" and (wait := waiting(request, search, answer, "results")) is not None:
        return wait
    row = _row(answer, code)
    picked = search.picks.filter(code=code).first()
    context: dict[str, Any] = frame(request, search, "results") | {
        "why": subject(request, search, answer, row, Labels(search)),
        "top": min(answer.evaluation.model.top, len(answer.evaluation.order)),
        "ranked": len(answer.evaluation.order),
        "draws": answer.evaluation.model.uncertainty.draws,
        "method": answer.evaluation.model.method,
        "picked": picked,
        "scores": list(search.scores.filter(code=code).select_related("author")),
        "form": form,
        "study_url": url_if_any("study-open", search.pk, code),
    }
    return render(request, "replication/why.html", context, status=status)


def _row(answer: Answer, code: str) -> int:
    try:
        return answer.row(code)
    except KeyError as error:
        raise Http404 from error


@login_not_required
@require_POST
@paced("write")
def score(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Keeps what somebody knows: 0 to 3, with what makes them say so."""
    search = search_of(request, pk)
    form = ScoreForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.give_score(
                search=search,
                by=of(request),
                code=code,
                about=data["about"],
                value=data["value"],
                evidence=data["evidence"],
                expires_on=data["expires_on"],
                visitor_key=key_of(request),
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Your opinion is kept, with its date."))
            return redirect("replication:why", pk, code)
    return _page(request, search, code, form, status=422)
