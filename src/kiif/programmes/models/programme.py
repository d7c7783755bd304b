"""A programme lasts; an edition of it has a year, calls and a cohort."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiif.alliance.models import Body
from kiif.programmes.queries import EditionQuerySet, ProgrammeQuerySet


class Programme(models.Model):
    """*Les Sentiers*, *Itinéraires*… It belongs to a body: the alliance, or an incubator for a local one."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(Body, models.PROTECT, related_name="programmes", verbose_name=_("belongs to"))
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("name in addresses"), max_length=60, unique=True)
    tagline = models.CharField(_("in a sentence"), max_length=200, blank=True)
    presentation = models.TextField(_("presentation"), max_length=4_000, blank=True)
    website = models.URLField(_("website"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    ended_at = models.DateTimeField(pgettext_lazy("programme", "ended"), null=True, blank=True, editable=False)

    objects: ClassVar[ProgrammeQuerySet] = ProgrammeQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programmes:programme", args=[self.slug])


class Edition(models.Model):
    """One round of a programme. A rehearsal is a copy of an edition that nobody outside sees and that writes to nobody.

    A rehearsal's dates are moved in the database so that the wanted day is today; `moved_days` is by how much, so that
    pages can say the day that is played.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="editions")
    name = models.CharField(_("edition"), max_length=60, help_text=_("A year is enough: “2027”."))
    slug = models.SlugField(_("name in addresses"), max_length=60)
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+", editable=False)
    rehearsal_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="rehearsals", editable=False
    )
    moved_days = models.IntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    objects: ClassVar[EditionQuerySet] = EditionQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("-starts_on", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("programme", "slug"), name="programmes_edition_slug_once"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="programmes_edition_starts_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("programmes:edition", args=[self.public_id])

    @property
    def is_rehearsal(self) -> bool:
        return self.rehearsal_of_id is not None
