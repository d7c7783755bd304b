"""What a person may belong to: the alliance itself, its incubators, its partners; branches and coverage."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelsearch import index

from kiif.alliance import departments
from kiif.alliance.enums import Kind, PartnerKind
from kiif.alliance.queries import (
    AllianceQuerySet,
    BodyQuerySet,
    BranchQuerySet,
    CoverageQuerySet,
    IncubatorQuerySet,
    PartnerQuerySet,
)
from kiif.alliance.validators import validate_accent, validate_commune, validate_department

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from kiif.alliance.models.people import Membership


def logo_path(body: Body, filename: str) -> str:
    """Logos live under generated names; the name that people gave is not kept."""
    return f"alliance/logos/{body.pk or 'new'}-{timezone.now():%Y%m%d%H%M%S%f}.png"


class Body(models.Model):
    """Common part of whatever somebody may belong to; `specific` gives the alliance, incubator or partner.

    The word *organisation* is kept for supported social enterprises. `alliance` is empty for an alliance itself.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, editable=False)
    alliance = models.ForeignKey(
        "alliance.Alliance", models.PROTECT, null=True, blank=True, related_name="bodies", editable=False
    )
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    slug = models.SlugField(_("name in addresses"), max_length=60, unique=True)
    presentation = models.TextField(_("short presentation"), max_length=600, blank=True)
    website = models.URLField(_("website"), blank=True)
    contact_email = models.EmailField(_("public contact address"), blank=True)
    accent = models.CharField(
        _("accent colour"), max_length=7, blank=True, validators=[validate_accent], help_text=_("For example #8a4713.")
    )
    logo = models.ImageField(_("logo"), upload_to=logo_path, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    memberships: RelatedManager[Membership]
    as_incubator: Incubator
    as_partner: Partner
    as_alliance: Alliance

    objects: ClassVar[BodyQuerySet] = BodyQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ("slug",)
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Kind.ALLIANCE, alliance__isnull=True)
                | (~Q(kind=Kind.ALLIANCE) & Q(alliance__isnull=False)),
                name="alliance_body_alliance_unless_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        if self.kind == Kind.INCUBATOR:
            return reverse("alliance:incubator", args=[self.slug])
        return reverse("alliance:team", args=[self.slug])

    @property
    def specific(self) -> Alliance | Incubator | Partner:
        """The row of its own table: Alliance, Incubator or Partner."""
        if isinstance(self, Alliance | Incubator | Partner):
            return self
        found: Alliance | Incubator | Partner = getattr(self, f"as_{self.kind}")
        return found

    @property
    def is_member(self) -> bool:
        """False for an incubator that left the alliance."""
        return self.specific.is_member if self.kind == Kind.INCUBATOR else True

    @property
    def alliance_key(self) -> int:
        """Primary key of the alliance that this body belongs to, or is."""
        return self.alliance_id or self.pk

    @property
    def label(self) -> str:
        """Short name where there is one: for panels and tables."""
        return self.short_name or self.name

    @property
    def initials(self) -> str:
        words = [word for word in self.label.split() if word[0].isalnum()]
        letters = "".join(word[0] for word in words[:2]) if len(words) > 1 else self.label[:2]
        return letters.upper()


class Alliance(Body):
    """A network of incubators. An instance may hold several."""

    body_ptr = models.OneToOneField(Body, models.CASCADE, parent_link=True, related_name="as_alliance")
    founded_on = models.DateField(_("founded on"), null=True, blank=True)

    objects: ClassVar[AllianceQuerySet] = AllianceQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("alliance")
        verbose_name_plural = _("alliances")


