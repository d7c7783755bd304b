"""Messages to a filtered set of a cohort; the set is computed again when the message leaves."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.cohorts.enums import Audience
from kiif.cohorts.models.cohort import Cohort


class Broadcast(models.Model):
    """`filters`: `{"hosts": [pk], "states": ["active"], "departments": ["33"], "unsigned": pk}`, all of them together.

    `count`: how many people it left for.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="broadcasts")
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("message"), max_length=8_000)
    audience = models.CharField(_("written to"), max_length=8, choices=Audience, default=Audience.CARRIERS)
    filters = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    count = models.PositiveIntegerField(null=True, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("message to a cohort")
        verbose_name_plural = _("messages to a cohort")
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(count__isnull=False), name="cohorts_sent_message_has_a_count"
            )
        ]

    def __str__(self) -> str:
        """The subject with the name of the cohort; the words of each person stay between braces."""
        return self.subject.replace("{promotion}", self.cohort.name)

    def get_absolute_url(self) -> str:
        return reverse("cohorts:broadcast", args=[self.public_id])
