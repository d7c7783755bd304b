"""Vocabulary of territories."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.TextChoices):
    """The five official levels; values are those of :data:`kiif.opendata.levels.LEVELS`."""

    COMMUNE = "commune", _("commune")
    EPCI = "epci", _("intercommunal body")
    LIVING_AREA = "living-area", _("living area")
    DEPARTMENT = "department", _("department")
    REGION = "region", _("region")


#: Word of each level in addresses.
LEVEL_SLUGS = {
    Level.COMMUNE: "commune",
    Level.EPCI: "intercommunalite",
    Level.LIVING_AREA: "bassin-de-vie",
    Level.DEPARTMENT: "departement",
    Level.REGION: "region",
}
LEVEL_OF_SLUG = {slug: level for level, slug in LEVEL_SLUGS.items()}

LEVELS_PLURAL = {
    Level.COMMUNE: _("communes"),
    Level.EPCI: _("intercommunal bodies"),
    Level.LIVING_AREA: _("living areas"),
    Level.DEPARTMENT: _("departments"),
    Level.REGION: _("regions"),
}

#: Order in which parents are loaded before their children.
LOAD_ORDER = (Level.REGION, Level.DEPARTMENT, Level.EPCI, Level.LIVING_AREA, Level.COMMUNE)


class EpciKind(models.TextChoices):
    """Legal forms of intercommunal bodies, as coded by the DGCL."""

    CC = "CC", pgettext_lazy("kind of intercommunal body", "community of communes")
    CA = "CA", pgettext_lazy("kind of intercommunal body", "community of agglomeration")
    CU = "CU", pgettext_lazy("kind of intercommunal body", "urban community")
    METRO = "METRO", pgettext_lazy("kind of intercommunal body", "metropolis")
    MET69 = "MET69", pgettext_lazy("kind of intercommunal body", "metropolis with the powers of a department")


class FormerKind(models.TextChoices):
    """Why a code or a name is no longer that of a commune."""

    MERGED = "merged", _("merged commune")
    DELEGATED = "delegated", _("delegated commune")
    ASSOCIATED = "associated", _("associated commune")
    ARRONDISSEMENT = "arrondissement", _("municipal arrondissement")


class Visibility(models.TextChoices):
    """Who may read a living area drawn by people."""

    PRIVATE = "private", _("me and my organisation")
    MEMBERS = "members", _("everybody who is signed in")
    PUBLIC = "public", _("everybody")


class ImportState(models.TextChoices):
    """Life of an official file given by a coordinator."""

    RECEIVED = "received", _("waiting to be checked")
    CHECKED = "checked", _("checked, not published")
    REFUSED = "refused", pgettext_lazy("file", "refused")
    PUBLISHING = "publishing", _("being published")
    PUBLISHED = "published", pgettext_lazy("file", "published")
    DISCARDED = "discarded", pgettext_lazy("file", "set aside")


IMPORT_TRANSITIONS: dict[ImportState, frozenset[ImportState]] = {
    ImportState.RECEIVED: frozenset({ImportState.CHECKED, ImportState.REFUSED, ImportState.DISCARDED}),
    ImportState.CHECKED: frozenset({ImportState.PUBLISHING, ImportState.DISCARDED}),
    ImportState.PUBLISHING: frozenset({ImportState.PUBLISHED, ImportState.REFUSED}),
    ImportState.REFUSED: frozenset(),
    ImportState.PUBLISHED: frozenset(),
    ImportState.DISCARDED: frozenset(),
}
