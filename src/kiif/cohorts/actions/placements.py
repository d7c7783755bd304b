"""A placement: proposed, answered by both sides, withdrawn, expired, changed for another host."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import require
from kiif.cohorts import fitting, mails
from kiif.cohorts.actions.common import (
    deadline_in,
    locked_application,
    locked_placement,
    refuse_closed,
    scope_of,
    who_runs,
)
from kiif.cohorts.actions.members import join, place_member
from kiif.cohorts.enums import Answer, PlacementState, Side
from kiif.cohorts.models import Matching, Placement, PlanLine
from kiif.journal.actions import record
from kiif.methods.matching import Fit
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Host
from kiif.ui.errors import Refused

_ANSWERED = {Side.HOST: "host", Side.CARRIER: "carrier"}


@transaction.atomic
def propose(
    *, application: Application, host: Host, by: Actor, words: str = "", previous: Placement | None = None
) -> Placement:
    """Proposes a host to a project and the project to the host; both are written to and have the days of the call.

    Raises NotAllowed; Refused when the application is not accepted, has a host already, or when the host withdrew, has
    no place left, or a conflict sets them apart. A pair that was refused may be proposed again, by hand.
    """
    require("cohorts.run", by, application, who_runs())
    application = locked_application(application)
    host = Host.objects.select_for_update(of=("self",)).select_related("incubator", "branch").get(pk=host.pk)
    check_pair(application, host)
    fit = fitting.book(application.call, [application]).fit(application, host)
    if fit is None or "conflict" in fit.blocks:
        raise Refused(_("A conflict of interest sets %(host)s apart from this project.") % {"host": host})
    if "full" in fit.blocks:
        raise Refused(
            _("%(host)s has no place left. Give it another place in the hosts of the call, or choose another host.")
            % {"host": host}
        )
    return create(application=application, host=host, fit=fit, by=by, words=words, previous=previous, by_hand=True)


def check_pair(application: Application, host: Host) -> None:
    if host.call_id != application.call_id:
        raise Refused(_("%(host)s does not host in this call.") % {"host": host})
    if host.left_at is not None:
        raise Refused(_("%(host)s withdrew from this call.") % {"host": host})
    if application.state != State.ACCEPTED:
        raise Refused(_("Only an accepted application is proposed to a host. Publish its decision first."))
    if Placement.objects.running().filter(application=application).exists():
        raise Refused(_("This project already has a host, or one is being asked. Reload the page."))


def create(
    *,
    application: Application,
    host: Host,
    fit: Fit,
    by: Actor,
    words: str = "",
    previous: Placement | None = None,
    by_hand: bool,
) -> Placement:
    """Without the checks: callers locked the application and the host."""
    matching = Matching.objects.filter(call_id=application.call_id).first() or Matching()
    placement = Placement.objects.create(
        application=application,
        host=host,
        score=fit.score,
        reasons=kept(fit),
        by_hand=by_hand,
        words=words.strip(),
        previous=previous,
        proposed_by=by.user,
        deadline=deadline_in(matching.days),
    )
    PlanLine.objects.filter(application=application).delete()
    record(
        by=by, verb="cohorts.proposed", obj=placement, data={"host": str(host), "score": round(fit.score)},
        scope=scope_of(application.call),
    )  # fmt: skip
    mails.tell_proposed(placement, by)
    return placement


def kept(fit: Fit) -> list[dict[str, Any]]:
    """A fit as a row keeps it."""
    return [
        {"criterion": p.criterion, "value": p.value, "code": p.code, "detail": p.detail, "weight": p.weight}
        for p in fit.parts
    ]


@transaction.atomic
def answer(*, placement: Placement, side: Side, accepts: bool, by: Actor, words: str = "") -> Placement:
    """One side accepts or refuses; when both accept, the project is hosted and takes its place in the cohort.

    An answer after the deadline counts as long as nobody closed the placement. Raises NotAllowed; Refused when it is
    closed, when somebody of the same side answered since the page was read, or for a refusal without a reason.
    """
    who = {
        Side.HOST: _("The managers and advisors of this host answer for it."),
        Side.CARRIER: _("Those who write the application answer for the project."),
    }
    require(f"cohorts.answer_as_{_ANSWERED[side]}", by, placement, who[side])
    row = locked_placement(placement)
    refuse_closed(row)
    name = _ANSWERED[side]
    if getattr(row, f"{name}_answer"):
        raise Refused(_already(row, name))
    if not accepts and not words.strip():
        raise Refused(_("Say why in a few words: the team looks for another solution with them."), field="words")
    setattr(row, f"{name}_answer", Answer.YES if accepts else Answer.NO)
    setattr(row, f"{name}_words", words.strip())
    setattr(row, f"{name}_by", by.user)
    setattr(row, f"{name}_at", timezone.now())
    before, row.state = row.state, _state_after(row)
    row.revision += 1
    _settle(row, by)
    row.save()
    record(
        by=by,
        verb="cohorts.accepted" if accepts else "cohorts.refused",
        obj=row,
        changes={"state": (before, row.state)},
        data={"side": str(side), "host": str(row.host), "words": words.strip()},
        scope=scope_of(row.application.call),
    )
    _tell_after(row, by)
    placement.refresh_from_db()
    return row


def _already(row: Placement, name: str) -> str:
    said_yes = getattr(row, f"{name}_answer") == Answer.YES
    sentence = (
        _("%(person)s already said yes for your side.") if said_yes else _("%(person)s already said no for your side.")
    )
    return sentence % {"person": getattr(row, f"{name}_by") or _("Somebody")}


def _state_after(row: Placement) -> str:
    if Answer.NO in (row.host_answer, row.carrier_answer):
        return PlacementState.REFUSED
    if row.host_answer == row.carrier_answer == Answer.YES:
        return PlacementState.HOSTED
    return PlacementState.HOST_AGREED if row.host_answer else PlacementState.CARRIER_AGREED


def _settle(row: Placement, by: Actor) -> None:
    now = timezone.now()
    if row.state == PlacementState.HOSTED:
        row.hosted_at = now
    elif row.state == PlacementState.REFUSED:
        row.closed_at = now


def _tell_after(row: Placement, by: Actor) -> None:
    if row.state == PlacementState.HOSTED:
        join(row.application, by)
        place_member(row)
        mails.tell_hosted(row, by)
    elif row.state == PlacementState.REFUSED:
        by_host = row.host_answer == Answer.NO
        words = row.host_words if by_host else row.carrier_words
        reason = (_("The host refused: %(words)s") if by_host else _("The project refused: %(words)s")) % {
            "words": words
        }
        mails.tell_closed(row, reason, by)
        mails.tell_to_place(row, reason, by)


@transaction.atomic
def withdraw(*, placement: Placement, words: str, by: Actor) -> Placement:
    """The team takes a proposal or a placement back; both sides are told why. Raises NotAllowed, Refused."""
    require("cohorts.run_placement", by, placement, who_runs())
    row = locked_placement(placement)
    if not row.is_running:
        refuse_closed(row)
    if not words.strip():
        raise Refused(_("Say why: both sides will read it."), field="words")
    close(row, PlacementState.WITHDRAWN, words.strip(), by, verb="cohorts.withdrawn")
    return row


def close(row: Placement, state: PlacementState, reason: str, by: Actor, *, verb: str, tell: bool = True) -> None:
    """Closes a locked placement, tells both sides. Asks no right: callers do."""
    before = row.state
    row.state, row.closed_at, row.closed_words = state, timezone.now(), reason[:300]
    row.revision += 1
    row.save(update_fields=["state", "closed_at", "closed_words", "revision"])
    place_member(row)
    record(
        by=by, verb=verb, obj=row, changes={"state": (before, row.state)},
        data={"host": str(row.host), "words": reason}, scope=scope_of(row.application.call),
    )  # fmt: skip
    if tell:
        mails.tell_closed(row, reason, by)


@transaction.atomic
def reassign(*, placement: Placement, host: Host, by: Actor, words: str = "") -> Placement:
    """Proposes another host, with the history: a running placement closes first, both of its sides are told.

    Raises NotAllowed; Refused as `propose` does, and for the same host.
    """
    require("cohorts.run_placement", by, placement, who_runs())
    row = locked_placement(placement)
    if row.is_running:
        if row.host_id == host.pk:
            raise Refused(_("The project is already with this host."))
        reason = _("The team proposes another host to this project.")
        close(row, PlacementState.REASSIGNED, reason, by, verb="cohorts.reassigned")
    return propose(application=row.application, host=host, by=by, words=words, previous=row)


@transaction.atomic
def expire(*, placement: Placement, by: Actor, now: dt.datetime | None = None) -> bool:
    """Closes a proposal whose time is over; False when it was answered or closed since it was looked at."""
    row = locked_placement(placement)
    if not row.is_open or row.deadline >= (now or timezone.now()):
        return False
    missing = [_("the host")] if not row.host_answer else []
    missing += [_("the project")] if not row.carrier_answer else []
    reason = _("The time to answer is over; no answer from: %(who)s.") % {"who": ", ".join(missing)}
    close(row, PlacementState.EXPIRED, reason, by, verb="cohorts.expired")
    mails.tell_to_place(row, reason, by)
    return True


@transaction.atomic
def remind(*, placement: Placement, by: Actor, now: dt.datetime | None = None) -> bool:
    """Writes once to the side that has not answered, some days before the deadline; False when there is no need."""
    row = locked_placement(placement)
    matching = Matching.objects.filter(call_id=row.application.call_id).first() or Matching()
    soon = (now or timezone.now()) + dt.timedelta(days=matching.reminder)
    if not row.is_open or row.reminded_at is not None or row.deadline > soon:
        return False
    row.reminded_at = now or timezone.now()
    row.save(update_fields=["reminded_at"])
    mails.tell_awaited(row, by)
    return True


def waiting(now: dt.datetime | None = None) -> Q:
    """Open placements that the daily job looks at: over, or to be reminded."""
    soon = (now or timezone.now()) + dt.timedelta(days=30)
    return Q(deadline__lt=now or timezone.now()) | Q(reminded_at__isnull=True, deadline__lte=soon)
