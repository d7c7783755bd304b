"""The demonstration: the open summary of an edition whose answers are all given, when it has enough of them, and what
partners read of closed calls."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kiif.programmes.models import Edition
from kiif.steering import actions, protecting, telling

ORDER = 70
NAME = _("Open summary of an edition")


def build(world: Any) -> None:
    for edition in Edition.objects.real().select_related("programme__owner").order_by("pk"):
        if not protecting.why_not_publish(edition):
            actions.publish(edition=edition, by=world.by)
    for _time in ("as it closed", "as it was answered"):
        telling.freeze_all()
