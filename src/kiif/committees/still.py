"""The shortest way to say "nothing new" to a screen of the room that asks each second.

The whole way (session, person, roles, second factor, terms, right to see) takes seven queries. The answer of who went
through it carries a key for this person and this session of the committee, worth four minutes. With it, and while the
revision is the same, the answer is given before any of that, for one query. The key opens nothing: it only says that
nothing changed. As soon as something did (a member removed makes the revision grow too), and every four minutes
anyway, the whole way is gone through again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from kiif.committees.models import Session

#: Seconds during which a key says "nothing new".
WORTH: Final = 240
HEADER: Final = "X-Room-Key"
_SALT: Final = "committees.still"
_START, _END = "/comites/seances/", "/direct"


def key_for(public_id: UUID, person_id: int) -> str:
    """A key for one person and one session of a committee."""
    return signing.TimestampSigner(salt=_SALT).sign(f"{public_id.hex}.{person_id}")


class StillMiddleware:
    """Answers 204 to who holds a fresh key and the present revision; lets everything else go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if request.method == "GET" and path.startswith(_START) and path.endswith(_END) and _is_still(request):
            response = HttpResponse(status=204)
            add_never_cache_headers(response)
            response["Referrer-Policy"] = "no-referrer"
            return response
        return self.get_response(request)


def _is_still(request: HttpRequest) -> bool:
    revision, key = request.GET.get("rev", ""), request.GET.get("key", "")
    if not key or not re.fullmatch(r"[0-9]{1,9}", revision):
        return False
    try:
        said = signing.TimestampSigner(salt=_SALT).unsign(key, max_age=WORTH)
        asked = UUID(request.path_info[len(_START) :].partition("/")[0])
    except (signing.BadSignature, ValueError):
        return False
    if said.partition(".")[0] != asked.hex:
        return False
    rows = Session.objects.filter(public_id=asked, revision=int(revision))  # guarded: says only that nothing changed
    return rows.exists()
