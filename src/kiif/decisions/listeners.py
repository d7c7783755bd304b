"""What decisions do when something happens elsewhere: an application leaves, a call is copied."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kiif.accounts.actor import Actor
from kiif.programmes import signals
from kiif.programmes.enums import State
from kiif.programmes.models import Application, Call

_OUT = frozenset({State.WITHDRAWN, State.MERGED, State.INELIGIBLE})


def connect() -> None:
    signals.state_changed.connect(_state_changed, dispatch_uid="decisions.state_changed")


def _state_changed(sender: Any, application: Application, before: str, by: Actor, **kwargs: Any) -> None:
    """What was being prepared for an application that leaves is set aside; a place that was offered is free again."""
    from kiif.decisions.actions.preparing import forget
    from kiif.decisions.actions.replies import follow_withdrawal
    from kiif.decisions.models import Decision

    if application.state not in _OUT:
        return
    for decision in Decision.objects.filter(application=application).pending():
        forget(decision, by)
    if application.state == State.WITHDRAWN:
        for decision in Decision.objects.filter(application=application).published():
            follow_withdrawal(decision, by)


def copy_settings(source: Call, target: Call, shift: dt.timedelta, by: Any) -> None:
    """The terms and the texts of letters of a call go with its copy."""
    from kiif.decisions.actions.terms import FIELDS
    from kiif.decisions.models import LetterTemplate, Terms

    terms = Terms.objects.filter(call=source).first()
    if terms is not None:
        values = {name: getattr(terms, name) for name in FIELDS}
        Terms.objects.get_or_create(call=target, defaults=values)
    for row in LetterTemplate.objects.filter(call=source):
        LetterTemplate.objects.get_or_create(
            programme=target.edition.programme,
            call=target,
            kind=row.kind,
            language=row.language,
            defaults={"subject": row.subject, "body": row.body, "edited_by": row.edited_by},
        )
