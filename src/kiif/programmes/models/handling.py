"""What the team does with an application: requests for correction, notes between colleagues."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.programmes.enums import CorrectionKind, NoteReach
from kiif.programmes.models.applications import Application
from kiif.programmes.queries import CorrectionRequestQuerySet, NoteQuerySet
from kiif.questionnaires.models import Snapshot


class CorrectionRequest(models.Model):
    """What is asked of the carriers, until when. `before`: what they had sent; answered when they send again."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="correction_requests")
    words = models.TextField(_("a few words"), max_length=1_000, blank=True)
    until = models.DateTimeField(_("to correct by"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    before = models.ForeignKey(Snapshot, models.SET_NULL, null=True, related_name="+")
    after = models.ForeignKey(Snapshot, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    #: when its carriers were told that the day comes near
    reminded_at = models.DateTimeField(null=True, blank=True)
    #: given up by the team: what was sent stays as it was
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CorrectionRequestQuerySet] = CorrectionRequestQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("request for correction")
        verbose_name_plural = _("requests for correction")
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("application",),
                condition=models.Q(answered_at__isnull=True, closed_at__isnull=True),
                name="programmes_one_request_at_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.asked_at:%Y-%m-%d}"


class Correction(models.Model):
    """One answer to correct: what is wrong with it, in words."""

    request = models.ForeignKey(CorrectionRequest, models.CASCADE, related_name="items")
    field_key = models.CharField(max_length=30)
    kind = models.CharField(_("what is wrong"), max_length=10, choices=CorrectionKind)
    words = models.TextField(_("in words"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("answer to correct")
        verbose_name_plural = _("answers to correct")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("request", "field_key"), name="programmes_correction_once")]

    def __str__(self) -> str:
        return f"{self.field_key} {self.get_kind_display()}"


class Note(models.Model):
    """What the team says of an application between colleagues; its carriers never read it."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=4_000)
    reach = models.CharField(_("read by"), max_length=8, choices=NoteReach, default=NoteReach.TEAM)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    #: acting for which body it was written: its colleagues read notes kept for the house
    house_id = models.BigIntegerField(null=True, editable=False)
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[NoteQuerySet] = NoteQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("note of the team")
        verbose_name_plural = _("notes of the team")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.text[:60]


class Reminder(models.Model):
    """A word of the team to the carriers of a draft. Its mail does not leave once the draft is sent."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="reminders")
    words = models.TextField(_("message"), max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reminder to a draft")
        verbose_name_plural = _("reminders to drafts")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.application} {self.at:%Y-%m-%d}"
