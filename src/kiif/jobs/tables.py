from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.jobs import registry
from kiif.jobs.enums import State
from kiif.jobs.models import Run
from kiif.ui.tables import Column, Filter, Table


def _url(run: Run) -> str:
    return reverse("jobs:run", args=[run.pk])


def _names(table: Any) -> list[tuple[str, Any]]:
    return [(name, registry.label_of(name)) for name in registry.names()]


def _who(run: Run) -> Any:
    return run.created_by or _("the platform")


class Mine(Table):
    name = "travaux"
    columns = (
        Column("title", _("Work"), value=str, url=_url, head=True),
        Column("state", _("State"), value="get_state_display", sort="state", cell="jobs/cells/state.html"),
        Column("created_at", _("Asked on"), sort="created_at"),
        Column("finished_at", _("Finished on"), sort="finished_at"),
    )
    filters = (Filter("etat", _("State"), choices=State.choices, lookup="state"),)
    default_sort = "-created_at"
    exports = ()
    caption = _("Your exports and imports")
    empty_title = _("Nothing under way")
    empty_text = _("Long exports and imports that you ask for are kept here, with their result, for two weeks.")


class All(Table):
    name = "tous-les-travaux"
    columns = (
        Column("title", _("Work"), value=str, url=_url, sub="name", head=True),
        Column("who", _("Asked by"), value=_who),
        Column("state", _("State"), value="get_state_display", sort="state", cell="jobs/cells/state.html"),
        Column("failures", _("Failures"), sort="failures", end=True),
        Column("created_at", _("Asked on"), sort="created_at"),
        Column("finished_at", _("Finished on"), sort="finished_at"),
    )
    search_fields = ("title", "name", "created_by__full_name")
    filters = (
        Filter("etat", _("State"), choices=State.choices, lookup="state"),
        Filter("type", _("Kind"), choices=_names, lookup="name"),
        Filter("personnes", _("Asked by people"), kind="tick", apply=lambda rows, value: rows.exclude(created_by=None)),
    )
    default_sort = "-created_at"
    caption = _("Jobs of the platform")
    empty_title = _("No job yet")
