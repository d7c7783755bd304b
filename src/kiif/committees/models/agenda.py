"""The agenda: a dossier in a session, who left for it, what is decided, what each member notes for oneself."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kiif.committees.enums import Decision, ItemState, Mode
from kiif.committees.models.session import Member, Session
from kiif.committees.queries import ItemQuerySet
from kiif.programmes.models import Application


class Item(models.Model):
    """A dossier on the agenda. `batch`: taken with others, without discussion, because everybody agrees on it.

    When it comes up (`called_at`) the screens say who leaves; it is shown (`shown_at`) once they have. `seconds`: time
    spent before `timer_from`. `reasons_version` is what an editor had before typing: two never overwrite each other.
    `mode` and `secret` override those of the session when set. `recall`: why the last decision no longer stands.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="items")
    application = models.ForeignKey(Application, models.PROTECT, related_name="committee_items")
    order = models.PositiveIntegerField(_("order"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=ItemState, default=ItemState.WAITING)
    batch = models.BooleanField(_("without discussion"), default=False)
    proposal = models.CharField(_("what is proposed"), max_length=8, choices=Decision, blank=True)
    why_here = models.CharField(_("why at this place"), max_length=20, blank=True)
    mode = models.CharField(_("how it is decided"), max_length=10, choices=Mode, blank=True)
    secret = models.BooleanField(_("secret vote"), null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True, editable=False)
    shown_at = models.DateTimeField(null=True, blank=True, editable=False)
    timer_from = models.DateTimeField(null=True, blank=True, editable=False)
    seconds = models.PositiveIntegerField(default=0, editable=False)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank on the reserve list"), null=True, blank=True)
    reasons = models.TextField(_("reasons"), max_length=5_000, blank=True)
    reasons_version = models.PositiveIntegerField(default=0, editable=False)
    reasons_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reasons_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    recall = models.CharField(max_length=300, blank=True, editable=False)

    objects: ClassVar[ItemQuerySet] = ItemQuerySet.as_manager()  # type: ignore[assignment]  # made of it

    class Meta:
        verbose_name = _("dossier on an agenda")
        verbose_name_plural = _("dossiers on an agenda")
        ordering = ("session", "order", "pk")
        constraints = [
            models.UniqueConstraint(fields=("session", "application"), name="committees_dossier_once"),
            models.UniqueConstraint(
                fields=("session",), condition=Q(state=ItemState.NOW), name="committees_one_dossier_now"
            ),
            models.CheckConstraint(
                condition=~Q(state=ItemState.DECIDED) | ~Q(decision=""), name="committees_decided_has_a_decision"
            ),
        ]
        indexes = [models.Index(fields=["session", "state", "order"], name="committees_agenda")]

    def __str__(self) -> str:
        """Never which dossier: labels are kept where people who are kept away from it may read them."""
        return gettext("dossier %(n)s of %(session)s") % {"n": self.order, "session": self.session}

    @property
    def decides_by(self) -> str:
        return self.mode or self.session.mode

    @property
    def is_secret(self) -> bool:
        return self.session.secret if self.secret is None else self.secret

    @property
    def is_now(self) -> bool:
        return self.state == ItemState.NOW

    def spent(self) -> int:
        """Seconds given to this dossier so far."""
        running = (timezone.now() - self.timer_from).total_seconds() if self.timer_from else 0
        return self.seconds + max(int(running), 0)


class Recusal(models.Model):
    """A member who left for a dossier, and until when."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="recusals")
    member = models.ForeignKey(Member, models.CASCADE, related_name="recusals")
    left_at = models.DateTimeField(default=timezone.now)
    back_at = models.DateTimeField(null=True, blank=True)
    #: declared while the dossier was being looked at
    in_session = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("member who left for a dossier")
        verbose_name_plural = _("members who left for a dossier")
        ordering = ("left_at", "pk")
        constraints = [models.UniqueConstraint(fields=("item", "member"), name="committees_recused_once")]

    def __str__(self) -> str:
        return f"{self.member_id} / {self.item_id}"


class Note(models.Model):
    """What a member writes for oneself about a dossier; nobody else reads it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="notes")
    member = models.ForeignKey(Member, models.CASCADE, related_name="notes")
    text = models.TextField(_("my notes"), max_length=5_000, blank=True)
    written_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("note of a member")
        verbose_name_plural = _("notes of members")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("item", "member"), name="committees_note_once")]

    def __str__(self) -> str:
        return self.text[:40]
