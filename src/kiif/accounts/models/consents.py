from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ConsentText(models.Model):
    """A text that people are asked to accept: a row, so that an alliance changes it without a developer.

    A version is one `version` of one `kind`, in one row per language; accepting it in a language accepts the
    version. The latest published version of a kind is the current one. A published row never changes.
    """

    kind = models.SlugField(_("kind"), max_length=40, help_text=_("For example: terms, news."))
    version = models.CharField(_("version"), max_length=20)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"))
    required = models.BooleanField(_("required to use the product"), default=True)
    published_at = models.DateTimeField(_("published"), default=timezone.now)

    class Meta:
        verbose_name = _("text to accept")
        verbose_name_plural = _("texts to accept")
        ordering = ("kind", "-published_at", "language")
        constraints = [
            models.UniqueConstraint(fields=("kind", "version", "language"), name="consent_text_once_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"


class Consent(models.Model):
    """A person accepted a version of a text on a date, and perhaps withdrew it later. Rows are never rewritten."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents", verbose_name=_("person")
    )
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents", verbose_name=_("text"))
    given_at = models.DateTimeField(_("given on"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("-given_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("user", "text"), condition=models.Q(withdrawn_at__isnull=True), name="consent_in_force_once"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.text}"
