"""Replication on the real base pack, shared with the tests of `opendata`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiif.replication.models import Search, Solution
from kiif.territories import lookup
from tests.factories import World
from tests.opendata.conftest import base_dir, base_pack, data_dir, empty_dir, official
from tests.replication import factories as make
from tests.territories.factories import load_departments

__all__ = ["base_dir", "base_pack", "data_dir", "empty_dir", "official"]


@pytest.fixture(autouse=True)
def _fresh_index() -> Iterator[None]:
    lookup.forget()
    yield
    lookup.forget()


@pytest.fixture
def real(db: None, base_pack: Path) -> Path:
    """The base pack, and the real territories of Dordogne in the database."""
    load_departments(("24",))
    return base_pack


@pytest.fixture
def solution(world: World, real: Path) -> Solution:
    """A solidarity garage of the carrier, with one site in Nontron."""
    return make.describe(world.actor("carrier"))


@pytest.fixture
def search(solution: Solution, world: World) -> Search:
    """Its search among intercommunal bodies."""
    return make.open_for(solution, world.actor("carrier"))


@pytest.fixture
def carrier(world: World) -> Any:
    """A client signed in as the carrier."""
    return world.client("carrier")
