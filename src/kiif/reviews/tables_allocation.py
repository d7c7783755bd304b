"""Lists of sharing out, progress, scores and conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiif.organisations.enums import Theme
from kiif.programmes.enums import ConflictReason, ConflictState
from kiif.reviews.enums import WAITING, AssignmentState, ReviewerState
from kiif.reviews.results import LOOK_AGAIN
from kiif.reviews.wording import dispute
from kiif.ui.tables import Column, Filter, Table


def _round_of(table: Any) -> Any:
    return table.context["round"]


def _dossier_url(row: Any) -> str:
    return reverse("reviews:sharing-application", args=[row.round.public_id, row.application.public_id])


def _short(rows: Any, value: str) -> Any:
    if value == "courtes":
        return rows.filter(reads_done__lt=F("reads_wanted"))
    if value == "orphelines":
        return rows.filter(reads_assigned__lt=F("reads_wanted"))
    return rows.filter(reads_done__gte=F("reads_wanted"))


_SHORT = (
    ("courtes", _("without all their reads")),
    ("orphelines", _("lacking readers")),
    ("completes", _("read by all")),
)


def readers_of(row: Any) -> list[str]:
    """Who reads an application, and where each stands."""
    return [_reader(read) for read in row.application.reads_here]


def _reader(read: Any) -> str:
    if read.state == AssignmentState.DONE:
        return f"{read.reviewer} ✓"
    return f"{read.reviewer} ({read.get_state_display()})" if read.state not in WAITING else str(read.reviewer)


class Dossiers(Table):
    """Applications of a round: reads given and wanted, by whom. Context: `round`."""

    name = "dossiers"
    caption = _("Applications of the round")
    columns = (
        Column("number", _("Number"), value="application.number", sort="application__project__number"),
        Column("title", _("Application"), value=lambda row: row.application.title or row.application.number,
               sort="application__title", url=_dossier_url, head=True,
               sub=lambda row: str(row.application.organisation or row.application.organisation_name)),
        Column("reads", _("Reads given"), cell="reviews/cells/reads.html", sort=("reads_done", "reads_assigned"),
               value=lambda row: row.reads_done, end=True),
        Column("assigned", _("Entrusted"), value="reads_assigned", sort="reads_assigned", end=True),
        Column("wanted", _("Reads wanted"), value="reads_wanted", page=False),
        Column("readers", _("Readers"), value=readers_of, cell="reviews/cells/readers.html"),
    )  # fmt: skip
    search_fields = (
        "application__title", "application__project__number", "application__organisation_name",
    )  # fmt: skip
    search_label = _("Number, title or organisation")
    filters = (
        Filter("lectures", _("Reads"), choices=_SHORT, apply=_short),
        Filter("theme", _("Theme"), choices=Theme.choices,
               apply=lambda rows, value: rows.filter(application__themes__contains=f",{value},")),
    )  # fmt: skip
    default_sort = "reads"
    empty_title = _("No application in this round yet")
    empty_text = _("They enter when the round opens, or when a sharing out is applied.")


@dataclass(frozen=True)
class Line:
    """An application of a plan and those who would read it: `reviewer`, `why` in words, `fixed`: decided already."""

    round_id: Any
    application: Any
    readers: list[dict[str, Any]]

    @property
    def title(self) -> str:
        return str(self.application.title or self.application.number)

    @property
    def number(self) -> str:
        return str(self.application.number)

    @property
    def names(self) -> list[str]:
        return [f"{one['reviewer']} ({', '.join(one['why'])})" for one in self.readers]


class PlanLines(Table):
    """Who would read what. Context: `round`, `plan`, `applicable`."""

    name = "plan"
    caption = _("Who would read what, and why")
    columns = (
        Column("number", _("Number"), sort="number"),
        Column("title", _("Application"), sort="title", head=True,
               url=lambda row: reverse("reviews:sharing-application", args=[row.round_id, row.application.public_id])),
        Column("count", _("Readers"), value=lambda row: len(row.readers), sort="count", end=True),
        Column("readers", _("Who, and why"), value="names", cell="reviews/cells/plan_readers.html"),
    )  # fmt: skip
    search_fields = ("number", "title", "names")
    search_label = _("Number, title or reviewer")
    default_sort = "number"
    empty_title = _("Nothing to share out")


_STATES = (
    ("reste", _("with something left")),
    ("rien", _("who began nothing")),
    ("fini", _("who gave everything")),
)


def _left(rows: Any, value: str) -> Any:
    if value == "reste":
        return rows.filter(todo__gt=0)
    if value == "rien":
        return rows.filter(todo__gt=0, given=0, touched__isnull=True)
    return rows.filter(todo=0, given__gt=0)


class Readers(Table):
    """Reviewers of a round and what they have left. Context: `round`."""

    name = "lecteurs"
    caption = _("Reviewers of the round")
    columns = (
        Column("person", _("Reader"), value=lambda row: str(row.person), sort="person__full_name", head=True,
               url=lambda row: reverse("reviews:sharing-reviewer", args=[row.round.public_id, row.public_id]),
               sub=lambda row: str(row.body or row.organisation_name)),
        Column("state", pgettext_lazy("reviewer", "State"), value="get_state_display", sort="state"),
        Column("given", _("Given"), sort="given", end=True),
        Column("todo", _("Left"), sort="todo", end=True, cell="reviews/cells/left.html", value="todo"),
        Column("refused", _("Abstained"), sort="refused", end=True, page=False),
        Column("capacity", _("Can read"), sort="capacity", end=True),
        Column("touched", _("Last mark"), sort="touched"),
        Column("reminded", _("Last reminder"), value="reminded_at", sort="reminded_at"),
    )  # fmt: skip
    search_fields = ("person__full_name", "organisation_name")
    search_label = _("Name or house")
    filters = (
        Filter("reste", _("Reads"), choices=_STATES, apply=_left),
        Filter("etat", pgettext_lazy("reviewer", "State"), lookup="state",
               choices=[row for row in ReviewerState.choices if row[0] != ReviewerState.DECLINED]),
    )  # fmt: skip
    default_sort = "-todo"
    empty_title = _("Nobody reads in this round yet")


class Scores(Table):
    """Scores of a round. Context: `round`, `shown` (actor-made titles)."""

    name = "notes"
    caption = _("Scores of the round")
    columns = (
        Column("rank", _("Rank"), sort="rank", end=True),
        Column("number", _("Number"), value="application.number", sort="application__project__number", page=False),
        Column("title", _("Application"), value=lambda row: row.title_shown, sort="application__title", head=True,
               url=lambda row: reverse("reviews:result", args=[row.round.public_id, row.application.public_id]),
               sub=lambda row: row.application.number),
        Column("raw", _("Raw score"), sort="raw", end=True, cell="reviews/cells/score.html",
               value=lambda row: row.raw, export=lambda row: _rounded(row.raw)),
        Column("corrected", _("Corrected score"), sort="corrected", end=True, cell="reviews/cells/corrected.html",
               value=lambda row: row.corrected, export=lambda row: _rounded(row.corrected)),
        Column("low", _("Interval, low"), value=lambda row: _rounded(row.low), page=False),
        Column("high", _("Interval, high"), value=lambda row: _rounded(row.high), page=False),
        Column("spread", _("Spread"), sort="spread", end=True, cell="reviews/cells/score.html",
               value=lambda row: row.spread, export=lambda row: _rounded(row.spread)),
        Column("disagreement", _("Disagreement"), sort="disagreement", value=lambda row: dispute(row.disagreement),
               cell="reviews/cells/dispute.html", export=lambda row: _rounded(row.disagreement)),
        Column("reads", _("Reads"), sort="reads_done", end=True, cell="reviews/cells/reads.html",
               value=lambda row: row.reads_done),
        Column("raw_rank", _("Rank by raw scores"), sort="raw_rank", end=True, page=False),
    )  # fmt: skip
    search_fields = ("application__title", "application__project__number")
    search_label = _("Number or title")
    filters = (
        Filter("lectures", _("Reads"), choices=_SHORT, apply=_short),
        Filter("desaccord", _("Readers disagree"), kind="tick",
               apply=lambda rows, value: rows.filter(disagreement__gte=LOOK_AGAIN)),
        Filter("theme", _("Theme"), choices=Theme.choices,
               apply=lambda rows, value: rows.filter(application__themes__contains=f",{value},")),
    )  # fmt: skip
    default_sort = "rank"
    keys_first = True
    empty_title = _("No score yet")
    empty_text = _("Scores come with the first marks that are given.")


def _rounded(value: float | None) -> float | None:
    return round(value, 2) if value is not None else None


def reasons_of(row: Any) -> list[str]:
    """The facts of a conflict, in words."""
    labels = dict(ConflictReason.choices)
    return [f"{labels.get(code, code)}{f' ({words})' if words else ''}" for code, words in row.reasons]


class Conflicts(Table):
    """Conflicts of a round's reviewers, for who runs the call. Context: `round`."""

    name = "conflits"
    caption = _("Conflicts of interest")
    columns = (
        Column("person", _("Reader"), value=lambda row: str(row.person), sort="person__full_name", head=True),
        Column("application", _("Application"), value=lambda row: row.application.title or row.application.number,
               sort="application__title", sub=lambda row: row.application.number,
               url=lambda row: row.application.get_absolute_url()),
        Column("why", _("Facts"), value=reasons_of, sub=lambda row: row.words),
        Column("state", pgettext_lazy("conflict", "State"), value="get_state_display", sort="state",
               cell="reviews/cells/conflict_state.html"),
        Column("settled", _("Settled"), value="settled_at", sort="settled_at",
               sub=lambda row: str(row.settled_by or "")),
        Column("go", _("Gesture"), cell="reviews/cells/settle.html", export=False, label_hidden=True),
    )  # fmt: skip
    search_fields = ("person__full_name", "application__title", "application__project__number")
    search_label = _("Person, number or title")
    filters = (
        Filter("etat", pgettext_lazy("conflict", "State"), choices=ConflictState.choices, lookup="state"),
        Filter("fait", pgettext_lazy("conflict of interest", "Fact"), choices=ConflictReason.choices,
               apply=lambda rows, value: rows.filter(Q(reasons__icontains=f'"{value}"'))),
    )  # fmt: skip
    default_sort = "state"
    empty_title = _("No conflict of interest is known")
    empty_text = _("They are looked for every night, and each time a sharing out is computed.")
