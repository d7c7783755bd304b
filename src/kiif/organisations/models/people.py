"""Who is what in an organisation: told by one side, recognised by the other."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kiif.organisations.enums import WRITING_ROLES, TieRole
from kiif.organisations.models.organisation import Organisation
from kiif.organisations.queries import TieQuerySet


class TieState(models.TextChoices):
    """Computed from the dates: nobody sets it."""

    ASSERTED = "asserted", _("waiting for the person")
    CLAIMED = "claimed", _("waiting for the organisation")
    ACTIVE = "active", pgettext_lazy("person in an organisation", "confirmed")
    PAST = "past", pgettext_lazy("person in an organisation", "past")


class Tie(models.Model):
    """A person in an organisation. It opens rights once the person accepted it *and* the other side confirmed it.

    `since` is the first day, `until` the first day without it.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="ties")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ties", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=TieRole)
    title = models.CharField(_("job title"), max_length=120, blank=True)
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("how it is known"), max_length=200, blank=True)
    asserted_at = models.DateTimeField(_("entered"), auto_now_add=True)
    asserted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(_("accepted by the person"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed by the organisation or the team"), null=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects: ClassVar[TieQuerySet] = TieQuerySet.as_manager()  # type: ignore[assignment]  # manager made of it

    class Meta:
        verbose_name = _("person in an organisation")
        verbose_name_plural = _("people in organisations")
        ordering = ("until", "role", "since", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("organisation", "user"), condition=Q(until__isnull=True), name="tie_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="tie_until_after_since"
            ),
            models.CheckConstraint(condition=Q(role__in=TieRole.values), name="tie_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_role_display()}"

    @property
    def is_self_entered(self) -> bool:
        """Whether nobody recognised this person, who entered the row (twin of `actions.duplicates.self_entered`)."""
        return self.asserted_by_id == self.user_id and self.confirmed_by_id is None and self.confirmed_at is not None

    @property
    def is_past(self) -> bool:
        return self.until is not None and self.until <= timezone.localdate()

    @property
    def state(self) -> TieState:
        if self.is_past:
            return TieState.PAST
        if self.accepted_at is None:
            return TieState.ASSERTED
        return TieState.ACTIVE if self.confirmed_at is not None else TieState.CLAIMED

    @property
    def gives_rights(self) -> bool:
        return self.state == TieState.ACTIVE

    @property
    def may_write(self) -> bool:
        return self.gives_rights and self.role in WRITING_ROLES
