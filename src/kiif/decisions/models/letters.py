"""Letters: the texts of a programme, the one written to the carriers of an application, and each time it left."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.decisions.enums import LetterState, Outcome, TemplateKind
from kiif.decisions.models.decisions import Decision
from kiif.decisions.queries import LetterQuerySet
from kiif.mailbox.models import Mail
from kiif.programmes.models import Call, Programme


class LetterTemplate(models.Model):
    """A text of a programme, or of one call; without any, that of the product (`decisions.wording`)."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="letter_templates")
    call = models.ForeignKey(Call, models.CASCADE, null=True, blank=True, related_name="letter_templates")
    kind = models.CharField(_("letter"), max_length=10, choices=TemplateKind)
    language = models.CharField(_("language"), max_length=5, default="fr")
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), max_length=10_000)
    revision = models.PositiveIntegerField(default=1, editable=False)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    edited_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("text of letters")
        verbose_name_plural = _("texts of letters")
        ordering = ("kind", "language")
        constraints = [
            models.UniqueConstraint(
                fields=("programme", "kind", "language"),
                condition=Q(call__isnull=True),
                name="decisions_template_of_programme_once",
            ),
            models.UniqueConstraint(fields=("call", "kind", "language"), name="decisions_template_of_call_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.language})"


class Letter(models.Model):
    """The letter of a decision, edited by a person. `body` keeps its placeholders until it leaves; what left is kept
    in `sent_subject` and `sent_body`.

    `outcome` and `decision_revision`: those that it was written for. `chosen`: what was ticked among the reviewers'
    sentences (`[key, …]`); `feedback`: the text made of them, as edited.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.OneToOneField(Decision, models.CASCADE, related_name="letter")
    template = models.ForeignKey(LetterTemplate, models.SET_NULL, null=True, blank=True, related_name="letters")
    kind = models.CharField(_("letter"), max_length=10, choices=TemplateKind)
    outcome = models.CharField(_("written for"), max_length=10, choices=Outcome)
    decision_revision = models.PositiveIntegerField()
    language = models.CharField(_("language"), max_length=5, default="fr")
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), max_length=10_000)
    chosen = models.JSONField(default=list, blank=True)
    feedback = models.TextField(_("what reviewers say"), max_length=6_000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=LetterState, default=LetterState.DRAFT)
    revision = models.PositiveIntegerField(default=1, editable=False)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    edited_at = models.DateTimeField(_("edited"), default=timezone.now)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    checked_at = models.DateTimeField(_("read again"), null=True, blank=True)
    sent_subject = models.CharField(max_length=250, blank=True, editable=False)
    sent_body = models.TextField(blank=True, editable=False)

    objects: ClassVar[LetterQuerySet] = LetterQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("-edited_at", "-pk")
        indexes = [models.Index(fields=["state", "decision"], name="decisions_letter_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="decisions_known_letter_state"),
            models.CheckConstraint(
                condition=Q(state=LetterState.DRAFT) | Q(checked_at__isnull=False),
                name="decisions_letter_is_read_again",
            ),
        ]

    def __str__(self) -> str:
        return self.decision.application.number


class Sending(models.Model):
    """A letter leaves for an address: first that of who carries the application, later another if it came back."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="sendings")
    mail = models.OneToOneField(Mail, models.SET_NULL, null=True, blank=True, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    address = models.EmailField(_("address"), blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(_("came back"), null=True, blank=True)
    returned_words = models.CharField(_("what came back says"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("sending of a letter")
        verbose_name_plural = _("sendings of letters")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.letter_id} / {self.at:%Y-%m-%d}"
