"""Lists of the alliance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kiif.alliance import departments
from kiif.alliance.coverage_map import Line
from kiif.alliance.enums import DelegationState, InvitationState, Role
from kiif.alliance.models import AccessReview, Delegation, Incubator, Invitation, Membership
from kiif.alliance.queries import on
from kiif.ui.tables import Column, Filter, Table
from kiif.ui.templatetags.ui import tag


def _regions(table: Any) -> list[tuple[str, str]]:
    regions = Incubator.objects.visible_to(table.actor).exclude(region="").values_list("region", flat=True)
    return [(region, region) for region in sorted(set(regions))]


def _members_or_gone(rows: Any, value: Any) -> Any:
    today = timezone.localdate()
    gone = Q(left_on__isnull=False, left_on__lte=today)
    return rows.filter(gone) if value == "partis" else rows.exclude(gone)


class Members(Table):
    """The incubators of the alliance."""

    name = "membres"
    caption = _("Members of the alliance")
    columns = (
        Column("name", _("Member"), sort="slug", head=True, url=lambda row: row.get_absolute_url()),
        Column("region", _("Region"), sort=("region", "slug")),
        Column("joined_on", _("Member since"), sort="joined_on"),
        Column("branch_count", _("Branches"), sort="branch_count", end=True),
        Column(
            "department_count",
            _("Departments"),
            value=lambda row: None if row.national and not row.department_count else row.department_count,
            sort="department_count",
            end=True,
            sub=lambda row: _("national programmes") if row.national else "",
        ),
        Column("team_count", _("Team"), sort="team_count", end=True),
        Column("website", _("Website"), page=False),
        Column("left_on", _("Left on"), page=False),
    )
    search_fields = ("name", "short_name", "region")
    search_label = _("Name or region")
    filters = (
        Filter("region", _("Region"), choices=_regions),
        Filter(
            "etat",
            _("State"),
            choices=(("membres", _("members today")), ("partis", _("have left"))),
            apply=_members_or_gone,
        ),
    )
    default_sort = "name"
    empty_title = _("No member yet")
    empty_text = _("The coordination welcomes the first one.")


def _presence(rows: Any, value: Any) -> Any:
    today = timezone.localdate()
    return rows.filter(on(today)) if value == "presents" else rows.exclude(on(today))


def _branches(table: Any) -> list[tuple[str, str]]:
    body = table.context["body"]
    if body.kind != "incubator":
        return []
    return [(str(branch.pk), branch.name) for branch in body.specific.branches.visible_to(table.actor).open()]


class Team(Table):
    """People of a body, past ones included for those who may see them."""

    name = "equipe"
    caption = _("People of the team")
    columns = (
        Column(
            "person",
            _("Person"),
            value="user",
            sort=("user__full_name", "user__email"),
            head=True,
            url=lambda row: row.get_absolute_url(),
            sub=lambda row: row.user.email,
        ),
        Column("role", _("Role"), value="get_role_display", sort="role_rank", sub="title"),
        Column("branch", _("Branch"), sort="branch__name"),
        Column("since", _("Since"), sort="since"),
        Column("until", _("Until"), sort="until"),
        Column("email", _("E-mail address"), value="user.email", page=False),
        Column("title", _("Job title"), page=False),
    )
    search_fields = ("user__full_name", "user__email", "title")
    search_label = _("Name, address, job title")
    filters = (
        Filter("role", _("Role"), choices=Role.choices, lookup="role"),
        Filter("antenne", _("Branch"), choices=_branches, lookup="branch_id"),
        Filter(
            "presence",
            _("Presence"),
            choices=(("presents", _("here today")), ("partis", _("have left"))),
            apply=_presence,
        ),
    )
    default_sort = "role"
    empty_title = _("Nobody yet")
    empty_text = _("Invite the first person of this team.")

    def row_class(self, row: Membership) -> str:
        return "cur" if self.actor and self.actor.user and row.user_id == self.actor.user.pk else ""


def _invitation_state(rows: Any, value: Any) -> Any:
    now = timezone.now()
    tests = {
        InvitationState.ACCEPTED: Q(accepted_at__isnull=False),
        InvitationState.REVOKED: Q(revoked_at__isnull=False),
        InvitationState.PENDING: Q(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now),
        InvitationState.EXPIRED: Q(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__lte=now),
    }
    return rows.filter(tests[value])


def _invitation_tag(row: Invitation) -> SafeString:
    """The state in a word; a date beside while it waits."""
    tones = {InvitationState.ACCEPTED: "v", InvitationState.EXPIRED: "o", InvitationState.PENDING: "b"}
    shown = tag(row.state.label, tones.get(row.state, ""))
    if row.state != InvitationState.PENDING:
        return shown
    until = gettext("until %(day)s") % {"day": date_format(timezone.localtime(row.expires_at), "j F")}
    return format_html('{} <span class="xs muted nw">{}</span>', shown, until)


class Invitations(Table):
    """Invitations of a body, in every state."""

    name = "invitations"
    caption = _("Invitations")
    columns = (
        Column("email", _("Address"), sort="email", head=True, sub="full_name"),
        Column("role", _("Role"), value="get_role_display", sort="role"),
        Column("invited_by", _("Invited by"), sort="invited_by__full_name"),
        Column("created_at", _("Invited on"), value=lambda row: timezone.localdate(row.created_at), sort="created_at"),
        Column(
            "state",
            _("State"),
            value=_invitation_tag,
            export=lambda row: row.state.label,
        ),
        Column(
            "acts",
            _("Gestures"),
            cell="alliance/cells/invitation_acts.html",
            export=False,
            label_hidden=True,
        ),
    )
    search_fields = ("email", "full_name")
    search_label = _("Address or name")
    filters = (Filter("etat", _("State"), choices=InvitationState.choices, apply=_invitation_state),)
    default_sort = "-created_at"
    page_size = 10
    empty_title = _("No invitation yet")
    empty_text = _("Invite somebody: they will receive a mail with a personal link.")


def _delegation_state(rows: Any, value: Any) -> Any:
    today = timezone.localdate()
    over = Q(ended_at__isnull=False) | Q(until__lte=today)
    tests = {
        DelegationState.ENDED: over,
        DelegationState.RUNNING: ~over & Q(since__lte=today),
        DelegationState.PLANNED: ~over & Q(since__gt=today),
    }
    return rows.filter(tests[value])


def _delegation_tag(row: Delegation) -> SafeString:
    tones = {DelegationState.RUNNING: "v", DelegationState.PLANNED: "b"}
    return tag(row.state.label, tones.get(row.state, ""))


class Delegations(Table):
    """Delegations that the person may see: given, received, of the team."""

    name = "delegations"
    caption = _("Delegations")
    columns = (
        Column("holder", _("Rights of"), value="membership.user", sort="membership__user__full_name", head=True),
        Column("to", _("Given to"), sort="to__full_name"),
        Column(
            "role",
            _("Role"),
            value="membership.get_role_display",
            sort="membership__role_rank",
            sub=lambda row: row.membership.where.label,
        ),
        Column("since", _("First day"), sort="since"),
        Column("until", _("Return"), sort="until"),
        Column("reason", _("Why")),
        Column("state", _("State"), value=_delegation_tag, export=lambda row: row.state.label),
        Column("acts", _("Gestures"), cell="alliance/cells/delegation_acts.html", export=False, label_hidden=True),
    )
    search_fields = ("membership__user__full_name", "to__full_name", "reason")
    search_label = _("Name or reason")
    filters = (Filter("etat", _("State"), choices=DelegationState.choices, apply=_delegation_state),)
    default_sort = "-since"
    empty_title = _("No delegation")
    empty_text = _("Before a holiday, lend your rights to a colleague until your return.")


def _links(row: Line) -> SafeString:
    """Incubators of a department, each with its page."""
    if not row.now:
        return format_html('<span class="faint">{}</span>', gettext("nobody"))
    links = ((held.incubator.get_absolute_url(), held.incubator.label) for held in row.now)
    return format_html_join(", ", '<a href="{}">{}</a>', links)


class CoverageByDepartment(Table):
    """One line for each department: who covers it today, since when. Rows are `coverage_map.Line`."""

    name = "couverture"
    caption = _("Coverage of departments")
    columns = (
        Column(
            "name",
            _("Department"),
            sort="code",
            value=lambda row: f"{row.name} ({row.code})",
            head=True,
            url=lambda row: reverse("alliance:coverage-department", args=[row.code]),
        ),
        Column("region", _("Region"), sort="region"),
        Column("incubators", _("Covered by"), value=_links, export=lambda row: ", ".join(row.names)),
        Column("since", _("Since"), sort="since"),
        Column("past", _("Before"), value="past_names", sort=""),
        Column("code", _("Code"), page=False),
    )
    search_fields = ("code", "name", "region", "names")
    search_label = _("Department, region or incubator")
    filters = (
        Filter(
            "region",
            _("Region"),
            choices=lambda table: [(r, r) for r in sorted({d.region for d in departments.departments()})],
            lookup="region",
        ),
        Filter(
            "couvert",
            _("Coverage"),
            choices=(("oui", _("covered")), ("non", _("not covered")), ("plusieurs", _("by several"))),
            apply=lambda rows, value: [row for row in rows if row.matches(value)],
        ),
    )
    page_size = 40
    empty_title = _("No department")


_REVIEW_STATES: dict[str, Callable[[], Q]] = {
    "ouverte": lambda: Q(confirmed_at__isnull=True),
    "retard": lambda: Q(confirmed_at__isnull=True, due_on__lt=timezone.localdate()),
    "confirmee": lambda: Q(confirmed_at__isnull=False),
}


def _review_tag(row: AccessReview) -> SafeString:
    return tag(row.state_label, "v" if row.confirmed_at else "o" if row.is_late else "b")


class Reviews(Table):
    """Access reviews: where they stand."""

    name = "revues"
    caption = _("Access reviews")
    columns = (
        Column(
            "where", _("Team"), value="where.name", sort="where__slug", head=True, url=lambda r: r.get_absolute_url()
        ),
        Column("opened_on", _("Opened on"), sort="opened_on"),
        Column("due_on", _("Due on"), sort="due_on"),
        Column(
            "progress",
            _("Answers"),
            value=lambda row: gettext("%(done)s of %(total)s") % {"done": row.answered_count, "total": row.line_count},
        ),
        Column("confirmed_by", _("Confirmed by"), sort="confirmed_by__full_name"),
        Column("state", _("State"), value=_review_tag, export=lambda row: row.state_label),
    )
    search_fields = ("where__name", "where__short_name")
    search_label = _("Name of a team")
    filters = (
        Filter(
            "etat",
            _("State"),
            choices=(("ouverte", _("open")), ("retard", _("late")), ("confirmee", _("confirmed"))),
            apply=lambda rows, value: rows.filter(_REVIEW_STATES[value]()),
        ),
    )
    default_sort = "-opened_on"
    empty_title = _("No access review yet")
    empty_text = _("They open by themselves at the beginning of each quarter.")


class Partners(Table):
    name = "partenaires"
    caption = _("Partners of the alliance")
    columns = (
        Column("name", _("Partner"), sort="slug", head=True, url=lambda row: row.get_absolute_url()),
        Column("partner_kind", _("Kind"), value="get_partner_kind_display", sort="partner_kind"),
        Column("website", _("Website")),
    )
    search_fields = ("name", "short_name")
    default_sort = "name"
    empty_title = _("No partner yet")
    empty_text = _("Foundations, local authorities and others who work with the alliance.")
