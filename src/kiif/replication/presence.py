"""Who is writing in a study at this moment (see `kiif.ui.presence`)."""

from __future__ import annotations

from kiif.accounts.models import User
from kiif.replication.models import FeasibilityStudy
from kiif.ui import presence
from kiif.ui.presence import GONE_AFTER, Present

__all__ = ["GONE_AFTER", "Present", "note", "others"]


def note(study: FeasibilityStudy, user: User, part: str) -> None:
    """This person is here now."""
    presence.note(_room(study), user.pk, str(user), user.initials, part)


def others(study: FeasibilityStudy, user: User | None) -> list[Present]:
    """Who else is here, by name."""
    return presence.others(_room(study), None if user is None else user.pk)


def _room(study: FeasibilityStudy) -> str:
    return f"replication.study.{study.pk}"
