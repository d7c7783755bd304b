"""Reading changes nothing, and nothing changes without the token of a form: over every address of the product."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import ROLES, World
from tests.permissions.matrix import Row, address, declared

ROWS = declared()
_WRITE = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?', re.IGNORECASE)
#: Notes about the visit itself, and not about what is read.
SESSIONS = {"django_session", "usersessions_usersession"}
#: Addresses whose POST needs no token of ours: the signature of the link protects (RFC 8058).
WITHOUT_TOKEN = {"mailbox:unsubscribe"}


@contextmanager
def written() -> Iterator[list[str]]:
    """Names of the tables that are written meanwhile, sessions left out."""
    tables: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = _WRITE.match(sql)
        if found and found[2] not in SESSIONS:
            tables.append(found[2])
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield tables


def what_writes(world: World, rows: dict[str, Row]) -> dict[str, list[str]]:
    """The tables written by one request to each address, by somebody to whom it answers; what they write is undone."""
    changed = {}
    clients = {role: world.client(role) for role in ROLES}  # who is there, before anything is undone
    for key, row in rows.items():
        client = clients[next(role for role in reversed(row.statuses) if row.statuses[role] == 200)]
        with transaction.atomic():
            url, data = address(key, row, world), dict(row.data(world)) or None
            with written() as tables:
                response = getattr(client, row.method)(url, data=data)
            transaction.set_rollback(True)
        if response.streaming:
            response.getvalue()
        if tables:
            changed[key] = sorted(set(tables))
    return changed


def test_no_reading_changes_anything(world: World) -> None:
    reads = {key: row for key, row in ROWS.items() if row.method == "get" and 200 in row.statuses.values()}
    assert len(reads) > 50
    assert what_writes(world, reads) == {}


def test_the_public_interface_keeps_nothing(world: World) -> None:
    """It needs no token because of that: it knows nobody and changes nothing."""
    rows = {key: row for key, row in ROWS.items() if key.startswith("api:") and 200 in row.statuses.values()}
    assert rows
    assert what_writes(world, rows) == {}


def test_the_watch_sees_a_write(world: World) -> None:
    person = world.people["manager"]
    with written() as tables:
        person.save()
    assert "accounts_user" in tables


def _exempt(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _exempt(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern) and getattr(entry.callback, "csrf_exempt", False):
            yield namespace + (entry.name or str(entry.pattern))


def test_addresses_without_the_token_are_known() -> None:
    assert {name for name in _exempt(get_resolver()) if not name.startswith("api:")} == WITHOUT_TOKEN
