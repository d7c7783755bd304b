from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from kiif.accounts.models import User
from kiif.config import demo
from kiif.config.models import Mark
from tests.factories import make_user


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def chapter(order: int, name: str, build: Any) -> SimpleNamespace:
    return SimpleNamespace(ORDER=order, NAME=name, build=build)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The sentences compared here are those of the sources."""
    with translation.override("en"):
        yield


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three chapters in place of the real ones; each writes what it does."""
    told: list[str] = []

    def people(world: demo.World) -> None:
        told.append("people")
        world.people["ada"] = make_user("Ada", email=f"ada{world.rng.randrange(10**6)}@exemple.test")

    def bodies(world: demo.World) -> None:
        told.append(f"bodies of {world.people['ada']}")

    chapters = [chapter(1, "People", people), chapter(2, "Bodies", bodies)]
    monkeypatch.setattr(demo, "chapters", lambda: chapters)
    return told


@pytest.mark.django_db
def test_chapters_follow_each_other_and_pass_the_world_on(story: list[str]) -> None:
    said: list[str] = []
    world = demo.load(scale=3, say=said.append)
    assert story == ["people", "bodies of Ada"]
    assert said == ["… People", "… Bodies"]
    assert world.scale == 3
    assert world.by.is_system
    assert demo.loaded() is not None


@pytest.mark.django_db
def test_it_is_told_once(story: list[str]) -> None:
    demo.load(say=lambda _: None)
    with pytest.raises(demo.DemoError, match="was loaded on"):
        demo.load(say=lambda _: None)
    assert story == ["people", "bodies of Ada"]


@pytest.mark.django_db
def test_never_over_the_data_of_people(story: list[str]) -> None:
    make_user("Quelqu’un de réel")
    with pytest.raises(demo.DemoError, match="already have accounts"):
        demo.load(say=lambda _: None)
    assert story == []
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_never_where_mail_leaves_the_house(story: list[str], settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    with pytest.raises(demo.DemoError, match="EMAIL_URL"):
        demo.load(say=lambda _: None)
    assert story == []


@pytest.mark.django_db(transaction=True)
def test_what_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(world: demo.World) -> None:
        raise RuntimeError("half-way")

    chapters = [chapter(1, "People", lambda world: make_user("Ada")), chapter(2, "Bodies", fail)]
    monkeypatch.setattr(demo, "chapters", lambda: chapters)
    with pytest.raises(RuntimeError, match="half-way"):
        demo.load(say=lambda _: None)
    assert not User.objects.exists()
    assert not Mark.objects.exists()


@pytest.mark.django_db
def test_the_same_seed_tells_the_same_story() -> None:
    assert [demo.World().rng.random() for _ in range(3)] == [demo.World().rng.random()] * 3


@pytest.mark.django_db
def test_the_chapters_of_the_apps_are_found_in_order() -> None:
    orders = [found.ORDER for found in demo.chapters()]
    assert orders == sorted(orders)
    assert orders, "no app tells anything"
