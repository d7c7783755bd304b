"""A member of a cohort, for the team and its host."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import Actor, of
from kiif.alliance.views.common import form_page
from kiif.cohorts import actions, people
from kiif.cohorts.actions.common import who_runs
from kiif.cohorts.enums import TURNS, MemberState, Side
from kiif.cohorts.forms import TurnForm
from kiif.cohorts.models import Commitment, Member, Signature
from kiif.cohorts.views.common import call_crumbs, can, check, seen_member
from kiif.programmes.rules import runs
from kiif.ui.components import TimelineItem


@require_http_methods(["GET", "HEAD"])
def member(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Its host, its people, its signatures, what happened."""
    row, actor = seen_member(request, public_id), of(request)
    context = {
        "member": row,
        "application": row.application,
        "people": people.carriers(row.application),
        "host_people": people.house(row.placement.host, row.application) if row.placement else [],
        "targets": row.application.targets.all(),
        "signatures": _signatures(actor, row),
        "story": [_told(turn) for turn in row.turns.select_related("by")],
        "may_run": can("cohorts.run", actor, row) and bool(TURNS[row.state]),
        "runs": runs(actor, row.cohort.call),
        "crumbs": _crumbs(request, row),
    }
    return render(request, "cohorts/member.html", context)


def _crumbs(request: HttpRequest, row: Member) -> list[tuple[Any, str]]:
    if runs(of(request), row.cohort.call):
        return call_crumbs(row.cohort.call, (row.cohort.name, row.cohort.get_absolute_url()))
    return [(_("Hosted projects"), reverse("cohorts:hosted"))]


def _told(turn: Any) -> TimelineItem:
    reason = turn.get_reason_display() if turn.reason else ""
    text = " – ".join(str(part) for part in (reason, turn.words) if part)
    return TimelineItem(turn.on, turn.get_state_display(), text, str(turn.by or ""))


def _signatures(actor: Actor, row: Member) -> list[tuple[Commitment, list[tuple[Side, Signature | None, bool]]]]:
    """By text in force: each side, its signature, and whether this person may sign for it."""
    texts = row.cohort.commitments.filter(opened_at__isnull=False).exclude(replaced_by__opened_at__isnull=False)
    done = {(one.commitment_id, one.side): one for one in row.signatures.all()}
    may = {
        Side.CARRIER: False,
        Side.HOST: can("cohorts.sign_as_host", actor, row),
        Side.ALLIANCE: can("cohorts.run", actor, row),  # the member was read above
    }
    return [(text, [(side, done.get((text.pk, side)), may[side]) for side in text.sides]) for text in texts]


@require_http_methods(["GET", "HEAD", "POST"])
def turn(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Pauses, gives up, comes back, finishes."""
    row = seen_member(request, public_id)
    check("cohorts.run_member", of(request), row, who_runs())
    form = TurnForm(request.POST or None, member=row, initial={"on": timezone.localdate(), "revision": row.revision})

    def act(data: Any) -> str:
        after = actions.turn(
            member=row, to=MemberState(data["to"]), reason=data["reason"], words=data["words"], on=data["on"],
            revision=data["revision"], by=of(request),
        )  # fmt: skip
        messages.success(request, _("Recorded."))
        if after.state == MemberState.DROPPED:
            messages.info(request, _("A place is free: the reserve list is below."))
            return f"{row.cohort.get_absolute_url()}#reserve"
        return row.get_absolute_url()

    return form_page(
        request, form, act, title=_("What changes for %(project)s") % {"project": row.application.title},
        lead=_("Who gives up frees the place of its host; the host is told. They may come back."),
        verb=_("Record"), back=row.get_absolute_url(), crumbs=_crumbs(request, row),
    )  # fmt: skip
