from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Mark(models.Model):
    """Something that is done once in the life of an instance: loading the demonstration, for instance."""

    key = models.CharField(_("what was done"), max_length=60, unique=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    data = models.JSONField(_("details"), default=dict)

    objects: ClassVar[models.Manager["Mark"]] = models.Manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.key
