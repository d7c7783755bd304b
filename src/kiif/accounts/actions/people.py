from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from kiif.accounts import trail
from kiif.accounts.actions.guards import is_self, require_administrator, require_self_or_system
from kiif.accounts.actor import Actor, system
from kiif.accounts.models import User
from kiif.accounts.models.user import phone_shape
from kiif.ui.errors import NotAllowed, Refused


def locked(person_id: int) -> User:
    """The person's row, held until the end of the transaction."""
    return User.objects.select_for_update(of=("self",)).get(pk=person_id)


def _checked_address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(
            _("This address does not look right: check it, for example name@organisation.org."), field="email"
        ) from None
    if User.objects.filter(email__iexact=address).exists():
        raise Refused(_("An account already exists for this address."), field="email")
    return address


def checked_name(full_name: str) -> str:
    """The name with single spaces. Raises Refused when it is empty, too long, or breaks a line."""
    name = " ".join(full_name.split())
    if not name:
        raise Refused(_("Write your name, as you want others to read it."), field="full_name")
    if len(name) > 150:
        raise Refused(_("This name is too long: keep it under 150 characters."), field="full_name")
    return name


@transaction.atomic
def create_person(
    *,
    by: Actor,
    email: str,
    full_name: str,
    password: str | None = None,
    encoded_password: str | None = None,
    language: str = "",
    phone: str = "",
) -> User:
    """Opens an account whose address is known to be theirs (an invitation was accepted, or the system says so).

    Without a password the person signs in with codes sent by mail. `encoded_password` is a hash already made: only
    the system may give it (the demonstration hashes one password once). Raises Refused for an address that is
    taken or malformed, a weak password, an empty name; NotAllowed for a hash given by a person.
    """
    if encoded_password is not None and not by.is_system:
        raise NotAllowed(_("Only the system can give a password that is already encoded."))
    user = User(
        email=_checked_address(email),
        full_name=checked_name(full_name),
        language=language or settings.LANGUAGE_CODE,
        phone=phone.strip(),
    )
    if password is not None:
        _check_password(password, user)
    if encoded_password is not None:
        user.password = encoded_password
    else:
        user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    trail.record(by=by if by.is_authenticated or by.is_system else Actor(user=user), verb="accounts.created", obj=user)
    return user


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from error


@transaction.atomic
def create_admin(
    *, email: str, name: str, password: str | None = None, encoded_password: str | None = None, by: Actor | None = None
) -> User:
    """Opens an account that may administer the instance. Raises Refused like `create_person`."""
    by = by or system("createadmin")
    require_administrator(by)
    user = create_person(by=by, email=email, full_name=name, password=password, encoded_password=encoded_password)
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    trail.record(by=by, verb="accounts.admin_created", obj=user)
    return user


@transaction.atomic
def update_profile(*, person: User, by: Actor, full_name: str, phone: str, language: str) -> User:
    """Changes what a person says of themselves. Raises Refused for an empty name, a phone or language unknown."""
    require_self_or_system(by, person)
    user = locked(person.pk)
    after = {"full_name": checked_name(full_name), "phone": phone.strip(), "language": _checked_language(language)}
    if after["phone"]:
        try:
            phone_shape(after["phone"])
        except ValidationError as error:
            raise Refused(error.messages[0], field="phone") from error
    return _apply(user, after, by)


@transaction.atomic
def set_language(*, person: User, by: Actor, language: str) -> User:
    """Keeps the language in which this person reads pages and mails. Raises Refused for another language."""
    require_self_or_system(by, person)
    return _apply(locked(person.pk), {"language": _checked_language(language)}, by)


def _checked_language(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("This language is not available yet."), field="language")
    return language


def _apply(user: User, after: Mapping[str, Any], by: Actor) -> User:
    changes = {name: (getattr(user, name), value) for name, value in after.items() if getattr(user, name) != value}
    if changes:
        for name, (_before, value) in changes.items():
            setattr(user, name, value)
        user.save(update_fields=[*changes])
        trail.record(by=by, verb="accounts.profile_updated", obj=user, changes=changes)
    return user


@transaction.atomic
def deactivate(*, person: User, by: Actor) -> User:
    """Closes an account at once: no sign-in, and every session ends. Raises Refused for oneself."""
    require_administrator(by)
    if by.user and by.user.pk == person.pk:
        raise Refused(_("You cannot close your own account here. Ask for its erasure on the page “My data”."))
    user = locked(person.pk)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        _end_all_sessions(user)
        trail.record(by=by, verb="accounts.deactivated", obj=user)
    return user


@transaction.atomic
def reactivate(*, person: User, by: Actor) -> User:
    """Opens an account again. Raises Refused for an erased one."""
    require_administrator(by)
    user = locked(person.pk)
    if user.anonymised_at:
        raise Refused(_("This account was erased: there is nothing left to open."))
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        trail.record(by=by, verb="accounts.reactivated", obj=user)
    return user


@transaction.atomic
def end_sessions(*, person: User, by: Actor) -> int:
    """Signs a person out everywhere; gives the number of sessions ended. By oneself, an administrator, the system."""
    if not is_self(by, person):
        require_administrator(by)
    count = _end_all_sessions(person)
    trail.record(by=by, verb="accounts.sessions_ended", obj=person)
    return count


def _end_all_sessions(user: User) -> int:
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)
