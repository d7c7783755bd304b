from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SupportVisit(models.Model):
    """A support person looked at the product with another person's eyes: why, and from when to when."""

    support = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits_made", verbose_name=_("support person")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits_received", verbose_name=_("person")
    )
    reason = models.CharField(_("reason"), max_length=300)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    ends_at = models.DateTimeField(_("at the latest until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("support visit")
        verbose_name_plural = _("support visits")
        ordering = ("-started_at",)
        constraints = [
            models.CheckConstraint(condition=~Q(support=F("person")), name="support_visit_of_somebody_else"),
            models.CheckConstraint(condition=~Q(reason=""), name="support_visit_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.support} → {self.person}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and timezone.now() < self.ends_at
