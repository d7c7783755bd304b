"""Conflicts of interest: the questions put to somebody about themselves; who is barred from what, for who runs the
call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import of
from kiif.programmes.actions import conflicts
from kiif.programmes.conflicts import waiting_for
from kiif.programmes.enums import ConflictState, State
from kiif.programmes.models import Application, Conflict
from kiif.reviews import dossiers
from kiif.reviews.actions import allocation
from kiif.reviews.enums import AssignmentState
from kiif.reviews.forms_allocation import WordsForm
from kiif.reviews.models import Assignment, Reviewer, Round
from kiif.reviews.reading_limits import limits_in
from kiif.reviews.tables_allocation import Conflicts, reasons_of
from kiif.reviews.views.common import NotHere, Who, asked_of, round_frame, run_round, waiting_of, who
from kiif.ui.addresses import asked_for
from kiif.ui.errors import Refused
from kiif.ui.tables import respond


@login_not_required
def mine(request: HttpRequest) -> HttpResponseBase:
    """The questions that wait: do you know these people? Nothing of the dossiers is shown before they are settled."""
    try:
        asks = who(request)
    except NotHere as elsewhere:
        return elsewhere.response
    rows = waiting_of(asks).order_by("found_at", "pk")
    settled = asked_of(asks).filter(state=ConflictState.DISMISSED).order_by("-settled_at")
    context = {"questions": [_asked(row, asks) for row in rows], "settled": [_asked(row, asks) for row in settled[:20]]}
    return render(request, "reviews/sharing/my_conflicts.html", context)


def _asked(row: Conflict, asks: Who) -> dict[str, Any]:
    """A question: the facts, and who applies unless the round is blind."""
    reads = _reader_of(row)
    limits = limits_in(reads.round, row.application, outside=reads.external) if reads is not None else None
    blind = limits is not None and limits.blind
    organisation = row.application.organisation or row.application.organisation_name
    return {
        "row": row,
        "why": reasons_of(row),
        "title": "" if blind else dossiers.title_of(row.application, limits) if limits else row.application.title,
        "organisation": "" if blind else str(organisation or ""),
        "blind": blind,
    }


def _reader_of(row: Conflict) -> Reviewer | None:
    """Who this person is in the last round of the call in which they read."""
    # guarded: the conflict was read above
    rows = Reviewer.objects.filter(round__call=row.application.call_id, person=row.person_id)
    return rows.select_related("round").order_by("-round__number").first()


@login_not_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Yes: the dossier is gone. No: it may be read."""
    try:
        asks = who(request)
    except NotHere as elsewhere:
        return elsewhere.response
    row = get_object_or_404(asked_of(asks), pk=pk)
    words = request.POST.get("words", "")
    try:
        if request.POST.get("answer") == "yes":
            conflicts.confirm(conflict=row, by=asks.actor, words=words)
            messages.success(request, _("Thank you. This application is no longer among those that you see."))
            return redirect("reviews:my-conflicts")
        if request.POST.get("answer") == "no":
            conflicts.dismiss(conflict=row, by=asks.actor, words=words)
            messages.success(request, _("Thank you. You may read this application."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(asked_for(request, reverse("reviews:my-conflicts")))


@login_not_required
@require_http_methods(["GET", "POST"])
def of_read(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The question that waits about a read; without one, "I am in conflict": at any time, after marking too."""
    try:
        asks = who(request)
    except NotHere as elsewhere:
        return elsewhere.response
    read = get_object_or_404(asks.reads().with_ties(), public_id=public_id)
    question = waiting_for(read.reviewer.person, read.application)
    if question is not None:
        context = {"questions": [_asked(question, asks)], "settled": [], "next": read.get_absolute_url()}
        return render(request, "reviews/sharing/my_conflicts.html", context)
    return _declare(request, asks, read)


def _declare(request: HttpRequest, asks: Who, read: Assignment) -> HttpResponse:
    form = WordsForm(request.POST or None, label=_("What ties you to this application"))
    if request.method == "POST" and form.is_valid():
        try:
            conflicts.declare(application=read.application, by=asks.actor, words=form.cleaned_data["words"])
        except Refused as error:
            form.add_error("words", str(error))
        else:
            messages.success(request, _("Thank you. This application is no longer among those that you see."))
            return redirect("reviews:mine")
    title = dossiers.title_of(read.application, limits_in(read.round, read.application, outside=read.reviewer.external))
    context = {"form": form, "read": read, "given": read.state == AssignmentState.DONE, "title": title}
    return render(request, "reviews/sharing/declare.html", context, status=422 if form.errors else 200)


def of_round(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Who is barred from what, by which fact. Nobody sees here the applications that they are barred from."""
    round_ = run_round(request, public_id)
    rows = _of_round(request, round_)
    counts = {state: rows.filter(state=state).count() for state in (ConflictState.PROPOSED, ConflictState.CONFIRMED)}
    table = Conflicts(rows, request, round=round_)
    context = round_frame(request, round_, "conflicts") | {
        "proposed": counts[ConflictState.PROPOSED],
        "confirmed": counts[ConflictState.CONFIRMED],
    }
    return respond(request, table, "reviews/sharing/conflicts.html", context)


def _of_round(request: HttpRequest, round_: Round) -> QuerySet[Conflict]:
    actor = of(request)
    # guarded: run_round
    people = Reviewer.objects.filter(round=round_).values("person_id")
    seen = Application.objects.visible_to(actor, round_.call).exclude(state=State.DRAFT).values("pk")
    # guarded: run_round
    rows = Conflict.objects.filter(application_id__in=seen, person_id__in=people)
    return rows.select_related("person", "settled_by", "application__project")


@require_POST
def look(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Looks for conflicts now."""
    round_ = run_round(request, public_id)
    found = allocation.propose_conflicts(round_=round_, by=of(request))
    said = ngettext("%(n)s new conflict was found.", "%(n)s new conflicts were found.", len(found)) % {"n": len(found)}
    messages.success(request, said if found else _("Nothing new was found."))
    return redirect("reviews:conflicts", round_.public_id)


_SETTLE = {"confirm": conflicts.confirm, "dismiss": conflicts.dismiss, "reverse": conflicts.reverse}


@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, public_id: UUID, pk: int, what: str) -> HttpResponse:
    """Confirms, sets aside or lifts a conflict in somebody’s place, with a reason."""
    round_ = run_round(request, public_id)
    row = get_object_or_404(_of_round(request, round_), pk=pk)
    if what not in _SETTLE:
        raise Http404
    form = WordsForm(request.POST or None, label=_("Why"))
    if request.method == "POST" and form.is_valid():
        try:
            _SETTLE[what](conflict=row, by=of(request), words=form.cleaned_data["words"])
        except Refused as error:
            form.add_error("words" if error.field == "words" else None, str(error))
        else:
            messages.success(request, _("It is written down."))
            return redirect("reviews:conflicts", round_.public_id)
    # guarded: the conflict was read above
    given = Assignment.objects.filter(round=round_, application=row.application, reviewer__person=row.person).first()
    context = round_frame(request, round_, "conflicts") | {
        "form": form, "row": row, "why": reasons_of(row), "what": what, "read": given,
    }  # fmt: skip
    return render(request, "reviews/sharing/settle.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def bar(request: HttpRequest, public_id: UUID, application_id: UUID, reviewer_id: UUID) -> HttpResponse:
    """Somebody of the team knows of a conflict that facts do not show."""
    round_ = run_round(request, public_id)
    seen = Application.objects.visible_to(of(request), round_.call).with_ties()
    application = get_object_or_404(seen, public_id=application_id)
    # guarded: run_round
    reviewer = get_object_or_404(Reviewer.objects.select_related("person"), round=round_, public_id=reviewer_id)
    form = WordsForm(request.POST or None, label=_("What ties them"))
    if request.method == "POST" and form.is_valid():
        try:
            conflicts.bar(
                application=application, person=reviewer.person, by=of(request), words=form.cleaned_data["words"]
            )
        except Refused as error:
            form.add_error("words" if error.field == "words" else None, str(error))
        else:
            messages.success(request, _("It is written down."))
            return redirect("reviews:sharing-application", round_.public_id, application.public_id)
    context = round_frame(request, round_, "board") | {
        "form": form, "application": application, "reviewer": reviewer,
    }  # fmt: skip
    return render(request, "reviews/sharing/bar.html", context, status=422 if form.errors else 200)
