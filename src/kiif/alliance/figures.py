"""Figures of an alliance, computed from what is recorded, never typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from kiif.accounts.actor import VISITOR
from kiif.alliance.models import Alliance, Branch, Coverage, Incubator


@dataclass(frozen=True)
class Figures:
    """Counts on a day: incubators, open branches, distinct departments covered, distinct regions."""

    members: int
    branches: int
    departments: int
    regions: int
    day: date


def of_alliance(alliance: Alliance) -> Figures:
    """What is public of the alliance, counted today (three queries)."""
    members = list(
        Incubator.objects.visible_to(VISITOR).members().filter(alliance=alliance).values_list("region", flat=True)
    )
    covered = Coverage.objects.visible_to(VISITOR).on().filter(incubator__alliance=alliance)
    return Figures(
        members=len(members),
        branches=Branch.objects.visible_to(VISITOR).open().filter(incubator__alliance=alliance).count(),
        departments=covered.values("department_code").distinct().count(),
        regions=len({region for region in members if region}),
        day=timezone.localdate(),
    )
