"""People of a body: the list with its invitations, one membership, partners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import of
from kiif.alliance.actions.bodies import FIELDS, create_partner, update_body
from kiif.alliance.actions.memberships import change_membership, end_membership
from kiif.alliance.enums import Kind
from kiif.alliance.forms import MembershipForm, PartnerForm
from kiif.alliance.models import AccessReview, Body, Delegation, Invitation, Membership, Partner
from kiif.alliance.tables import Invitations, Partners, Team
from kiif.alliance.views.common import (
    can,
    check,
    confirm_page,
    form_page,
    root_crumbs,
    staff_alliance,
    visible,
)
from kiif.alliance.views.incubators import save_logo
from kiif.ui.components import Tab
from kiif.ui.tables import respond


def body_crumbs(body: Body) -> Any:
    """Way back from a page about a body: its own page when it has one."""
    if body.kind == Kind.INCUBATOR:
        return root_crumbs((body.name, body.get_absolute_url()))
    if body.kind == Kind.PARTNER:
        return root_crumbs((_("Partners"), reverse("alliance:partners")))
    return root_crumbs()


def _team_of(request: HttpRequest, slug: str) -> tuple[Body, dict[str, Any]]:
    """The body and what both of its lists show; 404 unseen, 403 for those who do not belong there."""
    actor = of(request)
    body = visible(Body.objects.visible_to(actor), slug=slug)
    check("alliance.view_team", actor, body, _("Only its own people and the coordination see who belongs here."))
    reads = can("alliance.read_reviews", actor, body)
    people = reverse("alliance:team", args=[body.slug])
    tabs = [Tab(_("People"), people, current=request.path == people)]
    if reads:
        invitations = reverse("alliance:invitations", args=[body.slug])
        pending = Invitation.objects.visible_to(actor).pending().filter(where=body).count()
        tabs.append(Tab(_("Invitations"), invitations, current=request.path == invitations, count=pending))
        review = AccessReview.objects.visible_to(actor).open().filter(where=body).first()
        if review:
            tabs.append(Tab(_("Access review"), review.get_absolute_url()))
    context: dict[str, Any] = {
        "body": body,
        "tabs": tabs if len(tabs) > 1 else [],
        "crumbs": body_crumbs(body),
        "may_invite": can("alliance.invite", actor, body) and body.is_member,
        "may_change": body.kind == Kind.PARTNER and can("alliance.change_body", actor, body),
    }
    return body, context


def team(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Who belongs to a body."""
    body, context = _team_of(request, slug)
    rows = Membership.objects.visible_to(of(request)).filter(where=body).with_ties()
    if not request.GET.get("presence"):
        rows = rows.current()
    return respond(request, Team(rows, request, body=body), "alliance/team.html", context)