class Incubator(index.Indexed, Body):  # type: ignore[misc]  # modelsearch is untyped
    """A member of the alliance: it supports those who carry projects on its territory."""

    body_ptr = models.OneToOneField(Body, models.CASCADE, parent_link=True, related_name="as_incubator")
    region = models.CharField(_("region"), max_length=60, blank=True)
    national = models.BooleanField(
        _("national programmes"), default=False, help_text=_("Supports projects in the whole country.")
    )
    joined_on = models.DateField(_("joined the alliance on"), default=date.today)
    left_on = models.DateField(_("left the alliance on"), null=True, blank=True, editable=False)

    branches: RelatedManager[Branch]
    coverages: RelatedManager[Coverage]

    objects: ClassVar[IncubatorQuerySet] = IncubatorQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    search_fields: ClassVar[list[object]] = [
        index.SearchField("name", boost=4),
        index.AutocompleteField("name"),
        index.SearchField("short_name", boost=2),
        index.SearchField("region"),
        index.AutocompleteField("region"),
        index.SearchField("presentation"),
    ]

    class Meta:
        verbose_name = _("incubator")
        verbose_name_plural = _("incubators")
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="alliance_incubator_left_after_joining",
            ),
        ]

    @property
    def is_member(self) -> bool:
        return self.left_on is None or self.left_on > timezone.localdate()


class Partner(Body):
    """A foundation, a local authority, a State service… that works with the alliance."""

    body_ptr = models.OneToOneField(Body, models.CASCADE, parent_link=True, related_name="as_partner")
    partner_kind = models.CharField(_("kind of partner"), max_length=20, choices=PartnerKind)

    objects: ClassVar[PartnerQuerySet] = PartnerQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")


class Branch(index.Indexed, models.Model):  # type: ignore[misc]  # same
    """A local place of an incubator."""

    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="branches", verbose_name=_("incubator"))
    name = models.CharField(_("name"), max_length=120)
    commune_code = models.CharField(_("commune code"), max_length=5, validators=[validate_commune])
    commune_name = models.CharField(_("commune"), max_length=80)
    address = models.CharField(_("address"), max_length=200, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    opened_on = models.DateField(_("opened on"), default=date.today)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)

    objects: ClassVar[BranchQuerySet] = BranchQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    search_fields: ClassVar[list[object]] = [
        index.SearchField("name", boost=2),
        index.AutocompleteField("name"),
        index.SearchField("commune_name"),
        index.AutocompleteField("commune_name"),
    ]

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("incubator", "name"), condition=Q(closed_on__isnull=True), name="alliance_branch_one_name"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="alliance_branch_closed_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="alliance_branch_point_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("alliance:branch", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_on is None or self.closed_on > timezone.localdate()

    @property
    def place(self) -> str:
        """Where it is, without saying its name twice: address and commune, else the department."""
        commune = "" if self.commune_name == self.name else self.commune_name
        parts = [part for part in (self.address, commune) if part]
        return ", ".join(parts) or f"{departments.name_of(self.department_code)} ({self.department_code})"

    @property
    def department_code(self) -> str:
        return self.commune_code[:3] if self.commune_code.startswith("97") else self.commune_code[:2]


class Coverage(models.Model):
    """An incubator covers a department for a time, and why it began. Periods of one pair never overlap.

    The overlap is refused by the database on both engines (see `constraints.py`).
    """

    incubator = models.ForeignKey(Incubator, models.CASCADE, related_name="coverages", verbose_name=_("incubator"))
    department_code = models.CharField(_("department"), max_length=3, validators=[validate_department])
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=200, blank=True)

    objects: ClassVar[CoverageQuerySet] = CoverageQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("coverage of a department")
        verbose_name_plural = _("coverage of departments")
        ordering = ("department_code", "-since", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("incubator", "department_code"),
                condition=Q(until__isnull=True),
                name="alliance_coverage_one_open",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="alliance_coverage_until_after_since"
            ),
        ]
        indexes = [models.Index(fields=("department_code", "until"), name="alliance_coverage_department")]

    def __str__(self) -> str:
        return f"{self.department_name} ({self.department_code})"

    @property
    def department_name(self) -> str:
        return departments.name_of(self.department_code)

    @property
    def is_running(self) -> bool:
        return self.until is None or self.until > timezone.localdate()
