"""The marking sheet of a read, its lines, what it was before, and what reviewers say to each other."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiif.programmes.models import Application
from kiif.reviews.enums import Advice
from kiif.reviews.models.reads import Assignment
from kiif.reviews.models.rounds import Criterion, Round
from kiif.reviews.queries import MarkQuerySet


class Mark(models.Model):
    """What a reviewer thinks of an application. It counts once given (`submitted_at`) and while not void.

    `total`: out of the round's `out_of`, weighted mean of the criteria in the total; None while one is missing.
    `words_team`: for those who select; `words_carriers`: offered to the letters. `response_revision`: of the answer
    that was read. Void: a conflict was found after; it is kept, and counts nowhere.
    """

    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="mark")
    total = models.FloatField(_("total"), null=True, blank=True)
    words_team = models.TextField(_("words for those who select"), max_length=5_000, blank=True)
    words_carriers = models.TextField(_("words for the carriers"), max_length=3_000, blank=True)
    advice = models.CharField(_("advice"), max_length=5, choices=Advice, blank=True)
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(_("saved on"), default=timezone.now)
    submitted_at = models.DateTimeField(pgettext_lazy("read", "given on"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    response_revision = models.PositiveIntegerField(default=0)
    voided_at = models.DateTimeField(_("void"), null=True, blank=True)
    void_words = models.CharField(max_length=300, blank=True)

    objects: ClassVar[MarkQuerySet] = MarkQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("marking sheet")
        verbose_name_plural = _("marking sheets")
        indexes = [models.Index(fields=["submitted_at"], name="reviews_mark_submitted")]

    def __str__(self) -> str:
        return str(self.assignment_id)

    @property
    def counts(self) -> bool:
        return self.submitted_at is not None and self.voided_at is None


class MarkLine(models.Model):
    """The mark of a criterion; `value` None: not given."""

    mark = models.ForeignKey(Mark, models.CASCADE, related_name="lines")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="lines")
    value = models.SmallIntegerField(_("mark"), null=True, blank=True)
    words = models.TextField(_("why"), max_length=2_000, blank=True)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [models.UniqueConstraint(fields=("mark", "criterion"), name="reviews_line_once")]

    def __str__(self) -> str:
        return str(self.value)


class MarkVersion(models.Model):
    """A sheet as it was given, before it was changed. `content`: total, words, advice, lines by criterion key."""

    mark = models.ForeignKey(Mark, models.CASCADE, related_name="versions")
    content = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("past marking sheet")
        verbose_name_plural = _("past marking sheets")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.mark_id}, {self.at:%Y-%m-%d %H:%M}"


class Remark(models.Model):
    """What a reviewer, or the team, says to the others about an application of a round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="remarks")
    application = models.ForeignKey(Application, models.CASCADE, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("your words"), max_length=2_000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("remark between reviewers")
        verbose_name_plural = _("remarks between reviewers")
        ordering = ("at", "pk")
        indexes = [models.Index(fields=["round", "application", "at"], name="reviews_remark_thread")]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="reviews_remark_says_something")]

    def __str__(self) -> str:
        return self.text[:60]
