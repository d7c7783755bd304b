"""What follows from the library's gestures: the journal, rotated sessions, the visit that ends with the session."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.http import HttpRequest

from kiif.accounts import actions, trail
from kiif.accounts.actor import Actor
from kiif.accounts.models import User


def _tell(user: User, verb: str) -> None:
    with transaction.atomic():
        trail.record(by=Actor(user=user), verb=verb, obj=user)


def password_changed(sender: Any, user: User, **kwargs: Any) -> None:
    _tell(user, "accounts.password_changed")


def email_changed(sender: Any, user: User, from_email_address: EmailAddress | None, **kwargs: Any) -> None:
    """The library also says it when a new account confirms its first address: nothing changed then."""
    if from_email_address is not None:
        _tell(user, "accounts.email_changed")


def second_factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kw: Any) -> None:
    """From now on the session is worth more: it gets a new key, and sessions opened without the factor end."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    _tell(user, "accounts.second_factor_added")
    current = request.session.session_key
    for session in UserSession.objects.filter(user=user).exclude(session_key=current):
        session.end()
    UserSession.objects.filter(session_key=current).delete()
    request.session.cycle_key()
    UserSession.objects.create_from_request(request)


def second_factor_removed(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        _tell(user, "accounts.second_factor_removed")


def came_back(sender: Any, user: User, **kwargs: Any) -> None:
    """Whoever signs in is not inactive any more."""
    if user.inactivity_warned_at:
        user.inactivity_warned_at = None
        user.save(update_fields=["inactivity_warned_at"])


def left(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Signing out ends the support visit too."""
    visit = getattr(request, "visit", None)
    if visit is not None:
        actions.end_visit(visit=visit, by=Actor(user=visit.support))


def connect() -> None:
    """Called in `apps.ready()`."""
    for signal in (account.password_changed, account.password_set, account.password_reset):
        signal.connect(password_changed, dispatch_uid="accounts.password_changed")
    account.email_changed.connect(email_changed, dispatch_uid="accounts.email_changed")
    mfa.authenticator_added.connect(second_factor_added, dispatch_uid="accounts.second_factor_added")
    mfa.authenticator_removed.connect(second_factor_removed, dispatch_uid="accounts.second_factor_removed")
    user_logged_in.connect(came_back, dispatch_uid="accounts.came_back")
    user_logged_out.connect(left, dispatch_uid="accounts.left")
