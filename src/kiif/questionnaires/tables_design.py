"""The list of questionnaires."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.actor import Actor
from kiif.questionnaires.enums import Purpose
from kiif.questionnaires.models import Questionnaire
from kiif.ui.tables import Column, Filter, Table


def rows_for(actor: Actor) -> QuerySet[Questionnaire]:
    """Those that one may read, with their last version and the remarks that wait."""
    rows = Questionnaire.objects.visible_to(actor).with_ties().defer("draft")
    return rows.annotate(
        last_version=Max("versions__number"),
        open_remarks=Count("comments", filter=Q(comments__resolved_at__isnull=True), distinct=True),
    )


def state_of(row: Any) -> str:
    if row.archived_at:
        return _("put away")
    return _("version %(number)s") % {"number": row.last_version} if row.last_version else _("draft")


class QuestionnairesTable(Table):
    """Questionnaires of the houses of the alliance: one's own first, the others to be copied."""

    name = "questionnaires"
    caption = gettext_lazy("Questionnaires")
    columns = (
        Column(
            "title",
            gettext_lazy("Title"),
            url=lambda row: row.get_absolute_url(),
            sort="title",
            head=True,
            sub=lambda row: row.get_purpose_display(),
        ),
        Column("owner", gettext_lazy("Belongs to"), value=lambda row: row.owner.name, sort="owner__name"),
        Column("state", gettext_lazy("State"), value=state_of, sort="last_version"),
        Column("remarks", gettext_lazy("Open remarks"), value="open_remarks", sort="open_remarks", end=True),
        Column("draft_at", gettext_lazy("Last changed"), sort="draft_at"),
    )
    search_fields = ("title", "owner__name")
    filters = (
        Filter("pour", gettext_lazy("What for"), choices=Purpose.choices, lookup="purpose"),
        Filter(
            "etat",
            gettext_lazy("State"),
            choices=[("publie", gettext_lazy("published")), ("brouillon", gettext_lazy("draft"))],
            apply=lambda rows, value: rows.filter(last_version__isnull=value == "brouillon"),
        ),
    )
    default_sort = "-draft_at"
    exports = ()
    empty_title = gettext_lazy("No questionnaire yet")
    empty_text = gettext_lazy("Start from nothing, from a block of the library, or bring an XLSForm workbook.")


def table_of(request: HttpRequest, rows: QuerySet[Questionnaire]) -> QuestionnairesTable:
    return QuestionnairesTable(rows, request)
