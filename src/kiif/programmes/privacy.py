"""What the app holds about a person: in calls and tests, in projects and applications."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kiif.accounts.models import User
from kiif.accounts.privacy import Holder
from kiif.programmes import privacy_applications, privacy_calls

PERSONAL_FIELDS: dict[str, set[str]] = {**privacy_calls.PERSONAL_FIELDS, **privacy_applications.PERSONAL_FIELDS}
NOT_PERSONAL: dict[str, set[str]] = {**privacy_calls.NOT_PERSONAL, **privacy_applications.NOT_PERSONAL}


def export(user: User) -> dict[str, Any]:
    return {**privacy_calls.export(user), **privacy_applications.export(user)}


def erase(user: User) -> None:
    privacy_calls.erase(user)
    privacy_applications.erase(user)


def seen_by(user: User) -> list[str]:
    return [*privacy_calls.seen_by(user), *privacy_applications.seen_by(user)]


def holds(user: User) -> Q:
    """Whether there is anything to say."""
    return Q(privacy_calls.holds(user)) | Q(privacy_applications.holds(user))


HOLDER = Holder(
    "programmes", _("Calls, tests and applications"), export=export, erase=erase, seen_by=seen_by, holds=holds
)
