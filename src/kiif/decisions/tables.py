"""Lists of the room."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kiif.decisions.enums import AppealState, Outcome, Reply, Standing
from kiif.decisions.letters import contacts, flags
from kiif.decisions.letters.values import address_of
from kiif.decisions.models import Decision
from kiif.programmes.enums import RUNNING
from kiif.ui.tables import Column, Filter, Table

_NONE = "aucune"
_PENDING = "preparee"
_PUBLISHED = "publiee"


def _outcome(rows: Any, value: str) -> Any:
    return rows.filter(now="", state__in=RUNNING) if value == _NONE else rows.filter(now=value)


def _stage(rows: Any, value: str) -> Any:
    if value == _PENDING:
        return rows.filter(p_id__isnull=False)
    return rows.filter(p_id__isnull=True, d_id__isnull=False) if value == _PUBLISHED else rows.filter(d_id=None)


def _label(choices: Any, value: Any) -> Any:
    return dict(choices).get(value, "") if value else ""


class Answers(Table):
    """Every application of a call with the answer that is being prepared."""

    name = "reponses"
    caption = _("Answers")
    columns = (
        Column("tick", _("Choose"), cell="decisions/cells/tick.html", export=False, label_hidden=True, value="pk"),
        Column(
            "number",
            _("Application"),
            value="title",
            sort="project__number",
            head=True,
            url=lambda row: reverse("decisions:decide", args=[row.public_id]),
            sub=lambda row: row.project.number,
        ),
        Column("raw", _("Raw mark"), value="raw", sort=("raw", "pk"), end=True, cell="decisions/cells/mark.html"),
        Column(
            "corrected",
            _("Corrected mark"),
            value="corrected",
            sort=("corrected", "pk"),
            end=True,
            cell="decisions/cells/mark.html",
        ),
        Column(
            "decision",
            _("Decision"),
            value=lambda row: _label(Outcome.choices, row.now),
            sort=("now", "now_rank"),
            cell="decisions/cells/outcome.html",
        ),
        Column("rank", _("Rank"), value="now_rank", sort=("now_rank", "pk"), end=True),
        Column(
            "letter",
            _("Letter"),
            value=lambda row: _label(Standing.choices, row.standing),
            sort=("standing", "pk"),
            cell="decisions/cells/standing.html",
        ),
        Column("flags", _("To look at"), cell="decisions/cells/flags.html", export=False),
        Column("reply", _("Reply of the carriers"), value=lambda row: _label(Reply.choices, row.reply), page=False),
        Column("project_number", _("Number"), value="project.number", page=False),
    )
    filters = (
        Filter(
            "decision",
            _("Decision"),
            choices=[(_NONE, pgettext_lazy("decision", "none")), *Outcome.choices],
            apply=_outcome,
        ),
        Filter(
            "etape",
            _("Step of the answer"),
            choices=[
                (_PENDING, pgettext_lazy("decision", "being prepared")),
                (_PUBLISHED, pgettext_lazy("decision", "published")),
                ("jamais", _("never answered")),
            ],
            apply=_stage,
        ),
        Filter("lettre", _("Letter"), choices=Standing.choices, lookup="standing"),
        Filter("confirmation", _("Reply of the carriers"), choices=[c for c in Reply.choices if c[0]], lookup="reply"),
    )
    search_fields = ("title", "project__number", "project__name", "organisation_name")
    search_label = _("Title, number, organisation")
    default_sort = "number"
    page_size = 50
    keys_first = True
    empty_title = _("No application to answer yet")
    empty_text = _("Applications come here when they are received.")

    @cached_property
    def page(self) -> Any:
        """The page, each row with its decision and its flags."""
        page = super().page
        keys = [row.p_id for row in page if row.p_id]
        decisions = list(flags.for_flags(Decision.objects.filter(pk__in=keys))) if keys else []
        found = flags.of(decisions, self.actor) if decisions and self.actor is not None else {}
        for row in page:
            row.flags = found.get(row.p_id, [])
        return page


class Letters(Table):
    """Letters of a call: what is written, what left, what came back."""

    name = "lettres"
    caption = _("Letters")
    columns = (
        Column(
            "to",
            _("Application"),
            value=lambda row: row.decision.application.title or row.decision.application.number,
            sort="decision__application__project__number",
            head=True,
            url=lambda row: reverse("decisions:letter", args=[row.public_id]),
            sub=lambda row: row.decision.application.number,
        ),
        Column("kind", _("Letter"), value="get_kind_display", sort="kind"),
        Column(
            "language",
            _("Language"),
            value=lambda row: gettext(_label(settings.LANGUAGES, row.language)),
            sort="language",
        ),
        Column(
            "recipient",
            _("Recipient"),
            value=lambda row: row.decision.application.response.owner,
            sub=lambda row: row.sent_to or "",
        ),
        Column(
            "standing",
            _("State"),
            value=lambda row: _label(Standing.choices, row.standing),
            sort=("standing", "pk"),
            cell="decisions/cells/standing.html",
        ),
        Column("left", _("Left on"), value="sent_at", sort=("sent_at", "pk")),
        Column("said", _("What the mail server says"), value=lambda row: row.returned_words or row.mail_error or ""),
        Column("address", _("Address"), value=lambda row: address_of(row.decision.application), page=False),
        Column("phone", _("Telephone"), value=contacts.phones, page=False),
        Column("others", _("Other contacts"), value=contacts.others, page=False),
    )
    filters = (
        Filter("etat", _("State"), choices=[c for c in Standing.choices if c[0] != Standing.NONE], lookup="standing"),
        Filter("lettre", _("Letter"), choices=Outcome.choices, lookup="outcome"),
    )
    search_fields = ("decision__application__title", "decision__application__project__number")
    search_label = _("Title, number")
    default_sort = "to"
    page_size = 50
    keys_first = True
    empty_title = _("No letter yet")
    empty_text = _("Letters are written from the list of answers, once decisions are prepared.")


class Reviews(Table):
    """Requests for a review of a decision."""

    name = "reexamens"
    caption = _("Requests for a review")
    columns = (
        Column(
            "application",
            _("Application"),
            value=lambda row: row.decision.application.title or row.decision.application.number,
            sort="decision__application__project__number",
            head=True,
            url=lambda row: reverse("decisions:review", args=[row.public_id]),
            sub=lambda row: row.decision.application.number,
        ),
        Column("outcome", _("Decision"), value=lambda row: row.decision.get_outcome_display()),
        Column("received", _("Received"), value="received_at", sort="received_at"),
        Column("answer_by", _("Answer promised by"), value="answer_by", sort=("answer_by", "pk")),
        Column("state", _("State"), value="get_state_display", sort=("state", "pk")),
        Column("answered", _("Answered on"), value="answered_at", sort=("answered_at", "pk")),
        Column("words", _("What they ask"), value="words", page=False),
        Column("answer", _("Answer"), value="answer", page=False),
    )
    filters = (Filter("etat", _("State"), choices=AppealState.choices, lookup="state"),)
    search_fields = ("decision__application__title", "decision__application__project__number")
    search_label = _("Title, number")
    default_sort = "-received"
    empty_title = _("Nobody asked for a review")
    empty_text = _("Carriers ask on the page of their project, within the delay of the call.")
