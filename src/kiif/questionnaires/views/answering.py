"""Filling an answer: a page at a time, reading it again, sending, withdrawing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import json_script
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.questionnaires import progress
from kiif.questionnaires.actions import answering, files
from kiif.questionnaires.actions.saving import Outcome, save
from kiif.questionnaires.definition import Page, Section
from kiif.questionnaires.dossier import Dossier
from kiif.questionnaires.enums import WRITABLE, ResponseState
from kiif.questionnaires.gathering import gather, shown_page
from kiif.questionnaires.live import live_of
from kiif.questionnaires.models import Response
from kiif.questionnaires.reviewing import sections_of
from kiif.questionnaires.views.answering_common import (
    PREFILLED,
    NotHere,
    Who,
    dossier_of,
    frame,
    page,
    readable,
    visible,
)
from kiif.questionnaires.whatchanged import in_words
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.today import relative_day


@login_not_required
@require_safe
def response(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Where one goes on: the first page with something to do; what was sent is read."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    if shown.state in WRITABLE and asks.may("edit", shown):
        dossier = Dossier(shown)
        if (found := progress.first_to_do(dossier)) is not None:
            return redirect("answers:page", public_id, found[1].id)
    return redirect("answers:review", public_id)


@login_not_required
def form_page(request: HttpRequest, public_id: str, page_id: str) -> HttpResponseBase:
    """One page of the form. POST keeps everything that can be kept, and says what could not."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    if request.method != "POST" and not asks.inside(shown):
        return redirect("answers:review", public_id)
    dossier = dossier_of(request, shown)
    section, found = _place(dossier, page_id)
    if request.method == "POST":
        return _post(request, dossier, section, found, asks)
    return _show(request, dossier, section, found, asks)


def _place(dossier: Dossier, page_id: str) -> tuple[Section, Page]:
    for section in dossier.definition.sections:
        for one in section.pages:
            if one.id == page_id:
                return section, one
    raise Http404


def _post(request: HttpRequest, dossier: Dossier, section: Section, found: Page, asks: Who) -> HttpResponse:
    keys = [question.id for question in found.questions]
    forged = [key for key in request.POST.getlist("here") if key not in keys]
    gathered = gather(dossier, [*keys, *forged[:5]], request.POST)
    try:
        refused_files = files.add_sent(response=dossier.response, page=found, uploads=request.FILES, **asks.rights)
        if dropped := request.POST.get("drop", ""):
            files.drop(response=dossier.response, name=dropped, **asks.rights)
        touched = {one.id for one in found.questions if one.kind == "files" and (dropped or request.FILES)}
        sent = {key: one for key, one in gathered.sent.items() if key not in touched}
        outcome = save(response=dossier.response, sent=sent, **asks.rights)
    except Refused as refusal:
        everything = {key: str(refusal) for key in gathered.sent if key in keys}
        messages.error(request, str(refusal))
        return _show(request, dossier, section, found, asks, refusals=everything | gathered.unread, status=422)
    fresh = Dossier(outcome.response, dossier.language)
    return _answer(request, fresh, found, asks, outcome, gathered.unread | refused_files)


def _answer(  # noqa: PLR0917 -- one step of the view above
    request: HttpRequest, fresh: Dossier, found: Page, asks: Who, outcome: Outcome, unread: dict[str, str]
) -> HttpResponse:
    section = fresh.definition.place[found.questions[0].id][0]
    keys = {question.id for question in found.questions}
    refusals = unread | outcome.refused
    for sentence in [words for key, words in refusals.items() if key not in keys]:
        messages.error(request, sentence)
    if outcome.conflicts:
        return _show(request, fresh, section, found, asks, refusals=refusals, clashes=outcome.conflicts, status=409)
    typed = [name[5:] for name, text in request.POST.items() if name.startswith("find.") and str(text).strip()]
    if request.POST.get("go") == "next":  # a name that is typed is no answer yet: it is said, never left aside
        refusals |= {key: _("Choose one of the places found, or clear what you typed.") for key in typed if key in keys}
    if refusals or (typed and request.POST.get("go") != "back"):
        return _show(request, fresh, section, found, asks, refusals=refusals, status=422 if refusals else 200)
    return redirect(_next(request, fresh, found))


