"""What the app tells the lower floors when the product starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def fill() -> None:
    from kiif.decisions import rules  # noqa: F401 -- declares the rules
    from kiif.journal import verbs

    verbs.register(
        {
            "decisions.prepared": _("prepared the answer to {object}"),
            "decisions.dropped": _("set aside the answer prepared for {object}"),
        }
    )
