"""Who asked to be told when a programme opens again."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.programmes.models.programme import Programme


class Watch(models.Model):
    """Somebody to write to, once, when the next call of a programme opens; then the row goes.

    An account, or an address that was confirmed through the link sent to it. `asked_at`: an address that nobody
    confirms, and a watch of a programme that never comes back, are forgotten (`actions.watching`).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="watches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(max_length=3, default="fr", editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("person to tell of the next call")
        verbose_name_plural = _("people to tell of the next call")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, email="") | (Q(user__isnull=True) & ~Q(email="")),
                name="programmes_watch_account_or_address",
            ),
            models.UniqueConstraint(fields=("programme", "user"), name="programmes_watch_account_once"),
            models.UniqueConstraint(
                fields=("programme", "email"), condition=Q(user__isnull=True), name="programmes_watch_address_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.programme)
