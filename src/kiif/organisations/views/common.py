"""What the pages of this room share: the organisation that may be seen, refusals in words, ways back."""

from __future__ import annotations

from typing import Any, NoReturn

import rules
from django.core import signing
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor, of
from kiif.organisations.models import Organisation, Tie
from kiif.ui.errors import NotAllowed, Refused

_SALT = "organisations.claim"
#: A link to ask for a place in an organisation holds for a day.
TOKEN_AGE = 86_400


def can(rule: str, actor: Actor, obj: Any = None) -> bool:
    return bool(rules.test_rule(rule, actor, obj))


def check(rule: str, request: HttpRequest, obj: Any, sentence: str) -> None:
    """403 with the sentence unless the rule lets the actor do it."""
    if not can(rule, of(request), obj):
        raise NotAllowed(sentence)


def seen(request: HttpRequest, pk: int) -> Organisation:
    """The organisation, for whoever reads its whole fiche; 404 for the others."""
    rows = Organisation.objects.visible_to(of(request)).for_list().select_related("alliance", "merged_into")
    return get_object_or_404(rows, pk=pk)


def changed(request: HttpRequest, pk: int) -> Organisation:
    """The same, for whoever may change it; 403 in words for readers."""
    organisation = seen(request, pk)
    check("organisations.change_organisation", request, organisation, who_changes(organisation))
    return organisation


def who_changes(organisation: Organisation) -> str:
    if organisation.is_merged:
        return _("This row was merged: change the organisation that it became.")
    followers = ", ".join(incubator.label for incubator in organisation.stewards.all())
    if followers:
        return _(
            "This page is changed by the people of the organisation, by %(followers)s and by the coordination."
        ) % {"followers": followers}
    return _("This page is changed by the people of the organisation and by the teams of the alliance.")


def tie_of(request: HttpRequest, pk: int) -> Tie:
    """A person of an organisation whose people the actor reads, or oneself."""
    rows = Tie.objects.visible_to(of(request)).select_related("organisation__alliance", "user")
    return get_object_or_404(rows.prefetch_related("organisation__stewards"), pk=pk)


def crumbs(request: HttpRequest, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way back: the directory for those who have one, one's own organisations for the others."""
    if can("organisations.view_directory", of(request)):
        return [(_("Organisations"), reverse("organisations:home")), *more]
    return [(_("My organisations"), reverse("organisations:mine")), *more]


def label_of(field: str) -> str:
    """The words of a fact of the fiche."""
    return str(getattr(Organisation._meta.get_field(field), "verbose_name", field))


def show_refusal(form: BaseForm, refusal: Refused) -> None:
    """A refusal as an error of its field, or of the whole form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def claim_token(organisation: Organisation) -> str:
    """A link of a day for whoever named the organisation by its number, or by its name and commune."""
    return signing.dumps(organisation.pk, salt=_SALT)


def organisation_of_token(token: str) -> Organisation:
    """The organisation of such a link; 404 when it is too old or not ours."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=TOKEN_AGE)
    except signing.BadSignature:
        _gone()
    return get_object_or_404(Organisation.objects.alive().with_place(), pk=pk)


def _gone() -> NoReturn:
    raise Http404
