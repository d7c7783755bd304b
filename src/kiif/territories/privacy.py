"""What the app holds about a person: areas that they drew, drafts, files that they gave."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import CharField, Exists, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiif.accounts.models import User
from kiif.accounts.privacy import Holder
from kiif.journal.privacy import forget_words
from kiif.territories.enums import Visibility
from kiif.territories.models import DataImport, Draft, DrawnTerritory, DrawnVersion

PERSONAL_FIELDS: dict[str, set[str]] = {
    "DrawnTerritory": {"drawn_by"},
    "DrawnVersion": {"author"},
    "Draft": {"author", "name", "description", "why", "note", "codes"},
    "DataImport": {"given_by"},
}
NOT_PERSONAL: dict[str, set[str]] = {
    "Territory": {"level", "code", "name", "slug", "search", "kind", "rural_source", "postcodes", "vintage"},
    "FormerCode": {"code", "name", "search", "kind"},
    "ReferentialLoad": {"vintage", "stamp", "loaded_by"},
    "DrawnTerritory": {"name", "slug", "description", "why", "visibility"},
    "DrawnVersion": {"note", "vintage"},
    "DataImport": {"file", "name", "source", "state", "report", "refusal", "job"},
}


def export(user: User) -> dict[str, Any]:
    """Areas, versions and drafts of this person, in their own words."""
    return {
        "drawn": [
            {
                "name": drawn.name,
                "description": drawn.description,
                "why": drawn.why,
                "visibility": drawn.visibility,
                "created": drawn.created_at.isoformat(),
            }
            for drawn in DrawnTerritory.objects.filter(drawn_by=user).order_by("pk")
        ],
        "versions": [
            {"area": version.drawn.name, "number": version.number, "note": version.note, "size": version.size}
            for version in DrawnVersion.objects.filter(author=user).select_related("drawn").order_by("pk")
        ],
        "drafts": [
            {"name": draft.name, "description": draft.description, "why": draft.why, "codes": draft.codes}
            for draft in Draft.objects.filter(author=user).order_by("pk")
        ],
        "files_given": list(DataImport.objects.filter(given_by=user).order_by("pk").values_list("name", flat=True)),
    }


def erase(user: User) -> None:
    """Drafts go; areas and versions stay for those who use them, without the name of who drew them.

    An area that only its author could read loses its words, its address made of them included.
    """
    Draft.objects.filter(author=user).delete()
    alone = DrawnTerritory.objects.filter(drawn_by=user, drawn_for__isnull=True, visibility=Visibility.PRIVATE)
    forget_words(alone)
    alone.update(name="–", description="", why="", slug=Concat(Value("-"), Cast("pk", CharField())))
    DrawnVersion.objects.filter(author=user, drawn__in=alone).update(note="")
    DrawnVersion.objects.filter(author=user).update(author=None)
    DrawnTerritory.objects.filter(drawn_by=user).update(drawn_by=None)
    DataImport.objects.filter(given_by=user).update(given_by=None)


def seen_by(user: User) -> list[str]:
    """Who reads the areas that this person drew."""
    sentences = []
    drawn = DrawnTerritory.objects.filter(drawn_by=user)
    counts = Counter(drawn.values_list("visibility", flat=True))
    if counts[Visibility.PUBLIC]:
        sentences.append(
            ngettext(
                "Everybody reads %(count)d living area that you drew, with the name of your organisation.",
                "Everybody reads %(count)d living areas that you drew, with the name of your organisation.",
                counts[Visibility.PUBLIC],
            )
            % {"count": counts[Visibility.PUBLIC]}
        )
    if counts[Visibility.MEMBERS]:
        sentences.append(
            ngettext(
                "People who have an account read %(count)d living area that you drew.",
                "People who have an account read %(count)d living areas that you drew.",
                counts[Visibility.MEMBERS],
            )
            % {"count": counts[Visibility.MEMBERS]}
        )
    if Draft.objects.filter(author=user).exists():
        sentences.append(_("You alone see your drafts of living areas."))
    return sentences


def holds(user: User) -> Q:
    """Whether there is anything to say."""
    return Exists(DrawnTerritory.objects.filter(drawn_by=user)) | Exists(Draft.objects.filter(author=user))


HOLDER = Holder("territories", gettext_lazy("Territories"), export=export, erase=erase, seen_by=seen_by, holds=holds)
