"""The cohort of a call: who takes part, its calendar, what its people show of themselves."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from kiif.cohorts.enums import LeaveReason, MemberState
from kiif.cohorts.models.matching import Placement
from kiif.cohorts.queries import CohortQuerySet, EventQuerySet, MemberQuerySet
from kiif.programmes.models import Application, Call


class Cohort(models.Model):
    """Those whom a call chose, together. `public_at`: since when its public page shows who consented."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.OneToOneField(Call, models.PROTECT, related_name="cohort")
    name = models.CharField(_("name"), max_length=150)
    words = models.TextField(_("in a few words"), max_length=2_000, blank=True)
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    public_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar[CohortQuerySet] = CohortQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ("-starts_on", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="cohorts_cohort_starts_before_it_ends",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cohorts:cohort", args=[self.call.public_id])


class Member(models.Model):
    """An application that takes part. `consent_alumni_at`: they agree to be written to after the programme.

    `public_at`, `portrait`: they agree to be shown on the public page, with these words.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="members")
    application = models.OneToOneField(Application, models.PROTECT, related_name="member")
    placement = models.ForeignKey(Placement, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=MemberState, default=MemberState.ACTIVE)
    reason = models.CharField(_("reason to leave"), max_length=10, choices=LeaveReason, blank=True)
    words = models.TextField(_("in words"), max_length=1_000, blank=True)
    joined_on = models.DateField(_("joined"), default=timezone.localdate)
    state_on = models.DateField(_("since"), default=timezone.localdate)
    consent_alumni_at = models.DateTimeField(null=True, blank=True, editable=False)
    public_at = models.DateTimeField(null=True, blank=True, editable=False)
    portrait = models.TextField(_("portrait in a few words"), max_length=600, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[MemberQuerySet] = MemberQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("member of a cohort")
        verbose_name_plural = _("members of a cohort")
        ordering = ("application__title", "pk")
        indexes = [models.Index(fields=["cohort", "state"], name="cohorts_member_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=MemberState.DROPPED) | ~Q(reason=""), name="cohorts_who_gives_up_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return str(self.application)

    def get_absolute_url(self) -> str:
        return reverse("cohorts:member", args=[self.public_id])


class Turn(models.Model):
    """A change in the life of a member: pauses, gives up, comes back, finishes."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="turns")
    state = models.CharField(_("state"), max_length=10, choices=MemberState)
    reason = models.CharField(_("reason to leave"), max_length=10, choices=LeaveReason, blank=True)
    words = models.TextField(_("in words"), max_length=1_000, blank=True)
    on = models.DateField(_("on"), default=timezone.localdate)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of a member")
        verbose_name_plural = _("changes of members")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.member_id} {self.state}"


class Card(models.Model):
    """What a person shows of themselves to the other members; without a card they are not in the directory."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="cards")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    shows_email = models.BooleanField(_("my e-mail address"), default=False)
    shows_phone = models.BooleanField(_("my telephone"), default=False)
    role = models.CharField(_("what I do in the project"), max_length=120, blank=True)
    words = models.TextField(_("what I would like to share or to find"), max_length=600, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("line of a directory")
        verbose_name_plural = _("lines of a directory")
        ordering = ("user__full_name", "pk")
        constraints = [models.UniqueConstraint(fields=("member", "user"), name="cohorts_one_card_each")]

    def __str__(self) -> str:
        return f"{self.member_id} / {self.user_id}"


class CohortEvent(models.Model):
    """A date of the cohort. `sequence` grows with each change, for the calendars that hold it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="events")
    title = models.CharField(_("title"), max_length=150)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link"), blank=True)
    words = models.TextField(_("what it is about"), max_length=1_000, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[EventQuerySet] = EventQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("date of a cohort")
        verbose_name_plural = _("dates of a cohort")
        ordering = ("starts_at", "pk")
        indexes = [models.Index(fields=["cohort", "starts_at"], name="cohorts_event_start")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="cohorts_event_starts_before_it_ends")
        ]

    def __str__(self) -> str:
        return self.title


def new_nonce() -> str:
    return get_random_string(24)


class Feed(models.Model):
    """The address of a person's calendar is signed from `nonce`; a new nonce makes the old address fall."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=24, default=new_nonce, editable=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.user_id)
