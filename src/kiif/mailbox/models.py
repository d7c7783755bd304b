import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.mailbox import registry
from kiif.mailbox.enums import Cadence, Reason, State
from kiif.mailbox.queries import CUT_AFTER, MailQuerySet, MailTemplateQuerySet, PreferenceQuerySet


class Mail(models.Model):
    """A mail is a row first, written in the transaction of the gesture that causes it; a job sends it afterwards.

    At most once: `SENDING` is committed before the mail server is spoken to, and a row that stays there is never
    sent again without a person's decision (see `actions.sending`).
    """

    kind = models.CharField(_("kind"), max_length=100)
    key = models.CharField(_("key"), max_length=200, unique=True)
    uid = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    cadence = models.CharField(_("rhythm"), max_length=10, choices=Cadence.choices, default=Cadence.NOW)
    digest = models.ForeignKey(
        "self", verbose_name=_("told in"), on_delete=models.SET_NULL, null=True, blank=True, related_name="items"
    )

    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    address = models.EmailField(_("address"), blank=True)
    language = models.CharField(_("language"), max_length=5)
    scope = models.CharField(_("in the name of"), max_length=100, blank=True)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("text in HTML"), blank=True)
    url = models.CharField(_("page it leads to"), max_length=500, blank=True)
    calendar = models.TextField(_("calendar part"), blank=True)
    blanked = models.BooleanField(_("text blanked"), default=False)

    about_type = models.ForeignKey(
        ContentType, verbose_name=_("about"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    about_id = models.CharField(max_length=64, blank=True)
    about = GenericForeignKey("about_type", "about_id")

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    system = models.CharField(_("command or job that asked"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("written on"), default=timezone.now, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    sending_at = models.DateTimeField(_("handed over on"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)
    seen_at = models.DateTimeField(_("trouble looked at on"), null=True, blank=True)
    error = models.CharField(_("answer of the mail server"), max_length=500, blank=True)
    reason = models.CharField(_("withheld because"), max_length=20, choices=Reason.choices, blank=True)

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]  # a manager is a descriptor

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=State.SENT) | Q(sent_at__isnull=False), name="mail_sent_has_a_date"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | Q(sending_at__isnull=False), name="mail_sending_has_a_date"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHHELD) | ~Q(reason=""), name="mail_withheld_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=("state", "cadence", "next_try_at"), name="mail_due"),
            models.Index(fields=("to", "-created_at"), name="mail_received"),
            models.Index(fields=("created_by", "-created_at"), name="mail_asked_for"),
            models.Index(fields=("address", "-created_at"), name="mail_address"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_secret(self) -> bool:
        """Carries a code or a personal link. A kind that nobody knows any more is taken for secret."""
        try:
            return registry.kind(self.kind).secret
        except LookupError:
            return True

    @property
    def is_optional(self) -> bool:
        try:
            return registry.kind(self.kind).optional
        except LookupError:
            return False

    @property
    def kind_label(self) -> str:
        return str(registry.label_of(self.kind))

    @property
    def recipient(self) -> str:
        """Who it goes to, for people: a name, else an address."""
        return str(self.to) if self.to else self.address

    @property
    def is_cut(self) -> bool:
        """Stopped in the middle of the talk with the mail server."""
        return (
            self.state == State.SENDING and self.sending_at is not None and self.sending_at < timezone.now() - CUT_AFTER
        )

    @property
    def message_id(self) -> str:
        from kiif.mailbox.message import message_id

        return message_id(self)


class MailTemplate(models.Model):
    """A version of a text that replaces the one of the product, for everybody or for one organisation."""

    kind = models.CharField(_("kind"), max_length=100)
    scope = models.CharField(_("organisation"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    version = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    given_up = models.BooleanField(_("back to the text of the product"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("written on"), default=timezone.now, editable=False)

    objects: ClassVar[MailTemplateQuerySet] = MailTemplateQuerySet.as_manager()  # type: ignore[assignment]  # same

    class Meta:
        verbose_name = _("mail text")
        verbose_name_plural = _("mail texts")
        ordering = ("kind", "scope", "language", "-version")
        constraints = [
            models.UniqueConstraint(fields=("kind", "scope", "language", "version"), name="mailtemplate_version_once"),
        ]

    def __str__(self) -> str:
        return str(registry.label_of(self.kind))


class Preference(models.Model):
    """How often a person, or an address without an account, wants the mails of one optional category."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    address = models.EmailField(_("address"), blank=True)
    category = models.CharField(_("category"), max_length=100)
    cadence = models.CharField(_("rhythm"), max_length=10, choices=Cadence.choices)
    changed_at = models.DateTimeField(_("changed on"), auto_now=True)

    objects: ClassVar[PreferenceQuerySet] = PreferenceQuerySet.as_manager()  # type: ignore[assignment]  # same

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")
        ordering = ("category",)
        constraints = [
            models.UniqueConstraint(
                fields=("user", "category"), condition=Q(user__isnull=False), name="preference_once_for_a_person"
            ),
            models.UniqueConstraint(
                fields=("address", "category"), condition=Q(user__isnull=True), name="preference_once_for_an_address"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, address="") | (Q(user__isnull=True) & ~Q(address="")),
                name="preference_person_or_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{registry.category(self.category).label}: {self.get_cadence_display()}"
