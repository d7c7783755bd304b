"""Minutes: frozen when the session closes; what was wrong is said in an addendum, never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.committees.models.session import Session


class Minutes(models.Model):
    """Number 0: the minutes; then addenda. `content` is all that both files print; `digest` its SHA-256."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="minutes")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, editable=False)
    words = models.TextField(_("what is corrected"), max_length=5_000, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        ordering = ("session", "number")
        constraints = [models.UniqueConstraint(fields=("session", "number"), name="committees_minutes_once")]

    def __str__(self) -> str:
        return f"{self.session_id}.{self.number}"
