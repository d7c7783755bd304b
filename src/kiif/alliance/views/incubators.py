"""One incubator as the teams see it; welcoming, changing, leaving; its branches; its archive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import BaseForm, model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiif.accounts.actor import of
from kiif.alliance.actions.bodies import (
    BRANCH_FIELDS,
    FIELDS,
    close_branch,
    create_incubator,
    end_incubator,
    open_branch,
    set_logo,
    update_body,
    update_branch,
)
from kiif.alliance.actions.exports import export_part
from kiif.alliance.enums import Kind
from kiif.alliance.forms import BranchForm, DayForm, IncubatorForm, OwnIncubatorForm
from kiif.alliance.models import Branch, Coverage, Incubator, Membership
from kiif.alliance.views.common import can, check, form_page, root_crumbs, staff_alliance, visible

_LOGO = ("logo", "remove_logo")


def _seen(request: HttpRequest, slug: str) -> Incubator:
    """The incubator, for the teams of the alliance; 404 for what they may not see."""
    staff_alliance(request)
    return visible(Incubator.objects.visible_to(of(request)).select_related("alliance"), slug=slug)


def incubator(request: HttpRequest, slug: str) -> HttpResponse:
    shown = _seen(request, slug)
    actor = of(request)
    coverage = list(Coverage.objects.visible_to(actor).filter(incubator=shown))
    branches = list(Branch.objects.visible_to(actor).filter(incubator=shown).order_by("commune_name", "name"))
    sees_team = can("alliance.view_team", actor, shown)
    team = Membership.objects.visible_to(actor).current().filter(where_id=shown.pk).with_ties() if sees_team else None
    context = {
        "incubator": shown,
        "branches": [branch for branch in branches if branch.is_open],
        "closed_branches": [branch for branch in branches if not branch.is_open],
        "coverage": [row for row in coverage if row.is_running],
        "past_coverage": [row for row in coverage if not row.is_running],
        "team": team,
        "may_change": can("alliance.change_body", actor, shown),
        "may_cover": can("alliance.change_coverage", actor, shown) and shown.is_member,
        "may_invite": can("alliance.invite", actor, shown) and shown.is_member,
        "may_end": can("alliance.end_incubator", actor, shown) and shown.is_member,
        "reads_journal": can("alliance.read_reviews", actor, shown),
        "may_export": can("alliance.export_body", actor, shown),
    }
    return render(request, "alliance/incubator.html", context)


def _with_logo(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in _LOGO}


def save_logo(body: Any, data: Mapping[str, Any], request: HttpRequest) -> None:
    """Puts or removes the logo that a form carries."""
    if data.get("logo") is not None:
        set_logo(body=body, picture=data["logo"], by=of(request))
    elif data.get("remove_logo") and body.logo:
        set_logo(body=body, picture=None, by=of(request))


def create(request: HttpRequest) -> HttpResponse:
    alliance, actor = staff_alliance(request), of(request)
    check("alliance.add_incubator", actor, alliance, _("Only the coordination welcomes a new member."))
    form = IncubatorForm(request.POST or None, request.FILES or None)

    def act(data: Mapping[str, Any]) -> str:
        made = create_incubator(alliance=alliance, by=actor, **_with_logo(data))
        save_logo(made, data, request)
        messages.success(request, _("%(name)s is now a member of the alliance.") % {"name": made.name})
        return made.get_absolute_url()

    return form_page(
        request,
        form,
        act,
        title=_("Welcome a member"),
        lead=_("Its page opens at once. You can then set the departments it covers and invite its direction."),
        verb=_("Welcome this member"),
        back=reverse("alliance:home"),
        crumbs=root_crumbs(),
    )


def update(request: HttpRequest, slug: str) -> HttpResponse:
    shown, actor = _seen(request, slug), of(request)
    check("alliance.change_body", actor, shown, _("Only its direction and the coordination change this page."))
    whole = can("alliance.change_alliance", actor, shown)
    kind: type[IncubatorForm] = IncubatorForm if whole else OwnIncubatorForm
    initial = model_to_dict(shown, fields=FIELDS[Kind.INCUBATOR])
    form: BaseForm = kind(request.POST or None, request.FILES or None, initial=initial)

    def act(data: Mapping[str, Any]) -> str:
        update_body(body=shown, by=actor, **_with_logo(data))
        save_logo(shown, data, request)
        messages.success(request, _("The page of %(name)s is up to date.") % {"name": shown.name})
        return shown.get_absolute_url()

    return form_page(
        request,
        form,
        act,
        title=_("Change the page of %(name)s") % {"name": shown.name},
        lead=_("What is written here is public."),
        verb=_("Save"),
        back=shown.get_absolute_url(),
        crumbs=root_crumbs((shown.name, shown.get_absolute_url())),
    )


def end(request: HttpRequest, slug: str) -> HttpResponse:
    shown, actor = _seen(request, slug), of(request)
    check("alliance.end_incubator", actor, shown, _("Only the coordination records that a member leaves."))
    form = DayForm(request.POST or None, name="on", label=_("Last day gone, first day outside"))

    def act(data: Mapping[str, date]) -> str:
        end_incubator(incubator=shown, on=data["on"], by=actor)
        messages.success(request, _("%(name)s has left the alliance.") % {"name": shown.name})
        return reverse("alliance:home")

    return form_page(
        request,
        form,
        act,
        title=_("%(name)s leaves the alliance") % {"name": shown.name},
        lead=_(
            "Its people lose their access, its branches and coverage end, its invitations are withdrawn. "
            "Take its archive first: it holds everything."
        ),
        verb=_("Record the departure"),
        back=shown.get_absolute_url(),
        crumbs=root_crumbs((shown.name, shown.get_absolute_url())),
    )


@require_POST
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    shown = _seen(request, slug)
    check(
        "alliance.export_body",
        of(request),
        shown,
        _("Only its direction and the coordination take this archive."),
    )
    response = StreamingHttpResponse(export_part(incubator=shown, by=of(request)), content_type="application/zip")
    name = f"{shown.slug}-{timezone.localdate():%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def branch(request: HttpRequest, pk: int) -> HttpResponse:
    staff_alliance(request)
    actor = of(request)
    shown = visible(Branch.objects.visible_to(actor).select_related("incubator"), pk=pk)
    team = None
    if can("alliance.view_team", actor, shown):
        team = Membership.objects.visible_to(actor).current().filter(branch=shown).with_ties()
    context = {"branch": shown, "team": team, "may_change": can("alliance.change_branch", actor, shown)}
    return render(request, "alliance/branch.html", context)


def branch_create(request: HttpRequest, slug: str) -> HttpResponse:
    shown, actor = _seen(request, slug), of(request)
    check("alliance.change_body", actor, shown, _("Only its direction and the coordination open a branch."))

    def act(data: Mapping[str, Any]) -> str:
        made = open_branch(incubator=shown, by=actor, **data)
        messages.success(request, _("The branch %(name)s is open.") % {"name": made.name})
        return shown.get_absolute_url()

    return form_page(
        request,
        BranchForm(request.POST or None),
        act,
        title=_("Open a branch of %(name)s") % {"name": shown.name},
        verb=_("Open this branch"),
        back=shown.get_absolute_url(),
        crumbs=root_crumbs((shown.name, shown.get_absolute_url())),
    )


def _branch_to_change(request: HttpRequest, pk: int) -> Branch:
    staff_alliance(request)
    shown = visible(Branch.objects.visible_to(of(request)).select_related("incubator"), pk=pk)
    check("alliance.change_branch", of(request), shown, _("Only its direction and the coordination change a branch."))
    return shown


def branch_update(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _branch_to_change(request, pk)

    def act(data: Mapping[str, Any]) -> str:
        update_branch(branch=shown, by=of(request), **data)
        messages.success(request, _("The branch is up to date."))
        return shown.get_absolute_url()

    return form_page(
        request,
        BranchForm(request.POST or None, initial=model_to_dict(shown, fields=BRANCH_FIELDS)),
        act,
        title=_("Change the branch %(name)s") % {"name": shown.name},
        verb=_("Save"),
        back=shown.get_absolute_url(),
        crumbs=_branch_crumbs(shown),
    )


def branch_close(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _branch_to_change(request, pk)

    def act(data: Mapping[str, date]) -> str:
        close_branch(branch=shown, on=data["closed_on"], by=of(request))
        messages.success(request, _("The branch %(name)s is closed.") % {"name": shown.name})
        return shown.incubator.get_absolute_url()

    return form_page(
        request,
        DayForm(request.POST or None, name="closed_on", label=_("Closed from")),
        act,
        title=_("Close the branch %(name)s") % {"name": shown.name},
        lead=_("It leaves the public pages and the map; its history stays."),
        verb=_("Close this branch"),
        back=shown.get_absolute_url(),
        crumbs=_branch_crumbs(shown),
    )


def _branch_crumbs(shown: Branch) -> Any:
    return root_crumbs(
        (shown.incubator.name, shown.incubator.get_absolute_url()), (shown.name, shown.get_absolute_url())
    )
