"""The demonstration: a whole alliance, invented from a fixed seed, through the actions that people use.

An app takes part with a module `demo` holding `ORDER` (lower floors first), `NAME` and `build(world)`. All of it is
one transaction: either the instance holds the whole demonstration or none of it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Protocol, cast

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import translation
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _

from kiif.accounts.demo_world import World
from kiif.config.errors import CommandError
from kiif.config.models import Mark

MARK = "demo"


class DemoError(CommandError):
    """The demonstration may not be loaded here; `str()` says why."""


class Chapter(Protocol):
    """What the module `demo` of an app offers."""

    ORDER: int
    NAME: Any

    def build(self, world: World) -> None: ...


def chapters() -> list[Chapter]:
    """The `demo` modules of the installed apps, lower floors first."""
    found = [
        importlib.import_module(f"{config.name}.demo")
        for config in apps.get_app_configs()
        if config.name != "kiif.config" and module_has_submodule(config.module, "demo")
    ]
    return sorted((cast("Chapter", m) for m in found if hasattr(m, "build")), key=lambda chapter: chapter.ORDER)


def loaded() -> Mark | None:
    """The mark left by the demonstration, if it is there."""
    return Mark.objects.filter(key=MARK).first()


def refuse_if_not_empty() -> None:
    """Raises DemoError when this instance belongs to real people, or when its mails leave the house."""
    if mark := loaded():
        raise DemoError(
            _("The demonstration was loaded on %(date)s. To start again, give an empty folder: KIIF_DATA_DIR=…")
            % {"date": mark.at.date().isoformat()}
        )
    if get_user_model().objects.exists():
        raise DemoError(
            _("People already have accounts here: the demonstration would mix in. Use another KIIF_DATA_DIR.")
        )
    if settings.EMAIL_HOST:
        raise DemoError(
            _("Mails leave this instance (EMAIL_URL is set): the demonstration writes to invented people. Unset it.")
        )


def load(*, scale: int = 1, say: Callable[[str], None] = print) -> World:
    """Builds the demonstration, once. Raises DemoError when it may not; whatever fails leaves nothing behind."""
    refuse_if_not_empty()
    world = World(scale=scale, say=say)
    with transaction.atomic():
        for chapter in chapters():
            say(f"… {chapter.NAME}")
            with translation.override(settings.LANGUAGE_CODE):  # what it writes, whoever starts it
                chapter.build(world)
        Mark.objects.create(key=MARK, data={"scale": scale, "seed": world.seed})
    return world
