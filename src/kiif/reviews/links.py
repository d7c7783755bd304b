"""Personal links of external experts: they open their readings, and nothing else of the product.

A link is made from the secret of the instance, the reviewer and the day when it ends: it can be written again in a mail
without being kept anywhere. The database keeps its digest, the session too; to give it up, the digest is cleared.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kiif.alliance.actions.common import link
from kiif.questionnaires.links import digest
from kiif.reviews.enums import ReviewerState
from kiif.reviews.models import Reviewer, Round

SESSION_KEY: Final = "reviews_link"
#: A link outlives the end of its round by this, so that one may read again what one gave.
AFTER: Final = dt.timedelta(days=7)
#: Life of a link when the round has no end yet.
LIFE: Final = dt.timedelta(days=60)


def life_of(round_: Round) -> dt.datetime:
    """Until when a link made now is valid."""
    return round_.closes_at + AFTER if round_.closes_at else timezone.now() + LIFE


def token_of(reviewer: Reviewer) -> str:
    """The secret part of the personal link, as valid now; empty without one."""
    if not reviewer.external or reviewer.token_until is None or not reviewer.token_hash:
        return ""
    return make(reviewer)


def make(reviewer: Reviewer) -> str:
    """The secret part for this reviewer and this end (`token_until`): 256 bits nobody can guess."""
    until = int(reviewer.token_until.timestamp() * 1_000_000) if reviewer.token_until else 0
    code = salted_hmac("kiif.reviews.links", f"{reviewer.public_id}|{until}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(code).decode().rstrip("=")


def address_of(reviewer: Reviewer) -> str:
    """Where this reviewer finds what they read: for mails."""
    token = token_of(reviewer)
    return link("reviews:access", token) if token else link("reviews:mine")


def find(token: str) -> Reviewer | None:
    """The reviewer of a link that is valid now, or None."""
    return _valid(digest(token))


def hold(request: HttpRequest, token: str) -> None:
    """Keeps the link in the session, so that addresses and logs no longer show it."""
    request.session[SESSION_KEY] = digest(token)


def held_by(request: HttpRequest) -> Reviewer | None:
    """The reviewer whose link this browser holds, asked again at each request: what is revoked is gone at once."""
    kept = request.session.get(SESSION_KEY, "")
    return _valid(kept) if isinstance(kept, str) and kept else None


def _valid(hashed: str) -> Reviewer | None:
    rows = Reviewer.objects.select_related("person", "round__call__edition__programme__owner")
    row = rows.filter(token_hash=hashed, external=True).exclude(state=ReviewerState.LEFT).first()
    return row if row is not None and row.link_is_valid and row.person.is_active else None
