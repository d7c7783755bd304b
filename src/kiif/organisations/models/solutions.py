"""What an organisation offers: the solutions that could go elsewhere."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kiif.organisations.enums import SolutionKind
from kiif.organisations.models.organisation import Organisation


class Offering(models.Model):
    """A solution that an organisation runs. `replication` starts a search from it (same kinds, same words)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="offerings")
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=SolutionKind, default=SolutionKind.OTHER)
    does = models.TextField(_("what it does"), max_length=1_000, blank=True)
    audience = models.TextField(_("for whom"), max_length=600, blank=True)
    since_year = models.PositiveSmallIntegerField(_("since the year"), null=True, blank=True)
    is_open = models.BooleanField(_("runs today"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)

    class Meta:
        verbose_name = _("solution offered")
        verbose_name_plural = _("solutions offered")
        ordering = ("-is_open", "name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(since_year__isnull=True) | Q(since_year__range=(1800, 2100)), name="offering_year"
            ),
            models.CheckConstraint(condition=Q(kind__in=SolutionKind.values), name="offering_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.name
