"""Reads of an application that was merged into another: they stay what they were, shown with the one that goes on.

They count for it only when somebody decides so (`actions.twins`); when the merge is undone, they go back by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from kiif.accounts.actor import Actor
from kiif.programmes.enums import State
from kiif.programmes.models import Application
from kiif.reviews.enums import AssignmentState
from kiif.reviews.models import Mark


@dataclass(frozen=True)
class TwinRead:
    """A mark given to the twin `gone`. `counts`: it was decided that it counts for the one that goes on."""

    mark: Mark
    gone: Application
    counts: bool


def reads_of(actor: Actor, application: Application) -> list[TwinRead]:
    """Marks given to the applications that this one took over, as this actor may see them. Two queries."""
    merged = Q(assignment__application__merged_into=application, assignment__application__state=State.MERGED)
    moved = Q(assignment__application=application, assignment__moved_from__isnull=False)
    rows = Mark.objects.visible_to(actor).filter(merged | moved, submitted_at__isnull=False)
    rows = rows.filter(assignment__state=AssignmentState.DONE).exclude(assignment__source="calibration")
    ties = (
        "assignment__reviewer__person", "assignment__round",
        "assignment__application__project", "assignment__moved_from__project",
    )  # fmt: skip
    found = rows.select_related(*ties).prefetch_related("lines__criterion").order_by("submitted_at", "pk")
    return [_told(mark) for mark in found]


def _told(mark: Mark) -> TwinRead:
    read = mark.assignment
    return TwinRead(mark, read.moved_from or read.application, read.moved_from is not None)


def on_state_changed(sender: Any, application: Application, before: str, by: Any, **rest: Any) -> None:
    """A merge is undone: the reads that had been counted for the other one come back."""
    from kiif.reviews.actions.twins import give_back

    if before == State.MERGED and application.state != State.MERGED:
        give_back(application, by)
