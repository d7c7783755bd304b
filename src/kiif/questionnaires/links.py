"""Personal links: whoever answers without an account holds one. The database keeps its digest, the session too."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from django.http import HttpRequest

SESSION_KEY: Final = "questionnaires_links"
#: Links that one browser holds at once; the oldest are forgotten.
MOST: Final = 20


def new_token() -> str:
    """A personal link nobody can guess: 192 bits."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def held(request: HttpRequest) -> tuple[str, ...]:
    """Digests of the personal links that this browser holds."""
    kept = request.session.get(SESSION_KEY, [])
    return tuple(kept) if isinstance(kept, list) else ()


def hold(request: HttpRequest, token: str) -> None:
    """Keeps a link in the session, so that addresses and logs no longer show it."""
    request.session[SESSION_KEY] = [*(one for one in held(request) if one != digest(token)), digest(token)][-MOST:]
