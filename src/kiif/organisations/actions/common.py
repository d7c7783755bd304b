"""What the actions share: checking rights, locking, validating, who says a fact."""

from __future__ import annotations

from typing import Any, Final

import rules
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.models import Alliance
from kiif.organisations.enums import Source
from kiif.organisations.models import Organisation
from kiif.organisations.queries import alliance_of, role_of
from kiif.ui.errors import NotAllowed, Refused

#: Facts of the fiche, in the order of its form.
FIELDS: Final = (
    "name", "usual_name", "legal_form", "legal_code", "siren", "siret", "rna", "inscription", "founded_on", "email",
    "phone", "website", "address", "postcode", "commune", "themes", "description",
)  # fmt: skip
#: Facts that a register may tell; the page says where each comes from.
OFFICIAL: Final = (
    "name", "legal_form", "legal_code", "siren", "siret", "rna", "founded_on", "address", "postcode", "commune",
)  # fmt: skip


def require(rule: str, by: Actor, obj: Any, sentence: str) -> None:
    """Raises NotAllowed with the sentence unless the rule lets this actor do it."""
    if by.impersonator is not None:
        raise NotAllowed(_("You are looking with somebody else’s eyes: nothing can be changed during a support visit."))
    if not rules.test_rule(rule, by, obj):
        raise NotAllowed(sentence)


def locked(organisation: Organisation) -> Organisation:
    """The row, locked and read again: gestures on it happen one after the other."""
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)


def clean(obj: Model, *, exclude: tuple[str, ...] = ()) -> None:
    """Validates a row before it is saved; a failed check becomes a refusal about its field."""
    try:
        obj.full_clean(exclude=exclude)
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            raise Refused(messages[0], field=None if field == "__all__" else field) from error


def check_version(current: int, seen: int | None) -> None:
    """Refuses to overwrite what somebody else wrote since this editor opened the page."""
    if seen is not None and seen != current:
        raise Refused(
            _("Somebody changed this page while you were writing. Your text is kept below: compare, then save.")
        )


def alliance_for(by: Actor, alliance: Alliance | None) -> Alliance:
    """The alliance named, else the one acted in, else the only one of this instance."""
    if alliance is not None:
        return alliance
    own = alliance_of(by)
    found = list(Alliance.objects.filter(pk=own) if own is not None else Alliance.objects.order_by("pk")[:2])
    if len(found) != 1:
        raise Refused(_("Say for which alliance this organisation is entered."))
    return found[0]


def source_for(by: Actor) -> str:
    """Who says it when no register does: the team, or somebody of the organisation."""
    return Source.STAFF.value if by.is_system or role_of(by) else Source.PERSON.value


def today() -> str:
    return timezone.localdate().isoformat()
