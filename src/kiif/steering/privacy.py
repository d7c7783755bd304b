"""What the room holds about a person: what they export, and that they did."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.models import User
from kiif.accounts.privacy import Holder
from kiif.programmes.models import Application
from kiif.steering.models import Export, ExportChoice, OpenData

PERSONAL_FIELDS: dict[str, set[str]] = {
    "ExportChoice": {"person", "choices"},
    "Export": {"asked_by", "query", "choices"},
    "OpenData": {"published_by"},
}
NOT_PERSONAL: dict[str, set[str]] = {"OpenData": {"content", "digest"}, "Summary": {"content", "answers"}}


def export(user: User) -> dict[str, Any]:
    return {
        "exports": [
            {"call": str(row.call), "at": row.asked_at.isoformat(), "filters": row.query, "choices": row.choices}
            for row in Export.objects.filter(asked_by=user).select_related("call").order_by("pk")
        ],
        "choices": [
            {"call": str(row.call), "choices": row.choices}
            for row in ExportChoice.objects.filter(person=user).select_related("call").order_by("pk")
        ],
    }


def erase(user: User) -> None:
    """The choices go; that an export was made stays in its call, without the person nor what they searched."""
    ExportChoice.objects.filter(person=user).delete()
    Export.objects.filter(asked_by=user).update(asked_by=None, query="", choices={})
    OpenData.objects.filter(published_by=user).update(published_by=None)


def seen_by(user: User) -> list[str]:
    return [
        _("Who runs a call may export the applications received, to work on them; each export is in the journal."),
        _("Summaries of editions are published without names, and without any count of fewer than five."),
    ]


def holds(user: User) -> Exists:
    return Exists(Application.objects.filter(response__owner=user))  # guarded: the person's own


HOLDER = Holder(
    "steering", gettext_lazy("Exports of programmes"), export=export, erase=erase, seen_by=seen_by, holds=holds
)
