"""Each application of a round: how much it was read, and its scores, kept so that lists sort."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.programmes.models import Application
from kiif.reviews.models.rounds import Round
from kiif.reviews.queries import ScoreQuerySet


class Score(models.Model):
    """An application in a round: this row says that it is in it (`entered_at`), so it is never deleted by computing.

    `reads_done` follows each mark (`reviews.counting`); the rest is written by `reviews.results`. `raw`, `corrected`,
    `low`, `high`: out of the round's `out_of`, never past its ends; `error`: standard error of `corrected`;
    `low`–`high`: its 95 % interval.
    `spread`: between the highest and the lowest total, in points. `disagreement`: share of ordinary dossiers whose
    readers differ less, 0 (all alike) to 1. `rank`: by what the round shows first; equal scores share it.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="scores")
    application = models.ForeignKey(Application, models.CASCADE, related_name="scores")
    reads_wanted = models.PositiveSmallIntegerField(_("reads wanted"), default=3)
    reads_assigned = models.PositiveSmallIntegerField(_("reads entrusted"), default=0)
    reads_done = models.PositiveSmallIntegerField(_("reads given"), default=0)
    raw = models.FloatField(_("raw score"), null=True, blank=True)
    corrected = models.FloatField(_("corrected score"), null=True, blank=True)
    error = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    spread = models.FloatField(_("spread of the marks"), null=True, blank=True)
    disagreement = models.FloatField(_("disagreement"), null=True, blank=True)
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    raw_rank = models.PositiveIntegerField(_("rank by raw scores"), null=True, blank=True)
    by_criterion = models.JSONField(default=dict, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)
    computed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScoreQuerySet] = ScoreQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("score of an application")
        verbose_name_plural = _("scores of applications")
        ordering = ("round", "rank", "pk")
        indexes = [
            models.Index(fields=["round", "rank"], name="reviews_score_rank"),
            models.Index(fields=["round", "reads_done"], name="reviews_score_reads"),
            models.Index(fields=["round", "disagreement"], name="reviews_score_disagreement"),
        ]
        constraints = [models.UniqueConstraint(fields=("round", "application"), name="reviews_score_once")]

    def __str__(self) -> str:
        return f"{self.round_id} / {self.application_id}"
