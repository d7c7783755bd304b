"""What bars somebody from an application. Here, below those who read and decide, so that no list can forget it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.programmes.enums import ConflictState
from kiif.programmes.models.applications import Application
from kiif.programmes.queries import ConflictQuerySet


class Conflict(models.Model):
    """A conflict of interest between a person and an application: facts that propose it, a person who confirms.

    `reasons`: codes of `ConflictReason`, with the words of the fact: `[["organisation", "La Remise (exemple)"]]`.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="conflicts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=ConflictState, default=ConflictState.PROPOSED)
    reasons = models.JSONField(default=list)
    words = models.TextField(_("in words"), max_length=1_000, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ConflictQuerySet] = ConflictQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ("-found_at", "-pk")
        constraints = [models.UniqueConstraint(fields=("application", "person"), name="programmes_conflict_once")]
        indexes = [models.Index(fields=["person", "state", "application"], name="programmes_barred")]

    def __str__(self) -> str:
        return f"{self.person} / {self.application_id}"
