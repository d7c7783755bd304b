"""Vocabulary of the alliance: kinds of bodies, roles, states, and who may grant what."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a person may belong to."""

    ALLIANCE = "alliance", _("alliance")
    INCUBATOR = "incubator", _("incubator")
    PARTNER = "partner", _("partner")


class PartnerKind(TextChoices):
    FOUNDATION = "foundation", _("foundation")
    LOCAL_AUTHORITY = "local_authority", _("local authority")
    STATE = "state", _("State service")
    ENTERPRISE = "enterprise", _("company")
    ASSOCIATION = "association", _("association")
    RESEARCH = "research", _("research team")


class Role(TextChoices):
    """What somebody is in a body. Rights follow it; the order is the one in which lists show roles."""

    COORDINATOR = "coordinator", _("alliance coordinator")
    MANAGER = "manager", _("incubator manager")
    ADVISOR = "advisor", _("advisor")
    COLLEAGUE = "colleague", _("team member")
    REVIEWER = "reviewer", _("reviewer")
    PARTNER = "partner", _("partner")
    SUPPORT = "support", _("technical support")


class InvitationState(TextChoices):
    PENDING = "pending", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("withdrawn")


class DelegationState(TextChoices):
    PLANNED = "planned", _("to come")
    RUNNING = "running", _("running")
    ENDED = "ended", _("ended")


class Answer(TextChoices):
    """What a manager says of each person of the list."""

    KEEP = "keep", _("stays")
    CHANGE = "change", _("changes role")
    LEAVES = "leaves", _("has left")


#: Roles that exist in each kind of body.
ROLES_IN: Final[dict[str, tuple[Role, ...]]] = {
    Kind.ALLIANCE: (Role.COORDINATOR, Role.REVIEWER, Role.SUPPORT),
    Kind.INCUBATOR: (Role.MANAGER, Role.ADVISOR, Role.COLLEAGUE),
    Kind.PARTNER: (Role.PARTNER,),
}

#: Roles that each role may give; always within what it is responsible for (`rules.manages`).
GRANTS: Final[dict[str, frozenset[Role]]] = {
    Role.COORDINATOR: frozenset(Role),
    Role.MANAGER: frozenset(ROLES_IN[Kind.INCUBATOR]),
}

#: Roles that nobody gives or takes away in somebody else's place: what was lent for a holiday would outlive it.
NOT_BY_DELEGATION: Final = frozenset({Role.COORDINATOR, Role.MANAGER, Role.SUPPORT})

#: The role that steers each kind of body: its last holder cannot leave it empty.
STEERS: Final[dict[str, Role]] = {Kind.ALLIANCE: Role.COORDINATOR, Kind.INCUBATOR: Role.MANAGER}

#: Roles for which a second factor is compulsory.
SECOND_FACTOR_ROLES: Final = frozenset({Role.COORDINATOR, Role.MANAGER})

#: People of the alliance's own houses: they see all its incubators, members gone included.
STAFF_ROLES: Final = frozenset({Role.COORDINATOR, Role.MANAGER, Role.ADVISOR, Role.COLLEAGUE, Role.SUPPORT})

#: Roles that read the whole alliance's people, whatever the incubator.
OVERSEEING_ROLES: Final = frozenset({Role.COORDINATOR, Role.SUPPORT})

_RANK: Final[dict[str, int]] = {role: rank for rank, role in enumerate(Role)}


def rank(role: str) -> int:
    """Place of a role in lists, 0 first."""
    return _RANK[role]
