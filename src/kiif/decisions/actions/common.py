"""What the actions of the room share: rights, locks, revisions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.actions.common import require
from kiif.decisions.models import Decision
from kiif.programmes.models import Application, Call
from kiif.ui.errors import Refused


def lock_application(application: Application) -> Application:
    """The row, locked: gestures on the answers to one application happen one after the other."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("call__edition__programme__owner")
    return rows.get(pk=application.pk)


def require_decides(by: Actor, application: Application) -> None:
    """Raises NotAllowed unless this person runs the call and no conflict of interest bars them."""
    sentence = _(
        "Deciding of this application is up to those who run the call and have no conflict of interest with it."
    )
    require("programmes.change_application", by, application, sentence)


def require_runs(by: Actor, call: Call) -> None:
    require("decisions.change_call", by, call, _("The answers of a call are up to those who run it."))


def check_revision(obj: Any, seen: int | None) -> None:
    """Raises Refused when somebody changed the row since the page was opened. `seen`: None asks for no check."""
    if seen is not None and obj.revision != seen:
        raise Refused(
            _("Somebody changed this in the meantime: read it again before changing it. What you wrote is still below.")
        )


def forget_letter_check(decision: Decision) -> None:
    """A letter that was read again for what the decision no longer is goes back to its writer."""
    from kiif.decisions.enums import LetterState
    from kiif.decisions.models import Letter

    rows = Letter.objects.filter(decision=decision, state=LetterState.READY)
    rows.update(state=LetterState.DRAFT, checked_by=None, checked_at=None)
