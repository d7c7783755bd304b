"""A search for territories: its model, what people add to it, its results, its short list."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.methods.ranking.model import Model, from_json
from kiif.replication.enums import HumanScore, Level
from kiif.replication.models.solution import Solution
from kiif.replication.queries import SearchQuerySet


class Search(models.Model):
    """Where could this solution go? `model` is JSON of `methods.ranking.model`; `version` guards two editors."""

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="searches")
    title = models.CharField(_("title"), max_length=120, blank=True)
    level = models.CharField(_("territories compared"), max_length=12, choices=Level, default=Level.EPCI)
    model = models.JSONField(_("model"))
    #: What people answered when weights were asked by questions (`elicitation.py`): kept, to be changed one by one.
    answers = models.JSONField(_("answers about what counts"), default=dict, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    objects: ClassVar[SearchQuerySet] = SearchQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("search for territories")
        verbose_name_plural = _("searches for territories")
        ordering = ("-updated_at", "-pk")
        constraints = [models.CheckConstraint(condition=Q(level__in=Level.values), name="replication_search_level")]

    def __str__(self) -> str:
        return self.title or str(self.solution)

    def get_absolute_url(self) -> str:
        return reverse("replication:results", args=[self.pk])

    @property
    def question(self) -> Model:
        """The model, at the level of the search. Raises RankingError when the JSON is not one."""
        return from_json(self.model | {"level": self.level})


class OwnCriterion(models.Model):
    """Figures that people bring: a value by commune or EPCI, with who brought it and from which file."""

    search = models.ForeignKey(Search, models.CASCADE, related_name="own_criteria")
    label = models.CharField(_("name"), max_length=120)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    level = models.CharField(max_length=12, choices=Level)
    figures = models.JSONField(_("figures"), default=dict)
    source = models.CharField(_("where it comes from"), max_length=200)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    brought_at = models.DateTimeField(_("brought"), auto_now_add=True)

    class Meta:
        verbose_name = _("criterion of one's own")
        verbose_name_plural = _("criteria of one's own")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("search", "label"), name="replication_own_criterion_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def indicator(self) -> str:
        """Its identifier among the columns of the engine."""
        return f"own:{self.pk}"


class Score(models.Model):
    """What somebody knows of a territory, 0 to 3, with evidence; it no longer counts after `expires_on`."""

    search = models.ForeignKey(Search, models.CASCADE, related_name="scores")
    code = models.CharField(max_length=9)
    about = models.CharField(_("about"), max_length=10, choices=HumanScore)
    value = models.PositiveSmallIntegerField(_("score"))
    evidence = models.TextField(_("what makes you say so"), max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    expires_on = models.DateField(_("to look at again on"))

    class Meta:
        verbose_name = _("human score")
        verbose_name_plural = _("human scores")
        ordering = ("-given_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(value__lte=3), name="replication_score_0_to_3"),
            models.UniqueConstraint(fields=("search", "code", "about"), name="replication_score_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_about_display()}: {self.value}"

    @property
    def counts(self) -> bool:
        return self.expires_on >= timezone.localdate()


class Result(models.Model):
    """An answer kept as it was: frozen model, seed, data version, and the top. Never changed; it can be recomputed."""

    search = models.ForeignKey(Search, models.CASCADE, related_name="results")
    number = models.PositiveIntegerField(_("number"))
    model = models.JSONField(_("model"))
    model_hash = models.CharField(max_length=16)
    data_version = models.CharField(_("version of the data"), max_length=64)
    extra = models.JSONField(_("figures brought by people"), default=dict)
    rows = models.JSONField(_("territories"))
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("result kept")
        verbose_name_plural = _("results kept")
        ordering = ("search", "-number")
        constraints = [models.UniqueConstraint(fields=("search", "number"), name="replication_result_number_once")]

    def __str__(self) -> str:
        return f"{self.search} ({self.number})"


class Pick(models.Model):
    """A territory of the short list: kept with a note, or set aside with a reason."""

    search = models.ForeignKey(Search, models.CASCADE, related_name="picks")
    code = models.CharField(max_length=9)
    position = models.PositiveSmallIntegerField(default=0)
    note = models.TextField(_("note"), max_length=2_000, blank=True)
    excluded = models.BooleanField(_("set aside"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    picked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    picked_at = models.DateTimeField(_("chosen"), auto_now_add=True)

    class Meta:
        verbose_name = _("territory of the short list")
        verbose_name_plural = _("territories of the short list")
        ordering = ("excluded", "position", "pk")
        constraints = [
            models.UniqueConstraint(fields=("search", "code"), name="replication_pick_once"),
            models.CheckConstraint(
                condition=Q(excluded=False) | ~Q(reason=""), name="replication_pick_excluded_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.code
