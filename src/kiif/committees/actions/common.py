"""What the actions of committees share: rights, locks, the journal's scope."""

from __future__ import annotations

from typing import Any

import rules
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import require
from kiif.committees.enums import SessionState
from kiif.committees.models import Item, Member, Session
from kiif.journal.actions import record
from kiif.ui.errors import NotAllowed, Refused


def lock(session: Session) -> Session:
    """The row of the session, locked: gestures in a committee happen one after the other."""
    return Session.objects.select_for_update(of=("self",)).with_ties().get(pk=session.pk)


def lock_item(item: Item) -> tuple[Session, Item]:
    """The session, locked, and the dossier as it is now."""
    session = lock(item.session)
    fresh = Item.objects.select_for_update(of=("self",)).with_ties().get(pk=item.pk)
    fresh.session = session
    return session, fresh


def require_prepares(by: Actor, session: Any) -> None:
    require(
        "committees.change_session",
        by,
        session,
        _("The committee is prepared by those who run the call: ask them for this change."),
    )


def require_desk(by: Actor, session: Session) -> None:
    sentence = _("Only the chair, the secretary and those who run the call hold the desk of the committee.")
    require("committees.run_session", by, session, sentence)


def require_decides(by: Actor, item: Item) -> None:
    """At the desk, and nothing bars this person from the dossier."""
    require_desk(by, item.session)
    if not rules.test_rule("committees.decide_item", by, item):
        raise NotAllowed(_("You leave the room for this dossier: somebody else at the desk goes on, or puts it off."))


def refuse_unless_open(session: Session) -> None:
    if session.state == SessionState.OPEN:
        return
    sentences = {
        SessionState.PLANNED: _("The session is not open yet."),
        SessionState.SUSPENDED: _("The session is suspended: resume it first."),
        SessionState.CLOSED: _("The session is closed: nothing changes any more. Its minutes take addenda."),
    }
    raise Refused(sentences[SessionState(session.state)])


def refuse_closed(session: Session) -> None:
    if session.state == SessionState.CLOSED:
        raise Refused(_("The session is closed: nothing changes any more. Its minutes take addenda."))


def tell(by: Actor, verb: str, obj: Any, **data: Any) -> None:
    """Writes the journal, in the name of the house that owns the programme."""
    session = obj if isinstance(obj, Session) else obj.session
    record(by=by, verb=f"committees.{verb}", obj=obj, data=data, scope=session.call.edition.programme.owner.specific)


def member_of(session: Session, by: Actor) -> Member | None:
    """The seat of this person in the session, today."""
    if by.user is None:
        return None
    return Member.objects.sitting().filter(session=session, person=by.user).first()


def stop_timer(item: Item) -> None:
    """What was spent is kept; the caller saves `seconds` and `timer_from`."""
    item.seconds, item.timer_from = item.spent(), None


def now() -> Any:
    return timezone.now()
