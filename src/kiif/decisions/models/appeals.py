"""Carriers who ask for a decision to be looked at again, and what they were answered."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.decisions.enums import AppealState
from kiif.decisions.models.decisions import Decision
from kiif.decisions.queries import AppealQuerySet


class Appeal(models.Model):
    """One open at a time for a decision. `answer_by`: the day promised to the carriers."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="appeals")
    received_at = models.DateTimeField(_("came on"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    words = models.TextField(_("what they ask"), max_length=4_000)
    #: entered by the team, for a letter or a call that came outside
    entered_by_team = models.BooleanField(default=False, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=AppealState, default=AppealState.OPEN)
    answer_by = models.DateField(_("answer promised by"))
    answer = models.TextField(_("answer"), max_length=4_000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)

    objects: ClassVar[AppealQuerySet] = AppealQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("review of a decision")
        verbose_name_plural = _("reviews of decisions")
        ordering = ("-received_at", "-pk")
        indexes = [models.Index(fields=["state", "answer_by"], name="decisions_appeal_state")]
        constraints = [
            models.UniqueConstraint(
                fields=("decision",), condition=Q(state=AppealState.OPEN), name="decisions_one_open_appeal"
            ),
            models.CheckConstraint(
                condition=Q(state=AppealState.OPEN) | Q(answered_at__isnull=False), name="decisions_appeal_answered"
            ),
        ]

    def __str__(self) -> str:
        return self.decision.application.number
