"""The five-minute test: what was answered, what the rules said, what a person decided."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.programmes.enums import Verdict
from kiif.programmes.models.calls import Call
from kiif.programmes.queries import CheckQuerySet


class Check(models.Model):
    """One passage of the test. `reasons`: what each family of rules said, as kept (never computed again).

    Without an account it lives behind a link (`token_hash`), thirty days. `decision`: what a person decided after, when
    the rules said "a person decides" or when somebody asked to be looked at again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="checks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    answers = models.JSONField(default=dict)
    verdict = models.CharField(_("what the rules say"), max_length=6, choices=Verdict)
    reasons = models.JSONField(default=list)
    rules_digest = models.CharField(max_length=64, editable=False)
    language = models.CharField(max_length=3, default="fr", editable=False)
    at = models.DateTimeField(default=timezone.now)
    #: an address left to be answered, when a person decides
    email = models.EmailField(_("where to answer you"), blank=True)
    words = models.TextField(_("what you would like to say"), max_length=1_000, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=6, choices=Verdict, blank=True)
    decision_words = models.TextField(_("reasons"), max_length=1_000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CheckQuerySet] = CheckQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("eligibility test")
        verbose_name_plural = _("eligibility tests")
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["call", "verdict", "at"], name="programmes_check_verdict")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="") | Q(decided_at__isnull=False), name="programmes_check_decided_has_a_date"
            )
        ]

    def __str__(self) -> str:
        return f"{self.call} – {self.get_verdict_display()}"

    @property
    def outcome(self) -> str:
        """What counts: the person's decision, else the rules."""
        return self.decision or self.verdict
