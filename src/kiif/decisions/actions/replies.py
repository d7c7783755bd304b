"""What the carriers of an accepted application say of the place; who says it for them when the day is over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.decisions import signals
from kiif.decisions.actions.common import lock_application, require_decides
from kiif.decisions.enums import DecisionState, Outcome, Reply
from kiif.decisions.models import Decision
from kiif.decisions.rules import may
from kiif.journal.actions import record
from kiif.programmes.actions.states import move
from kiif.programmes.enums import State
from kiif.ui.errors import Refused


@transaction.atomic
def reply(*, decision: Decision, answer: str, by: Actor, words: str = "") -> Decision:
    """The carriers take the place or decline it; or the team notes what they said, with its words.

    Declining frees the place: the application is withdrawn, the reserve list may be called. Twice the same is once.
    Raises NotAllowed for anybody else; Refused for a decision that is no acceptance in force, an unknown reply, or a
    place that was already declined.
    """
    application = lock_application(decision.application)
    if not may(by, "reply_decision", decision):
        require_decides(by, application)
    locked = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    locked.application = application
    if locked.state != DecisionState.PUBLISHED or locked.outcome != Outcome.ACCEPTED:
        raise Refused(_("This answer is not an acceptance in force: there is no place to take."))
    if answer not in (Reply.CONFIRMED, Reply.DECLINED):
        raise Refused(_("Say whether you take the place or decline it."), field="answer")
    if locked.reply == answer:
        return locked
    if locked.reply == Reply.DECLINED:
        raise Refused(_("This place was declined: it may have gone to another project. Write to the team."))
    locked.reply, locked.replied_at, locked.replied_by = answer, timezone.now(), by.user
    locked.reply_words = words.strip()[:1_000]
    locked.save(update_fields=["reply", "replied_at", "replied_by", "reply_words"])
    if answer == Reply.CONFIRMED:
        record(by=by, verb="decisions.confirmed", obj=locked, scope=_house(locked))
        signals.confirmed.send(Decision, decision=locked, by=by)
        return locked
    record(by=by, verb="decisions.declined", obj=locked, scope=_house(locked))
    if application.state == State.ACCEPTED:
        move(application=application, to=State.WITHDRAWN, by=by, words=words, verb="decisions.place_freed")
    signals.declined.send(Decision, decision=locked, by=by)
    return locked


@transaction.atomic
def extend(*, decision: Decision, until: dt.date, by: Actor) -> Decision:
    """Gives the carriers more days to reply. Raises Refused for a day that is over, or once they replied."""
    application = lock_application(decision.application)
    require_decides(by, application)
    locked = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not locked.awaits_reply:
        raise Refused(_("Nothing is awaited from them."))
    if until < timezone.localdate():
        raise Refused(_("Choose a day to come."), field="until")
    before, locked.reply_by = locked.reply_by, until
    locked.save(update_fields=["reply_by"])
    record(by=by, verb="decisions.extended", obj=locked, changes={"reply_by": (before, until)}, scope=_house(locked))
    return locked


def follow_withdrawal(decision: Decision, by: Actor) -> None:
    """An accepted application was withdrawn elsewhere: its place is free."""
    if decision.reply == Reply.DECLINED or decision.outcome != Outcome.ACCEPTED:
        return
    decision.reply, decision.replied_at, decision.replied_by = Reply.DECLINED, timezone.now(), by.user
    decision.save(update_fields=["reply", "replied_at", "replied_by"])
    signals.declined.send(Decision, decision=decision, by=by)


def _house(decision: Decision) -> Any:
    return decision.application.call.edition.programme.owner.specific
