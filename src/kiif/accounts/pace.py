"""How often one network address, or one account, may do the same thing: counted in the cache, forgotten afterwards."""

from __future__ import annotations

from time import time as now

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from kiif.accounts.actor import of


def too_many(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Counts one gesture; whether it is one too many in this window of so many seconds."""
    key = f"pace.{what}.{int(now() // seconds)}.{who}"
    cache.add(key, 0, seconds * 2)
    try:
        return int(cache.incr(key)) > most
    except ValueError:  # the entry left the cache between the two lines: a new window begins
        return False


def address_of(request: HttpRequest) -> str:
    """The network address of who asks, behind the proxies that the instance trusts."""
    return str(get_adapter().get_client_ip(request))


def who_asks(request: HttpRequest) -> str:
    """What a person is counted by: their account, or their network address without one."""
    user = of(request).user
    return f"user:{user.pk}" if user is not None else address_of(request)
