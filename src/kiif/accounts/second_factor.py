"""Who must have a second factor, and since when. Roles live on a higher floor, which says so when it starts:

second_factor.register_requirement(lambda user: …)   # date since when it is required, or None
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from kiif.accounts.models import User

Requirement = Callable[["User"], dt.date | dt.datetime | None]
_KEPT = "_second_factor_duty"
MAIN_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def _administrators(user: User) -> dt.datetime | None:
    return user.date_joined if user.is_staff or user.is_superuser else None


_requirements: list[Requirement] = [_administrators]


def register_requirement(requirement: Requirement) -> None:
    """Adds a rule: the date since when this person's role asks for a second factor, or None."""
    if requirement not in _requirements:
        _requirements.append(requirement)


@dataclass(frozen=True)
class Duty:
    """A second factor is missing: it is asked for until `deadline`, and nothing else opens after."""

    deadline: dt.datetime

    @property
    def is_over(self) -> bool:
        return timezone.now() >= self.deadline

    @property
    def days_left(self) -> int:
        """Whole days before the deadline, 0 on the last day."""
        return max(0, (timezone.localdate(self.deadline) - timezone.localdate()).days)


def has_one(user: User) -> bool:
    """Whether this person has an authenticator application or a passkey (recovery codes alone do not count)."""
    return bool(is_mfa_enabled(user, MAIN_TYPES))


def kinds_of(user: User) -> set[str]:
    """The types (`Authenticator.Type`) that this person has, recovery codes included."""
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def _moment(value: dt.date | dt.datetime) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    return timezone.make_aware(dt.datetime.combine(value, dt.time.min))


def required_since(user: User) -> dt.datetime | None:
    """The earliest date given by a rule, or None when no role asks for it."""
    dates = [_moment(date) for rule in _requirements if (date := rule(user)) is not None]
    return min(dates, default=None)


def duty_of(user: User) -> Duty | None:
    """What this person still has to do, as the request knows it or read now."""
    return getattr(user, _KEPT) if hasattr(user, _KEPT) else read_duty(user)


def keep_duty(user: User) -> Duty | None:
    """Reads it for the whole request: the gate, the banner and *Aujourd'hui* ask the same."""
    duty = read_duty(user)
    setattr(user, _KEPT, duty)
    return duty


def read_duty(user: User) -> Duty | None:
    """None with a second factor, or when nothing asks for one."""
    if has_one(user) or (since := required_since(user)) is None:
        return None
    return Duty(since + dt.timedelta(days=settings.MFA_GRACE_DAYS))


def may_remove(authenticator: Authenticator) -> bool:
    """Whether another main authenticator remains, or none is asked of this person."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=MAIN_TYPES).exclude(
        pk=authenticator.pk
    )
    return others.exists() or required_since(authenticator.user) is None
