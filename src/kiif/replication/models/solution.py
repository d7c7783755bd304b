"""A solution that somebody wants to replicate, and where it works today."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.alliance.models import Body
from kiif.replication.queries import SolutionQuerySet


class Solution(models.Model):
    """What it does, for whom, what it needs, what must never be.

    It belongs to a person (`owner`), perhaps acting for a body; or, before any account, to a visitor's session
    (`visitor_key`), for a few days.
    """

    name = models.CharField(_("name of the solution"), max_length=120)
    kind = models.CharField(_("kind of solution"), max_length=20)
    does = models.TextField(_("what it does"), max_length=2_000, blank=True)
    audience = models.TextField(_("for whom"), max_length=1_000, blank=True)
    needs = models.TextField(_("what it needs in order to work"), max_length=1_000, blank=True)
    never = models.TextField(_("what must never be"), max_length=1_000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    owner_body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("prepared for")
    )
    visitor_key = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[SolutionQuerySet] = SolutionQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("solution")
        verbose_name_plural = _("solutions")
        ordering = ("-updated_at", "-pk")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("replication:solution", args=[self.pk])

    @property
    def kind_label(self) -> Any:
        """“Mobility”, “Food”…"""
        from kiif.replication.profiles import PROFILES

        return PROFILES[self.kind].label if self.kind in PROFILES else self.kind


class Site(models.Model):
    """A commune where the solution works today."""

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="sites")
    commune_code = models.CharField(_("commune"), max_length=5)
    label = models.CharField(_("name of the place"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("solution", "commune_code"), name="replication_site_once")]

    def __str__(self) -> str:
        return self.label or self.commune_code
