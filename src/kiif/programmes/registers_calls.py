"""What programmes, calls and eligibility tell the lower floors when the product starts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kiif.accounts.actor import Actor
from kiif.alliance.enums import STAFF_ROLES
from kiif.programmes import tabs
from kiif.programmes.queries import role_of
from kiif.ui import navigation


def fill() -> None:
    tabs.register(tabs.Tab("overview", _("Overview"), "programmes:call", 0, _always))
    navigation.register(
        navigation.Entry(
            _("Programmes"),
            "programmes:list",
            order=25,
            show=lambda actor: role_of(actor) in STAFF_ROLES,
            current_under=("programmes:*",),
        )
    )


def _always(actor: Actor, call: Any) -> bool:
    return True
