from dataclasses import replace
from itertools import count

import pytest

from kiif.alliance.enums import Kind
from kiif.alliance.models import Alliance, Incubator
from kiif.search import registry
from kiif.search.registry import Hit, Source
from tests.factories import make_user

SECRET = "Zinzolin"


def visible(actor):
    """In these tests visitors see what is not marked, people who signed in see everything."""
    everything = Incubator.objects.all()
    return everything if actor.is_authenticated else everything.exclude(region=SECRET)


@pytest.fixture(autouse=True)
def source(monkeypatch):
    """One source over incubators, and no other."""
    monkeypatch.setattr(registry, "_sources", {})
    found = Source(
        "incubators",
        "Incubateurs",
        Incubator,
        visible_to=visible,
        url=lambda incubator: f"/incubateurs/{incubator.pk}",
        hint=lambda incubator: incubator.region,
    )
    registry.register(found)
    return found


@pytest.fixture
def own_search(source):
    """A second source, which searches by itself."""
    own = replace(
        source,
        key="communes",
        label="Communes",
        model=None,
        visible_to=None,
        order=10,
        find=lambda actor, text, limit: [Hit(f"Commune de {text}", "/c")][:limit],
    )
    registry.register(own)
    return own


@pytest.fixture
def make(db):
    """Makes an incubator by its name."""
    alliance = Alliance.objects.create(kind=Kind.ALLIANCE, name="Alliance inventée", slug="alliance-inventee")
    numbers = count(1)

    def _make(name, **fields):
        slug = f"incubateur-{next(numbers)}"
        return Incubator.objects.create(kind=Kind.INCUBATOR, alliance=alliance, name=name, slug=slug, **fields)

    return _make


@pytest.fixture
def person(db):
    return make_user("Ida Romarin")
