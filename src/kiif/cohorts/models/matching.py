"""Matching an accepted application with a local host: settings, a plan that nobody sees yet, placements."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.cohorts.enums import OPEN, RUNNING, Answer, PlacementState
from kiif.cohorts.queries import PlacementQuerySet
from kiif.programmes.models import Application, Call, Host


class Matching(models.Model):
    """How the applications of a call meet their hosts. `weights`: 0 to 10 by criterion; those that lack are usual.

    The plan is made of `lines`; `figures` keeps what the proposal and its baseline were worth when it was computed.
    """

    call = models.OneToOneField(Call, models.CASCADE, related_name="matching")
    weights = models.JSONField(_("what counts"), default=dict)
    days = models.PositiveSmallIntegerField(
        _("days to answer"), default=10, validators=[MinValueValidator(2), MaxValueValidator(90)]
    )
    reminder = models.PositiveSmallIntegerField(
        _("days before the end when a reminder leaves"), default=3, validators=[MaxValueValidator(30)]
    )
    figures = models.JSONField(default=dict, editable=False)
    planned_at = models.DateTimeField(null=True, editable=False)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("matching of a call")
        verbose_name_plural = _("matchings of calls")

    def __str__(self) -> str:
        return str(self.call)

    def get_absolute_url(self) -> str:
        return reverse("cohorts:matching", args=[self.call.public_id])


class PlanLine(models.Model):
    """A host foreseen for an application. Nothing is sent before somebody sends it."""

    matching = models.ForeignKey(Matching, models.CASCADE, related_name="lines")
    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    host = models.ForeignKey(Host, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("host"))
    score = models.FloatField(null=True)
    reasons = models.JSONField(default=list)
    by_hand = models.BooleanField(default=False)
    words = models.CharField(_("why this one"), max_length=300, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("foreseen placement")
        verbose_name_plural = _("foreseen placements")
        ordering = ("application__title", "pk")
        constraints = [
            models.UniqueConstraint(fields=("matching", "application"), name="cohorts_one_line_by_application")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} / {self.host_id}"


class Placement(models.Model):
    """An accepted application and a host: proposed, both accept (in any order), hosted. Kept when it closes.

    `score` from 0 to 100 and `reasons` as `methods.matching` told them when it was proposed. `previous`: the placement
    that this one replaces. `revision` grows at each answer: two people on one page do not overwrite each other.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="placements")
    host = models.ForeignKey(Host, models.PROTECT, related_name="placements", verbose_name=_("host"))
    state = models.CharField(_("state"), max_length=20, choices=PlacementState, default=PlacementState.PROPOSED)
    score = models.FloatField(null=True)
    reasons = models.JSONField(default=list)
    by_hand = models.BooleanField(default=False)
    words = models.TextField(_("words to both"), max_length=1_000, blank=True)
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="next", editable=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    deadline = models.DateTimeField(_("answers expected by"))
    reminded_at = models.DateTimeField(null=True, editable=False)
    host_answer = models.CharField(_("answer of the host"), max_length=3, choices=Answer, blank=True)
    host_words = models.TextField(_("words of the host"), max_length=1_000, blank=True)
    host_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    host_at = models.DateTimeField(null=True, editable=False)
    carrier_answer = models.CharField(_("answer of the project"), max_length=3, choices=Answer, blank=True)
    carrier_words = models.TextField(_("words of the project"), max_length=1_000, blank=True)
    carrier_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    carrier_at = models.DateTimeField(null=True, editable=False)
    hosted_at = models.DateTimeField(_("hosted since"), null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_words = models.CharField(max_length=300, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[PlacementQuerySet] = PlacementQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ("-proposed_at", "-pk")
        indexes = [
            models.Index(fields=["host", "state"], name="cohorts_placement_host"),
            models.Index(fields=["state", "deadline"], name="cohorts_placement_deadline"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("application",), condition=Q(state__in=sorted(RUNNING)), name="cohorts_one_running_placement"
            ),
            models.CheckConstraint(
                condition=~Q(state=PlacementState.HOSTED) | Q(host_answer=Answer.YES, carrier_answer=Answer.YES),
                name="cohorts_hosted_when_both_agree",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(RUNNING)) | Q(closed_at__isnull=False),
                name="cohorts_closed_placement_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} / {self.host}"

    def get_absolute_url(self) -> str:
        """The page of the team and of the host; that of carriers is `cohorts:my-placement`."""
        return reverse("cohorts:placement", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        """An answer is still expected."""
        return self.state in OPEN

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_late(self) -> bool:
        return self.is_open and self.deadline < timezone.now()
