"""Messages to a filtered set of the cohort: written, looked at with their recipients, sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F, PositiveIntegerField, Value
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.alliance import departments
from kiif.alliance.views.common import form_page
from kiif.cohorts import actions, audience
from kiif.cohorts.actions.broadcasts import filled
from kiif.cohorts.actions.common import who_runs
from kiif.cohorts.enums import MemberState
from kiif.cohorts.forms import BroadcastForm, initial_of
from kiif.cohorts.models import Broadcast, Cohort, Commitment
from kiif.cohorts.queries import left_out
from kiif.cohorts.tables import BroadcastsTable
from kiif.cohorts.views.common import call_crumbs, can, check, cohort_frame, run_cohort, run_of_cohort
from kiif.programmes import keeping
from kiif.programmes.models import Host
from kiif.ui.errors import Refused
from kiif.ui.tables import respond


@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    row = run_cohort(request, public_id)
    rows = row.broadcasts.select_related("sent_by", "created_by", "cohort")
    # the count of a message tells of everybody who is in the cohort
    told = Value(None, PositiveIntegerField()) if left_out(of(request), row.call).exists() else F("count")
    rows = rows.annotate(told=told)
    context = {**cohort_frame(request, row, "broadcasts"), "may_run": can("cohorts.run", of(request), row)}
    return respond(request, BroadcastsTable(rows, request), "cohorts/broadcasts.html", context)


def _list(cohort: Cohort) -> str:
    return reverse("cohorts:broadcasts", args=[cohort.call.public_id])


def _form_page(request: HttpRequest, cohort: Cohort, broadcast: Broadcast | None) -> HttpResponse:
    initial = initial_of(broadcast) if broadcast else {"audience": "carriers", "unsigned": request.GET.get("unsigned")}
    form = BroadcastForm(request.POST or None, cohort=cohort, initial=initial)

    def act(data: Any) -> str:
        made = actions.write_broadcast(
            cohort=cohort, broadcast=broadcast, subject=data["subject"], text=data["text"], audience=data["audience"],
            filters=form.filters, revision=data.get("revision"), by=of(request),
        )  # fmt: skip
        return made.get_absolute_url()

    return form_page(
        request, form, act,
        title=_("Write to the cohort"),
        lead=_("You see the list of recipients and the message before it leaves."),
        verb=_("See the recipients"),
        back=broadcast.get_absolute_url() if broadcast else _list(cohort),
        crumbs=call_crumbs(cohort.call, (_("Messages"), _list(cohort))),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = run_cohort(request, public_id)
    check("cohorts.run", of(request), row, who_runs())
    return _form_page(request, row, None)


def _broadcast(request: HttpRequest, public_id: UUID) -> Broadcast:
    # guarded: its cohort is run by them
    rows = Broadcast.objects.select_related("cohort__call__edition__programme__owner", "sent_by", "created_by")
    row = get_object_or_404(rows, public_id=public_id)
    run_of_cohort(request, row.cohort)
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _broadcast(request, public_id)
    check("cohorts.run", of(request), row, who_runs())
    if row.sent_at is not None:
        messages.error(request, _("This message was sent: write another one."))
        return redirect(row.get_absolute_url())
    return _form_page(request, row.cohort, row)


@require_http_methods(["GET", "HEAD", "POST"])
def broadcast(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The message as the first recipient reads it, and everybody it leaves for; sends it."""
    row = _broadcast(request, public_id)
    refusal = ""
    if request.method == "POST":
        check("cohorts.run", of(request), row, who_runs())
        text = request.POST.get("revision", "")
        count = len(_shown(request, audience.of_broadcast(row)))
        try:
            actions.send_broadcast(
                broadcast=row, by=of(request), revision=int(text) if text.isdecimal() and len(text) < 9 else -1
            )
            said = ngettext("The message leaves for %(n)s person.", "The message leaves for %(n)s people.", count)
            messages.success(request, said % {"n": count})
            return redirect(row.get_absolute_url())
        except Refused as refused:
            refusal = str(refused)
    found = _shown(request, audience.of_broadcast(row)) if row.sent_at is None else []
    first = found[0] if found else None
    context = {
        "broadcast": row,
        "cohort": row.cohort,
        "recipients": found,
        "subject": filled(row.subject, row, first) if first else row.subject,
        "text": filled(row.text, row, first) if first else row.text,
        "first": first,
        "partial": left_out(of(request), row.cohort.call).exists(),
        "conditions": _conditions(row),
        "refusal": refusal,
        "may_run": can("cohorts.run", of(request), row),
        "crumbs": call_crumbs(row.cohort.call, (_("Messages"), _list(row.cohort))),
    }
    return render(request, "cohorts/broadcast.html", context, status=422 if refusal else 200)


def _shown(request: HttpRequest, found: list[audience.Recipient]) -> list[audience.Recipient]:
    """Recipients as this person reads them: the message leaves for all, what a conflict bars is not named here."""
    kept = keeping.kept(of(request))
    rows = [(one.user, [member for member in one.members if member.application_id not in kept]) for one in found]
    return [audience.Recipient(user, members) for user, members in rows if members]


def _conditions(row: Broadcast) -> list[str]:
    """The filters in words."""
    asked = row.filters
    said = []
    if states := asked.get("states"):
        said.append(", ".join(str(MemberState(state).label) for state in states if state in MemberState.values))
    if hosts := asked.get("hosts"):
        # guarded: the call was read above
        rows = Host.objects.filter(pk__in=hosts).select_related("incubator", "branch")
        said.append(_("hosted by %(hosts)s") % {"hosts": ", ".join(str(host) for host in rows)})
    if codes := asked.get("departments"):
        names = ", ".join(departments.name_of(code) for code in codes)
        said.append(_("who aim at %(places)s") % {"places": names})
    # guarded: the call was read above
    if text := Commitment.objects.filter(pk=asked.get("unsigned") or 0).first():
        said.append(_("who have not signed “%(title)s”") % {"title": text.title})
    if asked.get("alone"):
        said.append(_("without a host"))
    return said
