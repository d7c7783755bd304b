from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from kiif.journal.queries import EntryQuerySet


class JournalPerson(models.Model):
    """The pseudonym under which the journal knows a person.

    Erasing the person empties `user`: the entries stay, nobody can be read in them, and two erased people
    remain two. The database allows no other change (`append_only`).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("person of the journal")
        verbose_name_plural = _("people of the journal")

    def __str__(self) -> str:
        return str(self.user) if self.user else str(_("person erased"))


class JournalEntry(models.Model):
    """Who did what to what, when, under which role. Written once; the database refuses UPDATE and DELETE."""

    at = models.DateTimeField(_("when"), db_index=True)
    person = models.ForeignKey(
        JournalPerson, verbose_name=_("person"), null=True, on_delete=models.PROTECT, related_name="entries"
    )
    impersonator = models.ForeignKey(
        JournalPerson, verbose_name=_("support person"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    acting_as = models.CharField(_("acting as"), max_length=200, blank=True)
    system = models.CharField(_("system"), max_length=100, blank=True)
    verb = models.CharField(_("gesture"), max_length=100, db_index=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    scope_type = models.ForeignKey(ContentType, null=True, on_delete=models.PROTECT, related_name="+")
    scope_id = models.CharField(max_length=64, blank=True)
    detail_digest = models.CharField(max_length=64, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["content_type", "object_id", "-id"], name="journal_of_object"),
            models.Index(fields=["scope_type", "scope_id", "-id"], name="journal_of_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class JournalDetail(models.Model):
    """The words of an entry: label of the object that day, difference, data.

    Apart from the entry because words may hold personal data: the database allows to blank a row for an
    erasure (`erased_at`), nothing else. The salt, blanked too, keeps the digest from being guessed back.
    """

    entry = models.OneToOneField(JournalEntry, primary_key=True, on_delete=models.PROTECT, related_name="detail")
    object_label = models.CharField(_("object"), max_length=300, blank=True)
    changes = models.JSONField(_("difference"), default=dict, blank=True)
    data = models.JSONField(_("data"), default=dict, blank=True)
    salt = models.CharField(max_length=32, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    class Meta:
        verbose_name = _("words of an entry")
        verbose_name_plural = _("words of entries")

    def __str__(self) -> str:
        return self.object_label


class JournalSeal(models.Model):
    """A link of the chain: the digest of all entries up to `last_entry_id`, on top of the seal before."""

    at = models.DateTimeField(_("when"))
    first_entry_id = models.BigIntegerField()
    last_entry_id = models.BigIntegerField(unique=True)
    entries = models.PositiveIntegerField(_("entries"))
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("seal of the journal")
        verbose_name_plural = _("seals of the journal")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.last_entry_id} {self.digest[:12]}"
