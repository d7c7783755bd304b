"""The people of an organisation: entered, asking, recognised, leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kiif.accounts.actor import of
from kiif.accounts.models import User
from kiif.alliance.views.common import confirm_page, form_page
from kiif.organisations import actions
from kiif.organisations.forms import ClaimForm, PersonForm, TieForm
from kiif.organisations.models import Organisation
from kiif.organisations.views.common import can, check, crumbs, organisation_of_token, seen, tie_of
from kiif.ui.errors import Refused


def _place(organisation: Organisation) -> str:
    return f"{organisation.get_absolute_url()}#personnes"


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """The team says that somebody is in it."""
    organisation = seen(request, pk)
    check(
        "organisations.assert_person",
        request,
        organisation,
        _("The teams of the alliance enter people by their address; others ask for their place themselves."),
    )

    def act(data: Any) -> str:
        user = User.objects.filter(email__iexact=data["email"], is_active=True).first()  # guarded: `check` above
        if user is None:
            raise Refused(
                _("Nobody has an account with this address. Propose that they create one, then enter them."),
                field="email",
            )
        actions.assert_tie(
            organisation=organisation, user=user, role=data["role"], title=data["title"], since=data["since"],
            source=data["source"], by=of(request),
        )  # fmt: skip
        messages.success(request, _("%(person)s will be asked to accept.") % {"person": user})
        return _place(organisation)

    return form_page(
        request,
        PersonForm(request.POST or None),
        act,
        title=_("Enter a person of %(name)s") % {"name": organisation.title},
        lead=_("They read who entered them and how it is known. Nothing opens before they accept."),
        verb=_("Enter this person"),
        back=_place(organisation),
        crumbs=crumbs(request, (organisation.title, organisation.get_absolute_url())),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody who named an organisation asks to be recognised as one of it."""
    organisation = organisation_of_token(token)
    check("organisations.claim", request, organisation, _("A support visit asks for nothing."))

    def act(data: Any) -> str:
        actions.claim(
            organisation=organisation, role=data["role"], title=data["title"], message=data["message"], by=of(request)
        )
        messages.success(request, _("Your request is sent. The page opens when somebody recognises you."))
        return reverse("organisations:mine")

    return form_page(
        request,
        ClaimForm(request.POST or None),
        act,
        title=_("Ask for your place in %(name)s") % {"name": organisation.title},
        lead=_("Those who lead it, or the team that follows it, recognise you. Nothing opens before."),
        verb=_("Send the request"),
        back=reverse("organisations:mine"),
        crumbs=crumbs(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody is."""
    tie = tie_of(request, pk)
    check("organisations.manage_people", request, tie.organisation, _("Those who lead it and the teams change this."))

    def act(data: Any) -> str:
        actions.change_tie(tie=tie, role=data["role"], title=data["title"], by=of(request))
        return _place(tie.organisation)

    return form_page(
        request,
        TieForm(request.POST or None, initial={"role": tie.role, "title": tie.title}),
        act,
        title=_("What %(person)s is in %(name)s") % {"person": tie.user, "name": tie.organisation.title},
        verb=_("Save"),
        back=_place(tie.organisation),
        crumbs=crumbs(request, (tie.organisation.title, tie.organisation.get_absolute_url())),
    )


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The person accepts what was said."""
    tie = tie_of(request, pk)
    check("organisations.accept_tie", request, tie, _("Only the person accepts it."))
    actions.accept_tie(tie=tie, by=of(request))
    messages.success(request, _("The page of %(name)s is open to you.") % {"name": tie.organisation.title})
    return redirect(tie.organisation)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """A team or a leader recognises somebody who asked."""
    tie = tie_of(request, pk)
    check(
        "organisations.manage_people", request, tie.organisation, _("Those who lead it and the teams recognise people.")
    )
    actions.confirm_tie(tie=tie, by=of(request))
    messages.success(request, _("%(person)s is recognised.") % {"person": tie.user})
    return redirect(_place(tie.organisation))


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody leaves, refuses, or is not recognised."""
    tie, actor = tie_of(request, pk), of(request)
    check("organisations.end_tie", request, tie, _("The person, those who lead the organisation and the teams end it."))
    back = _place(tie.organisation) if can("organisations.view_organisation", actor, tie.organisation) else reverse(
        "organisations:mine"
    )  # fmt: skip
    oneself = actor.user is not None and tie.user_id == actor.user.pk

    def act() -> str:
        actions.end_tie(tie=tie, by=actor)
        return reverse("organisations:mine") if oneself else back

    names = {"person": tie.user, "name": tie.organisation.title}
    consequences = [_("The page of %(name)s closes to them at once; the history keeps that they were there.") % names]
    if oneself:
        consequences = [_("The page of %(name)s closes to you at once; the history keeps that you were there.") % names]
    return confirm_page(
        request,
        act,
        title=_("I am not in %(name)s") % names if oneself else _("%(person)s is no longer in %(name)s") % names,
        consequences=consequences,
        verb=_("Record it"),
        back=back,
        crumbs=crumbs(request),
    )
