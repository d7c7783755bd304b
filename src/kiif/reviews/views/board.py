"""How far a round is: reads of each application, what each reviewer has left, who to write to."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.reviews import sharing
from kiif.reviews.actions import reminders
from kiif.reviews.forms_allocation import ReminderForm
from kiif.reviews.models import Round
from kiif.reviews.tables_allocation import Dossiers, Readers
from kiif.reviews.views.common import round_frame, run_round
from kiif.ui.components import Tab
from kiif.ui.errors import Refused
from kiif.ui.tables import respond


def dossiers(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Reads given and wanted, application by application."""
    round_ = run_round(request, public_id)
    rows = sharing.dossiers(of(request), round_)
    for_table = Dossiers(rows, request, round=round_)
    context = round_frame(request, round_, "board") | {"progress": sharing.progress(rows), "faces": _faces(round_, 0)}
    return respond(request, for_table, "reviews/sharing/board.html", context)


def readers(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """What each reviewer gave and has left."""
    round_ = run_round(request, public_id)
    table = Readers(sharing.readers(round_), request, round=round_, over=round_.is_over)
    context = round_frame(request, round_, "board") | {
        "progress": sharing.progress(sharing.dossiers(of(request), round_)),
        "faces": _faces(round_, 1),
        "late": reminders.due(round_).count() if round_.is_open else 0,
    }
    return respond(request, table, "reviews/sharing/board.html", context)


def _faces(round_: Round, current: int) -> list[Tab]:
    pages = ((_("Applications"), "reviews:board"), (_("Reviewers"), "reviews:board-readers"))
    return [
        Tab(label, reverse(name, args=[round_.public_id]), place == current)
        for place, (label, name) in enumerate(pages)
    ]


@require_http_methods(["GET", "POST"])
def remind(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who would be written to, among the filtered list; what they receive; then it leaves."""
    round_ = run_round(request, public_id)
    form = ReminderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        keys = [int(text) for text in request.POST.getlist("reviewer") if text.isdecimal() and len(text) < 15][:1_000]
        try:
            sent = reminders.remind(round_=round_, reviewers=keys, by=of(request), words=form.cleaned_data["words"])
        except Refused as error:
            form.add_error("words" if error.field == "words" else None, str(error))
        else:
            said = ngettext("%(n)s reminder is on its way.", "%(n)s reminders are on their way.", len(sent))
            messages.success(request, said % {"n": len(sent)})
            return redirect("reviews:board-readers", round_.public_id)
    table = Readers(sharing.readers(round_), request, round=round_)
    chosen = {row.pk for row in table.rows}
    due = {row.pk: row for row in reminders.due(round_)}
    waiting = list(reminders.waiting(round_).order_by("person__full_name"))
    context = round_frame(request, round_, "board") | {
        "form": form,
        "chosen": [due[row.pk] for row in waiting if row.pk in due and row.pk in chosen],
        "spared": [row for row in waiting if row.pk not in due],
        "may_send": round_.is_open,
    }
    return render(request, "reviews/sharing/remind.html", context, status=422 if form.errors else 200)
