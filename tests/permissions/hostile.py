"""What a hostile or unlucky hand sends: any field holds what no person types. No address may fall because of it.

`Everything(value, known)` is a query or a form in which **every** name that a view asks for is there, with the same
value: no list of fields to keep up to date, and fields with a prefix or a number are met too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import QueryDict

from tests.factories import ROLES, World
from tests.permissions.matrix import Row, address

#: The rooms of calls, from the programme to its boards.
ROOMS = ("programmes", "reviews", "decisions", "committees", "cohorts", "steering")
#: Too big for any database, nothing that a converter reads the same way twice, another alphabet's digits, and so on.
VALUES = (
    "9" * 30,
    "-" + "9" * 30,
    "9" * 5000,
    "²",
    "٣",
    "1e999",
    "NaN",
    "Infinity",
    "2027-02-30",
    "0000-00-00T99:99",
    "9999-12-31",
    "0001-01-01T00:00",
    "x" * 20_000,
    "'\"><%s%(a)s{0}{prenom}{%",
    "..\\..//\u202e\ufffe\u0085\u2028",
    "\ufffd\x01\x1f",
    "00000000-0000-0000-0000-000000000000",
    "",
)
#: By default each address is sent one of these, in turn; `KIIF_HOSTILE=all` sends everything to all (five minutes).
SHORT = ("9" * 30, "²", "x" * 20_000)
#: Never hostile: the token of forms is not what is tried here, and a language is read before any view.
SPARED = {"csrfmiddlewaretoken"}


class Everything(QueryDict):
    """A query or a form that holds every name, with one value; `known` names keep their own values."""

    def __init__(self, value: str, known: QueryDict | None = None) -> None:
        super().__init__("", mutable=True)
        self.value = value
        for key, values in (known or QueryDict()).lists():
            self.setlist(key, values)

    def _holds(self, key: object) -> bool:
        return super().__contains__(key) or str(key) in SPARED

    def __contains__(self, key: object) -> bool:
        return str(key) not in SPARED or super().__contains__(key)

    def __getitem__(self, key: str) -> str:
        return super().__getitem__(key) if self._holds(key) else self.value

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key, default) if self._holds(key) else self.value

    def getlist(self, key: str, default: Any = None) -> list[Any]:
        return super().getlist(key, default) if self._holds(key) else [self.value, *VALUES]


@contextmanager
def answering(part: str, value: str) -> Iterator[None]:
    """Meanwhile every request holds every name in its `GET` or `POST`, what it really sends excepted."""
    whole = WSGIRequest.__dict__[part]
    read = whole.func if hasattr(whole, "func") else whole.fget

    def hostile(request: WSGIRequest) -> QueryDict:
        kept = request.__dict__.setdefault("_hostile", {})
        if part not in kept:
            kept[part] = Everything(value, read(request))
        return kept[part]

    with patch.object(WSGIRequest, part, property(hostile, getattr(whole, "fset", None))):
        yield


def strongest(row: Row) -> str:
    """Who is let the farthest at an address."""
    ranks: Mapping[int | str, int] = {200: 0, 302: 0, 204: 0, 400: 1, 422: 1, 409: 1, 403: 2, 404: 3}
    order = ["coordinator", *(role for role in ROLES if role not in {"coordinator", "impersonating"})]
    return min(order, key=lambda role: (ranks.get(row.statuses[role], 4), order.index(role)))


def values_for(turn: int) -> tuple[str, ...]:
    """What the address of this turn is sent."""
    return VALUES if os.environ.get("KIIF_HOSTILE") == "all" else (SHORT[turn % len(SHORT)],)


def fallen(
    world: World, clients: Mapping[str, Any], key: str, row: Row, *, method: str, values: tuple[str, ...]
) -> Iterator[str]:
    """Each way in which this address falls, in words: with every name hostile, then each name that it is sent.

    `method`: "get" asks with a hostile query; "post" sends a hostile form, to pages that hold a form too.
    """
    client, part = clients[strongest(row)], method.upper()
    with transaction.atomic():
        url, data = address(key, row, world), dict(row.data(world))
        for value in values:
            with answering(part, value):
                yield from _sent(client, method, url, {}, f"{key} {part}=*{value[:12]!r}")
                if data:
                    yield from _sent(client, method, url, data, f"{key} {part}=+{value[:12]!r}")
            for name in data if len(value) < 100 else ():
                changed = {**data, name: value}
                yield from _sent(client, method, url, changed, f"{key} {name}={value[:12]!r}")
        transaction.set_rollback(True)


def _sent(client: Any, method: str, url: str, data: Mapping[str, Any], words: str) -> Iterator[str]:
    with transaction.atomic():
        try:
            response = getattr(client, method)(url, data=data or None)
        except Exception as error:  # told, not hidden: whatever falls is what is looked for
            yield f"{words}: {type(error).__name__} {str(error)[:150]}"
        else:
            if response.status_code >= 500:
                yield f"{words}: {response.status_code}"
            if response.streaming:
                response.getvalue()
        transaction.set_rollback(True)
