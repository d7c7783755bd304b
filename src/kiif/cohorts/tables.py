"""Lists of the room."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.cohorts.enums import PRESENT, MemberState, PlacementState
from kiif.cohorts.models import Placement
from kiif.programmes.reading import hosts_of
from kiif.ui.tables import Column, Filter, Table


def _hosts(table: Any) -> list[tuple[str, str]]:
    return [(str(host.pk), str(host)) for host in hosts_of(table.context["call"])]


def _answer(placement: Placement, side: str) -> Any:
    said = getattr(placement, f"get_{side}_answer_display")()
    return said or (_("awaited") if placement.is_open else "")


def _who(placement: Placement) -> str:
    return placement.application.number


def _hosted_by(member: Any) -> Any:
    """Its host; nobody looks for one for who gave up."""
    if member.placement:
        return str(member.placement.host)
    return _("none yet") if member.state in PRESENT else ""


_STATE = Column("state", _("State"), value="get_state_display", sort="state", cell="cohorts/cells/state.html")


class PlacementsTable(Table):
    """All the placements of a call, the closed ones too: nobody is forgotten."""

    name = "accueils"
    caption = _("Placements of this call")
    columns = (
        Column("project", _("Project"), value="application.title", sort="application__title", head=True,
               url=lambda row: row.get_absolute_url(), sub=_who),
        Column("host", _("Host"), value=lambda row: str(row.host), sort="host__incubator__name"),
        _STATE,
        Column("host_answer", _("The host"), value=lambda row: _answer(row, "host")),
        Column("carrier_answer", _("The project"), value=lambda row: _answer(row, "carrier")),
        Column("deadline", _("Answers by"), sort="deadline"),
        Column("score", _("Points"), value=lambda row: None if row.score is None else round(row.score), sort="score",
               end=True),
        Column("proposed_at", _("Proposed"), sort="proposed_at", page=False),
        Column("host_words", _("Words of the host"), page=False),
        Column("carrier_words", _("Words of the project"), page=False),
        Column("closed_words", _("Why it closed"), page=False),
    )  # fmt: skip
    search_fields = ("application__title", "application__project__number", "host__incubator__name")
    search_label = _("Project, number or host")
    filters = (
        Filter("etat", _("State"), choices=PlacementState.choices, lookup="state"),
        Filter("accueil", _("Host"), choices=_hosts, lookup="host"),
    )
    default_sort = "-proposed_at"
    empty_title = _("Nothing is proposed yet")
    empty_text = _("Draw up a plan, look at it, change it; then propose it to both sides.")


class HostedTable(Table):
    """What an incubator hosts, or is asked to host."""

    name = "projets"
    caption = _("Projects hosted by your incubator")
    columns = (
        Column("project", _("Project"), value="application.title", sort="application__title", head=True,
               url=lambda row: row.get_absolute_url(), sub=_who),
        Column("call", _("Call for projects"), value="application.call.title", sort="application__call__title"),
        Column("host", _("Where"), value=lambda row: str(row.host), sort="host__branch__name"),
        _STATE,
        Column("deadline", _("Answer by"), value=lambda row: row.deadline if row.is_open else None, sort="deadline"),
        Column("hosted_at", _("Since"), sort="hosted_at"),
    )  # fmt: skip
    search_fields = ("application__title", "application__project__number", "application__call__title")
    search_label = _("Project, number or call")
    filters = (Filter("etat", _("State"), choices=PlacementState.choices, lookup="state"),)
    default_sort = "deadline"
    empty_title = _("No project is hosted here")
    empty_text = _(
        "When a call proposes a project to your incubator, it is here, with the reasons and a day to answer."
    )


def _signed(row: Any) -> str:
    return f"{row.signed_count}/{row.asked_count}"


class MembersTable(Table):
    """Who takes part in a cohort."""

    name = "membres"
    caption = _("Members of the cohort")
    columns = (
        Column("project", _("Project"), value="application.title", sort="application__title", head=True,
               url=lambda row: row.get_absolute_url(), sub=lambda row: row.application.number),
        Column("host", _("Host"), value=_hosted_by,
               sort="placement__host__incubator__name"),
        Column("state", _("State"), value="get_state_display", sort="state", cell="cohorts/cells/state.html"),
        Column("signed", _("Signatures"), value=_signed, end=True),
        Column("joined_on", _("Since"), sort="joined_on"),
        Column("reason", _("Reason"), value=lambda row: row.get_reason_display(), page=False),
        Column("words", _("In words"), page=False),
        Column("alumni", _("May be written to afterwards"), value=lambda row: row.consent_alumni_at is not None,
               page=False),
        Column("public", _("On the public page"), value=lambda row: row.public_at is not None, page=False),
    )  # fmt: skip
    search_fields = ("application__title", "application__project__number", "application__organisation_name")
    search_label = _("Project, number or organisation")
    filters = (
        Filter("etat", _("State"), choices=MemberState.choices, lookup="state"),
        Filter("accueil", _("Host"), choices=_hosts, lookup="placement__host"),
        Filter("sans", _("Without a host"), kind="tick", apply=lambda rows, value: rows.filter(placement=None)),
    )
    default_sort = "project"
    empty_title = _("Nobody yet")
    empty_text = _("Accepted projects join as soon as their decision is published.")


class CohortsTable(Table):
    name = "promotions"
    caption = _("Cohorts")
    columns = (
        Column("name", _("Cohort"), sort="name", head=True, url=lambda row: row.get_absolute_url()),
        Column("call", _("Call for projects"), value="call.title", sort="call__title"),
        Column("present_count", _("Taking part"), sort="present_count", end=True),
        Column("alone_count", _("Without a host"), sort="alone_count", end=True),
        Column("dropped_count", _("Gave up"), sort="dropped_count", end=True),
        Column("starts_on", _("First day"), sort="starts_on"),
        Column("ends_on", _("Last day"), sort="ends_on"),
    )
    search_fields = ("name", "call__title", "call__edition__programme__name")
    search_label = _("Cohort, call or programme")
    default_sort = "-starts_on"
    empty_title = _("No cohort yet")
    empty_text = _("Open one from the page of a call, once its answers are published.")


class EventsTable(Table):
    name = "dates"
    caption = _("Dates of the cohort")
    columns = (
        Column("title", _("Date"), sort="title", head=True, value="title",
               url=lambda row: reverse("cohorts:event-change", args=[row.public_id])),
        Column("starts_at", _("Begins"), sort="starts_at"),
        Column("ends_at", _("Finishes"), sort="ends_at"),
        Column("place", _("Place"), sort="place"),
        Column("state", _("State"), value=lambda row: _("date cancelled") if row.cancelled_at else _("date kept")),
    )  # fmt: skip
    search_fields = ("title", "place", "words")
    default_sort = "starts_at"
    empty_title = _("No date yet")
    empty_text = _("Each date leaves in the calendars of the projects and of their hosts.")


class BroadcastsTable(Table):
    name = "messages"
    caption = _("Messages to the cohort")
    columns = (
        Column("subject", _("Subject"), value=str, sort="subject", head=True, url=lambda row: row.get_absolute_url()),
        Column("audience", _("Written to"), value="get_audience_display", sort="audience"),
        Column("sent_at", _("Sent on"), sort="sent_at"),
        Column("count", _("People"), value="told", sort="told", end=True),
        Column("by", _("By"), value=lambda row: str(row.sent_by or row.created_by or "–")),
    )
    search_fields = ("subject", "text")
    default_sort = "-sent_at"
    empty_title = _("No message yet")
    empty_text = _("Write to all, or to those without a signature, of one host, of one department.")
