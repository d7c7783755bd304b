"""Who hosts in a call, with whom it is carried, codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kiif.accounts.actor import of
from kiif.alliance.models import Body
from kiif.alliance.queries import within
from kiif.alliance.views.common import confirm_page, form_page
from kiif.programmes import leaving
from kiif.programmes.actions import hosts as actions
from kiif.programmes.forms_calls import CodeForm, HostAddForm, HostForm, PartnerFormSet
from kiif.programmes.tables import CodesTable, HostsTable, RunHostsTable
from kiif.programmes.views.calls import crumbs_of, managed
from kiif.programmes.views.common import call_context, revision_sent
from kiif.ui.errors import Refused
from kiif.ui.tables import respond


@require_safe
def hosts(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Who hosts where, with how many places."""
    context = call_context(request, public_id, "hosts")
    call = context["call"]
    rows = call.hosts.select_related("incubator", "branch", "contact", "call")
    table = (RunHostsTable if context["runs"] else HostsTable)(rows, request)
    return respond(request, table, "programmes/calls/hosts.html", context)


def host_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    call = managed(request, public_id)

    def act(data: Mapping[str, Any]) -> str:
        made = actions.add_host(call=call, incubator=data["incubator"], branch=data["branch"], by=of(request))
        messages.success(request, _("It hosts. Say how many projects, and where."))
        return reverse("programmes:host", args=[call.public_id, made.pk])

    back = reverse("programmes:call-hosts", args=[call.public_id])
    return form_page(
        request, HostAddForm(request.POST or None, call=call), act, title=_("Add a host"), verb=_("Add this host"),
        back=back, crumbs=(*crumbs_of(call), (_("Hosts"), back)),
    )  # fmt: skip


@require_POST
def hosts_fill(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every member that covers a department hosts."""
    call = managed(request, public_id)
    count = actions.add_covering_hosts(call=call, by=of(request))
    messages.success(
        request,
        ngettext("%(count)s member was added.", "%(count)s members were added.", count) % {"count": count}
        if count
        else _("Every member that covers a department hosts already."),
    )
    return redirect("programmes:call-hosts", call.public_id)


def host(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """What one host offers."""
    call = managed(request, public_id)
    found = get_object_or_404(call.hosts.select_related("incubator", "branch", "call"), pk=pk)
    form = HostForm(request.POST or None, instance=found)

    def act(data: Mapping[str, Any]) -> str:
        actions.change_host(host=found, by=of(request), fields=data)
        messages.success(request, _("It is saved."))
        return reverse("programmes:call-hosts", args=[call.public_id])

    back = reverse("programmes:call-hosts", args=[call.public_id])
    return form_page(
        request, form, act, title=str(found), verb=_("Save"), back=back, crumbs=(*crumbs_of(call), (_("Hosts"), back)),
        lead=_("What this host offers in this call."),
    )  # fmt: skip


def host_withdraw(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    call = managed(request, public_id)
    found = get_object_or_404(call.hosts.select_related("incubator", "branch", "call"), pk=pk)
    if page := leaving.page_of(call, found):
        return redirect(page)
    wished = found.wishes.count()

    def act() -> str:
        actions.withdraw_host(host=found, by=of(request))
        messages.success(request, _("%(host)s no longer hosts in this call.") % {"host": found})
        return reverse("programmes:call-hosts", args=[call.public_id])

    back = reverse("programmes:call-hosts", args=[call.public_id])
    sentence = ngettext(
        "%(count)s application wishes for it: another host will be looked for.",
        "%(count)s applications wish for it: another host will be looked for.", wished,
    ) % {"count": wished}  # fmt: skip
    return confirm_page(
        request, act, title=_("%(host)s withdraws?") % {"host": found},
        consequences=[_("It no longer reads applications of this call."), sentence], verb=_("Record that it withdraws"),
        back=back, crumbs=(*crumbs_of(call), (_("Hosts"), back)),
    )  # fmt: skip


def partners(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The whole list of partners, in order."""
    call = managed(request, public_id)
    # guarded: run_call
    bodies = Body.objects.filter(within(call.edition.programme.owner.alliance_key)).order_by("kind", "name")
    initial = [
        {"body": row.body_id, "name": row.name, "role": row.role, "website": row.website} for row in call.partners.all()
    ]
    rows = PartnerFormSet(request.POST or None, prefix="partners", initial=initial, form_kwargs={"bodies": bodies})
    refusal = ""
    if request.method == "POST" and rows.is_valid():
        given = [row.cleaned_data for row in rows if row.cleaned_data.get("name")]
        try:
            actions.set_partners(call=call, by=of(request), partners=given, revision=revision_sent(request))
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The partners are saved."))
            return redirect(call)
    context = {
        "call": call, "rows": rows, "crumbs": crumbs_of(call), "refusal": refusal,
        "revision": request.POST.get("revision") or call.revision,
    }  # fmt: skip
    return render(request, "programmes/calls/partners.html", context, status=422 if request.method == "POST" else 200)


@require_safe
def codes(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Codes that let somebody in before or after."""
    call = managed(request, public_id)
    context = call_context(request, public_id, "codes")
    rows = call.codes.select_related("call", "made_by")
    return respond(request, CodesTable(rows, request), "programmes/calls/codes.html", context)


def code_make(request: HttpRequest, public_id: UUID) -> HttpResponse:
    call = managed(request, public_id)

    def act(data: Mapping[str, Any]) -> str:
        made = actions.make_code(call=call, by=of(request), **data)
        messages.success(request, _("The code is %(code)s. Give it to who needs it.") % {"code": made.code})
        return reverse("programmes:call-codes", args=[call.public_id])

    back = reverse("programmes:call-codes", args=[call.public_id])
    return form_page(
        request, CodeForm(request.POST or None), act, title=_("Make a code"), verb=_("Make the code"), back=back,
        lead=_("Whoever has it begins an application before the opening, or after the closing."),
        crumbs=(*crumbs_of(call), (_("Codes"), back)),
    )  # fmt: skip


@require_POST
def code_revoke(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    call = managed(request, public_id)
    found = get_object_or_404(call.codes.select_related("call"), pk=pk)
    try:
        actions.revoke_code(code=found, by=of(request))
        messages.success(request, _("Nobody begins with this code any more."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("programmes:call-codes", call.public_id)
