"""How often one network address may try without an account. People who are signed in are not counted."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from kiif.accounts import pace
from kiif.accounts.actor import of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], Any]

#: What is counted: how many times, in how many seconds.
PACES: Final[dict[str, tuple[int, int]]] = {
    "trial": (40, 3600),
    "write": (120, 60),
    "rank": (240, 60),
}


def too_fast(request: HttpRequest, what: str) -> bool:
    """Counts one gesture of a visitor; whether it is one too many in this window."""
    if of(request).user is not None:
        return False
    most, seconds = PACES[what]
    return pace.too_many(f"replication.{what}", pace.address_of(request), most=most, seconds=seconds)


def paced(what: str, *, post_only: bool = True) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], Any]]:
    """A view that a visitor calls at this pace; beyond, a page that says so and loses nothing that was kept (429)."""

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], Any]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if (request.method == "POST" or not post_only) and too_fast(request, what):
                return slower(request, what)
            response: HttpResponseBase = view(request, *args, **kwargs)
            return response

        return guarded

    return decorate


def slower(request: HttpRequest, what: str) -> HttpResponse:
    """The page that asks to wait; the browser's back button has what was typed."""
    minutes = PACES[what][1] // 60
    words = (
        _("Many trials came from your network within an hour. Wait a little, or sign in: nobody counts then.")
        if minutes > 1
        else _("That is many calculations within a minute. Wait a few seconds, or sign in: nobody counts then.")
    )
    response = render(request, "replication/slower.html", {"words": words}, status=429)
    response["Retry-After"] = str(PACES[what][1])
    return response
