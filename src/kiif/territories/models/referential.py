"""Official territories: codes of the referential, kept for ever so that references survive a change of vintage."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.territories.enums import LEVEL_SLUGS, EpciKind, FormerKind, Level
from kiif.territories.queries import TerritoryQuerySet
from kiif.territories.words import short_name


class Territory(models.Model):
    """A commune, an intercommunal body (EPCI), a living area of INSEE, a department or a region.

    Rows are only written by ``actions.load_base_pack``. A code that leaves the referential is *closed*: its row stays,
    and :class:`FormerCode` says where its inhabitants are counted today.
    """

    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    code = models.CharField(_("code"), max_length=9)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=220)
    search = models.CharField(_("name for searching"), max_length=200)
    kind = models.CharField(_("kind"), max_length=6, blank=True, choices=EpciKind.choices)
    liaison = models.PositiveSmallIntegerField(_("article of the name (COG)"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank as a seat (COG)"), default=0)
    region = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    epci = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    living_area = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    communes = models.PositiveIntegerField(_("number of communes"), default=1)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    area_km2 = models.FloatField(_("area (km²)"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    density = models.FloatField(_("density (inh./km²)"), null=True, blank=True)
    rural_communes = models.PositiveIntegerField(_("rural communes"), default=0)
    rural_population = models.PositiveIntegerField(_("inhabitants of rural communes"), default=0)
    rural_source = models.CharField(_("source of the rural label"), max_length=10, blank=True)
    postcodes = models.JSONField(_("postcodes"), default=list, blank=True)
    vintage = models.CharField(_("last vintage of the codes where it exists"), max_length=10)
    is_open = models.BooleanField(_("exists today"), default=True)

    objects: ClassVar[TerritoryQuerySet] = TerritoryQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ("level", "code")
        constraints = [
            models.UniqueConstraint(fields=("level", "code"), name="territory_code_once_per_level"),
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="territory_level_is_known"),
        ]
        indexes = [
            models.Index(fields=("level", "is_open", "code"), name="territory_level_open"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse(
            "territories:page",
            kwargs={"level": LEVEL_SLUGS[Level(self.level)], "code": self.code, "slug": self.slug},
        )

    @property
    def title(self) -> str:
        """Name as a page shows it: typographic apostrophe, and no initials of the legal form of an EPCI."""
        name = short_name(self.name) if self.level == Level.EPCI else self.name
        return name.replace("'", "’")

    @property
    def key(self) -> str:
        """Identity in addresses and forms: ``commune:24311``."""
        return f"{self.level}:{self.code}"

    @property
    def is_rural(self) -> bool | None:
        """For a commune: its label; for others: whether most inhabitants live in rural communes. None if unknown."""
        if not self.rural_source:
            return None
        if self.level == Level.COMMUNE:
            return self.rural_communes == 1
        return bool(self.population) and self.rural_population * 2 > (self.population or 0)


class FormerCode(models.Model):
    """A code or a name that was a commune once, and the commune where it is today."""

    code = models.CharField(_("former code"), max_length=5)
    name = models.CharField(_("former name"), max_length=200, blank=True)
    search = models.CharField(_("name for searching"), max_length=200, blank=True)
    kind = models.CharField(_("what became of it"), max_length=16, choices=FormerKind.choices)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="former_codes")

    class Meta:
        verbose_name = _("former commune")
        verbose_name_plural = _("former communes")
        ordering = ("code", "kind")
        constraints = [
            models.UniqueConstraint(fields=("code", "territory", "kind"), name="former_code_once"),
        ]
        indexes = [models.Index(fields=("code",), name="former_code_code")]

    def __str__(self) -> str:
        return f"{self.name or self.code} → {self.territory}"


class ReferentialLoad(models.Model):
    """One passage of the base pack into the database: what was created, changed, closed."""

    vintage = models.CharField(_("vintage"), max_length=10)
    stamp = models.CharField(_("identity of the pack"), max_length=400)
    loaded_at = models.DateTimeField(_("loaded"), auto_now_add=True)
    loaded_by = models.CharField(_("loaded by"), max_length=200)
    created = models.PositiveIntegerField(_("rows created"), default=0)
    changed = models.PositiveIntegerField(_("rows changed"), default=0)
    closed = models.PositiveIntegerField(_("closed"), default=0)
    reopened = models.PositiveIntegerField(_("reopened"), default=0)
    seconds = models.FloatField(_("seconds"), default=0)

    class Meta:
        verbose_name = _("loading of the referential")
        verbose_name_plural = _("loadings of the referential")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.vintage} ({self.loaded_at:%Y-%m-%d})"
