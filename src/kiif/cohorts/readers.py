"""A host reads the applications that are proposed to it, or that it hosts: common parts and its own annex."""

from __future__ import annotations

from django.db.models import Q

from kiif.accounts.actor import Actor
from kiif.cohorts.models import Placement
from kiif.cohorts.queries import at_my_house
from kiif.programmes.models import Application
from kiif.programmes.queries import HOSTING_ROLES, NOTHING, role_of
from kiif.programmes.readers import Limits, Reader
from kiif.questionnaires.loaded import definition_of


def readable(actor: Actor) -> Q:
    if role_of(actor) not in HOSTING_ROLES:
        return NOTHING
    return Q(pk__in=Placement.objects.filter(at_my_house(actor)).running().values("application_id"))


def limits(actor: Actor, application: Application) -> Limits | None:
    """Annexes of other hosts stay theirs."""
    here = Placement.objects.filter(at_my_house(actor), application=application).running()
    placement = here.select_related("host").first()
    if placement is None:
        return None
    hidden: set[str] = set()
    for section in definition_of(application.response.version).sections:
        if section.variants and placement.host.variant not in section.variants:
            hidden |= {question.id for question in section.questions}
    return Limits(hidden=frozenset(hidden))


READER = Reader("cohorts", readable=readable, limits=limits)
