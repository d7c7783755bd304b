"""Proof of who one is, for people who have neither a password nor a second factor: a code sent by mail.

The library would let them through, since it has nothing to ask. A session left open on a shared computer could then
change the address of the account, or erase it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django.conf import settings
from django.utils.translation import gettext as _

from kiif.accounts import mail
from kiif.ui.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest

    from kiif.accounts.models import User

_KEY = "proof_code"
_TRIES = 3


def is_due(request: HttpRequest) -> bool:
    """Whether this person must type a code first: nothing else to ask, no sign-in in the last quarter of an hour."""
    if get_reauthentication_flows(request.user):
        return False
    last = max((record["at"] for record in get_authentication_records(request, request.user)), default=0.0)
    return bool(time.time() - last > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def send(request: HttpRequest, user: User) -> None:
    """Sends a code, which replaces the one before. Raises Refused when too many were asked for."""
    if not ratelimit.consume(request, action="request_login_code", key=user.email):
        raise Refused(_("Too many requests in a short time. Wait a minute, then try again."))
    code = get_adapter().generate_login_code()
    request.session[_KEY] = {"code": code, "at": time.time(), "tries": 0}
    words = {"code": code, "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60}
    mail.send("account.identity_code", user.email, words, language=user.language, user=user)


def was_sent(request: HttpRequest) -> bool:
    """Whether a code is waiting to be typed."""
    state: dict[str, Any] | None = request.session.get(_KEY)
    return bool(state and time.time() - state["at"] <= settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def check(request: HttpRequest, user: User, code: str) -> None:
    """Accepts the code once. Raises Refused for another one; the third wrong one ends the attempt."""
    state = request.session.get(_KEY) if was_sent(request) else None
    if state is None:
        raise Refused(_("This code is too old: ask for another one."), field="code")
    if not compare_user_code(actual=code, expected=state["code"]):
        tries = state["tries"] + 1
        request.session[_KEY] = {**state, "tries": tries}
        if tries >= _TRIES:
            del request.session[_KEY]
        raise Refused(_("This code is not the right one. Check it, or ask for another one."), field="code")
    del request.session[_KEY]
    record_authentication(request, user, method="code", email=user.email, reauthenticated=True)
