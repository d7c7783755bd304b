"""Who belongs where: memberships, invitations, delegations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelsearch import index

from kiif.accounts.models import User
from kiif.alliance.enums import DelegationState, InvitationState, Kind, Role, rank
from kiif.alliance.models.bodies import Body, Branch, Incubator
from kiif.alliance.queries import (
    DelegationQuerySet,
    InvitationQuerySet,
    MembershipQuerySet,
    SendingQuerySet,
)


class Membership(index.Indexed, models.Model):  # type: ignore[misc]  # modelsearch is untyped
    """Somebody is something, somewhere, for a time. A person acts under one membership at a time.

    When it is acted under by a delegate, `delegation` (not a column) is the delegation that allows it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    where = models.ForeignKey(Body, models.PROTECT, related_name="memberships", verbose_name=_("where"))
    role = models.CharField(_("role"), max_length=12, choices=Role)
    role_rank = models.PositiveSmallIntegerField(default=0, editable=False)
    title = models.CharField(_("job title"), max_length=120, blank=True)
    branch = models.ForeignKey(
        Branch, models.SET_NULL, null=True, blank=True, related_name="memberships", verbose_name=_("branch")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    #: The delegation under which somebody else acts with this membership; None when its holder acts.
    delegation: Delegation | None = None

    search_fields: ClassVar[list[object]] = [
        index.SearchField("person_name", boost=2),
        index.AutocompleteField("person_name"),
        index.SearchField("title"),
        index.SearchField("place"),
        index.AutocompleteField("place"),
    ]

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("role_rank", "user__full_name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("user", "where"), condition=Q(until__isnull=True), name="alliance_membership_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="alliance_membership_until_after_since"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} ({self.where.label})"

    def save(self, *args: object, **kwargs: object) -> None:
        self.role_rank = rank(self.role)
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "role_rank"}  # type: ignore[misc]  # names of columns
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # as Django declares them

    def get_absolute_url(self) -> str:
        return reverse("alliance:membership", args=[self.pk])

    @property
    def is_current(self) -> bool:
        today = timezone.localdate()
        return self.since <= today and (self.until is None or self.until > today)

    @property
    def incubator(self) -> Incubator | None:
        """The incubator it is in, or None (alliance, partner)."""
        return self.where.as_incubator if self.where.kind == Kind.INCUBATOR else None

    @property
    def alliance_id(self) -> int:
        return self.where.alliance_key

    @property
    def delegated_by(self) -> User | None:
        """Whose rights these are when a delegate acts; None when the holder acts."""
        return self.user if self.delegation else None

    @cached_property
    def person_name(self) -> str:
        return str(self.user)

    @property
    def place(self) -> str:
        """Where it is, for the index: the body and the branch."""
        return f"{self.where.name} {self.branch or ''}".strip()

    @property
    def role_label(self) -> str:
        """How the journal names it, without any person's name: "ATIS, incubator manager (delegation 12)"."""
        label = f"{self.where.label}, {self.get_role_display()}"
        if self.delegation:
            return gettext("%(label)s (delegation %(number)s)") % {"label": label, "number": self.delegation.pk}
        return label

    @property
    def acting_key(self) -> str:
        """What the session holds for it: `m<pk>`, or `d<pk>` of the delegation."""
        return f"d{self.delegation.pk}" if self.delegation else f"m{self.pk}"


class Invitation(models.Model):
    """One address is invited to one body with one role. The token is kept as a hash and works once."""

    email = models.EmailField(_("e-mail address"))
    full_name = models.CharField(_("name"), max_length=150, blank=True)
    where = models.ForeignKey(Body, models.CASCADE, related_name="invitations", verbose_name=_("where"))
    role = models.CharField(_("role"), max_length=12, choices=Role)
    title = models.CharField(_("job title"), max_length=120, blank=True)
    branch = models.ForeignKey(
        Branch, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("branch")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="fr")
    message = models.TextField(_("a word from you"), max_length=500, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="invitations_sent", editable=False
    )
    created_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="invitations_accepted", editable=False
    )
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "where",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="alliance_invitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="alliance_invitation_accepted_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_absolute_url(self) -> str:
        return reverse("alliance:team", args=[self.where.slug])

    @property
    def state(self) -> InvitationState:
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.revoked_at:
            return InvitationState.REVOKED
        return InvitationState.PENDING if self.expires_at > timezone.now() else InvitationState.EXPIRED

    @property
    def is_pending(self) -> bool:
        return self.state == InvitationState.PENDING


class Sending(models.Model):
    """One mail of an invitation left: what the daily limits count."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="sendings")
    email = models.EmailField(_("e-mail address"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)

    objects: ClassVar[SendingQuerySet] = SendingQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("sending of an invitation")
        verbose_name_plural = _("sendings of invitations")
        ordering = ("-sent_at", "-pk")
        indexes = [
            models.Index(fields=("email", "sent_at"), name="alliance_sending_recipient"),
            models.Index(fields=("sent_by", "sent_at"), name="alliance_sending_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.sent_at:%Y-%m-%d}"


class Delegation(models.Model):
    """For a time, somebody else acts with the rights of a membership. It ends by itself on the return date."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="delegations", verbose_name=_("rights of"))
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="delegations_received", verbose_name=_("given to")
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("back on"), help_text=_("The first day without the delegation."))
    reason = models.CharField(_("why"), max_length=200)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects: ClassVar[DelegationQuerySet] = DelegationQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ("-since", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="alliance_delegation_until_after_since"),
        ]

    def __str__(self) -> str:
        return f"{self.membership.user} → {self.to}"

    def get_absolute_url(self) -> str:
        return reverse("alliance:delegations")

    @property
    def state(self) -> DelegationState:
        today = timezone.localdate()
        if self.ended_at or self.until <= today:
            return DelegationState.ENDED
        return DelegationState.PLANNED if self.since > today else DelegationState.RUNNING

    @property
    def last_day(self) -> date:
        return self.until - timedelta(days=1)

    @property
    def last_right(self) -> date:
        """The day on which its rights were gone: the return, or the day it was stopped if that came before."""
        return min(self.until, timezone.localdate(self.ended_at)) if self.ended_at else self.until

    def as_membership(self) -> Membership:
        """The delegated membership, marked: what a delegate acts as."""
        membership = self.membership
        membership.delegation = self
        return membership


def start_of(day: date) -> datetime:
    """First instant of a day in the instance's time zone."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 -- made aware at once
