"""Who is writing in an answer at this moment (see `kiif.ui.presence`)."""

from __future__ import annotations

from kiif.accounts.actor import Actor
from kiif.questionnaires.models import Response
from kiif.ui import presence
from kiif.ui.presence import Present


def note(response: Response, actor: Actor, part: str) -> None:
    """This person is here now. Whoever answers without an account writes alone, a support visit leaves no trace."""
    if actor.user is not None and actor.impersonator is None:
        presence.note(_room(response), actor.user.pk, str(actor.user), actor.user.initials, part)


def others(response: Response, actor: Actor) -> list[Present]:
    """Who else is here, by name."""
    return presence.others(_room(response), actor.user.pk if actor.user else None)


def _room(response: Response) -> str:
    return f"questionnaires.answer.{response.pk}"
