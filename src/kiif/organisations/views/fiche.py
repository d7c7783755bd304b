"""The fiche of an organisation: whole for its people and the teams, three facts for a partner."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kiif.accounts.actor import Actor, of
from kiif.organisations import official
from kiif.organisations.models import DuplicatePair, Organisation
from kiif.organisations.validators import spaced
from kiif.organisations.views.common import can, crumbs


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A row that was merged leads to the organisation that it became."""
    actor = of(request)
    rows = Organisation.objects.for_list().select_related("alliance", "merged_into")
    organisation = rows.visible_to(actor).filter(pk=pk).first()
    if organisation is None:
        return _public(request, actor, pk)
    if organisation.merged_into is not None and "ligne" not in request.GET:
        return redirect(organisation.merged_into)
    people = list(organisation.ties.select_related("user").order_by("until", "since", "pk"))
    context = {
        "organisation": organisation,
        "crumbs_list": crumbs(request),
        "facts": facts_of(organisation),
        "people": [tie for tie in people if not tie.is_past],
        "past": [tie for tie in people if tie.is_past],
        "offerings": list(organisation.offerings.all()),
        "followers": list(organisation.stewards.all()),
        "readers": readers_of(organisation),
        "merges": list(organisation.merges.filter(undone_at=None).select_related("gone")),
        "absorbed": list(organisation.absorbed.order_by("pk")),
        "pairs": _pairs(actor, organisation),
        "register_here": official.is_available(),
        **rights_on(actor, organisation),
    }
    return render(request, "organisations/detail.html", context)


def _public(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    shown = Organisation.objects.known_to(actor).alive().with_place().filter(pk=pk).first()
    if shown is None:
        raise Http404
    return render(request, "organisations/public.html", {"organisation": shown, "crumbs_list": crumbs(request)})


def _pairs(actor: Actor, organisation: Organisation) -> list[DuplicatePair]:
    rows = DuplicatePair.objects.visible_to(actor).open()
    return list((rows.filter(first=organisation) | rows.filter(second=organisation)).with_both())


def rights_on(actor: Actor, organisation: Organisation) -> dict[str, bool]:
    """What the buttons of the fiche need to know."""
    own = getattr(actor.acting_as, "incubator", None)
    follows = own is not None and own in organisation.stewards.all()
    may_follow = can("organisations.follow", actor, organisation)
    return {
        "may_change": can("organisations.change_organisation", actor, organisation),
        "may_manage": can("organisations.manage_people", actor, organisation),
        "may_assert": can("organisations.assert_person", actor, organisation),
        "may_follow": may_follow and not follows,
        "may_unfollow": may_follow and follows,
        "may_choose_followers": can("organisations.choose_followers", actor, organisation),
        "may_merge": can("organisations.merge", actor, organisation),
        "may_undo": can("organisations.undo_merge", actor, organisation),
        "sees_team": can("organisations.view_duplicates", actor),
    }


def facts_of(organisation: Organisation) -> list[dict[str, Any]]:
    """Identity as the page tells it: label, value, where it comes from."""
    named = [
        (_("Official name"), "name", organisation.name),
        (_("Legal form"), "legal_form", organisation.get_legal_form_display()),
        (_("SIREN"), "siren", spaced(organisation.siren)),
        (_("SIRET of the headquarters"), "siret", spaced(organisation.siret)),
        (_("RNA number"), "rna", spaced(organisation.rna)),
        (_("Inscription in Alsace-Moselle"), "inscription", organisation.inscription),
        (_("Founded on"), "founded_on", organisation.founded_on),
        (_("Address"), "address", organisation.address),
        (_("Postcode"), "postcode", organisation.postcode),
        (_("Commune"), "commune", organisation.commune),
    ]
    facts = []
    for label, name, value in named:
        if value:
            source, day, vintage = organisation.source_of(name)
            shown = {"label": label, "name": name, "value": value}
            facts.append({**shown, "source": source, "on": day, "vintage": official.month(vintage)})
    return facts


def readers_of(organisation: Organisation) -> list[str]:
    """Sentences: who reads this page."""
    alliance = organisation.alliance.label
    return [
        _(
            "The people of this organisation recognised below read the whole page; those who lead it or work in it "
            "change it."
        ),
        _("The teams of the incubators of %(alliance)s and its coordination read the whole page.")
        % {"alliance": alliance},
        _("Partners of %(alliance)s read its name, its commune and its themes, nothing else.") % {"alliance": alliance},
        _("Nobody else: it is on no public page."),
    ]
