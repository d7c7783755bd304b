"""Who else may read or write: people and bodies by name, or whoever holds a dated link (reading only)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.alliance.models import Body
from kiif.replication.models.solution import Solution


class Grant(models.Model):
    """A person or a body may read, perhaps write, a solution with its searches and studies."""

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    body = models.ForeignKey(Body, models.CASCADE, null=True, blank=True, related_name="+")
    may_write = models.BooleanField(_("may write"), default=False)
    until = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(_("granted"), auto_now_add=True)

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, body__isnull=False) | Q(user__isnull=False, body__isnull=True),
                name="replication_grant_person_or_body",
            ),
            models.UniqueConstraint(
                fields=("solution", "user"), condition=Q(user__isnull=False), name="replication_grant_person_once"
            ),
            models.UniqueConstraint(
                fields=("solution", "body"), condition=Q(body__isnull=False), name="replication_grant_body_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.body)


class Link(models.Model):
    """Whoever holds the address may read until a date. The token is kept as a hash."""

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="links")
    label = models.CharField(_("for whom"), max_length=120)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("closed"), null=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("reading link")
        verbose_name_plural = _("reading links")
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
