"""Trials without an account: a key in the session, made when something is first written, handed over at sign-in."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from kiif.accounts.actor import Actor
from kiif.replication import actions

SESSION_KEY: Final = "replication_visitor"


def key_of(request: HttpRequest) -> str:
    """The key of this session's trials; empty when there is none."""
    key = request.session.get(SESSION_KEY, "")
    return key if isinstance(key, str) else ""


def make_key(request: HttpRequest) -> str:
    """The key of this session, made now if needed. Only for a request that writes."""
    if not key_of(request):
        request.session[SESSION_KEY] = secrets.token_urlsafe(24)
    return key_of(request)


def hand_over(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """At sign-in, what was tried in this session becomes the person's."""
    if request is None or not hasattr(request, "session"):
        return
    key = request.session.pop(SESSION_KEY, "")
    if key:
        actions.adopt(by=Actor(user=user), visitor_key=key)


def listen() -> None:
    user_logged_in.connect(hand_over, dispatch_uid="replication-hand-over")
