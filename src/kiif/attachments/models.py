from __future__ import annotations

import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kiif.attachments import kinds
from kiif.attachments.enums import DOWNLOADABLE, Scan
from kiif.attachments.queries import AttachmentQuerySet
from kiif.attachments.sizes import human_size

#: Folder of the storage that holds nothing else: what has no row there is an orphan.
FOLDER = "attachments"


def generated_path(attachment: Attachment, filename: str) -> str:
    """Where the content goes: a name that tells nothing and that no person chose, without extension."""
    name = secrets.token_hex(20)
    return f"{FOLDER}/{name[:2]}/{name}"


class Attachment(models.Model):
    """A private file beside any object. Its content never changes; its name is only a label."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    owner = GenericForeignKey("content_type", "object_id")
    organisation_type = models.ForeignKey(ContentType, null=True, on_delete=models.PROTECT, related_name="+")
    organisation_id = models.CharField(max_length=64, blank=True)
    label = models.CharField(_("what it is"), max_length=200, blank=True)
    original_name = models.CharField(_("file name"), max_length=150)
    file = models.FileField(_("content"), upload_to=generated_path, max_length=100)
    kind = models.CharField(_("kind"), max_length=10)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(_("digest"), max_length=64, editable=False)
    scan = models.CharField(_("state of the check"), max_length=10, choices=Scan, default=Scan.PENDING)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="attachments",
    )
    at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects: ClassVar[AttachmentQuerySet] = AttachmentQuerySet.as_manager()  # type: ignore[assignment] # made of it

    class Meta:
        verbose_name = _("attached file")
        verbose_name_plural = _("attached files")
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["content_type", "object_id", "-id"], name="attachment_of_object"),
            models.Index(fields=["organisation_type", "organisation_id"], name="attachment_of_organisation"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(scan__in=Scan.values), name="attachment_known_scan_state")
        ]

    def __str__(self) -> str:
        return self.label or self.original_name

    def get_absolute_url(self) -> str:
        return reverse("attachments:download", args=[self.public_id])

    @property
    def media_type(self) -> str:
        """The type it is served with."""
        kind = kinds.of_key(self.kind)
        return kind.media_type if kind else "application/octet-stream"

    @property
    def kind_label(self) -> str:
        kind = kinds.of_key(self.kind)
        return str(kind.label) if kind else self.kind

    @property
    def human_size(self) -> str:
        return human_size(self.size)

    @property
    def is_downloadable(self) -> bool:
        return self.scan in DOWNLOADABLE


class QuotaLock(models.Model):
    """A row to lock while somebody's total is weighed: "person:12", "alliance.incubator:3". Holds nothing else."""

    key = models.CharField(max_length=120, primary_key=True)

    class Meta:
        verbose_name = _("lock of a quota")
        verbose_name_plural = _("locks of quotas")

    def __str__(self) -> str:
        return self.key
