"""Commitments that members, hosts and the alliance sign; a signature holds for one text, by its digest."""

from __future__ import annotations

import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.cohorts.enums import Side
from kiif.cohorts.models.cohort import Cohort, Member


class Commitment(models.Model):
    """A charter or an agreement. Once open to signatures its text no longer changes: a change is another version,
    which `replaces` this one."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="commitments")
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("text"), max_length=20_000)
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    by_carrier = models.BooleanField(_("signed by the projects"), default=True)
    by_host = models.BooleanField(_("signed by the hosts"), default=True)
    by_alliance = models.BooleanField(_("signed by the team of the programme"), default=False)
    due_on = models.DateField(_("to be signed by"), null=True, blank=True)
    opened_at = models.DateTimeField(_("open to signatures"), null=True, blank=True, editable=False)
    replaces = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced_by", editable=False
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ("title", "-version", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(by_carrier=True) | Q(by_host=True) | Q(by_alliance=True),
                name="cohorts_commitment_is_signed_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("cohorts:commitment", args=[self.public_id])

    @property
    def sides(self) -> list[Side]:
        """Who signs it."""
        asked = {Side.CARRIER: self.by_carrier, Side.HOST: self.by_host, Side.ALLIANCE: self.by_alliance}
        return [side for side, wanted in asked.items() if wanted]

    @property
    def digest(self) -> str:
        """SHA-256 of what is signed: title, version, text."""
        return hashlib.sha256(f"{self.title}\n{self.version}\n{self.text}".encode()).hexdigest()


class Signature(models.Model):
    """A name typed by a person, for a side, on a text: `digest` is that of the text at this moment."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="signatures")
    member = models.ForeignKey(Member, models.CASCADE, related_name="signatures")
    side = models.CharField(_("side"), max_length=8, choices=Side)
    name = models.CharField(_("name typed"), max_length=150)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("signed"), default=timezone.now)
    version = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(fields=("commitment", "member", "side"), name="cohorts_each_side_signs_once")
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} / {self.member_id} / {self.side}"
