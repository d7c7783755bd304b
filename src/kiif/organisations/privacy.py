"""What the app holds about a person: what they are in organisations, and what they wrote there."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists
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
    """The ties go; what was entered stays with the organisation, without a name; lists not imported are destroyed."""
    Tie.objects.filter(user=user).delete()
    Batch.objects.filter(made_by=user).delete()
    Tie.objects.filter(asserted_by=user).update(asserted_by=None)
    Tie.objects.filter(confirmed_by=user).update(confirmed_by=None)
    Organisation.objects.filter(created_by=user).update(created_by=None)
    DuplicatePair.objects.filter(decided_by=user).update(decided_by=None, note="")
    Merge.objects.filter(by=user).update(by=None)
    Organisation.objects.filter(email__iexact=user.email).update(email="", updated_at=timezone.now())


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
