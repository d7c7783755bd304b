from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class KnownDevice(models.Model):
    """A browser from which a person signed in. The browser holds a random token, here is only its digest.

    It tells a familiar sign-in from a new one (which is announced by mail), and keeps its owner able to sign in
    while somebody else tries passwords on the account.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices", verbose_name=_("person")
    )
    token_digest = models.CharField(max_length=64, editable=False)
    label = models.CharField(_("browser"), max_length=80, blank=True)
    first_seen_at = models.DateTimeField(_("first sign-in"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last sign-in"), default=timezone.now)

    class Meta:
        verbose_name = _("known device")
        verbose_name_plural = _("known devices")
        ordering = ("-last_seen_at",)
        constraints = [models.UniqueConstraint(fields=("user", "token_digest"), name="known_device_once")]

    def __str__(self) -> str:
        return self.label
