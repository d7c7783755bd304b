"""Mails of organisations: somebody said that you are in one, somebody asks for their place, you are recognised."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.actions.common import label_for, link
from kiif.mailbox.actions import queue_mail
from kiif.organisations.enums import TieRole
from kiif.organisations.models import Tie

_LINK: Final = "https://kiif.example/organisations/"
_FACTS: Final = {"organisation": "Les Mains vives", "role": "dirigeant·e", "link": _LINK}

#: key, label, placeholders with examples
KINDS: Final[tuple[tuple[str, Any, dict[str, str]], ...]] = (
    (
        "organisations.person_entered",
        _("A team says that you are in an organisation"),
        {**_FACTS, "source": "Rencontrée au premier rendez-vous"},
    ),
    (
        "organisations.claimed",
        _("Somebody asks for their place in your organisation"),
        {**_FACTS, "person": "Malo Hirondeau", "message": "Je tiens l’atelier"},
    ),
    ("organisations.recognised", _("Your place in an organisation is recognised"), _FACTS),
)


def _tell(kind: str, tie: Tie, to: User, by: Actor, page: str, **more: str) -> None:
    facts = {
        "organisation": tie.organisation.title,
        "role": label_for(TieRole(tie.role).label, to.language),
        "link": page,
    }
    queue_mail(kind=kind, to=to, context={**facts, **more}, by=by, about=tie)


def tell_entered(tie: Tie, by: Actor) -> None:
    """To the person: accept, or say no."""
    _tell("organisations.person_entered", tie, tie.user, by, link("organisations:mine"), source=tie.source or "–")


def tell_claimed(tie: Tie, leaders: list[User], by: Actor) -> None:
    """To those who lead it; the teams see it on their page of the day."""
    page = f"{link('organisations:detail', tie.organisation_id)}#personnes"
    for leader in leaders:
        _tell("organisations.claimed", tie, leader, by, page, person=str(tie.user), message=tie.source or "–")


def tell_recognised(tie: Tie, by: Actor) -> None:
    """To the person: the page is open."""
    _tell("organisations.recognised", tie, tie.user, by, link("organisations:detail", tie.organisation_id))


def may_open(user: User, tie: Tie) -> bool:
    """A mail about a tie is for its person and for those who lead the organisation."""
    leads = Tie.objects.opening().filter(organisation=tie.organisation_id, user=user, role=TieRole.LEADER)
    return tie.user_id == user.pk or leads.exists()
