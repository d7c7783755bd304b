"""My readings, a dossier with its marking sheet, abstaining, talking with the other reviewers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kiif.attachments.views import serve
from kiif.programmes import masking
from kiif.programmes.models import Application
from kiif.programmes.reading import file_in
from kiif.programmes.views.common import revision_sent
from kiif.reviews import dossiers, my_reads, scoring, sheets
from kiif.reviews.actions import marks
from kiif.reviews.enums import Advice, AssignmentState, ReviewerState
from kiif.reviews.models import Assignment, Mark, Remark, Reviewer, Round
from kiif.reviews.views.common import NotHere, Who, my_read, waiting_of, who
from kiif.ui.errors import Refused

View = Callable[..., HttpResponseBase]


def for_readers(view: View) -> View:
    """A page that a personal link opens too: without an account and without a link, one signs in."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotHere as elsewhere:
            return elsewhere.response

    made: View = login_not_required(answer)
    return made


@for_readers
@require_safe
def mine(request: HttpRequest) -> HttpResponseBase:
    """What I have to read, by round; the least read first."""
    asks = who(request)
    found = my_reads.stacks(asks.reads())
    asked = _asked(asks)
    empty = [one for one in asked if one.state == ReviewerState.ACCEPTED and one.round_id not in _rounds(found)]
    context = {
        "stacks": found,
        "invitations": [one for one in asked if one.state == ReviewerState.INVITED],
        "nothing_yet": [one for one in empty if one.round.state != "closed"],
        "by_link": asks.by_link,
        "questions": waiting_of(asks).count(),
        "others": my_reads.others_of(asks.actor, asked),
        "left": sum(len(stack.waiting) for stack in found if stack.open),
    }
    return render(request, "reviews/reading/mine.html", context)


def _rounds(found: list[my_reads.Stack]) -> set[int]:
    return {stack.round.pk for stack in found}


def _asked(asks: Who) -> list[Reviewer]:
    rows = Reviewer.objects.mine(asks.actor).exclude(state__in=(ReviewerState.LEFT, ReviewerState.DECLINED))
    if asks.by_link is not None:
        rows = rows.filter(pk=asks.by_link.pk)
    return list(rows.select_related("round__call", "invited_by"))


