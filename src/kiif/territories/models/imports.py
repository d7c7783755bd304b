"""Official files given by a coordinator, from the dry run to the published pack."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.territories.enums import ImportState
from kiif.territories.queries import DataImportQuerySet


class DataImport(models.Model):
    """A file received: what the dry run read in it, what became of it. The file goes once published or set aside."""

    file = models.FileField(_("file"), upload_to="territories/imports/", blank=True, max_length=300)
    name = models.CharField(_("name of the file"), max_length=200)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    source = models.CharField(_("source"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ImportState.choices, default=ImportState.RECEIVED)
    report = models.JSONField(_("report"), default=dict, blank=True)
    refusal = models.JSONField(_("why it was refused"), default=dict, blank=True)
    job = models.CharField(_("job"), max_length=64, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(_("received on"), auto_now_add=True)
    ended_at = models.DateTimeField(_("dealt with on"), null=True, blank=True)

    objects: ClassVar[DataImportQuerySet] = DataImportQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("import of an official file")
        verbose_name_plural = _("imports of official files")
        ordering = ("-given_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="import_state_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("territories:import", args=[self.pk])