def invitations(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Who was invited to a body, and what became of it."""
    body, context = _team_of(request, slug)
    check("alliance.read_reviews", of(request), body, _("Invitations are read by the direction and the coordination."))
    rows = Invitation.objects.visible_to(of(request)).filter(where=body).with_ties()
    table = Invitations(rows, request, may_change=context["may_invite"])
    return respond(request, table, "alliance/invitations.html", context)


def membership(request: HttpRequest, pk: int) -> HttpResponse:
    """One membership: what it is, its delegations, its history."""
    actor = of(request)
    shown = visible(Membership.objects.visible_to(actor).with_ties(), pk=pk)
    context = {
        "membership": shown,
        "crumbs": (*body_crumbs(shown.where), (_("Team"), reverse("alliance:team", args=[shown.where.slug]))),
        "delegations": Delegation.objects.visible_to(actor).filter(membership=shown).with_ties(),
        "may_change": shown.is_current and can("alliance.change_membership", actor, shown),
        "may_end": shown.is_current and can("alliance.end_membership", actor, shown),
        "is_me": actor.user is not None and actor.user.pk == shown.user_id,
    }
    return render(request, "alliance/membership.html", context)


def membership_change(request: HttpRequest, pk: int) -> HttpResponse:
    actor = of(request)
    shown = visible(Membership.objects.visible_to(actor).with_ties(), pk=pk)
    check("alliance.change_membership", actor, shown, _("Only the direction and the coordination change roles here."))
    initial = model_to_dict(shown, fields=("role", "title", "branch"))

    def act(data: Mapping[str, Any]) -> str:
        change_membership(membership=shown, by=actor, **data)
        messages.success(request, _("The membership of %(person)s is up to date.") % {"person": shown.user})
        return shown.get_absolute_url()

    return form_page(
        request,
        MembershipForm(request.POST or None, membership=shown, by=actor, initial=initial),
        act,
        title=_("Change the role of %(person)s") % {"person": shown.user},
        lead=_("The new role holds from the next click; the person receives a mail."),
        verb=_("Save"),
        back=shown.get_absolute_url(),
        crumbs=body_crumbs(shown.where),
    )


def membership_end(request: HttpRequest, pk: int) -> HttpResponse:
    actor = of(request)
    shown = visible(Membership.objects.visible_to(actor).with_ties(), pk=pk)
    check(
        "alliance.end_membership",
        actor,
        shown,
        _("Only the direction, the coordination or the person concerned end a membership."),
    )
    mine = actor.user is not None and actor.user.pk == shown.user_id

    def act() -> str:
        end_membership(membership=shown, by=actor)
        messages.success(
            request, _("%(person)s no longer belongs to %(body)s.") % {"person": shown.user, "body": shown.where.label}
        )
        return reverse("alliance:mine") if mine else reverse("alliance:team", args=[shown.where.slug])

    title = _("Leave %(body)s") if mine else _("%(person)s leaves %(body)s")
    return confirm_page(
        request,
        act,
        title=title % {"person": shown.user, "body": shown.where.label},
        consequences=(
            _("Access ends at once, everywhere: open sessions, delegations given and received, pending invitations."),
            _("What was written stays, with its author."),
            _("A personal account remains: only the membership ends."),
        ),
        verb=_("Leave") if mine else _("Close the access"),
        back=shown.get_absolute_url(),
        crumbs=body_crumbs(shown.where),
    )


def partners(request: HttpRequest) -> HttpResponseBase:
    alliance, actor = staff_alliance(request), of(request)
    rows = Partner.objects.visible_to(actor).filter(alliance=alliance)
    context = {"may_add": can("alliance.add_partner", actor, alliance)}
    return respond(request, Partners(rows, request), "alliance/partners.html", context)


def partner_create(request: HttpRequest) -> HttpResponse:
    alliance, actor = staff_alliance(request), of(request)
    check("alliance.add_partner", actor, alliance, _("Only the coordination adds a partner."))

    def act(data: Mapping[str, Any]) -> str:
        fields = {name: value for name, value in data.items() if name in FIELDS[Kind.PARTNER]}
        made = create_partner(alliance=alliance, by=actor, **fields)
        save_logo(made, data, request)
        return made.get_absolute_url()

    return form_page(
        request,
        PartnerForm(request.POST or None, request.FILES or None),
        act,
        title=_("Add a partner"),
        verb=_("Add this partner"),
        back=reverse("alliance:partners"),
        crumbs=root_crumbs((_("Partners"), reverse("alliance:partners"))),
    )


def partner_update(request: HttpRequest, slug: str) -> HttpResponse:
    staff_alliance(request)
    actor = of(request)
    shown = visible(Partner.objects.visible_to(actor), slug=slug)
    check("alliance.change_body", actor, shown, _("Only the coordination changes a partner."))

    def act(data: Mapping[str, Any]) -> str:
        fields = {name: value for name, value in data.items() if name in FIELDS[Kind.PARTNER]}
        update_body(body=shown, by=actor, **fields)
        save_logo(shown, data, request)
        return shown.get_absolute_url()

    initial = model_to_dict(shown, fields=FIELDS[Kind.PARTNER])
    return form_page(
        request,
        PartnerForm(request.POST or None, request.FILES or None, initial=initial),
        act,
        title=_("Change the page of %(name)s") % {"name": shown.name},
        verb=_("Save"),
        back=shown.get_absolute_url(),
        crumbs=root_crumbs((_("Partners"), reverse("alliance:partners"))),
    )
