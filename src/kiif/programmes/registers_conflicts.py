"""What conflicts of interest tell the lower floors when the product starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kiif.journal import verbs


def fill() -> None:
    verbs.register(
        {
            "programmes.conflicts_proposed": _("looked for conflicts of interest in {object}: {count} to settle"),
            "programmes.conflict_confirmed": _("recorded a conflict of interest of {person} with {object}"),
            "programmes.conflict_declared": _("declared a conflict of interest with {object}"),
            "programmes.conflict_dismissed": _("set aside a possible conflict of interest of {person} with {object}"),
            "programmes.conflict_reversed": _("lifted the conflict of interest of {person} with {object}"),
        }
    )
