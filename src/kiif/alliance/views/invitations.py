"""Inviting, sending again, withdrawing; opening the link and accepting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiif.accounts import second_factor
from kiif.accounts.actor import of
from kiif.alliance.actions.invitations import (
    accept_invitation,
    accept_with_new_account,
    check_usable,
    find,
    has_account,
    invite,
    resend_invitation,
    revoke_invitation,
)
from kiif.alliance.forms import AccountForm, InvitationForm
from kiif.alliance.models import Body, Invitation, Membership
from kiif.alliance.views.common import check, form_page, visible
from kiif.alliance.views.teams import body_crumbs
from kiif.ui.errors import Refused

#: Where the session keeps the token between the link and the page: addresses and logs never show it again.
LINK_KEY: Final = "alliance_invitation"


def create(request: HttpRequest, slug: str) -> HttpResponse:
    actor = of(request)
    body = visible(Body.objects.visible_to(actor), slug=slug)
    check("alliance.invite", actor, body, _("Only the direction and the coordination invite people here."))
    team = reverse("alliance:team", args=[body.slug])

    def act(data: Mapping[str, Any]) -> str:
        invitation = invite(where=body, by=actor, **data)
        messages.success(request, _("The invitation is on its way to %(address)s.") % {"address": invitation.email})
        return reverse("alliance:invitations", args=[body.slug])

    return form_page(
        request,
        InvitationForm(request.POST or None, where=body, by=actor),
        act,
        title=_("Invite somebody to %(body)s") % {"body": body.name},
        lead=_("They receive a personal link, valid for fourteen days, that opens their account if they have none."),
        verb=_("Send the invitation"),
        back=team,
        crumbs=(*body_crumbs(body), (_("Team"), team)),
    )


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    return _gesture(
        request, pk, resend_invitation, _("The invitation has left again, with a new link: the old one is dead.")
    )


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    return _gesture(request, pk, revoke_invitation, _("The invitation is withdrawn."))


def _gesture(request: HttpRequest, pk: int, action: Any, done: str) -> HttpResponse:
    invitation = visible(Invitation.objects.visible_to(of(request)).with_ties(), pk=pk)
    try:
        action(invitation=invitation, by=of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("alliance:invitations", slug=invitation.where.slug)


@login_not_required
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: the token goes into the session, and the address bar forgets it."""
    request.session[LINK_KEY] = token[:100]
    return redirect("alliance:invitation")


@login_not_required
def accept(request: HttpRequest) -> HttpResponse:
    """What one is invited to, and how to accept: with one click, by signing in, or by opening an account."""
    token = request.session.get(LINK_KEY, "")
    invitation = find(token) if token else None
    try:
        if invitation is None:
            raise Refused(_("This link opens no invitation. Ask the person who invited you to send a new one."))
        check_usable(invitation)
    except Refused as refusal:
        return _page(request, {"refusal": str(refusal), "invitation": None}, 404 if invitation is None else 410)
    actor = of(request)
    if actor.user is not None:
        return _accept_signed_in(request, invitation, token)
    if has_account(invitation):
        login = f"{reverse('account_login')}?next={reverse('alliance:invitation')}"
        return _page(request, {"invitation": invitation, "login_url": login})
    return _accept_with_account(request, invitation, token)


def _accept_signed_in(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    actor = of(request)
    refusal = ""
    if request.method == "POST":
        try:
            membership = accept_invitation(token=token, by=actor)
        except Refused as refused:
            refusal = str(refused)
        else:
            return _welcome(request, membership)
    context = {"invitation": invitation, "refusal": refusal, "signed_in": True}
    return _page(request, context, 422 if refusal else 200)


def _accept_with_account(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = AccountForm(request.POST or None, initial={"full_name": invitation.full_name})
    if request.method == "POST" and form.is_valid():
        try:
            user, membership = accept_with_new_account(token=token, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            perform_login(request, user, email_verification="none")
            # the password has just been typed: the second factor that follows does not ask for it again
            record_authentication(request, user, "password", reauthenticated=True)
            return _welcome(request, membership)
    return _page(request, {"invitation": invitation, "form": form}, 422 if form.errors else 200)


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    """After accepting: the second factor if the role asks for it, else the first page of the new role."""
    request.session.pop(LINK_KEY, None)
    request.session["alliance_acting_as"] = membership.acting_key
    messages.success(request, _("Welcome to %(body)s.") % {"body": membership.where.name})
    if second_factor.duty_of(membership.user) is not None:
        return redirect("mfa_index")
    return redirect("alliance:mine")


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    data = {"refusal": "", "signed_in": False, "login_url": "", "form": None, **context}
    return render(request, "alliance/invitation.html", data, status=status)
