"""Every feasibility study that somebody may read, whichever search it comes from."""

from __future__ import annotations

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import Actor, of
from kiif.replication.dossier import decision_words
from kiif.replication.enums import Decision
from kiif.replication.models import FeasibilityStudy
from kiif.replication.queries import StudyQuerySet
from kiif.ui.tables import Column, Filter, Table, respond


def studies_of(actor: Actor) -> StudyQuerySet:
    """Studies with how far they are: parts written, steps to do, last change."""
    rows = FeasibilityStudy.objects.visible_to(actor).with_ties()
    return rows.annotate(
        parts_written=Count("sections", filter=~Q(sections__text=""), distinct=True),
        steps_to_do=Count("entries", filter=Q(entries__kind="next", entries__done=False), distinct=True),
        last_written=Max("sections__written_at"),
    ).order_by("-last_written", "pk")


class StudiesTable(Table):
    """My studies, the one that moved last first."""

    name = "etudes"
    caption = _("Feasibility studies")
    columns = (
        Column(
            "name",
            _("Territory"),
            url=lambda s: s.get_absolute_url(),
            sort="name",
            head=True,
            sub=lambda s: s.search.solution.name,
        ),
        Column("decision", _("Decision"), cell="replication/parts/decision_cell.html", value=decision_words),
        Column("parts", _("Parts written"), cell="replication/parts/parts_cell.html", value="parts_written", end=True),
        Column("steps", _("Steps to do"), value="steps_to_do", sort="steps_to_do", end=True),
        Column("last", _("Last written"), value="last_written", sort="last_written"),
    )
    search_fields = ("name", "search__solution__name")
    filters = (Filter("decision", _("Decision"), choices=[*Decision.choices], lookup="decision"),)
    default_sort = "-last_written"
    exports = ()
    empty_title = _("No study is open yet")
    empty_text = _("Keep a territory on the short list of a search, then open its study there.")


@require_safe
def studies(request: HttpRequest) -> HttpResponseBase:
    """Public pages end here: a study needs an account."""
    table = StudiesTable(studies_of(of(request)), request)
    return respond(request, table, "replication/studies.html", {})
