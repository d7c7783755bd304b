"""Who reads in a round, and what is entrusted to each."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiif.alliance.models import Body
from kiif.organisations.fields import CodesField
from kiif.programmes.models import Application
from kiif.reviews.enums import AssignmentState, ReviewerState, Source
from kiif.reviews.models.rounds import Round
from kiif.reviews.queries import AssignmentQuerySet, ReviewerQuerySet


class Reviewer(models.Model):
    """Somebody who reads in a round, what they can read, how many.

    `territories`: codes of departments. `body` or `organisation_name`: where they come from (the sharing out may limit
    reads by organisation). An external expert reads through a personal link: `token_hash` until `token_until`,
    `external` is true; their account has no password. `severity`: how far their marks lie from the others', in points
    of the round's total (positive: more generous), with its standard error, written when scores are computed.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="reviewers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviewing")
    state = models.CharField(_("state"), max_length=8, choices=ReviewerState, default=ReviewerState.INVITED)
    external = models.BooleanField(_("reads through a personal link"), default=False)
    capacity = models.PositiveSmallIntegerField(
        _("applications that they can read"), default=10, validators=[MaxValueValidator(300)]
    )
    themes = CodesField(_("themes"))
    territories = CodesField(_("departments"))
    languages = CodesField(_("languages"))
    skills = CodesField(_("skills"))
    body = models.ForeignKey(Body, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("house"))
    organisation_name = models.CharField(_("organisation"), max_length=120, blank=True)
    words = models.TextField(_("words of the invitation"), max_length=1_000, blank=True)
    decline_words = models.TextField(_("reason"), max_length=1_000, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    invited_at = models.DateTimeField(_("invited"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    token_until = models.DateTimeField(_("link valid until"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last reading"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("last reminder"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0)
    severity = models.FloatField(null=True, blank=True, editable=False)
    severity_error = models.FloatField(null=True, blank=True, editable=False)

    objects: ClassVar[ReviewerQuerySet] = ReviewerQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("reviewer of a round")
        verbose_name_plural = _("reviewers")
        ordering = ("person__full_name", "pk")
        indexes = [models.Index(fields=["person", "state", "round"], name="reviews_reviewer_person")]
        constraints = [
            models.UniqueConstraint(fields=("round", "person"), name="reviews_reviewer_once"),
            models.CheckConstraint(condition=Q(state__in=ReviewerState.values), name="reviews_known_reviewer_state"),
            models.UniqueConstraint(
                fields=("token_hash",), condition=~Q(token_hash=""), name="reviews_reviewer_link_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def reads(self) -> bool:
        """Whether something may be entrusted to them."""
        return self.state == ReviewerState.ACCEPTED

    @property
    def link_is_valid(self) -> bool:
        until = self.token_until
        return bool(self.token_hash) and until is not None and timezone.now() < until and self.state != "left"


class Assignment(models.Model):
    """An application entrusted to a reviewer of a round.

    `reasons`: why this one, `[["theme", "food"], …]` (`reviews.allocation` words them). `given_words`: why they
    abstain. `moved_from`: the merged application to which it was given, when somebody decided that it counts for this
    one. Reads of calibration count in no score.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="assignments")
    application = models.ForeignKey(Application, models.CASCADE, related_name="assignments")
    reviewer = models.ForeignKey(Reviewer, models.CASCADE, related_name="assignments")
    source = models.CharField(_("how"), max_length=11, choices=Source, default=Source.AUTO)
    reasons = models.JSONField(default=list, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=AssignmentState, default=AssignmentState.TO_READ)
    state_at = models.DateTimeField(default=timezone.now)
    words = models.TextField(_("why they abstain"), max_length=1_000, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    assigned_at = models.DateTimeField(_("entrusted"), default=timezone.now)
    moved_from = models.ForeignKey(
        Application, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    opened_at = models.DateTimeField(_("first read"), null=True, blank=True)
    done_at = models.DateTimeField(pgettext_lazy("read", "given on"), null=True, blank=True)

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = pgettext_lazy("assessment", "read")
        verbose_name_plural = pgettext_lazy("assessment", "reads")
        ordering = ("pk",)
        indexes = [
            models.Index(fields=["round", "state", "application"], name="reviews_assign_round"),
            models.Index(fields=["reviewer", "state", "application"], name="reviews_assign_reviewer"),
            models.Index(fields=["application", "state"], name="reviews_assign_application"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("application", "reviewer"),
                condition=~Q(source=Source.CALIBRATION),
                name="reviews_read_once",
            ),
            models.UniqueConstraint(
                fields=("application", "reviewer"),
                condition=Q(source=Source.CALIBRATION),
                name="reviews_calibrated_once",
            ),
            models.CheckConstraint(condition=Q(state__in=AssignmentState.values), name="reviews_known_read_state"),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.DONE) | Q(done_at__isnull=False), name="reviews_done_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} / {self.application_id}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:read", args=[self.public_id])

    @property
    def is_calibration(self) -> bool:
        return self.source == Source.CALIBRATION


class Plan(models.Model):
    """A sharing out that was computed, before somebody applies it: the same seed and facts give the same plan.

    `asked`: the settings. `result`: what was found (pairs with their reasons, shortages, value, greedy baseline).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="plans")
    asked = models.JSONField(default=dict)
    seed = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    result = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sharing out")
        verbose_name_plural = _("sharings out")
        ordering = ("-made_at", "-pk")
        indexes = [models.Index(fields=["round", "made_at"], name="reviews_plan_round")]

    def __str__(self) -> str:
        return f"{self.round_id}, {self.made_at:%Y-%m-%d}"
