"""Lists of programmes and of what hangs on calls, for the teams."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiif.accounts.actor import Actor
from kiif.programmes.enums import Verdict
from kiif.programmes.models import Programme
from kiif.ui.tables import Column, Filter, Table

_REAL = Q(editions__rehearsal_of__isnull=True)


def programmes_for(actor: Actor) -> QuerySet[Programme]:
    """Programmes of the alliance, with how many editions and calls, and when the last call closes."""
    rows = Programme.objects.visible_to(actor).select_related("owner")
    return rows.annotate(
        editions_count=Count("editions", filter=_REAL, distinct=True),
        calls_count=Count("editions__calls", filter=_REAL, distinct=True),
        last_close=Max("editions__calls__closes_at", filter=_REAL),
    )


def _ended(rows: Any, value: str) -> Any:
    return rows.filter(ended_at__isnull=value == "running")


class ProgrammesTable(Table):
    """Programmes of the alliance and of its members."""

    name = "programmes"
    caption = _("Programmes")
    columns = (
        Column(
            "name", _("Programme"), url=lambda row: row.get_absolute_url(), sort="name", head=True,
            sub=lambda row: row.tagline,
        ),
        Column("owner", _("Belongs to"), value=lambda row: row.owner.name, sort="owner__name"),
        Column("editions_count", _("Editions"), sort="editions_count", end=True),
        Column("calls_count", _("Calls"), sort="calls_count", end=True),
        Column("last_close", _("Last closing"), sort="last_close"),
    )  # fmt: skip
    search_fields = ("name", "tagline", "owner__name")
    filters = (
        Filter(
            "state",
            _("State"),
            choices=(("running", _("running")), ("ended", pgettext_lazy("programme", "ended"))),
            apply=_ended,
        ),
    )
    default_sort = "name"
    empty_title = _("No programme yet")
    empty_text = _("A programme lasts; each of its editions has its calls, its dates and its cohort.")


def _code_state(row: Any) -> Any:
    from kiif.programmes.actions.hosts import why_not_use

    return why_not_use(row) or _("valid")


class HostsTable(Table):
    """Who hosts in a call."""

    name = "hotes"
    caption = _("Hosts")
    columns: ClassVar[tuple[Column, ...]] = (
        Column("name", _("Host"), value=str, sort=("incubator__name", "branch__name"), head=True,
               url=lambda row: reverse("programmes:host", args=[row.call.public_id, row.pk])),
        Column("places", _("Places"), sort="places", end=True),
        Column("departments", _("Departments"), value=lambda row: ", ".join(row.departments) or _("those it covers")),
        Column("contact", _("Contact"), value=lambda row: str(row.contact) if row.contact else ""),
        Column("left_at", _("Withdrew"), sort="left_at"),
    )  # fmt: skip
    search_fields = ("incubator__name", "branch__name")
    default_sort = "name"
    empty_title = _("Nobody hosts yet")
    empty_text = _("Members that host say where, and how many projects.")


class RunHostsTable(HostsTable):
    """The same, for who runs the call."""

    columns = (
        *HostsTable.columns,
        Column("acts", _("What may be done"), cell="programmes/cells/host_acts.html", export=False, label_hidden=True),
    )


class CodesTable(Table):
    """Codes of a call."""

    name = "codes"
    caption = _("Codes")
    columns = (
        Column("code", _("Code"), head=True, sort="code", sub="why"),
        Column("kind", _("Valid"), value="get_kind_display", sort="kind"),
        Column("uses", _("Used"), value=lambda row: f"{row.uses} / {row.most_uses}", sort="uses", end=True),
        Column("until", _("Until"), sort="until"),
        Column("state", _("State"), value=_code_state),
        Column("made_at", _("Made"), sort="made_at", sub=lambda row: str(row.made_by or "")),
        Column("acts", _("What may be done"), cell="programmes/cells/code_acts.html", export=False, label_hidden=True),
    )
    search_fields = ("code", "why")
    default_sort = "-made_at"
    empty_title = _("No code yet")
    empty_text = _("A code lets somebody begin before the opening, or after the closing. Each use is counted.")


def _answered(rows: Any, value: str) -> Any:
    return rows.filter(answered_at__isnull=value == "waiting")


class InquiriesTable(Table):
    """Questions put about a call."""

    name = "questions"
    caption = _("Questions")
    columns = (
        Column("question", _("Question"), value=lambda row: row.question[:160], head=True,
               url=lambda row: reverse("programmes:inquiry", args=[row.call.public_id, row.public_id])),
        Column("email", pgettext_lazy("question", "Asked by"), value=lambda row: row.name or row.email, sort="email"),
        Column("asked_at", _("Asked"), sort="asked_at"),
        Column("answered_at", _("Answered"), sort="answered_at"),
        Column("public", _("Published"), sort="public"),
    )  # fmt: skip
    search_fields = ("question", "answer", "name", "email")
    filters = (
        Filter("etat", _("State"), choices=(("waiting", _("waiting")), ("answered", _("answered"))), apply=_answered),
    )
    default_sort = "-asked_at"
    empty_title = _("No question yet")
    empty_text = _("Anybody may ask from the public page, without an account.")


def _queue(rows: Any, value: str) -> Any:
    if value == "waiting":
        return rows.filter(asked_at__isnull=False, decision="")
    return rows.exclude(decision="") if value == "decided" else rows.filter(asked_at__isnull=False)


class ChecksTable(Table):
    """Tests taken for a call; what people asked a person."""

    name = "tests"
    caption = _("Tests")
    columns = (
        Column("at", _("Taken"), sort="at", head=True,
               url=lambda row: reverse("programmes:check", args=[row.call.public_id, row.public_id])),
        Column("verdict", _("What the rules say"), value="get_verdict_display", sort="verdict"),
        Column("who", _("Who"), value=lambda row: str(row.user or row.email or ""), sort="email"),
        Column("asked_at", _("Asked a person"), sort="asked_at"),
        Column("decision", _("Answer of the team"), value="get_decision_display", sort="decision"),
    )  # fmt: skip
    search_fields = ("email", "words")
    filters = (
        Filter("verdict", _("Verdict"), choices=Verdict.choices, lookup="verdict"),
        Filter("file", _("Requests"), apply=_queue,
               choices=(("waiting", _("waiting for an answer")), ("decided", _("answered")), ("asked", _("all")))),
    )  # fmt: skip
    default_sort = "-at"
    empty_title = _("Nobody took the test yet")
    empty_text = _("It opens with the public page.")
