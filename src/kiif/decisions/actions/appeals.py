"""Carriers ask for a decision to be looked at again; a person answers, with reasons."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import day_for, link
from kiif.decisions.actions.common import lock_application, require_decides
from kiif.decisions.enums import AppealState, DecisionState, Outcome
from kiif.decisions.letters.values import language_of, terms_of
from kiif.decisions.models import Appeal, Decision
from kiif.decisions.rules import may
from kiif.journal.actions import record
from kiif.mailbox.actions import queue_mail
from kiif.ui.errors import Refused


def last_day(decision: Decision) -> dt.date | None:
    """Until when a review may be asked for; None when it may not."""
    terms = terms_of(decision.application.call)
    if not terms.appeals or decision.published_at is None or decision.outcome == Outcome.ACCEPTED:
        return None
    return timezone.localdate(decision.published_at) + dt.timedelta(days=terms.appeal_days)


@transaction.atomic
def ask_review(*, decision: Decision, words: str, by: Actor) -> Appeal:
    """The carriers ask; or the team enters what came by letter or telephone (then without the delay).

    Raises NotAllowed for anybody else; Refused without words, when the call takes none, when the delay is over, while
    one is open, or once this decision was looked at again.
    """
    application = lock_application(decision.application)
    theirs = may(by, "reply_decision", decision)
    if not theirs:
        require_decides(by, application)
    locked = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    locked.application = application
    _check(locked, words, by_team=not theirs)
    promised = timezone.localdate() + dt.timedelta(days=terms_of(application.call).appeal_answer_days)
    appeal = Appeal.objects.create(
        decision=locked,
        by=by.user if theirs else application.response.owner,
        words=words.strip()[:4_000],
        entered_by_team=not theirs,
        answer_by=promised,
    )
    record(by=by, verb="decisions.review_asked", obj=appeal, scope=application.call.edition.programme.owner.specific)
    _tell(appeal, "decisions.appeal_received", by, date=day_for(promised, language_of(application)))
    return appeal


def _check(decision: Decision, words: str, *, by_team: bool) -> None:
    if decision.state != DecisionState.PUBLISHED:
        raise Refused(_("This decision is not in force."))
    until = last_day(decision)
    if until is None:
        raise Refused(_("This call takes no request for a review of this decision. You may still write to the team."))
    if not by_team and timezone.localdate() > until:
        raise Refused(
            _("The delay to ask for a review ended on %(day)s. You may still write to the team.")
            % {"day": day_for(until, "fr")}
        )
    if not words.strip():
        raise Refused(_("Say in a few words what should be looked at again."), field="words")
    if decision.appeals.filter(state=AppealState.OPEN).exists():
        raise Refused(_("A request is already open for this decision."))
    if decision.appeals.exists():
        raise Refused(_("This decision was already looked at again. You may still write to the team."))


@transaction.atomic
def answer_review(*, appeal: Appeal, upheld: bool, answer: str, by: Actor) -> Appeal:
    """Answers with reasons. Accepting it changes nothing by itself: another decision is then prepared and published.

    Raises NotAllowed as `prepare`; Refused without reasons or when somebody answered in the meantime.
    """
    application = lock_application(appeal.decision.application)
    require_decides(by, application)
    locked = Appeal.objects.select_for_update(of=("self",)).select_related("decision").get(pk=appeal.pk)
    locked.decision.application = application
    if locked.state != AppealState.OPEN:
        raise Refused(_("This request was answered in the meantime."))
    if not answer.strip():
        raise Refused(_("Write the reasons: the carriers read them."), field="answer")
    locked.state = AppealState.UPHELD if upheld else AppealState.REJECTED
    locked.answer, locked.answered_by, locked.answered_at = answer.strip()[:4_000], by.user, timezone.now()
    locked.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(by=by, verb="decisions.review_answered", obj=locked, scope=application.call.edition.programme.owner.specific)
    _tell(locked, "decisions.appeal_answered", by, answer=locked.answer)
    return locked


def _tell(appeal: Appeal, kind: str, by: Actor, **context: str) -> None:
    """Writes to who asked; nobody when the account is gone."""
    application = appeal.decision.application
    person = appeal.by or application.response.owner
    if person is None:
        return
    queue_mail(
        kind=kind,
        to=person,
        context={
            "call": application.call.title,
            "project": application.title or application.number,
            "link": link("decisions:mine", application.public_id),
            **context,
        },
        by=by,
        about=appeal.decision,
        key=f"{kind}:{appeal.public_id}",
    )