@for_readers
def read(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """A dossier and its sheet; a form that is sent gives the mark, or keeps it as a draft."""
    asks, row = my_read(request, public_id)
    if request.method == "POST":
        return _sent(request, asks, row)
    return _page(request, asks, row)


def _sent(request: HttpRequest, asks: Who, row: Assignment) -> HttpResponseBase:
    sheet = sheets.read(row.round.criteria.all(), request.POST)
    asked = request.POST.get("do", "give")
    try:
        if asked == "keep":
            marks.save_draft(assignment=row, sheet=sheet, by=asks.actor, revision=revision_sent(request))
        else:
            marks.give(assignment=row, sheet=sheet, by=asks.actor, revision=revision_sent(request))
    except Refused as refusal:
        return _page(request, asks, row, sheet, refusal)
    if asked == "keep":
        messages.success(request, _("Your draft is kept."))
        return redirect(row)
    messages.success(request, _("Your mark is given."))
    following = my_reads.next_of(asks.reads(), row) if asked == "next" else None
    return redirect(following or ("reviews:mine" if asked == "next" else row))


def _page(
    request: HttpRequest, asks: Who, row: Assignment, typed: sheets.Sheet | None = None, refusal: Refused | None = None
) -> HttpResponse:
    # guarded: one’s own read
    mark = Mark.objects.filter(assignment=row).first()
    criteria = list(row.round.criteria.all())
    sheet = typed if typed is not None else sheets.of_mark(mark)
    shown = dossiers.shown(row, mark)
    context = {
        "read": row,
        "round": row.round,
        "application": row.application,
        "by_link": asks.by_link,
        "shown": shown,
        "mark": mark,
        "revision": mark.revision if mark is not None else 0,
        "lines": [_line(one, sheet, refusal) for one in criteria],
        "sheet": sheet,
        "total": scoring.total(criteria, sheet.values, row.round.out_of),
        "advices": Advice.choices,
        "given": mark is not None and mark.submitted_at is not None,
        "writable": _writable(row, asks),
        "refusal": refusal,
        "following": my_reads.next_of(asks.reads(), row),
        "versions": list(mark.versions.all()[:10]) if mark is not None else [],
        **_others(asks, row),
    }
    return render(request, "reviews/reading/read.html", context, status=422 if refusal else 200)


def _line(criterion: Any, sheet: sheets.Sheet, refusal: Refused | None) -> dict[str, Any]:
    return {
        "criterion": criterion,
        "value": sheet.values.get(criterion.key),
        "words": sheet.words.get(criterion.key, ""),
        "error": str(refusal) if refusal is not None and refusal.field == f"c-{criterion.key}" else "",
    }


def _writable(row: Assignment, asks: Who) -> bool:
    """Whether the sheet is shown as a form."""
    if not asks.actor.can_write or row.state == AssignmentState.ABSTAINED:
        return False
    try:
        marks.check_open(row)
    except Refused:
        return False
    return True


def _others(asks: Who, row: Assignment) -> dict[str, Any]:
    """Marks of the other reviewers and the thread, when this reader may see them."""
    rows = Mark.objects.visible_to(asks.actor).exclude(assignment=row)
    rows = rows.filter(
        assignment__application=row.application, assignment__round=row.round, submitted_at__isnull=False
    ).exclude(assignment__source="calibration")
    talks = not row.is_calibration and marks.may_talk(row.round, row.application, asks.actor)
    if row.is_calibration or not (talks or asks.actor.can_write):
        return {"others": [], "talks": False, "remarks": []}
    others = rows.filter(voided_at__isnull=True).select_related("assignment__reviewer__person")
    # guarded: one’s own read
    said = Remark.objects.filter(round=row.round, application=row.application).select_related("author")
    return {
        "others": list(others.prefetch_related("lines__criterion").order_by("submitted_at")),
        "talks": talks,
        "remarks": _masked(list(said), row) if talks else [],
    }


def _masked(said: list[Remark], row: Assignment) -> list[Remark]:
    """The team, which knows who applies, writes in the thread too: a blind round reads it without names."""
    for one in said if row.round.blind else ():
        one.text = masking.text(one.text, masking.of(row.application))
    return said


@for_readers
@require_POST
def save(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Keeps the draft while one types; answers in JSON. The form does the same without it."""
    try:
        asks, row = my_read(request, public_id)
    except NotHere:
        sentence = _("You are no longer signed in. Sign in again in another tab: what you typed stays here.")
        return JsonResponse({"error": sentence}, status=401)
    sheet = sheets.read(row.round.criteria.all(), request.POST)
    try:
        mark = marks.save_draft(assignment=row, sheet=sheet, by=asks.actor, revision=revision_sent(request))
    except marks.Stale as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    except Refused as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    except PermissionDenied as refusal:
        return JsonResponse({"error": str(refusal)}, status=403)
    said = _("Saved at %(hour)s") % {"hour": date_format(timezone.localtime(), "TIME_FORMAT")}
    return JsonResponse({"revision": mark.revision, "said": said, "total": mark.total})


@for_readers
def abstain(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """I cannot judge this one: says why, then it counts as not given."""
    asks, row = my_read(request, public_id)
    words, refusal = request.POST.get("words", ""), None
    if request.method == "POST":
        try:
            marks.abstain(assignment=row, words=words, by=asks.actor)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Noted: somebody else will be asked."))
            return redirect("reviews:mine")
    limits_title = dossiers.shown(row).title
    context = {
        "read": row, "title": limits_title, "words": words, "refusal": refusal, "cancel_url": row.get_absolute_url(),
    }  # fmt: skip
    return render(request, "reviews/reading/abstain.html", context, status=422 if refusal else 200)


@for_readers
@require_POST
def come_back(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    asks, row = my_read(request, public_id)
    try:
        marks.come_back(assignment=row, by=asks.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(row)


@for_readers
@require_POST
def take(request: HttpRequest, round_id: UUID, application_id: UUID) -> HttpResponseBase:
    """I read this one too, in a round where everybody reads everything."""
    asks = who(request)
    mine = Reviewer.objects.mine(asks.actor)
    if asks.by_link is not None:
        mine = mine.filter(pk=asks.by_link.pk)
    # guarded: those that one reads in
    round_ = get_object_or_404(Round.objects.filter(pk__in=mine.values("round_id")), public_id=round_id)
    application = get_object_or_404(Application.objects.visible_to(asks.actor), public_id=application_id)
    try:
        taken = marks.take(round_=round_, application=application, by=asks.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reviews:mine")
    return redirect(taken)


@for_readers
@require_POST
def remark(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Says something to the other reviewers."""
    asks, row = my_read(request, public_id)
    try:
        marks.remark(round_=row.round, application=row.application, text=request.POST.get("text", ""), by=asks.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{row.get_absolute_url()}#fil")


@for_readers
@require_safe
def file(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file of the dossier, when the round shows files."""
    _asks, row = my_read(request, public_id)
    found = file_in(dossiers.shown(row).parts, file_id)
    if found is None:
        raise Http404
    return serve(found)
