"""Which browser is this? A random token in a cookie, its digest in the database."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from kiif.accounts.models import KnownDevice, User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

#: In the session: when its use was last noted (seconds).
SEEN_KEY = "seen_at"
_AGE = 400 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def label_of(user_agent: str) -> str:
    """“Firefox, Linux”: enough to recognise one's own browser, not enough to follow it."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or "?"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def _token(request: HttpRequest) -> str:
    token = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    return token if _TOKEN.fullmatch(token) else ""


def recognised(request: HttpRequest, email: str) -> KnownDevice | None:
    """The device of this request if the owner of this address already signed in from it."""
    token = _token(request)
    if not token:
        return None
    return KnownDevice.objects.filter(token_digest=_digest(token), user__email=email.strip().lower()).first()


def remember(request: HttpRequest, response: HttpResponse, user: User) -> bool:
    """Keeps that this person signed in from this browser. True when it is new and the person had others."""
    token = _token(request) or secrets.token_urlsafe(32)
    others = KnownDevice.objects.filter(user=user).exists()
    device, is_new = KnownDevice.objects.get_or_create(
        user=user,
        token_digest=_digest(token),
        defaults={"label": label_of(request.headers.get("User-Agent", ""))},
    )
    if not is_new:
        device.last_seen_at = timezone.now()
        device.save(update_fields=["last_seen_at"])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        token,
        max_age=_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return is_new and others
