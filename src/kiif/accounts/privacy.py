"""Who holds what about a person: each app says it in `apps.ready()`, the page “my data” and erasure walk the list.

    privacy.register(Holder("events", _("Events"), export=…, erase=…, seen_by=…, files=…))

Each app also declares, in its own `privacy.py`, which of its fields hold personal data and which do not
(`PERSONAL_FIELDS`, `NOT_PERSONAL`: model name → field names); a test walks all models and refuses a field that is
in neither. Numbers, dates, booleans and fixed choices need no line; texts, files, JSON and links to a person do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.contrib.auth import get_user_model

if TYPE_CHECKING:
    from django.db.models import Exists, Q

    from kiif.accounts.models import User


def _no_files(user: User) -> Iterable[tuple[str, IO[bytes]]]:
    return ()


@dataclass(frozen=True)
class Holder:
    """What one app holds about a person.

    `export` gives what JSON can carry, and only this person's data; `erase` destroys or anonymises, inside the
    transaction of the erasure, and may be called twice; `seen_by` gives sentences (“Your advisors at ATIS see your
    application”); `files` gives (name, open binary file) pairs for the export.

    `holds` is the condition under which there is anything to say (`Exists(…)`): all holders are asked in one query, and
    `seen_by` is called only where it is true. Without it `seen_by` is always called.
    """

    app_label: str
    label: Any
    export: Callable[[User], dict[str, Any]]
    erase: Callable[[User], None]
    seen_by: Callable[[User], list[str]]
    files: Callable[[User], Iterable[tuple[str, IO[bytes]]]] = _no_files
    holds: Callable[[User], Exists | Q] | None = None


Obstacle = Callable[["User"], str | None]
_holders: dict[str, Holder] = {}
_obstacles: list[Obstacle] = []


def register(holder: Holder) -> None:
    """Adds a holder; the same app label is replaced."""
    _holders[holder.app_label] = holder


def holders() -> list[Holder]:
    """All holders, this app's last when erasing matters: the others may still need the person's row."""
    return [*(h for label, h in _holders.items() if label != "accounts"), *_own()]


def _own() -> list[Holder]:
    return [_holders["accounts"]] if "accounts" in _holders else []


def who_sees(user: User) -> list[tuple[Any, list[str]]]:
    """For the page “my data”: label and sentences of each holder that has something to say about this person."""
    conditions = {f"held_by_{holder.app_label}": holder.holds(user) for holder in holders() if holder.holds}
    found = get_user_model().objects.filter(pk=user.pk).values(**conditions).get()
    silent = {name.removeprefix("held_by_") for name, held in found.items() if not held}
    speaking = ((holder.label, holder.seen_by(user)) for holder in holders() if holder.app_label not in silent)
    return [(label, sentences) for label, sentences in speaking if sentences]


def register_obstacle(obstacle: Obstacle) -> None:
    """Adds a rule that may hold an erasure back: it gives a sentence that says what to do first, or None."""
    if obstacle not in _obstacles:
        _obstacles.append(obstacle)


def obstacles_for(user: User) -> list[str]:
    """What has to be done before this person can be erased."""
    return [sentence for obstacle in _obstacles if (sentence := obstacle(user))]


PERSONAL_FIELDS: dict[str, set[str]] = {
    "User": {"email", "full_name", "phone", "password"},
    "Consent": {"user"},
    "KnownDevice": {"user", "token_digest", "label"},
    "ErasureRequest": {"user"},
    "SupportVisit": {"support", "person", "reason"},
}
NOT_PERSONAL: dict[str, set[str]] = {"ConsentText": {"kind", "version", "title", "body"}}

#: Models of libraries that this app answers for, and how each is erased.
LIBRARY_MODELS: dict[str, str] = {
    "account.EmailAddress": "deleted",
    "account.EmailConfirmation": "deleted with its address",
    "mfa.Authenticator": "deleted",
    "usersessions.UserSession": "ended and deleted",
    "sessions.Session": "ended through usersessions; others expire",
    "admin.LogEntry": "kept with the anonymised row; the texts name objects, not their reader",
    "auth.Group": "a name of a group, no person",
    "auth.Permission": "no person",
    "contenttypes.ContentType": "no person",
}
