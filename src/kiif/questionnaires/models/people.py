"""People round one answer: who takes part, who is invited, who receives it, who writes for whom, who remarks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiif.questionnaires.enums import MandateChannel, ParticipantRole
from kiif.questionnaires.models.answers import Response


class Participant(models.Model):
    """Somebody who takes part in an answer; the owner needs no row."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(pgettext_lazy("what a participant may do", "may"), max_length=8, choices=ParticipantRole)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ("since", "pk")
        constraints = [models.UniqueConstraint(fields=("response", "user"), name="questionnaires_participant_once")]

    def __str__(self) -> str:
        return str(self.user)


class Offer(models.Model):
    """A role, or the ownership (`role` empty), offered to an address; its receiver accepts or refuses. It ends."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="offers")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(
        pgettext_lazy("what a participant may do", "may"), max_length=8, choices=ParticipantRole, blank=True
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    words = models.TextField(_("a few words"), max_length=600, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("invitation to an answer")
        verbose_name_plural = _("invitations to answers")
        ordering = ("-at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("response",),
                condition=Q(role="", answered_at__isnull=True),
                name="questionnaires_one_transfer_at_once",
            )
        ]

    def __str__(self) -> str:
        return self.email


class Mandate(models.Model):
    """A person of the team writes for the one who answers, who agreed: by whom, how, when, in which words."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="mandates")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    given_by = models.CharField(_("given by"), max_length=150)
    channel = models.CharField(_("how"), max_length=8, choices=MandateChannel)
    given_on = models.DateField(_("on"))
    words = models.TextField(_("what was agreed"), max_length=1_000)
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ("-recorded_at", "-pk")

    def __str__(self) -> str:
        return self.given_by


class Remark(models.Model):
    """A comment on one answer of a dossier (`field_key` is the question's identifier; empty: on the whole)."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="remarks")
    field_key = models.CharField(max_length=30, blank=True)
    text = models.TextField(_("remark"), max_length=2_000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("remark on an answer")
        verbose_name_plural = _("remarks on answers")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:60]
