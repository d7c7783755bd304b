"""My roles, the switch, delegations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiif.accounts.actor import of
from kiif.alliance.actions.acting import standings, switch
from kiif.alliance.actions.delegations import delegate, end_delegation
from kiif.alliance.enums import Role
from kiif.alliance.forms import DelegationForm
from kiif.alliance.middleware import SESSION_KEY
from kiif.alliance.models import Delegation, Membership
from kiif.alliance.tables import Delegations
from kiif.alliance.views.common import form_page, visible
from kiif.ui.addresses import asked_for
from kiif.ui.errors import NotAllowed, Refused
from kiif.ui.tables import respond


def mine(request: HttpRequest) -> HttpResponse:
    """Everything one is in the alliance, now and before; from here one switches, leaves, delegates."""
    actor = of(request)
    past = Membership.objects.visible_to(actor).filter(user=actor.user, until__isnull=False).with_ties()
    choices = standings(actor)
    keys = {choice.pk for choice in choices if choice.delegation is None}
    context = {
        "choices": choices,
        "past": [membership for membership in past if membership.pk not in keys],
        "current": actor.acting_as,
        "may_switch": actor.can_write,
    }
    return render(request, "alliance/mine.html", context)


@require_POST
def acting_as(request: HttpRequest) -> HttpResponse:
    """Acts as another membership or delegation from now on, and goes on to the page asked for."""
    address = asked_for(request, otherwise=reverse("home"))
    try:
        chosen = switch(key=request.POST.get("role", "")[:20], by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("alliance:mine")
    request.session[SESSION_KEY] = chosen.acting_key
    messages.success(request, _("You now act as: %(role)s.") % {"role": chosen.role_label})
    return redirect(reverse("home") if address == reverse("alliance:mine") else address)


def delegations(request: HttpRequest) -> HttpResponseBase:
    actor = of(request)
    rows = Delegation.objects.visible_to(actor).with_ties()
    may_delegate = actor.can_write and actor.acting_as is not None and actor.acting_as.delegation is None
    return respond(request, Delegations(rows, request), "alliance/delegations.html", {"may_delegate": may_delegate})


def _lendable(request: HttpRequest) -> Any:
    """Memberships whose rights this person may lend: one's own, and those one steers."""
    actor = of(request)
    acting = actor.acting_as
    if acting is None or acting.delegation is not None or not actor.can_write:
        raise NotAllowed(_("Only somebody who acts in their own name, in a team, lends rights."))
    rows = Membership.objects.visible_to(actor).current().with_ties().order_by("user__full_name", "pk")
    if acting.role in {Role.COORDINATOR, Role.MANAGER}:
        return rows
    return rows.filter(user=actor.user)


def delegation_create(request: HttpRequest) -> HttpResponse:
    actor = of(request)
    lendable = _lendable(request)
    form = DelegationForm(
        request.POST or None, by=actor, memberships=lendable, initial={"membership": actor.acting_as.pk}
    )

    def act(data: Mapping[str, Any]) -> str:
        made = delegate(by=actor, **data)
        messages.success(request, _("%(person)s will stand in until that day.") % {"person": made.to})
        return reverse("alliance:delegations")

    return form_page(
        request,
        form,
        act,
        title=_("Lend my rights for a time"),
        lead=_(
            "Before an absence: the person you choose can act with your role until you are back. Whatever they do is "
            "recorded under their own name, by delegation. You stop it when you want."
        ),
        verb=_("Set up the delegation"),
        back=reverse("alliance:delegations"),
        crumbs=((_("Delegations"), reverse("alliance:delegations")),),
    )


@require_POST
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    shown = visible(Delegation.objects.visible_to(of(request)).with_ties(), pk=pk)
    try:
        end_delegation(delegation=shown, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The delegation is over."))
    return redirect("alliance:delegations")
