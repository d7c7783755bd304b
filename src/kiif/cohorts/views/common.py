"""What the pages of this room share: the object that may be seen, the frame of its call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import of
from kiif.cohorts.actions.common import who_runs
from kiif.cohorts.models import Cohort, Commitment, Member, Placement
from kiif.programmes.models import Call
from kiif.programmes.rules import runs
from kiif.programmes.views.common import can, check, frame, visible_call
from kiif.questionnaires.models import Participant
from kiif.ui.components import Tab
from kiif.ui.errors import NotAllowed, Refused

__all__ = ["can", "check"]


def run_call(request: HttpRequest, public_id: UUID, *, write: bool = True) -> Call:
    """A call that this person runs: 404 when it is not visible, 403 in words for the others. `write`: 403 too during a
    support visit."""
    call = visible_call(request, public_id)
    actor = of(request)
    if not (actor.is_system or runs(actor, call)):
        raise NotAllowed(who_runs())
    if write:
        check("cohorts.run", actor, call, who_runs())
    return call


def seen_placement(request: HttpRequest, public_id: UUID) -> Placement:
    rows = Placement.objects.visible_to(of(request)).with_ties().prefetch_related(_people("application__"))
    rows = rows.select_related(
        "application__response__owner", "application__organisation", "application__call__collection",
        "previous__host", "proposed_by",
    )  # fmt: skip
    return get_object_or_404(rows, public_id=public_id)


def _people(path: str) -> Prefetch[str]:
    """Who writes an application, fetched with it."""
    # guarded: fetched with applications that were seen
    return Prefetch(f"{path}response__participants", Participant.objects.select_related("user"))


def seen_member(request: HttpRequest, public_id: UUID) -> Member:
    rows = Member.objects.visible_to(of(request)).with_ties().prefetch_related(_people("application__"))
    return get_object_or_404(rows.select_related("application__response__owner"), public_id=public_id)


def own_member(request: HttpRequest, public_id: UUID) -> Member:
    """A member that one carries."""
    rows = Member.objects.own(of(request)).with_ties()
    return get_object_or_404(rows.select_related("application__response"), public_id=public_id)


def cohort_of(call: Call) -> Cohort | None:
    # guarded: the call was read above
    return Cohort.objects.filter(call=call).select_related("call__edition__programme__owner").first()


def run_cohort(request: HttpRequest, public_id: UUID) -> Cohort:
    """The cohort of a call that one runs, by the public_id of the call."""
    call = run_call(request, public_id, write=request.method == "POST")
    # guarded: the call was read above
    return get_object_or_404(Cohort.objects.select_related("call__edition__programme__owner"), call=call)


def run_of_cohort(request: HttpRequest, cohort: Cohort) -> None:
    """404 or 403 unless this person runs the call of the cohort."""
    run_call(request, cohort.call.public_id, write=request.method == "POST")


def seen_commitment(request: HttpRequest, public_id: UUID) -> Commitment:
    """A text that one may read: who runs the call, whose project or hosted project is in the cohort (once open)."""
    row = get_object_or_404(
        # guarded: the call was read above
        Commitment.objects.select_related("cohort__call__edition__programme__owner"),
        public_id=public_id,
    )
    actor = of(request)
    if actor.is_system or runs(actor, row.cohort.call):
        visible_call(request, row.cohort.call.public_id)
        return row
    # guarded: the call was read above
    mine = Member.objects.filter(cohort=row.cohort)
    concerned = mine.own(actor).exists() or mine.visible_to(actor).exists()
    # guarded: the call was read above
    return get_object_or_404(Commitment.objects.filter(opened_at__isnull=False) if concerned else
                             Commitment.objects.none(), pk=row.pk)  # fmt: skip


def cohort_frame(request: HttpRequest, cohort: Cohort, face: str) -> dict[str, Any]:
    """The frame of the call with the faces of its cohort: members, commitments, dates, messages."""
    call = cohort.call
    context = frame(request, call, "cohort")
    faces = [("members", _("Members"), "cohorts:cohort")]
    if context["runs"] or runs(of(request), call):
        faces += [
            ("commitments", _("Commitments"), "cohorts:commitments"),
            ("events", _("Dates"), "cohorts:events"),
            ("broadcasts", _("Messages"), "cohorts:broadcasts"),
        ]
    tabs = [Tab(label, reverse(name, args=[call.public_id]), key == face) for key, label, name in faces]
    named = next((label for key, label, _name in faces if key == face and key != "members"), "")
    return {**context, "cohort": cohort, "face": named, "faces": tabs if len(tabs) > 1 else []}


def call_crumbs(call: Call, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way back from a page that hangs on a call, for its team."""
    return [
        (_("Programmes"), reverse("programmes:list")),
        (call.edition.programme.name, call.edition.programme.get_absolute_url()),
        (call.title, call.get_absolute_url()),
        *more,
    ]


def act_or_show(
    request: HttpRequest,
    form: BaseForm,
    act: Callable[[Mapping[str, Any]], str],
    template: str,
    context: Mapping[str, Any],
) -> HttpResponse:
    """A page with a form: does the gesture and goes on, or shows the page again with what was typed, status 422."""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(act(form.cleaned_data))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return render(request, template, {**context, "form": form}, status=422 if form.errors else 200)
