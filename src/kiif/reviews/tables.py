"""Lists of reviews: the reviewers of a round."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.organisations.enums import Theme
from kiif.reviews.enums import HELD, AssignmentState, ReviewerState
from kiif.reviews.models import Reviewer, Round
from kiif.ui.tables import Column, Filter, Table


def reviewers_of(round_: Round) -> QuerySet[Reviewer]:
    """Reviewers of a round, with what they hold, gave, abstained from."""
    real = ~Q(assignments__source="calibration")
    return (
        Reviewer.objects.filter(round=round_)
        .select_related("person", "body", "round")
        .annotate(
            held=Count("assignments", filter=real & Q(assignments__state__in=HELD)),
            given=Count("assignments", filter=real & Q(assignments__state=AssignmentState.DONE)),
            abstained=Count("assignments", filter=real & Q(assignments__state=AssignmentState.ABSTAINED)),
        )
    )


def _house(row: Any) -> str:
    if row.external:
        return _("%(house)s (external expert)") % {"house": row.organisation_name or "–"}
    return row.organisation_name or (row.body.label if row.body else "")


def _themes(row: Any) -> str:
    labels = dict(Theme.choices)
    named = [str(labels.get(code, code)) for code in row.themes]
    return ", ".join(named[:3]) + (_(" and %(n)s more") % {"n": len(named) - 3} if len(named) > 3 else "")


def _progress(row: Any) -> str:
    return _("%(given)s of %(held)s") % {"given": row.given, "held": row.held}


class ReviewersTable(Table):
    name = "lecteurs"
    caption = gettext_lazy("Reviewers")
    columns = (
        Column(
            "person",
            gettext_lazy("Who reads"),
            value=lambda row: str(row.person),
            url=lambda row: reverse("reviews:reviewer", args=[row.public_id]),
            sub=_house,
            sort="person__full_name",
            head=True,
        ),
        Column("state", gettext_lazy("Answer"), value="get_state_display", sort="state"),
        Column("capacity", gettext_lazy("Capacity"), sort="capacity", end=True),
        Column("progress", gettext_lazy("Given"), value=_progress, sort=("given", "held"), end=True),
        Column("themes", gettext_lazy("Themes"), value=_themes),
        Column("email", gettext_lazy("E-mail address"), value=lambda row: row.person.email, page=False),
        Column("last", gettext_lazy("Last reading"), value="last_seen_at", sort="last_seen_at"),
    )
    search_fields = ("person__full_name", "person__email", "organisation_name")
    filters = (
        Filter("reponse", gettext_lazy("Answer"), choices=ReviewerState.choices, lookup="state"),
        Filter("externe", gettext_lazy("External experts"), kind="tick", lookup="external"),
    )
    default_sort = "person"
    empty_title = gettext_lazy("Nobody is asked yet")
    empty_text = gettext_lazy("Ask people of the alliance, or experts from outside by a personal link.")
