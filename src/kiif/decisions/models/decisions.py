"""A decision of an application: prepared quietly, published with all the others, maybe replaced one day."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.decisions.enums import DecisionState, Outcome, Reply, Source, TieRule
from kiif.decisions.queries import DecisionQuerySet
from kiif.programmes.models import Application, Call


class Terms(models.Model):
    """What a call says of its answers: delays in days, and how equals on the reserve list are told apart."""

    call = models.OneToOneField(Call, models.CASCADE, related_name="terms")
    appeals = models.BooleanField(_("carriers may ask for a review of the decision"), default=True)
    appeal_days = models.PositiveSmallIntegerField(_("days to ask for it"), default=30)
    appeal_answer_days = models.PositiveSmallIntegerField(_("days to answer it"), default=30)
    confirm_days = models.PositiveSmallIntegerField(_("days to take the place"), default=14)
    reserve_days = models.PositiveSmallIntegerField(_("days for somebody called from the reserve list"), default=7)
    tie_rule = models.CharField(_("between equals"), max_length=10, choices=TieRule, default=TieRule.PEOPLE)
    tie_seed = models.CharField(_("seed of the draw, published"), max_length=60, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("terms of answers")
        verbose_name_plural = _("terms of answers")
        constraints = [
            models.CheckConstraint(
                condition=~Q(tie_rule=TieRule.DRAW) | ~Q(tie_seed=""), name="decisions_draw_has_a_seed"
            )
        ]

    def __str__(self) -> str:
        return str(self.call)


class Publication(models.Model):
    """One click that made decisions known, all at once. `token`: of the page that asked for it, so twice is once."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="publications")
    token = models.UUIDField(unique=True, editable=False)
    at = models.DateTimeField(_("published on"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answers = models.PositiveIntegerField(_("answers"), default=0)

    class Meta:
        verbose_name = _("publication of answers")
        verbose_name_plural = _("publications of answers")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.call} – {self.at:%Y-%m-%d}"


class Decision(models.Model):
    """One pending and one published at most for an application; those that were replaced stay.

    `words`: reasons for the team only. `explanation`: why a published decision changes, for its carriers.
    `replaces`: the published one that this one takes the place of. `reply_by`: until when carriers take the place.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="decisions")
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome)
    state = models.CharField(_("state"), max_length=10, choices=DecisionState, default=DecisionState.PENDING)
    rank = models.PositiveSmallIntegerField(_("rank on the reserve list"), null=True, blank=True)
    words = models.TextField(_("reasons, for the team"), max_length=4_000, blank=True)
    explanation = models.TextField(_("why the decision changes, for the carriers"), max_length=2_000, blank=True)
    source = models.CharField(_("comes from"), max_length=10, choices=Source, default=Source.HAND)
    replaces = models.ForeignKey("self", models.RESTRICT, null=True, blank=True, related_name="replaced_by")
    revision = models.PositiveIntegerField(default=1, editable=False)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    prepared_at = models.DateTimeField(_("prepared"), default=timezone.now)
    publication = models.ForeignKey(Publication, models.RESTRICT, null=True, blank=True, related_name="decisions")
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)
    reversed_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    reply = models.CharField(_("reply of the carriers"), max_length=10, choices=Reply, blank=True, default=Reply.NONE)
    reply_by = models.DateField(_("reply awaited by"), null=True, blank=True)
    replied_at = models.DateTimeField(_("replied"), null=True, blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reply_words = models.TextField(_("reply in words"), max_length=1_000, blank=True)

    objects: ClassVar[DecisionQuerySet] = DecisionQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("-prepared_at", "-pk")
        indexes = [
            models.Index(fields=["application", "state"], name="decisions_of_application"),
            models.Index(fields=["state", "outcome", "reply"], name="decisions_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="decisions_known_outcome"),
            models.CheckConstraint(condition=Q(state__in=DecisionState.values), name="decisions_known_state"),
            models.UniqueConstraint(
                fields=("application",), condition=Q(state=DecisionState.PENDING), name="decisions_one_pending"
            ),
            models.UniqueConstraint(
                fields=("application",), condition=Q(state=DecisionState.PUBLISHED), name="decisions_one_published"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.RESERVE) | Q(rank__isnull=True), name="decisions_rank_in_reserve"
            ),
            models.CheckConstraint(
                condition=Q(state=DecisionState.PENDING) | Q(published_at__isnull=False),
                name="decisions_published_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(reply=Reply.NONE) | Q(replied_at__isnull=False, outcome=Outcome.ACCEPTED),
                name="decisions_reply_to_an_acceptance",
            ),
        ]

    def __str__(self) -> str:
        """Never the outcome: labels are kept where others may read them."""
        return self.application.number

    @property
    def is_pending(self) -> bool:
        return self.state == DecisionState.PENDING

    @property
    def awaits_reply(self) -> bool:
        """An acceptance that was published and that nobody has replied to."""
        return self.state == DecisionState.PUBLISHED and self.outcome == Outcome.ACCEPTED and not self.reply

    def is_late(self, today: dt.date | None = None) -> bool:
        """Whether the day to reply is over."""
        today = today or timezone.localdate()
        return self.awaits_reply and self.reply_by is not None and self.reply_by < today


class Change(models.Model):
    """What a decision was at each of its revisions: who wrote it, when."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome)
    rank = models.PositiveSmallIntegerField(_("rank on the reserve list"), null=True, blank=True)
    words = models.TextField(_("reasons, for the team"), max_length=4_000, blank=True)
    source = models.CharField(_("comes from"), max_length=10, choices=Source)

    class Meta:
        verbose_name = _("revision of a decision")
        verbose_name_plural = _("revisions of a decision")
        ordering = ("-revision",)
        constraints = [models.UniqueConstraint(fields=("decision", "revision"), name="decisions_revision_once")]

    def __str__(self) -> str:
        return f"{self.decision_id} / {self.revision}"
