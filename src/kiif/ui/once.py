"""A form sent twice by one page (a double click, a network that hesitates) is one gesture."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from kiif.ui.views import errors

#: How long what was sent is known, in seconds: long enough for an impatient hand, too short to forbid a second try.
KEPT: Final = 10
#: How long the second sending waits for the first one, in seconds, and how often it looks.
WAITS: Final = 8.0
STEP: Final = 0.1
_PENDING: Final = "pending"
_KEY: Final = "_once"

Answer = Callable[[HttpRequest], HttpResponse]


class OnceMiddleware:
    """Answers the second sending of a form as the first one was answered, without doing it again.

    Each page that is shown masks the token of its forms anew: the same token with the same words comes from the same
    page. Only forms that a browser sends by itself, whose first answer led elsewhere; what was refused may be sent
    again, and what scripts send is theirs to count.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key: str | None = request.__dict__.get(_KEY)
        if key is None:
            return response
        if response.status_code in (302, 303) and _keeps_session(request):
            # what the view itself set (messages, a preference): session and form tokens are set further out
            cache.set(key, {"to": response["Location"], "cookies": dict(response.cookies)}, KEPT)
        else:
            cache.delete(key)
        return response

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """Once the form is read, its token checked, and it is sure that somebody may be there."""
        key = key_of(request)
        if key is None:
            return None
        if not _claim(key):
            first = _first_answer(key)
            if first == _PENDING:
                return errors.unfinished(_("This is still being done: wait a moment, then look at the page again."))
            if isinstance(first, dict):
                return _again(first)
        request.__dict__[_KEY] = key
        return None


def key_of(request: HttpRequest) -> str | None:
    """What makes two sendings one; None for what is not the form of a page."""
    headers = request.headers
    if request.method != "POST" or "text/html" not in headers.get("Accept", "") or "HX-Request" in headers:
        return None
    if headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or not request.POST.get("csrfmiddlewaretoken"):
        return None
    files = [(name, one.name, one.size) for name, held in request.FILES.lists() for one in held]
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    said = repr((session, request.get_full_path(), sorted(request.POST.lists()), files))
    return f"once.{hashlib.sha256(said.encode()).hexdigest()}"


def _keeps_session(request: HttpRequest) -> bool:
    """Whether the browser keeps the session that it came with: an answer that signs in or out, or that changes a
    password, holds a cookie which the second one would lack."""
    came = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return not request.session.modified or (came is not None and request.session.session_key == came)


def _claim(key: str) -> bool:
    return bool(cache.add(key, _PENDING, KEPT + WAITS))


def _first_answer(key: str) -> Any:
    """Where the first sending led, waiting until it is known; None when it led nowhere: this one is then done.

    Only the newest waits: a browser reads no other answer, and whoever clicks ten times must not hold every thread.
    """
    newest, mine, end = f"{key}.newest", get_random_string(12), time.monotonic() + WAITS
    cache.set(newest, mine, KEPT + WAITS)
    while True:
        kept = cache.get(key)
        if kept is None and (_claim(key) or (kept := cache.get(key)) is None):
            return None
        if kept != _PENDING or time.monotonic() >= end or cache.get(newest) != mine:
            return kept
        time.sleep(STEP)


def _again(first: dict[str, Any]) -> HttpResponse:
    response = HttpResponseRedirect(first["to"])
    response.cookies.update(first["cookies"])
    return response
