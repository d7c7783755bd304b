"""“Short list”: keep, note, order, set aside with a reason, spread, print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kiif.accounts.actor import of
from kiif.methods.ranking import shortlist as spreading
from kiif.methods.ranking.errors import RankingError
from kiif.opendata import base
from kiif.replication import actions
from kiif.replication.dossier import decision_tone
from kiif.replication.engine import Answer
from kiif.replication.forms import SpreadForm
from kiif.replication.labels import Labels
from kiif.replication.models import FeasibilityStudy, Pick, Search
from kiif.replication.results import Line, lines, names_of
from kiif.replication.views.common import answer_or_sentence, frame, search_of, url_if_any, waiting, without_answer
from kiif.replication.views.pace import paced
from kiif.replication.views.territory import subjects
from kiif.replication.visitors import key_of
from kiif.replication.words import sentence
from kiif.territories.pages import MOST_COMPARED
from kiif.ui.addresses import is_own_path
from kiif.ui.errors import Refused


@dataclass(frozen=True)
class Kept:
    """A territory of the short list with its line of the ranking; None when it is no longer compared."""

    pick: Pick
    line: Line | None
    study_url: str = ""
    study: FeasibilityStudy | None = None

    @property
    def name(self) -> str:
        return self.line.name if self.line else self.pick.code

    @property
    def tone(self) -> str:
        return decision_tone(self.study) if self.study else ""


def _kept(search: Search, answer: Answer) -> tuple[list[Kept], list[Kept]]:
    """(kept in order, set aside)."""
    picks = list(search.picks.all())
    rows = {}
    for pick in picks:
        try:
            rows[pick.code] = answer.row(pick.code)
        except KeyError:
            continue
    said = {line.code: line for line in lines(answer, search.pk, rows=list(rows.values()))}
    studies = {study.code: study for study in search.studies.all()}
    found = [Kept(p, said.get(p.code), url_if_any("study-open", search.pk, p.code), studies.get(p.code)) for p in picks]
    return [k for k in found if not k.pick.excluded], [k for k in found if k.pick.excluded]


@login_not_required
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    search = search_of(request, pk)
    return _page(request, search)


def _page(
    request: HttpRequest, search: Search, *, refusal: str = "", typed: tuple[int, str] | None = None, status: int = 200
) -> HttpResponse:
    answer, why = answer_or_sentence(search)
    if answer is None:
        return without_answer(request, search, "shortlist", why)
    if request.method == "GET" and (wait := waiting(request, search, answer, "shortlist")) is not None:
        return wait
    kept, aside = _kept(search, answer)
    labels = Labels(search)
    codes = [k.pick.code for k in kept][:MOST_COMPARED]
    compare = ""
    if len(codes) > 1:
        compare = f"{reverse('territories:compare')}?{urlencode([('t', f'{search.level}:{code}') for code in codes])}"
    context = frame(request, search, "shortlist") | {
        "kept": kept,
        "aside": aside,
        "compare_url": compare,
        "studies_count": sum(one.study is not None for one in kept),
        "values": _values(answer, kept, labels),
        "refusal": refusal,
        "typed": typed,
        "form": SpreadForm(),
    }
    return render(request, "replication/shortlist.html", context, status=status)


def _values(answer: Answer, kept: list[Kept], labels: Labels) -> list[dict[str, Any]]:
    """The figures of the territories kept, one criterion per line, the most weighty first."""
    found = answer.evaluation
    columns = {c.id: j for j, c in enumerate(found.model.criteria)}
    rows = [k.line.row for k in kept if k.line]
    out = []
    for criterion, weight in sorted(
        zip(found.criteria, found.weights.tolist(), strict=True), key=lambda pair: -pair[1]
    ):
        label = labels[criterion.indicator]
        figures = [label.shown(float(found.figures[row, columns[criterion.id]])) for row in rows]
        out.append({"label": label, "weight": 100 * weight, "figures": figures})
    return out


def _back(request: HttpRequest, search: Search) -> HttpResponse:
    """Back to the page of the gesture, if it is ours; else the short list."""
    wanted = request.POST.get("retour", "")[:300]
    if is_own_path(wanted):
        return redirect(wanted)
    return redirect("replication:shortlist", search.pk)


@login_not_required
@require_POST
@paced("write")
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps one territory or several (`code`)."""
    search = search_of(request, pk)
    codes = [code[:9] for code in request.POST.getlist("code")][:30]
    for code in codes:
        try:
            actions.pick(search=search, by=of(request), code=code, visitor_key=key_of(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
            break
    return _back(request, search)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@paced("write")
def exclude(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Asks why, then sets the territory aside."""
    search = search_of(request, pk)
    reason, refusal = "", ""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            actions.exclude(search=search, by=of(request), code=code[:9], reason=reason, visitor_key=key_of(request))
        except Refused as error:
            refusal = str(error)
        else:
            return redirect("replication:shortlist", pk)
    answer, why = answer_or_sentence(search)
    if answer is None:
        return without_answer(request, search, "shortlist", why)
    try:
        name = names_of(answer.level).names[answer.row(code[:9])]
    except KeyError:
        return redirect("replication:shortlist", pk)
    context = frame(request, search, "shortlist") | {
        "name": name, "reason": reason, "refusal": refusal, "action": request.path,
        "cancel_url": reverse("replication:shortlist", args=[pk]), "danger": False,
    }  # fmt: skip
    return render(request, "replication/exclude.html", context, status=422 if refusal else 200)


def _pick(search: Search, chosen: int) -> Pick:
    return get_object_or_404(search.picks, pk=min(chosen, 2**62))


@login_not_required
@require_POST
@paced("write")
def note(request: HttpRequest, pk: int, chosen: int) -> HttpResponse:
    search = search_of(request, pk)
    text = request.POST.get("note", "")
    actions.write_note(chosen=_pick(search, chosen), by=of(request), note=text, visitor_key=key_of(request))
    messages.success(request, _("The note is kept."))
    return redirect("replication:shortlist", pk)


@login_not_required
@require_POST
def move(request: HttpRequest, pk: int, chosen: int) -> HttpResponse:
    search = search_of(request, pk)
    up = request.POST.get("sens") == "monter"
    actions.move(chosen=_pick(search, chosen), by=of(request), up=up, visitor_key=key_of(request))
    return redirect(f"{reverse('replication:shortlist', args=[pk])}#retenu-{chosen}")


@login_not_required
@require_POST
def remove(request: HttpRequest, pk: int, chosen: int) -> HttpResponse:
    search = search_of(request, pk)
    try:
        actions.remove_pick(chosen=_pick(search, chosen), by=of(request), visitor_key=key_of(request))
    except Refused as refusal:
        return _page(request, search, refusal=str(refusal), status=422)
    return redirect("replication:shortlist", pk)


@login_not_required
@require_safe
@paced("rank", post_only=False)
def spread(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal that is good and spread: greedy at once, exact when asked. Nothing is kept before a gesture."""
    search = search_of(request, pk)
    answer, why = answer_or_sentence(search)
    if answer is None:
        return without_answer(request, search, "shortlist", why)
    if (wait := waiting(request, search, answer, "shortlist")) is not None:
        return wait
    form = SpreadForm(request.GET if "size" in request.GET else None)
    proposal, proved, refusal = [], False, ""
    if form.is_bound and form.is_valid():
        try:
            rows = _spread(search, answer, form.cleaned_data)
            proposal = lines(answer, search.pk, rows=rows)
            proved = form.cleaned_data["exact"]
        except RankingError as error:
            refusal = sentence(error)
    elif not form.is_bound:
        data = {name: field.initial for name, field in form.fields.items()} | {"exact": False}
        proposal = lines(answer, search.pk, rows=_spread(search, answer, data))
    picked = set(search.picks.filter(excluded=False).values_list("code", flat=True))
    context = frame(request, search, "shortlist") | {
        "form": form,
        "proposal": proposal,
        "proved": proved,
        "refusal": refusal,
        "picked": picked,
        "asked": form.cleaned_data["size"] if form.is_bound and form.is_valid() else 5,
    }
    status = 422 if refusal or (form.is_bound and form.errors) else 200
    return render(request, "replication/spread.html", context, status=status)


def _spread(search: Search, answer: Answer, data: dict[str, Any]) -> list[int]:
    """Rows of the proposal: those kept already are forced, those set aside forbidden."""
    forced: list[int] = []
    forbidden: list[int] = []
    for chosen in search.picks.all():
        try:
            (forbidden if chosen.excluded else forced).append(answer.row(chosen.code))
        except KeyError:
            continue
    frame_ = base.load_level(answer.level)
    conditions = spreading.Conditions(
        size=data["size"],
        min_km=float(data["min_km"]),
        quota=data["quota"],
        forced=forced[: data["size"]],
        forbidden=forbidden,
    )
    method = spreading.exact if data["exact"] else spreading.greedy
    points = frame_.select("lat", "lon").to_numpy()
    rows = method(answer.evaluation.score, points, conditions, zones=names_of(answer.level).regions)
    return [int(row) for row in rows]


@login_not_required
@require_safe
@paced("rank", post_only=False)
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The short list to print: the question, each territory with its reasons, how it was computed."""
    search = search_of(request, pk)
    answer, why = answer_or_sentence(search)
    if answer is None:
        return without_answer(request, search, "shortlist", why)
    if (wait := waiting(request, search, answer, "shortlist")) is not None:
        return wait
    kept, aside = _kept(search, answer)
    labels = Labels(search)
    context = frame(request, search, "shortlist") | {
        "subjects": list(
            zip(
                [k.pick for k in kept if k.line],
                subjects(request, search, answer, [k.line.row for k in kept if k.line], labels),
                strict=True,
            )
        ),
        "aside": aside,
        "shares": [
            (labels[c.indicator], 100 * w)
            for c, w in zip(answer.evaluation.criteria, answer.evaluation.weights.tolist(), strict=True)
        ],
        "top": min(answer.evaluation.model.top, len(answer.evaluation.order)),
        "ranked": len(answer.evaluation.order),
        "total": len(answer.codes),
        "draws": answer.evaluation.model.uncertainty.draws,
        "seed": answer.evaluation.model.uncertainty.seed,
        "model_hash": answer.evaluation.model.hash,
    }
    return render(request, "replication/paper.html", context)
