"""Choosing under which membership, or delegation, one acts."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.accounts.models import User
from kiif.alliance.models import Membership
from kiif.alliance.own import lent_to, own_of
from kiif.journal.actions import record
from kiif.ui.errors import NotAllowed, Refused


def standings(actor: Actor, *, known: bool = False) -> list[Membership]:
    """Everything this person may act as: own memberships, then running delegations (marked). `known`: as the request
    has read them already, for what is only shown.
    """
    if actor.user is None:
        return []
    person = actor.user if known else User(pk=actor.user.pk)
    own, lent = own_of(person), lent_to(person)
    return [*own, *(delegation.as_membership() for delegation in lent)]


@transaction.atomic
def switch(*, key: str, by: Actor) -> Membership:
    """From now on this person acts as `key` (`acting_key` of one of `standings`).

    Returns the membership to hold in the session. Raises NotAllowed during a support visit, Refused for what the
    person may not (any more) act as.
    """
    if not by.can_write:
        raise NotAllowed(_("You are looking with somebody else’s eyes: nothing can be changed during a support visit."))
    chosen = next((standing for standing in standings(by) if standing.acting_key == key), None)
    if chosen is None:
        raise Refused(_("You can no longer act under this role. Choose another one."))
    record(
        by=by,
        verb="alliance.switched",
        obj=chosen,
        data={"label": chosen.role_label},
        scope=chosen.where.specific,
    )
    return chosen
