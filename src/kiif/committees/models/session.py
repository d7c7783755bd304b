"""A session of a committee, who sits in it, who is there."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.committees.enums import (
    DESK_ROLES,
    RUNNING,
    AgendaOrder,
    MajorityRule,
    MemberRole,
    Mode,
    QuorumRule,
    SessionState,
    Step,
    TieRule,
)
from kiif.committees.queries import SeatQuerySet, SessionQuerySet
from kiif.programmes.models import Call


def usual_steps() -> list[str]:
    return [Step.VOTES, Step.CORRECTED, Step.RAW]


class Session(models.Model):
    """One meeting of a committee about a call. Its rules are fixed before it opens; then they are only read.

    `steps`: criteria of the reserve list, one after the other (`enums.Step`), then a draw with `seed` when there is
    one. `wishes`: what people wish of the cohort, `[[dimension, value, least, most or null]]`. `revision` grows with
    whatever a screen shows: a browser asks whether it still has the last one. `screen_hash`: of the secret in the
    address of the projected screen; empty when it was withdrawn. `remarks`: what the minutes say beside the dossiers.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="committees")
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=SessionState, default=SessionState.PLANNED)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends, expected"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link of the video call"), blank=True)
    mode = models.CharField(_("how it decides"), max_length=10, choices=Mode, default=Mode.VOTE)
    secret = models.BooleanField(_("secret votes"), default=False)
    quorum = models.CharField(_("quorum"), max_length=12, choices=QuorumRule, default=QuorumRule.HALF)
    quorum_least = models.PositiveSmallIntegerField(_("people at least"), default=3)
    majority = models.CharField(_("majority"), max_length=16, choices=MajorityRule, default=MajorityRule.MORE)
    tie = models.CharField(_("equal votes"), max_length=8, choices=TieRule, default=TieRule.CHAIR)
    blind = models.BooleanField(_("without the names of people and organisations"), default=False)
    read_before = models.BooleanField(_("members read the dossiers as soon as they are invited"), default=True)
    marks_on_screen = models.BooleanField(_("marks on the projected screen"), default=True)
    order = models.CharField(
        _("order of the agenda"), max_length=10, choices=AgendaOrder, default=AgendaOrder.CONTESTED
    )
    minutes_each = models.PositiveSmallIntegerField(_("minutes for each dossier"), default=8)
    places = models.PositiveSmallIntegerField(_("places in the cohort"), default=10)
    reserve_size = models.PositiveSmallIntegerField(_("places on the reserve list"), default=5)
    steps = models.JSONField(_("order of the reserve list"), default=usual_steps)
    seed = models.CharField(_("seed of the draw"), max_length=60, blank=True)
    wishes = models.JSONField(_("wishes for the cohort"), default=list, blank=True)
    remarks = models.TextField(_("what was said beside the dossiers"), max_length=10_000, blank=True)
    #: what the screens show, decided or not
    current = models.ForeignKey("committees.Item", models.SET_NULL, null=True, related_name="+", editable=False)
    screen_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    invited_at = models.DateTimeField(_("invitations sent"), null=True, blank=True, editable=False)
    invitation = models.PositiveSmallIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("planned on"), auto_now_add=True)

    objects: ClassVar[SessionQuerySet] = SessionQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("committee session")
        verbose_name_plural = _("committee sessions")
        ordering = ("starts_at", "pk")
        indexes = [models.Index(fields=["call", "starts_at"], name="committees_by_call")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="committees_known_state"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="committees_starts_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("committees:session", args=[self.public_id])

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_planned(self) -> bool:
        return self.state == SessionState.PLANNED

    @property
    def is_closed(self) -> bool:
        return self.state == SessionState.CLOSED


class Member(models.Model):
    """Somebody of the committee. `voice`: may vote. `name` is kept for the minutes when the account is gone.

    Somebody removed sees nothing of the session from that moment on; votes closed before stand, with a note.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=150)
    quality = models.CharField(_("in what capacity"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=MemberRole, default=MemberRole.MEMBER)
    voice = models.BooleanField(_("votes"), default=True)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(_("left the committee"), null=True, blank=True, editable=False)
    removed_why = models.CharField(_("why"), max_length=300, blank=True)

    objects: ClassVar[SeatQuerySet] = SeatQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("member of a committee")
        verbose_name_plural = _("members of a committee")
        ordering = ("session", "name", "pk")
        constraints = [
            models.UniqueConstraint(fields=("session", "person"), name="committees_member_once"),
            models.UniqueConstraint(
                fields=("session",),
                condition=Q(role=MemberRole.CHAIR, removed_at__isnull=True),
                name="committees_one_chair",
            ),
        ]
        indexes = [models.Index(fields=["person", "removed_at"], name="committees_member_person")]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Its name in `methods.committee`."""
        return str(self.pk)

    @property
    def at_desk(self) -> bool:
        return self.role in DESK_ROLES

    @property
    def votes(self) -> bool:
        return self.voice and self.role != MemberRole.OBSERVER and self.removed_at is None


class Presence(models.Model):
    """A time during which a member was there; without an end: is there."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="presences")
    came_at = models.DateTimeField(_("came"), default=timezone.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    remote = models.BooleanField(_("at a distance"), default=False)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        ordering = ("came_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("member",), condition=Q(left_at__isnull=True), name="committees_there_once"
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("came_at")), name="committees_came_before_leaving"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.came_at:%H:%M}"


def bump(session: Session, **fields: Any) -> None:
    """Writes `fields` of a session and makes its revision grow, in one statement."""
    Session.objects.filter(pk=session.pk).update(revision=F("revision") + 1, **fields)
    for name, value in fields.items():
        setattr(session, name, value)
