"""The life of a project on the page of one of its applications: the other calls it went through, and what came of them.

Rooms above say what became of each: `life.register("cohorts", tell)`, where `tell(actor, applications)` gives sentences
by key of application, of what this actor sees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from kiif.accounts.actor import Actor
from kiif.programmes import panels, reading
from kiif.programmes.enums import State
from kiif.programmes.models import Application
from kiif.programmes.tables_applications import TONES

#: Applications of one project that are told at most.
MOST = 12

Tell = Callable[[Actor, Sequence[Application]], dict[int, list[str]]]
_tellers: dict[str, Tell] = {}


def register(key: str, tell: Tell) -> None:
    """Adds what a room knows of earlier applications; the same key is replaced."""
    _tellers[key] = tell


@dataclass(frozen=True)
class Step:
    """One application of the same project; `words`: what came of it."""

    application: Application
    tone: str
    words: tuple[str, ...]


def panel(actor: Actor, application: Any) -> dict[str, Any] | None:
    """The other applications of this project that this actor reads, the newest first. Nothing for a blind reader: an
    earlier call would say who applies."""
    # the page of an application knows whether there is another one: most projects have one
    if not getattr(application, "has_others", True) or not reading.reads_names(actor, application):
        return None
    rows = Application.objects.visible_to(actor).with_ties().filter(project_id=application.project_id)
    rows = rows.prefetch_related(*reading.asked_beforehand())
    # another reading of the same project may be blind: nobody learns by this way which one it is
    others = [
        row
        for row in rows.exclude(pk=application.pk).exclude(state=State.MERGED).order_by("-begun_at")[:MOST]
        if reading.reads_names(actor, row)
    ]
    return {"steps": steps(actor, others)} if others else None


def steps(actor: Actor, applications: Sequence[Application]) -> list[Step]:
    told = [tell(actor, applications) for _key, tell in sorted(_tellers.items())]
    return [
        Step(row, TONES.get(State(row.state), ""), tuple(words for one in told for words in one.get(row.pk, [])))
        for row in applications
    ]


def fill() -> None:
    title = gettext_lazy("The same project in other calls")
    panels.register(panels.Panel("life", title, "programmes/applications/_life.html", panel, order=90))
