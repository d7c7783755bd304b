"""By whom an application would be hosted, changed by the team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kiif.accounts.actor import of
from kiif.programmes import facts
from kiif.programmes.actions import applications_hosting as actions
from kiif.programmes.forms_applications import HostsForm
from kiif.programmes.views.applications_common import frame, must_handle, private, visible
from kiif.programmes.views.common import ranked
from kiif.ui.errors import Refused


def hosts(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The hosts in order, why they change; its carriers are told."""
    row, actor = visible(request, public_id), of(request)
    must_handle(actor, row, _("Only the team that runs this call changes by whom its applications would be hosted."))
    found = list(row.call.hosts.filter(left_at__isnull=True).select_related("incubator", "branch"))
    if not found:
        raise Http404
    current = [facts.host_key(wish.host) for wish in row.wishes.all()]
    form = HostsForm(request.POST or None)
    chosen = ranked(request.POST) if form.is_bound else current
    if request.method == "POST" and form.is_valid():
        seen = [key for key in request.POST.get("seen", "").split(",") if key]
        try:
            actions.change_hosts(application=row, hosts=chosen, words=form.cleaned_data["words"], by=actor, seen=seen)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("It is changed; its carriers are told why."))
            return redirect("programmes:application", row.public_id)
    places = {key: rank for rank, key in enumerate(chosen, start=1)}
    context: dict[str, Any] = frame(request, row) | {
        "form": form,
        "hosts": [(facts.host_key(host), host, places.get(facts.host_key(host))) for host in found],
        "ranks": range(1, row.call.most_hosts + 1),
        "writable": True,
        "seen": ",".join(current),
        "annexed": any(host.variant for host in found),
    }
    page = render(request, "programmes/applications/hosts.html", context, status=422 if form.errors else 200)
    return private(page)
