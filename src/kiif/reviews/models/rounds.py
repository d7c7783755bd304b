"""A round of reading: its calendar, what its reviewers see, its rubric, its anchor dossiers, its redacted copies."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.programmes.models import Application, Call
from kiif.reviews.enums import Aggregate, Others, RoundState, Sees, Shown
from kiif.reviews.queries import RoundQuerySet


class Round(models.Model):
    """A reading of some applications of a call by some reviewers, under its own rules.

    The applications of a round are those that have a row of `Score` in it (they enter when it opens, or by hand).
    `hidden_fields`: identifiers of questions that reviewers do not see; `hidden_outside`: those that external experts
    do not see either. `filter`: which applications enter, kept as asked (`reviews.entering`). `allocation`, `seed`:
    settings of the sharing out. `findings`: what computing the scores said of the whole round (agreement,
    convergence…). `calibration_at`: since when anchor dossiers are read.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    words = models.TextField(_("words for reviewers"), max_length=4_000, blank=True)
    state = models.CharField(_("state"), max_length=6, choices=RoundState, default=RoundState.DRAFT, editable=False)
    opens_at = models.DateTimeField(_("begins"), null=True, blank=True)
    closes_at = models.DateTimeField(_("ends"), null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    calibration_at = models.DateTimeField(null=True, blank=True, editable=False)
    blind = models.BooleanField(_("blind: people and organisations are hidden"), default=False)
    hidden_fields = models.JSONField(_("hidden questions"), default=list, blank=True)
    hidden_outside = models.JSONField(_("questions hidden from external experts"), default=list, blank=True)
    without_files = models.BooleanField(_("attached files are hidden"), default=False)
    sees = models.CharField(_("reviewers read"), max_length=8, choices=Sees, default=Sees.ASSIGNED)
    sees_others = models.CharField(
        _("reviewers see the others’ marks"), max_length=10, choices=Others, default=Others.AFTER
    )
    hosts_see = models.BooleanField(_("the teams that host see the scores"), default=True)
    reads_wanted = models.PositiveSmallIntegerField(
        _("reads wanted for each application"), default=3, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    least_reads = models.PositiveSmallIntegerField(
        _("reads below which a score is not shown as sure"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    out_of = models.PositiveSmallIntegerField(
        _("totals are out of"), default=20, validators=[MinValueValidator(5), MaxValueValidator(100)]
    )
    aggregate = models.CharField(_("scores are the"), max_length=6, choices=Aggregate, default=Aggregate.MEAN)
    shown = models.CharField(_("lists are ordered by"), max_length=9, choices=Shown, default=Shown.CORRECTED)
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="next", editable=False)
    filter = models.JSONField(default=dict, blank=True)
    allocation = models.JSONField(default=dict, blank=True)
    seed = models.CharField(max_length=40, blank=True)
    findings = models.JSONField(default=dict, blank=True, editable=False)
    computed_at = models.DateTimeField(null=True, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[RoundQuerySet] = RoundQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("reading round")
        verbose_name_plural = _("reading rounds")
        ordering = ("call", "number")
        indexes = [models.Index(fields=["state", "closes_at"], name="reviews_round_state")]
        constraints = [
            models.UniqueConstraint(fields=("call", "number"), name="reviews_round_number_once"),
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="reviews_known_round_state"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="reviews_round_opens_before_it_closes",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reviews:round", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        """Whether marks are given now: opened by the team, and before its end."""
        return self.state == RoundState.OPEN and not self.is_over

    @property
    def is_over(self) -> bool:
        return self.state == RoundState.CLOSED or (self.closes_at is not None and timezone.now() >= self.closes_at)

    def hidden_from(self, *, outside: bool) -> frozenset[str]:
        """Questions that a reviewer does not see. `outside`: they read through a personal link."""
        return frozenset([*self.hidden_fields, *(self.hidden_outside if outside else ())])

    @property
    def is_calibrating(self) -> bool:
        """Anchor dossiers are read while the round is prepared."""
        return self.state == RoundState.DRAFT and self.calibration_at is not None


class Criterion(models.Model):
    """A line of the rubric. `anchors`: what each mark means, in words: `{"1": "…", "4": "…"}`.

    `in_total`: counts in the total, with its `weight`. `independent`: compares the application to none other (shown to
    reviewers as "judge it alone"). `added_late`: came when marks already existed.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="criteria")
    key = models.SlugField(_("short name"), max_length=40)
    label = models.CharField(_("criterion"), max_length=120)
    help = models.TextField(_("what to look at"), max_length=1_000, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1, validators=[MaxValueValidator(100)])
    lowest = models.SmallIntegerField(_("lowest mark"), default=1)
    highest = models.SmallIntegerField(_("highest mark"), default=5)
    anchors = models.JSONField(_("what each mark means"), default=dict, blank=True)
    in_total = models.BooleanField(_("counts in the total"), default=True)
    required = models.BooleanField(_("compulsory"), default=True)
    independent = models.BooleanField(_("judged without comparing"), default=False)
    order = models.PositiveSmallIntegerField(default=0)
    added_late = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ("order", "pk")
        constraints = [
            models.UniqueConstraint(fields=("round", "key"), name="reviews_criterion_key_once"),
            models.CheckConstraint(condition=Q(highest__gt=F("lowest")), name="reviews_scale_goes_up"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def marks(self) -> range:
        """Every mark of the scale, lowest first."""
        return range(self.lowest, self.highest + 1)

    @property
    def steps(self) -> list[tuple[int, Any]]:
        """Each mark with its words (empty when none were written)."""
        return [(mark, self.anchors.get(str(mark), "")) for mark in self.marks]


class Anchor(models.Model):
    """An application that every reviewer marks before the round opens. `expected`: `{criterion key: mark}`."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="anchors")
    application = models.ForeignKey(Application, models.CASCADE, related_name="anchors")
    expected = models.JSONField(_("marks expected"), default=dict, blank=True)
    words = models.TextField(_("why these marks"), max_length=2_000, blank=True)

    class Meta:
        verbose_name = _("anchor dossier")
        verbose_name_plural = _("anchor dossiers")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("round", "application"), name="reviews_anchor_once")]

    def __str__(self) -> str:
        return f"{self.round_id} / {self.application_id}"


class RedactedAnswer(models.Model):
    """What reviewers of a round read in place of an answer. `response_revision`: of the answer when it was written."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="redacted")
    application = models.ForeignKey(Application, models.CASCADE, related_name="redacted")
    question = models.CharField(max_length=40)
    text = models.TextField(_("what reviewers read"), max_length=20_000)
    response_revision = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("redacted answer")
        verbose_name_plural = _("redacted answers")
        constraints = [
            models.UniqueConstraint(fields=("round", "application", "question"), name="reviews_redacted_once")
        ]

    def __str__(self) -> str:
        return self.question
