"""What the app says of itself to the lower floors, in `apps.ready()`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.journal import verbs
from kiif.ui import navigation


def fill() -> None:
    """Verbs of the journal, navigation, search, home page, personal data, demo."""
    verbs.register(
        {
            "territories.loaded": _("loaded the referential of territories, vintage {vintage}"),
            "territories.drew": _("drew {object}"),
            "territories.redrew": _("drew version {number} of {object}"),
            "territories.described": _("changed the description of {object}"),
            "territories.shared": _("changed who may read {object}"),
            "territories.withdrew": _("withdrew {object}"),
            "territories.restored": _("restored {object}"),
            "territories.gave_file": _("gave the official file {object}"),
            "territories.published_file": _("published the official file {object}"),
            "territories.discarded_file": _("set aside the official file {object}"),
        }
    )
    navigation.register(
        navigation.Entry(
            _("Territories"), "territories:home", order=30, show=navigation.everyone, current_under=("territories:*",)
        )
    )
    navigation.register(
        navigation.Entry(_("Data and methods"), "territories:data", order=20, show=navigation.everyone, place="footer")
    )
