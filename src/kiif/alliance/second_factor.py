"""Coordinators and managers, and whoever acts in their place, need a second factor."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from kiif.accounts.models import User
from kiif.alliance.enums import SECOND_FACTOR_ROLES
from kiif.alliance.models import Delegation
from kiif.alliance.own import lent_to, own_of


def required_since(user: User) -> date | None:
    """The day from which the roles of this person ask for a second factor, or None.

    Never before the account existed: whoever has just arrived has the whole grace period. Delegations one after the
    other count as one.
    """
    days = [membership.since for membership in own_of(user) if membership.role in SECOND_FACTOR_ROLES]
    if not days:
        lent = [one for one in lent_to(user) if one.membership.role in SECOND_FACTOR_ROLES]
        days = [_unbroken(user, one.since) for one in lent]
    if not days:
        return None
    return max(min(days), timezone.localdate(user.date_joined))


def _unbroken(user: User, day: date) -> date:
    """The first day of the delegations that lead to this one without a pause longer than the grace period itself."""
    pause = timedelta(days=settings.MFA_GRACE_DAYS)
    before = Delegation.objects.filter(to=user, since__lt=day, membership__role__in=SECOND_FACTOR_ROLES)
    for delegation in before.order_by("-since"):
        if delegation.last_right <= delegation.since:
            continue  # stopped before it began
        if delegation.last_right + pause < day:
            break
        day = delegation.since
    return day
