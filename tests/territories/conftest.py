"""Territories on the real base pack, shared with the tests of `opendata`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiif.territories import lookup
from kiif.territories.models import Territory
from tests.opendata.conftest import base_dir, base_pack, data_dir, empty_dir, official
from tests.territories import factories as make

__all__ = ["base_dir", "base_pack", "data_dir", "empty_dir", "official"]


@pytest.fixture(autouse=True)
def _fresh_index() -> Iterator[None]:
    """The index of names belongs to the database of one test."""
    lookup.forget()
    yield
    lookup.forget()


@pytest.fixture
def dordogne(db: None) -> dict[str, Territory]:
    """Five territories, without any pack."""
    return make.make_dordogne()


@pytest.fixture
def real(db: None, base_pack: Path) -> Path:
    """The real territories of Dordogne, Alpes-Maritimes and Moselle."""
    make.load_departments(("24", "06", "57"))
    return base_pack
