"""Entries of the navigation, landing and doors that belong to the house itself."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.ui import home, navigation


def belongs(actor: Any) -> bool:
    """Whether this person acts under a membership: they have a working day here."""
    return getattr(actor, "acting_as", None) is not None


def signed_in(actor: Any) -> bool:
    """Whether something may wait for this person: whoever carries a project has drafts to finish too."""
    return getattr(actor, "user", None) is not None


def may_see_style(actor: Any) -> bool:
    user = getattr(actor, "user", None)
    return belongs(actor) or bool(user and user.is_staff)


def landing(actor: Any) -> str | None:
    return reverse("today") if belongs(actor) else None


def register() -> None:
    """Called when the application is ready."""
    navigation.register(navigation.Entry(_("Today"), "today", order=10, show=signed_in))
    navigation.register(navigation.Entry(_("Style guide"), "style-guide", order=95, show=may_see_style, place="staff"))
    for label, name, order in (
        (_("Accessibility"), "accessibility", 10),
        (_("Privacy"), "privacy", 30),
        (_("Source code"), "source", 40),
    ):
        navigation.register(navigation.Entry(label, name, order, show=navigation.everyone, place="footer"))
    home.register_landing(100, landing)
    home.register_door(
        home.Door(
            _("A project carrier"),
            _("Open an account, find the incubator of your territory."),
            "account_signup",
            order=10,
        )
    )
    home.register_door(
        home.Door(
            _("Somebody who knows a territory"),
            _("See what kind of place it is, compare it, draw it as its inhabitants feel it."),
            "territories:home",
            order=20,
        )
    )
    home.register_door(
        home.Door(
            _("A partner or a funder"),
            _("See who supports what, where, and since when."),
            "alliance:members",
            order=30,
        )
    )
