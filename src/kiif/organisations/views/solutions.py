"""The solutions that an organisation offers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kiif.accounts.actor import of
from kiif.alliance.views.common import confirm_page, form_page
from kiif.organisations import actions
from kiif.organisations.forms import OfferingForm
from kiif.organisations.models import Offering, Organisation
from kiif.organisations.views.common import changed, crumbs


def _place(organisation: Organisation) -> str:
    return f"{organisation.get_absolute_url()}#solutions"


def _offering(request: HttpRequest, pk: int) -> Offering:
    """The solution of an organisation that the actor may change; 404 when it does not see it."""
    organisations = Organisation.objects.visible_to(of(request))
    rows = Offering.objects.filter(organisation__in=organisations)  # guarded: those of organisations that one reads
    offering = get_object_or_404(rows, pk=pk)
    offering.organisation = changed(request, offering.organisation_id)
    return offering


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """A new solution."""
    organisation = changed(request, pk)

    def act(data: Any) -> str:
        actions.describe_offering(organisation=organisation, by=of(request), **data)
        messages.success(request, _("The solution is on the page."))
        return _place(organisation)

    return form_page(
        request,
        OfferingForm(request.POST or None),
        act,
        title=_("Describe a solution of %(name)s") % {"name": organisation.title},
        lead=_("What it runs today and that others could take up elsewhere."),
        verb=_("Add this solution"),
        back=_place(organisation),
        crumbs=crumbs(request, (organisation.title, organisation.get_absolute_url())),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """A solution changes."""
    offering = _offering(request, pk)
    organisation = offering.organisation
    form = OfferingForm(request.POST or None, instance=Offering.objects.get(pk=offering.pk))  # guarded: _offering()

    def act(data: Any) -> str:
        actions.change_offering(offering=offering, by=of(request), **data)
        return _place(organisation)

    return form_page(
        request,
        form,
        act,
        title=_("Change “%(solution)s”") % {"solution": offering.name},
        verb=_("Save"),
        back=_place(organisation),
        crumbs=crumbs(request, (organisation.title, organisation.get_absolute_url())),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A solution entered by mistake."""
    offering = _offering(request, pk)
    organisation = offering.organisation

    def act() -> str:
        actions.remove_offering(offering=offering, by=of(request))
        return _place(organisation)

    return confirm_page(
        request,
        act,
        title=_("Remove “%(solution)s”") % {"solution": offering.name},
        consequences=[
            _("It leaves the page. If it only stopped, say rather that it does not run today: its story stays.")
        ],
        verb=_("Remove it"),
        back=_place(organisation),
        crumbs=crumbs(request, (organisation.title, organisation.get_absolute_url())),
    )
