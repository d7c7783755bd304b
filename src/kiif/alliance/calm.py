"""What *Aujourd'hui* says to each role when nothing waits: what will come there, and where to go meanwhile."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.ui.today import Calm

_LOOK: tuple[tuple[Any, str], ...] = (
    (_("Look for a territory"), "territories:home"),
    (_("See where a solution could settle"), "replication:home"),
)
_TEAM = Calm(
    _("Your delegations, and what the people you accompany expect from you, will appear here with their dates."),
    (*_LOOK, (_("Before an absence, lend your rights"), "alliance:delegations")),
)
_CALM: dict[str, Calm] = {
    Role.COORDINATOR: Calm(
        _("Access reviews that run late, invitations about to expire and mails that are stuck will appear here."),
        (
            (_("Look after the members and their teams"), "alliance:home"),
            (_("Read what happened in the alliance"), "journal:whole"),
            (_("See the outbox"), "mailbox:outbox"),
        ),
    ),
    Role.MANAGER: Calm(
        _("Every three months, the list of your team to confirm; invitations about to expire; what you delegated."),
        (
            (_("Look after your team"), "alliance:home"),
            (_("Before an absence, lend your rights"), "alliance:delegations"),
            *_LOOK,
        ),
    ),
    Role.ADVISOR: _TEAM,
    Role.COLLEAGUE: _TEAM,
    Role.REVIEWER: Calm(
        _("What is given to you to read will appear here, with the day on which your opinion is expected."),
        ((_("Get to know the members"), "alliance:members"), *_LOOK),
    ),
    Role.PARTNER: Calm(
        _("What the teams share with you will appear here, with what they ask of you."),
        ((_("Get to know the members"), "alliance:members"), *_LOOK),
    ),
    Role.SUPPORT: Calm(
        _("Somebody asks for help? Look for their name: they are told of your visit, and it is recorded."),
        (
            (_("Help a person"), "people:people"),
            (_("Read what happened in the alliance"), "journal:whole"),
        ),
    ),
}
_CARRIER = Calm(
    _("What your incubator asks of you, and drafts that you have not sent, will appear here with their dates."),
    (*_LOOK, (_("Find the incubator near you"), "alliance:members")),
)


def calm(actor: Actor) -> Calm | None:
    """For the role acted under; whoever belongs nowhere carries a project."""
    if actor.user is None:
        return None
    return _CALM.get(actor.acting_as.role) if actor.acting_as else _CARRIER
