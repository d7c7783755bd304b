"""How a room declares who may open its addresses, and how the declaration is read. See README.md."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import urlencode

from tests.factories import ROLES, World

#: A visitor is sent to the sign-in page.
LOGIN = "login"
#: The only addresses without rows: one test of their own holds them (staff only).
APART = ("admin:",)

Status = int | str
Kwargs = Callable[[World], Mapping[str, Any]]


@dataclass(frozen=True)
class Row:
    """What each role receives at one address. `kwargs` and `data` are computed from the world of the test."""

    statuses: Mapping[str, Status]
    method: str = "get"
    kwargs: Kwargs = field(default=lambda world: {})
    data: Kwargs = field(default=lambda world: {})
    query: Kwargs = field(default=lambda world: {})


def row(
    *,
    default: Status | None = None,
    method: str = "get",
    kwargs: Kwargs | None = None,
    data: Kwargs | None = None,
    query: Kwargs | None = None,
    **statuses: Status,
) -> Row:
    """A row: `row(default=200, visitor=LOGIN, carrier=404)`. Every role must get a status, by name or by default.

    Raises ValueError for an unknown role or a role without a status.
    """
    unknown = set(statuses) - set(ROLES)
    missing = [role for role in ROLES if role not in statuses and default is None]
    if unknown or missing:
        raise ValueError(f"unknown roles {sorted(unknown)}, roles without a status {missing}")
    complete = {role: statuses.get(role, default) for role in ROLES}
    nothing: Kwargs = lambda world: {}  # noqa: E731 -- a name for the empty answer
    return Row(complete, method, kwargs or nothing, data or nothing, query or nothing)  # type: ignore[arg-type] # None was refused above


PUBLIC = row(default=200)
SIGNED_IN = row(default=200, visitor=LOGIN)


def url_names() -> set[str]:
    """Name of every address of the product, namespace included; an address without a name is shown as its pattern."""
    return {name for name in _walk(get_resolver()) if not name.startswith(APART)}


def _walk(resolver: URLResolver, namespace: str = "", prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, route)
        elif isinstance(entry, URLPattern):
            yield namespace + (entry.name or route)


def by_room() -> dict[str, dict[str, Row]]:
    """The rows of each room that declares some."""
    here = Path(__file__).parent
    rooms = [path.parent.name for path in sorted(here.parent.glob("*/matrix.py")) if path.parent != here]
    return {room: importlib.import_module(f"tests.{room}.matrix").ROWS for room in rooms}


def declared() -> dict[str, Row]:
    """All rows of all rooms. A key is a url name, or `name#variant` for another object or method.

    Raises ValueError when two rooms declare the same key.
    """
    rows: dict[str, Row] = {}
    for found in by_room().values():
        if twice := set(found) & set(rows):
            raise ValueError(f"declared twice: {sorted(twice)}")
        rows |= found
    return rows


def url_name(key: str) -> str:
    return key.partition("#")[0]


def address(key: str, row: Row, world: World) -> str:
    """The address of a row in this world, query included."""
    query = row.query(world)
    return reverse(url_name(key), kwargs=dict(row.kwargs(world))) + (f"?{urlencode(query)}" if query else "")
