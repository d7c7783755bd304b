"""Living areas drawn by people: a territory as those who live there see it, version after version."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.alliance.models import Body
from kiif.territories.enums import Visibility
from kiif.territories.models.referential import Territory
from kiif.territories.queries import DraftQuerySet, DrawnQuerySet


class DrawnTerritory(models.Model):
    """Any set of communes that people call a territory: named, described, with who drew it and why.

    Its outline is that of its last version. `drawn_for` is the body that the author acted for, if any: its people
    may draw the next version.
    """

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=140, unique=True)
    description = models.TextField(_("description"), max_length=2_000, blank=True)
    why = models.TextField(_("why this outline"), max_length=2_000, blank=True)
    visibility = models.CharField(
        _("who may read it"), max_length=8, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("drawn by")
    )
    drawn_for = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("drawn for")
    )
    current = models.OneToOneField(
        "DrawnVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last version"),
    )
    created_at = models.DateTimeField(_("drawn first"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    objects: ClassVar[DrawnQuerySet] = DrawnQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("drawn living area")
        verbose_name_plural = _("drawn living areas")
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values), name="drawn_visibility_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("territories:drawn", args=[self.slug])


class DrawnVersion(models.Model):
    """One outline: an immutable set of communes, with the note of who drew it. Never changed, never deleted."""

    drawn = models.ForeignKey(DrawnTerritory, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    note = models.TextField(_("what changes and why"), max_length=1_000, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    drawn_at = models.DateTimeField(_("drawn"), auto_now_add=True)
    vintage = models.CharField(_("vintage of the codes"), max_length=10)
    size = models.PositiveIntegerField(_("communes"))
    communes: models.ManyToManyField[Territory, DrawnMember] = models.ManyToManyField(
        Territory, through="DrawnMember", related_name="+"
    )

    class Meta:
        verbose_name = _("version of a drawn living area")
        verbose_name_plural = _("versions of drawn living areas")
        ordering = ("drawn", "-number")
        constraints = [
            models.UniqueConstraint(fields=("drawn", "number"), name="drawn_version_number_once"),
            models.CheckConstraint(condition=models.Q(size__gte=1), name="drawn_version_has_a_commune"),
        ]

    def __str__(self) -> str:
        return f"{self.drawn} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("territories:drawn-version", args=[self.drawn.slug, self.number])


class DrawnMember(models.Model):
    """A commune of a version. It points to the row of the day; a commune closed since is followed to its successor."""

    version = models.ForeignKey(DrawnVersion, on_delete=models.PROTECT, related_name="members")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("version", "territory"), name="drawn_member_once")]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.territory_id}"


class Draft(models.Model):
    """What a person is drawing now, kept on the server: it survives a closed browser and a lost session."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    drawn = models.ForeignKey(DrawnTerritory, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    name = models.CharField(_("name"), max_length=120, blank=True)
    description = models.TextField(_("description"), max_length=2_000, blank=True)
    why = models.TextField(_("why this outline"), max_length=2_000, blank=True)
    note = models.TextField(_("what changes and why"), max_length=1_000, blank=True)
    codes = models.JSONField(_("codes of communes"), default=list)
    base_version = models.PositiveIntegerField(_("version that it starts from"), default=0)
    saved_at = models.DateTimeField(_("saved"), auto_now=True)

    objects: ClassVar[DraftQuerySet] = DraftQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("draft of a living area")
        verbose_name_plural = _("drafts of living areas")
        ordering = ("-saved_at",)
        constraints = [
            models.UniqueConstraint(fields=("author", "drawn"), name="draft_once_per_area"),
            models.UniqueConstraint(
                fields=("author",), condition=models.Q(drawn__isnull=True), name="draft_once_for_a_new_area"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("untitled area"))
