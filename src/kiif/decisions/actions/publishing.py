"""One click: everything that is ready becomes known, at once, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts import actor as actors
from kiif.accounts.actor import Actor
from kiif.decisions import signals
from kiif.decisions.actions.common import require_runs
from kiif.decisions.actions.sending import send_letter, withhold
from kiif.decisions.enums import STATE_OF, DecisionState, LetterState
from kiif.decisions.letters import flags
from kiif.decisions.letters.values import Frame, filled, values_of
from kiif.decisions.models import Decision, Letter, Publication
from kiif.journal.actions import record
from kiif.programmes.actions.states import move
from kiif.programmes.models import Application, Call
from kiif.ui.errors import Refused

_SYSTEM = "decisions"


@dataclass(frozen=True)
class Held:
    """What a click would publish, and what it would leave."""

    ready: list[Decision]
    held_back: list[tuple[Decision, list[flags.Flag]]]


def examine(call: Call) -> Held:
    """All pending decisions of a call, those that may be published aside from those that something blocks.

    Of the whole call, whoever asks: a conflict of interest keeps somebody from reading an answer, not from making all
    of them known at once. Pages show only those that their reader may see.
    """
    rows = Decision.objects.filter(application__call=call).pending().order_by("application__project__number", "pk")
    decisions = list(flags.for_flags(rows))
    found = flags.of(decisions, actors.system(_SYSTEM))
    ready = [one for one in decisions if not flags.blocked(found[one.pk])]
    kept = [(one, found[one.pk]) for one in decisions if flags.blocked(found[one.pk])]
    return Held(ready, kept)


@transaction.atomic
def publish(*, call: Call, token: UUID, expected: int, by: Actor) -> Publication:
    """Publishes every decision that is ready. `token`: of the page that asks, so that two clicks are one; `expected`:
    how many answers the person typed.

    In one transaction: states move, letters go to the outbox, rooms above are told. A mail server that is down changes
    nothing: letters wait there. Raises NotAllowed for who does not run the call; Refused when nothing is ready or when
    the number is not the one typed (somebody worked in the meantime).
    """
    require_runs(by, call)
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    done = Publication.objects.filter(token=token, call=locked).first()
    if done is not None:
        return done
    waiting = Application.objects.filter(call=locked, decisions__state=DecisionState.PENDING)
    list(waiting.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    ready = examine(locked).ready
    _check_number(locked, len(ready), expected)
    publication = Publication.objects.create(call=locked, token=token, by=by.user, answers=len(ready))
    frame = Frame(locked, timezone.localdate(publication.at))
    replaced = [_publish_one(one, publication, frame, by) for one in ready]
    record(
        by=by,
        verb="decisions.published",
        obj=locked,
        data={"count": len(ready)},
        scope=call.edition.programme.owner.specific,
    )
    for decision, before in zip(ready, replaced, strict=True):
        if before:
            signals.reversed.send(Decision, decision=decision, before=before, by=by)
    signals.published.send(Publication, decisions=ready, call=locked, by=by)
    return publication


def _check_number(call: Call, count: int, expected: int) -> None:
    if not count:
        last = Publication.objects.filter(call=call).select_related("by").first()
        if last is not None:
            raise Refused(
                _("Nothing is waiting any more: %(who)s published %(count)s answers on %(when)s.")
                % {
                    "who": last.by or _("somebody"),
                    "count": last.answers,
                    "when": timezone.localtime(last.at).strftime("%d/%m/%Y %H:%M"),
                }
            )
        raise Refused(_("No answer is ready: each one needs a decision and a letter that somebody read again."))
    if count != expected:
        raise Refused(
            ngettext(
                "%(count)s answer is ready now, and not %(expected)s: read the summary again, then type the number.",
                "%(count)s answers are ready now, and not %(expected)s: read the summary again, then type the number.",
                count,
            )
            % {"count": count, "expected": expected},
            field="number",
        )


def _publish_one(decision: Decision, publication: Publication, frame: Frame, by: Actor) -> str:
    """Makes one answer known; gives the outcome of the decision it replaces, empty when there is none."""
    before = _replace(decision)
    letter = Letter.objects.get(decision=decision)
    letter.decision = decision
    letter.sent_subject, letter.sent_body = filled(letter, values_of(letter, frame))
    letter.state = LetterState.OUT
    letter.save(update_fields=["sent_subject", "sent_body", "state"])
    decision.state, decision.published_at = DecisionState.PUBLISHED, publication.at
    decision.publication, decision.reply_by = publication, frame.reply_day(decision)
    decision.save(update_fields=["state", "published_at", "publication", "reply_by"])
    move(
        application=decision.application,
        to=STATE_OF[decision.outcome],
        by=by,
        words=decision.explanation,
        verb="decisions.answered",
    )
    send_letter(letter, by)
    return before


def _replace(decision: Decision) -> str:
    """The published decision becomes a past one; a letter of its that has not left yet never leaves."""
    old = Decision.objects.filter(application=decision.application_id).published().first()
    if old is None:
        return ""
    old.state, old.reversed_at = DecisionState.REVERSED, timezone.now()
    old.save(update_fields=["state", "reversed_at"])
    withhold(old)
    return str(old.outcome)
