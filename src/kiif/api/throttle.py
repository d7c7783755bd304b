"""How often one address may ask. Counted in memory by each process: a GET never writes to the database."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

#: Requests in a minute, for an address: pages of figures, and whole files.
PAGES_A_MINUTE: Final = 240
FILES_A_MINUTE: Final = 12
MOST_ADDRESSES: Final = 20_000


def address_of(request: HttpRequest) -> str:
    """The address of who asks; behind trusted proxies, the one that the first of them saw."""
    proxies = int(settings.ALLAUTH_TRUSTED_PROXY_COUNT)
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    seen = [part.strip() for part in forwarded.split(",") if part.strip()]
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


class PerMinute(BaseThrottle):
    """At most ``rate`` requests in a window of one minute for each address (fixed windows, constant memory)."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._wait = 0.0

    def allow_request(self, request: HttpRequest) -> bool:
        now = time.monotonic()
        window = int(now // 60)
        key = address_of(request)
        with self._lock:
            seen, count = self._counts.pop(key, (window, 0))
            count = count + 1 if seen == window else 1
            self._counts[key] = (window, count)
            while len(self._counts) > MOST_ADDRESSES:
                self._counts.popitem(last=False)
        self._wait = 60 - now % 60
        return count <= self.rate

    def wait(self) -> float:
        """Seconds until the next window."""
        return self._wait

    def forget(self) -> None:
        """Start counting anew (tests)."""
        self._counts.clear()


PAGES: Final = PerMinute(PAGES_A_MINUTE)
FILES: Final = PerMinute(FILES_A_MINUTE)
