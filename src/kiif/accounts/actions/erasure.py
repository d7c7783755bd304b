from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts import links, mail, privacy, trail
from kiif.accounts.actions.guards import require_self
from kiif.accounts.actions.people import locked
from kiif.accounts.actor import Actor
from kiif.accounts.models import ErasureRequest, KnownDevice, SupportVisit, User
from kiif.accounts.queries import due_erasures, pending_erasure
from kiif.ui.errors import NotAllowed, Refused

logger = logging.getLogger(__name__)


@transaction.atomic
def request_erasure(*, person: User, by: Actor) -> ErasureRequest:
    """Starts the erasure of an account, which happens after a delay during which the person may change their mind.

    Raises Refused when something has to be done first (`privacy.register_obstacle`). A second request gives the first.
    """
    require_self(by, person)
    user = locked(person.pk)
    if (pending := pending_erasure(user)) is not None:
        return pending
    if obstacles := privacy.obstacles_for(user):
        raise Refused(" ".join(obstacles))
    request = ErasureRequest.objects.create(
        user=user, due_at=timezone.now() + dt.timedelta(days=settings.ERASURE_DELAY_DAYS)
    )
    trail.record(by=by, verb="accounts.erasure_requested", obj=user)
    words = {
        "name": user.get_short_name(),
        "date": links.day(request.due_at, user.language),
        "privacy_url": links.absolute("people:my-data"),
    }
    mail.send("account.erasure_requested", user.email, words, language=user.language, user=user)
    return request


@transaction.atomic
def cancel_erasure(*, person: User, by: Actor) -> None:
    """Cancels the erasure that waits. Raises Refused when none does."""
    require_self(by, person)
    user = locked(person.pk)
    pending = pending_erasure(user)
    if pending is None:
        raise Refused(_("No erasure is planned: there is nothing to cancel."))
    pending.cancelled_at = timezone.now()
    pending.save(update_fields=["cancelled_at"])
    trail.record(by=by, verb="accounts.erasure_cancelled", obj=user)
    words = {"name": user.get_short_name()}
    mail.send("account.erasure_cancelled", user.email, words, language=user.language, user=user)


@transaction.atomic
def erase_person(*, person_id: int, by: Actor) -> bool:
    """Erases what every app holds about a person, then anonymises the row, whose id stays for statistics.

    False when it was done before. Raises Refused while something has to be done first; NotAllowed for people:
    only the system erases, after the delay or after years of silence.
    """
    if not by.is_system:
        raise NotAllowed(_("Accounts are erased by the system, after the delay."))
    user = locked(person_id)
    if user.anonymised_at:
        return False
    if obstacles := privacy.obstacles_for(user):
        raise Refused(" ".join(obstacles))
    trail.record(by=by, verb="accounts.erased", obj=user)
    for holder in privacy.holders():
        holder.erase(user)
    _anonymise(user)
    ErasureRequest.objects.filter(user=user, cancelled_at__isnull=True, done_at__isnull=True).update(
        done_at=timezone.now()
    )
    return True


def _anonymise(user: User) -> None:
    """Nothing in the row says who it was; the month of arrival and of the last visit stay for statistics."""
    user.email = f"erased-{user.pk}@kiif.invalid"
    user.full_name = user.phone = ""
    user.language = settings.LANGUAGE_CODE
    user.set_unusable_password()
    user.is_active = user.is_staff = user.is_superuser = False
    user.date_joined = _month(user.date_joined)
    user.last_login = _month(user.last_login) if user.last_login else None
    user.inactivity_warned_at = None
    user.anonymised_at = timezone.now()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()


def _month(at: dt.datetime) -> dt.datetime:
    return timezone.localtime(at).replace(day=1, hour=12, minute=0, second=0, microsecond=0)


def erase_own(user: User) -> None:
    """What this app holds besides the row: addresses, authenticators, sessions, devices, words about visits."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    KnownDevice.objects.filter(user=user).delete()
    SupportVisit.objects.filter(person=user).update(reason="–")


def run_due_erasures(*, by: Actor) -> list[int]:
    """Erases everybody whose day has come, one transaction each; gives their ids. May run twice."""
    return erase_each(due_erasures(timezone.now()).values_list("user_id", flat=True), by=by)


def erase_each(person_ids: Iterable[int], *, by: Actor) -> list[int]:
    """Erases these people, one transaction each; gives the ids of those who were. What holds one back is logged."""
    erased = []
    for person_id in person_ids:
        try:
            if erase_person(person_id=person_id, by=by):
                erased.append(person_id)
        except Refused:
            logger.warning("The erasure of person %s waits: something has to be done first", person_id)
    return erased
