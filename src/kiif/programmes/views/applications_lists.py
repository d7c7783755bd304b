"""Lists of the applications of a call: received, drafts; what is done to many; typing for somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from kiif.accounts.actor import Actor, of
from kiif.programmes import tables_applications as tables
from kiif.programmes.actions import applications_bulk as bulk_actions
from kiif.programmes.actions import applications_typing as typing_actions
from kiif.programmes.enums import Phase, State
from kiif.programmes.forms_applications import MandateForm, ReminderForm
from kiif.programmes.models import Application, Call, Target
from kiif.programmes.rules import hosts, runs
from kiif.programmes.tables_applications import ApplicationsTable, DraftsTable, drafts_of, labels_of, listed
from kiif.programmes.views import common
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import respond

#: Applications that one page of a bulk gesture shows at most.
MOST = 500


def choices_of(actor: Actor, call: Call) -> dict[str, Any]:
    """What the filters of the list offer: hosts, departments aimed at by what one sees, challenges."""
    seen = Application.objects.visible_to(actor, call).values("pk")
    codes = Target.objects.filter(application__in=seen).exclude(department_code="")  # guarded: of what one sees
    return {
        "hosts": list(call.hosts.select_related("incubator", "branch")),
        "departments": list(codes.order_by("department_code").values_list("department_code", flat=True).distinct()),
        "challenges": labels_of(call, "challenges"),
    }


def _reads_list(request: HttpRequest, call: Call) -> None:
    """Who runs the call, or hosts in it."""
    actor = of(request)
    if not (actor.is_system or runs(actor, call) or hosts(actor, call)):
        raise NotAllowed(_("The team of this call and its hosts read the list of its applications."))


@require_safe
def received(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Applications received, as far as they concern who looks."""
    context = common.call_context(request, public_id, tab="applications")
    call = context["call"]
    _reads_list(request, call)
    actor = of(request)
    table = ApplicationsTable(listed(actor, call), request, **choices_of(actor, call))
    counts = tables.received(actor, call).aggregate(
        all=Count("pk", filter=~Q(state__in=(State.WITHDRAWN, State.MERGED))),
        todo=Count("pk", filter=Q(state=State.SUBMITTED, eligibility="")),
        corrections=Count("pk", filter=Q(corrections_due__isnull=False)),
    )
    context |= {"counts": counts, "drafts": drafts_of(actor, call).count() if context["runs"] else 0}
    return respond(request, table, "programmes/applications/received.html", context)


def drafts(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Drafts: how far each is, never its answers; a word to all of them."""
    context = common.call_context(request, public_id, tab="applications")
    call, actor = context["call"], of(request)
    if not (actor.is_system or runs(actor, call)):
        raise NotAllowed(_("Only the team that runs this call sees its drafts."))
    form = ReminderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = bulk_actions.remind_drafts(call=call, words=form.cleaned_data["words"], by=actor)
        except Refused as refusal:
            form.add_error("words" if refusal.field == "words" else None, str(refusal))
        else:
            text = ngettext("%(n)s draft is written to.", "%(n)s drafts are written to.", len(made))
            messages.success(request, text % {"n": len(made)})
            return redirect("programmes:drafts", call.public_id)
    table = DraftsTable(drafts_of(actor, call), request)
    open_now = call.phase() in (Phase.OPEN, Phase.LATE)
    context |= {"form": form, "may_remind": context["runs"] and open_now and table.count > 0}
    response = respond(request, table, "programmes/applications/drafts.html", context)
    response.status_code = 422 if form.is_bound and form.errors else 200
    return response


def type_for(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The team writes an application for somebody who asked: a mandate, then the form."""
    context = common.call_context(request, public_id, tab="applications")
    call, actor = context["call"], of(request)
    common.check("programmes.change_call", actor, call, _("Only the team that runs this call writes for somebody."))
    form = MandateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            application = typing_actions.type_for(call=call, by=actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The mandate is recorded. Write: the person who applies sends."))
            return redirect(application.response)
    status = 422 if form.is_bound else 200
    return render(request, "programmes/applications/type_for.html", context | {"form": form}, status=status)
