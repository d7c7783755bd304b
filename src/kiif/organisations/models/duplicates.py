"""Rows that look like one organisation, what people decided, and merges with what they moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.organisations.enums import REASONS, UNDO_DAYS, PairState
from kiif.organisations.models.organisation import Organisation
from kiif.organisations.queries import MergeQuerySet, PairQuerySet


class DuplicatePair(models.Model):
    """Two rows that may be one organisation. Proposed by facts, decided by somebody; `first` is the older row."""

    first = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    second = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    reasons = models.JSONField(_("why they look alike"), default=list)
    score = models.PositiveSmallIntegerField(_("strength"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=PairState, default=PairState.OPEN)
    note = models.CharField(_("note"), max_length=300, blank=True)
    found_at = models.DateTimeField(_("found"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[PairQuerySet] = PairQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ("-score", "pk")
        constraints = [
            models.UniqueConstraint(fields=("first", "second"), name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_in_order"),
            models.CheckConstraint(condition=Q(state__in=PairState.values), name="duplicate_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"

    @property
    def sentences(self) -> list[str]:
        """Why they look alike, in words."""
        return [str(REASONS[code][1]) for code in self.reasons if code in REASONS]


class Merge(models.Model):
    """One row went into another: what moved, what the kept one was before, so that it can be undone for a while."""

    kept = models.ForeignKey(Organisation, models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    before = models.JSONField(_("the kept row before"), default=dict)
    gone_before = models.JSONField(_("the other row before"), default=dict)
    moved = models.JSONField(_("what moved"), default=dict)
    at = models.DateTimeField(_("merged"), auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(_("undone"), null=True)

    objects: ClassVar[MergeQuerySet] = MergeQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("merge of organisations")
        verbose_name_plural = _("merges of organisations")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.gone} → {self.kept}"

    @property
    def until(self) -> datetime:
        """The moment until which it can be undone."""
        return self.at + timedelta(days=UNDO_DAYS)

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and timezone.now() < self.until
