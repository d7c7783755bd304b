"""What a cohort could be: sets of dossiers that people make and lay side by side."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kiif.committees.models.session import Session
from kiif.committees.queries import ScenarioQuerySet
from kiif.programmes.models import Application


class Scenario(models.Model):
    """A set of dossiers, made by a person, never by the product. `shared`: the whole committee reads it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="scenarios")
    name = models.CharField(_("name"), max_length=80)
    words = models.TextField(_("what it is about"), max_length=1_000, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    shared = models.BooleanField(_("read by the whole committee"), default=False)
    chosen = models.ManyToManyField(Application, related_name="+", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar[ScenarioQuerySet] = ScenarioQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("scenario of a cohort")
        verbose_name_plural = _("scenarios of a cohort")
        ordering = ("name", "pk")
        constraints = [models.UniqueConstraint(fields=("session", "name"), name="committees_scenario_name_once")]

    def __str__(self) -> str:
        return self.name
