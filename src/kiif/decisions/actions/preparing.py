"""Preparing decisions: quietly, changed as often as needed, until they are published."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.decisions.actions.common import check_revision, forget_letter_check, lock_application, require_decides
from kiif.decisions.enums import DecisionState, Outcome, Source
from kiif.decisions.models import Change, Decision, Letter
from kiif.journal.actions import record
from kiif.programmes.enums import DECIDED, RUNNING, State
from kiif.programmes.models import Application
from kiif.ui.errors import Refused

#: Applications that may be answered: those in the running, and those that already have an answer.
_MAY = RUNNING | DECIDED


@transaction.atomic
def prepare(
    *,
    application: Application,
    outcome: str,
    by: Actor,
    words: str = "",
    rank: int | None = None,
    source: str = Source.HAND,
    revision: int | None = None,
    explanation: str = "",
) -> Decision:
    """The pending decision of an application, made or changed. Nothing of it shows outside the team.

    `words`: reasons for the team. `rank`: on the reserve list only, dropped otherwise. `revision`: that of the pending
    decision the person saw, 0 when they saw none, None to ask for no check. After a publication the pending decision
    will take the place of the published one; `explanation` then tells the carriers why.

    Raises NotAllowed for somebody who does not run the call or whom a conflict bars; Refused for an application that
    cannot be answered, an unknown outcome, a stale page, or what is already published.
    """
    locked = lock_application(application)
    require_decides(by, locked)
    _check(locked, outcome, rank)
    rank = rank if outcome == Outcome.RESERVE else None
    pending = Decision.objects.select_for_update(of=("self",)).filter(application=locked).pending().first()
    if pending is None:
        if revision:
            raise Refused(_("The decision you saw was published or set aside in the meantime: open this page again."))
        return _begin(
            Decision(
                application=locked,
                outcome=outcome,
                words=words.strip()[:4_000],
                rank=rank,
                source=source,
                explanation=explanation.strip()[:2_000],
            ),
            by,
        )
    check_revision(pending, revision)
    wanted = (outcome, rank, words.strip(), explanation.strip())
    if wanted == (pending.outcome, pending.rank, pending.words, pending.explanation):
        return pending
    if (outcome, rank) != (pending.outcome, pending.rank):
        forget_letter_check(pending)
    else:  # the reasons are for the team: the letter still says what is decided
        Letter.objects.filter(decision=pending, decision_revision=pending.revision).update(
            decision_revision=pending.revision + 1
        )
    pending.outcome, pending.rank, pending.words, pending.explanation = wanted
    pending.source, pending.revision = source, pending.revision + 1
    return _keep(pending, by)


def _begin(decision: Decision, by: Actor) -> Decision:
    published = Decision.objects.filter(application=decision.application).published().first()
    if published is not None and (published.outcome, published.rank) == (decision.outcome, decision.rank):
        raise Refused(
            _("This decision is already published: “%(outcome)s”.") % {"outcome": published.get_outcome_display()}
        )
    decision.replaces = published
    return _keep(decision, by)


def _keep(decision: Decision, by: Actor) -> Decision:
    """Saves it with its revision. The journal says that something was prepared, never what."""
    decision.prepared_by, decision.prepared_at = by.user, timezone.now()
    decision.save()
    Change.objects.create(
        decision=decision,
        revision=decision.revision,
        by=by.user,
        at=decision.prepared_at,
        outcome=decision.outcome,
        rank=decision.rank,
        words=decision.words,
        source=decision.source,
    )
    record(by=by, verb="decisions.prepared", obj=decision)
    return decision


def _check(application: Application, outcome: str, rank: int | None) -> None:
    if outcome not in Outcome.values:
        raise Refused(_("Choose accepted, on the reserve list or refused."), field="outcome")
    if application.state not in _MAY:
        raise Refused(
            _("This application is “%(state)s”: no answer is prepared for it.")
            % {"state": State(application.state).label}
        )
    if outcome == Outcome.RESERVE and rank is not None and rank < 1:
        raise Refused(_("Ranks of the reserve list begin with 1."), field="rank")


@transaction.atomic
def drop(*, decision: Decision, by: Actor, revision: int | None = None) -> None:
    """Sets a pending decision aside, with its letter: the application is undecided again, or as published.

    Raises NotAllowed as `prepare`; Refused for a decision that was published, or a stale page.
    """
    application = lock_application(decision.application)
    require_decides(by, application)
    locked = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if locked.state != DecisionState.PENDING:
        raise Refused(_("This decision is published: prepare another one to replace it."))
    check_revision(locked, revision)
    forget(locked, by)


def forget(decision: Decision, by: Actor) -> None:
    """Takes a pending decision away. The journal keeps that it was."""
    record(by=by, verb="decisions.dropped", obj=decision)
    decision.delete()
