"""Coordinators and managers, and whoever acts in their place, need a second factor."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from kiif.accounts.models import User
from kiif.alliance.enums import SECOND_FACTOR_ROLES
from kiif.alliance.models import Delegation, Membership


def required_since(user: User) -> date | None:
    """The day from which the roles of this person ask for a second factor, or None.

    Never before the account existed: whoever has just arrived has the whole grace period.
    """
    own = Membership.objects.current().filter(user=user, role__in=SECOND_FACTOR_ROLES)
    days = list(own.values_list("since", flat=True))
    if not days:
        lent = Delegation.objects.running().filter(to=user, membership__role__in=SECOND_FACTOR_ROLES)
        days = list(lent.values_list("since", flat=True))
    if not days:
        return None
    return max(min(days), timezone.localdate(user.date_joined))
