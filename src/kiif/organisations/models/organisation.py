"""A social enterprise, an association, an actor: one row, the same through its whole life."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.alliance.models import Alliance, Incubator
from kiif.organisations.enums import SHORT_FORMS, LegalForm, Source, Status, Theme
from kiif.organisations.fields import CodesField, FoldedTextField
from kiif.organisations.names import key_of
from kiif.organisations.queries import OrganisationQuerySet
from kiif.organisations.validators import spaced, validate_rna, validate_siren, validate_siret
from kiif.territories.lookup import fold
from kiif.territories.models import Territory

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import ManyRelatedManager, RelatedManager

    from kiif.organisations.models.people import Tie
    from kiif.organisations.models.solutions import Offering


class Organisation(models.Model):
    """One organisation of the directory of an alliance.

    `sources` says, for each fact, where it comes from and when: `{"name": {"source": "sirene", "on": "2026-11-02",
    "vintage": "2026-11"}}`. `version` guards two editors. A merged row keeps its facts and points to `merged_into`.
    """

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="organisations", editable=False)
    name = models.CharField(_("name"), max_length=200)
    usual_name = models.CharField(
        _("usual name"), max_length=200, blank=True, help_text=_("As people call it, when it is not the official name.")
    )
    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm, blank=True)
    legal_code = models.CharField(_("legal category of INSEE"), max_length=4, blank=True)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True, validators=[validate_siren])
    siret = models.CharField(_("SIRET of the headquarters"), max_length=14, blank=True, validators=[validate_siret])
    rna = models.CharField(_("RNA number"), max_length=10, blank=True, validators=[validate_rna])
    inscription = models.CharField(
        _("inscription in Alsace-Moselle"),
        max_length=80,
        blank=True,
        help_text=_("Court, volume and folio of an association under local law."),
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    website = models.URLField(_("website"), blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    commune = models.ForeignKey(
        Territory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        limit_choices_to={"level": "commune"},
        verbose_name=_("commune of the headquarters"),
    )
    themes = CodesField(_("themes"), codes=Theme.choices)
    description = models.TextField(_("in a few words"), max_length=2_000, blank=True)
    stewards: ManyRelatedManager[Incubator, Any] = models.ManyToManyField(  # type: ignore[assignment]  # its manager
        Incubator, blank=True, related_name="organisations", verbose_name=_("followed by")
    )
    status = models.CharField(_("state"), max_length=6, choices=Status, default=Status.ACTIVE, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", editable=False
    )
    sources = models.JSONField(_("where each fact comes from"), default=dict, editable=False)
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    search_text = FoldedTextField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    ties: RelatedManager[Tie]
    offerings: RelatedManager[Offering]
    absorbed: RelatedManager[Organisation]

    objects: ClassVar[OrganisationQuerySet] = OrganisationQuerySet.as_manager()  # type: ignore[assignment]  # of it

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name_key", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("alliance", "siren"),
                condition=~Q(siren="") & ~Q(status=Status.MERGED),
                name="organisation_siren_once",
            ),
            models.UniqueConstraint(
                fields=("alliance", "rna"),
                condition=~Q(rna="") & ~Q(status=Status.MERGED),
                name="organisation_rna_once",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__startswith=F("siren")), name="organisation_siret_holds_siren"
            ),
            models.CheckConstraint(
                condition=(Q(status=Status.MERGED) & Q(merged_into__isnull=False))
                | (~Q(status=Status.MERGED) & Q(merged_into__isnull=True)),
                name="organisation_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | ~Q(status=Status.ACTIVE), name="organisation_closed_has_state"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="organisation_state_is_known"),
        ]
        indexes = [
            models.Index(fields=("alliance", "status", "name_key"), name="organisation_directory"),
            models.Index(fields=("siret",), name="organisation_siret"),
        ]

    def __str__(self) -> str:
        return self.usual_name or self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the forms for comparing and searching in step with the names and the place."""
        self.name_key = key_of(self.usual_name or self.name)
        self.search_text = self._searched()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "name_key", "search_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("organisations:detail", args=[self.pk])

    def _searched(self) -> str:
        place = f"{self.postcode} {self.commune.name if self.commune else ''}"
        words = fold(f"{self.name} {self.usual_name} {place}")
        return " ".join(["", words, self.siren, self.siret, self.rna.lower()])

    @property
    def title(self) -> str:
        """The name that people use."""
        return str(self)

    @property
    def place(self) -> str:
        """Commune of the headquarters with its department, or nothing."""
        if self.commune is None:
            return self.postcode
        department = self.commune.department
        return f"{self.commune.title} ({department.code})" if department else self.commune.title

    @property
    def identifier(self) -> str:
        """The best number that it is known by, in groups that can be read."""
        return spaced(self.siret or self.siren or self.rna) or self.inscription

    @property
    def short_form(self) -> str:
        """The legal form in a word, for lists."""
        return str(SHORT_FORMS.get(self.legal_form, self.get_legal_form_display()))

    @property
    def theme_labels(self) -> list[str]:
        labels = dict(Theme.choices)
        return [str(labels[code]) for code in self.themes if code in labels]

    @property
    def is_active(self) -> bool:
        return self.status == Status.ACTIVE

    @property
    def is_merged(self) -> bool:
        return self.status == Status.MERGED

    @property
    def is_closed(self) -> bool:
        return self.status == Status.CLOSED

    def source_of(self, field: str) -> tuple[str, date | None, str]:
        """Where a fact comes from: label, day, vintage of the register; empty when nobody said."""
        fact = self.sources.get(field)
        if not fact:
            return "", None, ""
        label = dict(Source.choices).get(fact.get("source", ""), "")
        day = fact.get("on")
        return str(label), date.fromisoformat(day) if day else None, fact.get("vintage", "")
