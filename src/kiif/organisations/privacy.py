"""What the app holds about a person: what they are in organisations, and what they wrote there."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.models import User
from kiif.accounts.privacy import Holder
from kiif.organisations.models import Batch, DuplicatePair, Merge, Organisation, Tie

PERSONAL_FIELDS: dict[str, set[str]] = {
    "Organisation": {"created_by", "email", "phone"},
    "Tie": {"user", "title", "source", "asserted_by", "confirmed_by"},
    "DuplicatePair": {"decided_by", "note"},
    "Merge": {"by", "before", "gone_before", "moved"},
    "Batch": {"made_by", "lines"},
}
NOT_PERSONAL: dict[str, set[str]] = {
    "Organisation": {
        *("name", "usual_name", "legal_form", "legal_code", "siren", "siret", "rna", "inscription", "website"),
        *("address", "postcode", "themes", "description", "status", "sources", "name_key", "search_text"),
    },
    "Tie": {"role"},
    "Offering": {"name", "kind", "does", "audience"},
    "DuplicatePair": {"reasons", "state"},
    "Batch": {"file_name", "unknown_columns", "state"},
}


def export(user: User) -> dict[str, Any]:
    """Organisations that this person is in, how that is known, and what they entered."""
    return {
        "organisations": [
            {
                "organisation": tie.organisation.name,
                "role": tie.role,
                "title": tie.title,
                "since": tie.since.isoformat(),
                "until": tie.until.isoformat() if tie.until else None,
                "state": tie.state.value,
                "how_it_is_known": tie.source,
            }
            for tie in Tie.objects.filter(user=user).select_related("organisation").order_by("since", "pk")
        ],
        "organisations_entered": list(
            Organisation.objects.filter(created_by=user).order_by("pk").values_list("name", flat=True)
        ),
    }


def erase(user: User) -> None:
    """The ties go; what was entered stays with the organisation, without a name; lists not imported are destroyed.

    An organisation is reached at its own address and number, which stay. Those that are this person's own (an address
    or the phone of their account) go, in the rows and in what is kept to undo merges.
    """
    Tie.objects.filter(user=user).delete()
    Batch.objects.filter(made_by=user).delete()
    Tie.objects.filter(asserted_by=user).update(asserted_by=None)
    Tie.objects.filter(confirmed_by=user).update(confirmed_by=None)
    Organisation.objects.filter(created_by=user).update(created_by=None)
    DuplicatePair.objects.filter(decided_by=user).update(decided_by=None, note="")
    Merge.objects.filter(by=user).update(by=None)
    _forget_contacts(user)


def _forget_contacts(user: User) -> None:
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)} - {""}
    own = {"email": {address.lower() for address in addresses}, "phone": {_digits(user.phone)} - {""}}
    mails = reduce(or_, (Q(email__iexact=address) for address in addresses), Q(pk__in=()))
    rows = Organisation.objects.exclude(phone="") if own["phone"] else Organisation.objects.none()
    phones = [pk for pk, phone in rows.values_list("pk", "phone").iterator() if _digits(phone) in own["phone"]]
    now = timezone.now()
    Organisation.objects.filter(mails).update(email="", updated_at=now)
    Organisation.objects.filter(pk__in=phones).update(phone="", updated_at=now)
    for done in Merge.objects.iterator():
        taken = [_blank(facts, own) for facts in (done.before, done.gone_before)]  # both, always
        if any(taken):
            done.save(update_fields=["before", "gone_before"])


def _blank(facts: dict[str, Any], own: dict[str, set[str]]) -> bool:
    """Takes one's own address and phone out of the facts kept of a row; whether there was something to take."""
    found = False
    for name, form in (("email", str.lower), ("phone", _digits)):
        if facts.get(name) and form(facts[name]) in own[name]:
            facts[name], found = "", True
    return found


def _digits(phone: str) -> str:
    """A phone number to compare, however it was typed: its last nine digits; empty for what is not a whole number."""
    digits = "".join(sign for sign in phone if sign.isdecimal())
    return digits[-9:] if len(digits) >= 9 else ""


def seen_by(user: User) -> list[str]:
    """Sentences: who sees that this person is in an organisation."""
    return [
        _("The teams of %(alliance)s and the people of %(organisation)s see what you are there.")
        % {"alliance": tie.organisation.alliance.label, "organisation": tie.organisation.title}
        for tie in Tie.objects.current().filter(user=user).select_related("organisation__alliance")
    ]


def holds(user: User) -> Exists:
    """Whether there is anything to say."""
    return Exists(Tie.objects.current().filter(user=user))


HOLDER = Holder(
    "organisations", gettext_lazy("Organisations"), export=export, erase=erase, seen_by=seen_by, holds=holds
)
