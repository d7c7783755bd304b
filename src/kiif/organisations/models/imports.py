"""A list that somebody brings: read and checked first, written at once or not at all."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.alliance.models import Alliance, Incubator
from kiif.organisations.enums import ImportState
from kiif.organisations.queries import BatchQuerySet


class Batch(models.Model):
    """The lines of one file as they were read, kept until somebody imports or discards them."""

    alliance = models.ForeignKey(Alliance, models.CASCADE, related_name="+")
    steward = models.ForeignKey(Incubator, models.SET_NULL, null=True, blank=True, related_name="+")
    file_name = models.CharField(_("file"), max_length=150)
    lines = models.JSONField(_("lines"), default=list)
    unknown_columns = models.JSONField(_("columns not read"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.CHECKED)
    made_at = models.DateTimeField(_("brought"), auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(_("imported"), null=True)

    objects: ClassVar[BatchQuerySet] = BatchQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("imported list")
        verbose_name_plural = _("imported lists")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("organisations:import", args=[self.pk])
