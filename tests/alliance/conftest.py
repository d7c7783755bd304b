from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.utils.translation import override

from kiif.accounts.actor import Actor
from kiif.alliance.enums import Role
from kiif.alliance.models import Alliance, Incubator, Membership
from tests.alliance import factories as make


@dataclass
class House:
    """One alliance, two incubators, one person for each role that matters."""

    alliance: Alliance
    incubator: Incubator
    other: Incubator
    coordinator: Membership
    manager: Membership
    advisor: Membership
    other_manager: Membership
    other_advisor: Membership

    def acting(self, name: str) -> Actor:
        return make.acting(getattr(self, name))


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Refusals are compared with their source sentences."""
    with override("en"):
        yield


@pytest.fixture
def house(db: None) -> House:
    alliance = make.make_alliance()
    incubator, other = make.make_incubator(alliance), make.make_incubator(alliance)
    return House(
        alliance=alliance,
        incubator=incubator,
        other=other,
        coordinator=make.make_membership(alliance, Role.COORDINATOR),
        manager=make.make_membership(incubator, Role.MANAGER),
        advisor=make.make_membership(incubator, Role.ADVISOR),
        other_manager=make.make_membership(other, Role.MANAGER),
        other_advisor=make.make_membership(other, Role.ADVISOR),
    )
