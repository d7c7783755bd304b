"""The list of collections, for the teams."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.actor import Actor
from kiif.questionnaires.enums import Audience, ResponseState
from kiif.questionnaires.models import Collection
from kiif.questionnaires.windows import ends_at, moment, why_not_begin
from kiif.ui.tables import Column, Table


def rows_for(actor: Actor) -> QuerySet[Collection]:
    """Collections of the alliance, with how many answers were sent and are being written."""
    rows = Collection.objects.visible_to(actor).select_related("questionnaire", "owner")
    sent = Q(responses__state__in=(ResponseState.SUBMITTED, ResponseState.REOPENED))
    return rows.annotate(
        sent=Count("responses", filter=sent), drafts=Count("responses", filter=Q(responses__state=ResponseState.DRAFT))
    )


def when(row: Any) -> str:
    """Until when it takes answers, or since when it does not."""
    if refusal := why_not_begin(row):
        return refusal
    end = ends_at(row)
    return _("until %(when)s") % {"when": moment(end)} if end else _("without an end")


class CollectionsTable(Table):
    """Questionnaires opened to answers."""

    name = "collectes"
    caption = gettext_lazy("Collections of answers")
    columns = (
        Column(
            "title",
            gettext_lazy("Title"),
            url=lambda row: row.get_absolute_url(),
            sort="title",
            head=True,
            sub=lambda row: Audience(row.audience).label,
        ),
        Column("owner", gettext_lazy("Belongs to"), value=lambda row: row.owner.name, sort="owner__name"),
        Column("when", gettext_lazy("Open"), value=when, sort="closes_at"),
        Column("sent", gettext_lazy("Answers sent"), sort="sent", end=True),
        Column("drafts", gettext_lazy("Answers being written"), sort="drafts", end=True),
    )
    search_fields = ("title", "questionnaire__title", "owner__name")
    default_sort = "-when"
    empty_title = gettext_lazy("Nothing is open yet")
    empty_text = gettext_lazy("A questionnaire is published first, then opened to answers between two dates.")


def table_of(request: HttpRequest, rows: QuerySet[Collection]) -> CollectionsTable:
    return CollectionsTable(rows, request)