def _next(request: HttpRequest, dossier: Dossier, found: Page) -> str:
    """Where the button goes: onwards, back, or the same page again."""
    go = request.POST.get("go", "")
    before, after = progress.around(dossier, found.id)
    if go == "next":
        if after is not None:
            return progress.page_url(dossier, after[1])
        return reverse("answers:review", args=[dossier.response.public_id])
    if go == "back" and before is not None:
        return progress.page_url(dossier, before[1])
    messages.success(request, _("Saved."))
    return f"{progress.page_url(dossier, found)}#{request.POST.get('at', '')[:30] or 'content'}"


def _show(
    request: HttpRequest,
    dossier: Dossier,
    section: Section,
    found: Page,
    asks: Who,
    *,
    refusals: dict[str, str] | None = None,
    clashes: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = frame(dossier, asks, section.id)
    speak = context["speak"]
    data = request.POST if request.method == "POST" else None
    questions = shown_page(dossier, found, speak, asks.actor, data=data, refusals=refusals, clashes=clashes or ())
    _annotate(dossier, questions, clashes or {}, context, revise="revoir" in request.GET)
    prefilled = set(request.session.get(PREFILLED, {}).get(str(dossier.response.public_id), ()))
    for one in questions:
        one.prefilled = one.id in prefilled
    before, after = progress.around(dossier, found.id)
    context |= {
        "page": found,
        "refused": status >= 400,
        "section": section,
        "questions": questions,
        "wrong": [one for one in questions if one.problems and one.relevant],
        "before": before,
        "after": after,
        "heading": speak(section.title) or speak(dossier.definition.title),
        "page_title": speak(found.title),
        "description": speak(found.description) or (speak(section.description) if found is section.pages[0] else ""),
        "next_title": _title(after, section, speak),
        "before_title": _title(before, section, speak),
        "page_of": _page_of(dossier, section, found),
        "next_url": progress.page_url(dossier, after[1]) if after else "",
        "live_json": json_script(live_of(dossier, found, speak), "answer-live"),
        "profile": progress.profile(dossier, section.id),
        "ends_when": relative_day(timezone.localdate(context["ends_at"])).lower() if context["ends_at"] else "",
        "moved_lines": (
            in_words(dossier.response.moved_from, dossier.response.version, dossier.language)
            if dossier.response.moved_from
            else []
        ),
        "remarks": _remarks(dossier, questions),
        "to_correct": _to_correct(dossier, speak),
        "earlier": _earlier(dossier.response, asks) if context["writable"] else [],
        "news_url": reverse("answers:news", args=[dossier.response.public_id]),
    }
    return page(request, "answer/page.html", context, status)


def _to_correct(dossier: Dossier, speak: Any) -> list[tuple[Any, str]]:
    """Questions reopened for corrections, with the address of each."""
    place, known = dossier.definition.place, dossier.definition.by_id
    return [
        (speak(known[key].label), f"{progress.page_url(dossier, place[key][1])}#{key}")
        for key in dossier.response.reopened_fields
        if key in known
    ]


def _earlier(response: Response, asks: Who) -> list[Response]:
    """Other answers of mine that could fill this one, as long as nothing is written in it."""
    if response.revision or asks.actor.user is None or response.owner_id != asks.actor.user.pk:
        return []
    rows = Response.objects.visible_to(asks.actor).filter(owner=asks.actor.user, revision__gt=0)
    mine = rows.exclude(pk=response.pk)
    return list(mine.select_related("collection")[:8])


def _title(place: tuple[Section, Page] | None, here: Section, speak: Any) -> Any:
    """Where the button leads: another part by its name, a page of this one by its own title, if it has one."""
    if place is None:
        return ""
    return speak(place[1].title) if place[0].id == here.id else speak(place[1].title or place[0].title)


def _page_of(dossier: Dossier, section: Section, found: Page) -> tuple[int, int]:
    """Place of this page among those of its section: (2, 3)."""
    shown = [page.id for one, page in progress.pages(dossier) if one.id == section.id]
    return (shown.index(found.id) + 1 if found.id in shown else 1), len(shown)


def _annotate(dossier: Dossier, questions: list[Any], clashes: dict[str, Any], context: Any, *, revise: bool) -> None:
    """What is locked, what clashes, what must be pointed at."""
    row = dossier.response
    only = set(row.reopened_fields) if row.state == ResponseState.REOPENED else set()
    for one in questions:
        one.locked = not context["writable"] or bool(only and one.id not in only)
        one.revise = revise or bool(only)
        one.clash = clashes.get(one.id)
        one.here = [person for person in context["others"] if person.part == one.id]


def _remarks(dossier: Dossier, questions: list[Any]) -> list[Any]:
    keys = ["", *(one.id for one in questions)]
    rows = dossier.response.remarks.filter(field_key__in=keys, settled_at__isnull=True).select_related("author")
    labels = {one.id: one.label for one in questions}
    return [(row, labels.get(row.field_key)) for row in rows[:30]]


@login_not_required
def review(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The whole answer in words; for who may send it, what stays to do and the button. POST sends."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    dossier = readable(request, shown, asks)
    if request.method == "POST":
        revision = request.POST.get("revision", "")
        known = int(revision) if revision.isdecimal() and len(revision) < 10 else None
        try:
            answering.submit(response=shown, revision=known, **asks.rights)
        except answering.Incomplete as incomplete:
            return _review(request, Dossier(shown), asks, problems=incomplete.problems, status=422)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return _review(request, Dossier(visible(request, public_id)[0]), asks, status=422)
        return redirect("answers:review", public_id)
    return _review(request, dossier, asks)


def _review(
    request: HttpRequest,
    dossier: Dossier,
    asks: Who,
    *,
    problems: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = frame(dossier, asks, "review")
    waiting = answering.to_mend(dossier)
    context |= {
        "sections": sections_of(dossier, context["speak"]),
        "tried": problems is not None,
        "to_mend": _lines(dossier, context, waiting),
        "snapshot": dossier.response.snapshots.first(),
        "remarks": _remarks(dossier, []) if asks.inside(dossier.response) else [],
        "may_withdraw": asks.may("submit", dossier.response),
        "may_reopen": _may_reopen(dossier.response, asks),
        "thanks": context["speak"](dossier.response.collection.thanks),
    }
    return page(request, "answer/review.html", context, status)


def _may_reopen(response: Response, asks: Who) -> bool:
    if response.state != ResponseState.SUBMITTED:
        return False
    try:
        answering.may_reopen(response, asks.actor)
    except NotAllowed:
        return False
    return True


def _lines(dossier: Dossier, context: dict[str, Any], problems: dict[str, list[str]]) -> list[dict[str, Any]]:
    """What stays to do, each with the address of its question."""
    place, speak = dossier.definition.place, context["speak"]
    return [
        {
            "label": speak(dossier.definition.by_id[key].label),
            "sentence": sentences[0],
            "url": f"{progress.page_url(dossier, place[key][1])}?revoir=1#{key}",
        }
        for key, sentences in problems.items()
    ]


@login_not_required
def withdraw(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Asks, then withdraws."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    if not asks.may("submit", shown):
        raise NotAllowed(_("Its owner withdraws an answer."))
    if request.method == "POST":
        try:
            answering.withdraw(response=shown, **asks.rights)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The answer is withdrawn. You can still read it."))
        return redirect("answers:review", public_id)
    cancel = reverse("answers:review", args=[public_id])
    return render(
        request, "questionnaires/answer/withdraw.html", {"answer": shown, "cancel_url": cancel, "danger": True}
    )


@login_not_required
@require_POST
def speak(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Chooses the language of the form, and comes back."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    back = reverse("answers:response", args=[public_id])
    try:
        answering.speak(response=shown, language=request.POST.get("language", "")[:3], **asks.rights)
    except Refused as refusal:
        messages.error(request, str(refusal))
    page_id = request.POST.get("page", "")
    dossier = Dossier(shown)
    if any(one.id == page_id for section in dossier.definition.sections for one in section.pages):
        back = reverse("answers:page", args=[public_id, page_id])
    return redirect(back)


@login_not_required
@require_POST
def variants(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Chooses the parts to add, and goes back to the whole answer."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    try:
        answering.choose_variants(response=shown, variants=request.POST.getlist("variant")[:80], **asks.rights)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The parts of your answer are changed."))
    return redirect("answers:review", public_id)


@login_not_required
@require_POST
def seen(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """ "I have seen what changed in the form": the notice goes."""
    try:
        shown, asks = visible(request, public_id)
    except NotHere as elsewhere:
        return elsewhere.response
    from kiif.questionnaires.actions.moving import acknowledge

    acknowledge(response=shown, **asks.rights)
    return redirect("answers:response", public_id)
