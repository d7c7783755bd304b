"""The index holds copies of words of other apps. It follows their rows, and forgets with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.privacy import Holder

if TYPE_CHECKING:
    from kiif.accounts.models import User

PERSONAL_FIELDS: dict[str, set[str]] = {}
NOT_PERSONAL: dict[str, set[str]] = {}


def export(user: User) -> dict[str, Any]:
    """Nothing of its own: the words of the index come from rows that their apps export."""
    return {}


def erase(user: User) -> None:
    """Nothing to do here: rows that are deleted or saved leave or change in the index at once (`live`)."""


def seen_by(user: User) -> list[str]:
    return [_("The search shows you only to people who may open a page on which you are named.")]


HOLDER = Holder("search", gettext_lazy("Search"), export=export, erase=erase, seen_by=seen_by)
