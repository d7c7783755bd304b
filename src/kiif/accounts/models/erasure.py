from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ErasureRequest(models.Model):
    """A person asked that their account be erased; it happens on `due_at` unless they cancel."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="erasure_requests", verbose_name=_("person")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    done_at = models.DateTimeField(_("carried out"), null=True, blank=True)

    class Meta:
        verbose_name = _("erasure request")
        verbose_name_plural = _("erasure requests")
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("user",),
                condition=models.Q(cancelled_at__isnull=True, done_at__isnull=True),
                name="erasure_pending_once",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True) | models.Q(done_at__isnull=True),
                name="erasure_cancelled_or_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.due_at:%Y-%m-%d}"
