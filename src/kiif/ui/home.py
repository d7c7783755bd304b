"""What higher floors put on the public home page, and where a signed-in person lands.

The page shows only what is true here: without a coverage there is no map, without a section there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Member:
    """An organisation of the alliance, as the map calls it out. `departments` are codes ("33", "2A", "974")."""

    name: str
    place: str = ""
    departments: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Coverage:
    """Who covers what: `members` with their departments; `note` is a sentence under the legend (national members)."""

    members: tuple[Member, ...] = ()
    note: str = ""

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(code for member in self.members for code in member.departments)


@dataclass(frozen=True)
class Hero:
    """First sentences of the home page. Empty fields keep those of the product."""

    title: str = ""
    lead: str = ""
    #: (label, url) of the one primary action, and of links beside it
    action: tuple[str, str] | None = None
    links: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Figure:
    """A number of the alliance: `source` says from whom and from when."""

    value: Any
    label: Any
    source: Any
    unit: Any = ""


@dataclass(frozen=True)
class Door:
    """ "You are…": one kind of visitor and where they go."""

    title: Any
    text: Any
    url_name: str
    order: int = 50


_hero: list[Callable[[], Hero | None]] = []
_coverage: list[Callable[[], Coverage | None]] = []
_sections: dict[Any, int] = {}
_figures: dict[Any, int] = {}
_doors: dict[str, Door] = {}
_landings: dict[Any, int] = {}


def register_hero(hero: Callable[[], Hero | None]) -> None:
    """Says who speaks on the home page; the last one registered wins."""
    _hero[:] = [hero]


def register_coverage(coverage: Callable[[], Coverage | None]) -> None:
    """Gives the map of the home page; the last one registered wins. Called at most once per page; it may be cached."""
    _coverage[:] = [coverage]


def register_section(order: int, section: Callable[[Any], Any]) -> None:
    """`section(actor)` returns rendered HTML (usually a `.sec.big`), or "" when it has nothing to say."""
    _sections[section] = order


def register_figures(order: int, figures: Callable[[Any], list[Figure]]) -> None:
    """`figures(actor)` gives numbers for "The alliance in figures"."""
    _figures[figures] = order


def register_door(door: Door) -> None:
    """A door of "You are…"; it shows only if its page exists."""
    _doors[door.url_name] = door


def register_landing(order: int, landing: Callable[[Any], str | None]) -> None:
    """`landing(actor)` gives the address where this person lands after signing in, or None if it does not know."""
    _landings[landing] = order


def _in_order(registry: dict[Any, int]) -> list[Any]:
    return sorted(registry, key=lambda item: registry[item])


def hero() -> Hero:
    found = _hero[0]() if _hero else None
    return found or Hero()


def coverage() -> Coverage | None:
    return _coverage[0]() if _coverage else None


def sections(actor: Any) -> list[Any]:
    return [html for section in _in_order(_sections) if (html := section(actor))]


def figures(actor: Any) -> list[Figure]:
    return [figure for provider in _in_order(_figures) for figure in provider(actor)]


def doors() -> list[Door]:
    return sorted(_doors.values(), key=lambda door: door.order)


def landing(actor: Any) -> str | None:
    """Where this person lands: the first registered answer; None is the public home page."""
    for provider in _in_order(_landings):
        if address := provider(actor):
            return str(address)
    return None
