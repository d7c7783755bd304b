"""The feasibility study of one territory: figures, meetings, partners, means, risks, decision. Several people write."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kiif.replication.enums import Decision, Engagement, Kind, Level, Mode, Part
from kiif.replication.models.search import Result, Search
from kiif.replication.queries import StudyQuerySet


class FeasibilityStudy(models.Model):
    """One territory, looked at closely. `result` is the ranking that led here, kept as it was."""

    search = models.ForeignKey(Search, models.CASCADE, related_name="studies")
    result = models.ForeignKey(Result, models.PROTECT, null=True, blank=True, related_name="+")
    level = models.CharField(max_length=12, choices=Level)
    code = models.CharField(max_length=9)
    name = models.CharField(_("territory"), max_length=150)
    mode = models.CharField(_("mode of replication"), max_length=15, choices=Mode, blank=True)
    decision = models.CharField(_("decision"), max_length=5, choices=Decision, blank=True)
    conditions = models.TextField(_("on which conditions"), max_length=2_000, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    #: Lines proposed from the official figures (`proposals.py`) that somebody put aside.
    declined = models.JSONField(_("proposals put aside"), default=list, blank=True)
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects: ClassVar[StudyQuerySet] = StudyQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("territorial feasibility study")
        verbose_name_plural = _("territorial feasibility studies")
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=("search", "code"), name="replication_study_once"),
            models.CheckConstraint(
                condition=Q(decision="") | Q(decided_at__isnull=False), name="replication_decision_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("replication:study", args=[self.pk])


class Section(models.Model):
    """The text of one part. `version` is what an editor had before typing: two editors never overwrite each other."""

    study = models.ForeignKey(FeasibilityStudy, models.CASCADE, related_name="sections")
    part = models.CharField(max_length=12, choices=Part)
    text = models.TextField(_("text"), max_length=20_000, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    written_at = models.DateTimeField(_("written"), auto_now=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("part of a study")
        verbose_name_plural = _("parts of a study")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("study", "part"), name="replication_section_once")]

    def __str__(self) -> str:
        return self.get_part_display()


class Entry(models.Model):
    """One thing found on the ground: who was met, what exists, a partner, money, premises, a risk, a next step."""

    study = models.ForeignKey(FeasibilityStudy, models.CASCADE, related_name="entries")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=150)
    detail = models.TextField(_("what to remember"), max_length=5_000, blank=True)
    on = models.DateField(_("date"), null=True, blank=True)
    engagement = models.PositiveSmallIntegerField(_("engagement"), choices=Engagement, null=True, blank=True)
    amount = models.DecimalField(_("amount, in euros"), max_digits=12, decimal_places=2, null=True, blank=True)
    done = models.BooleanField(_("done"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)
    #: The indicator that a line was proposed from; empty for what people found themselves.
    origin = models.CharField(max_length=40, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    written_at = models.DateTimeField(auto_now=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("line of a study")
        verbose_name_plural = _("lines of a study")
        ordering = ("kind", "-on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="replication_amount_positive"
            ),
            models.UniqueConstraint(
                fields=("study", "origin"), condition=~Q(origin=""), name="replication_proposal_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title
