"""Attached files, always read from the object they belong to: its rights are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet, Sum

from kiif.accounts.actor import Actor
from kiif.attachments import registry
from kiif.attachments.enums import Scan

if TYPE_CHECKING:
    from kiif.attachments.models import Attachment  # noqa: F401 -- name of a type parameter


class AttachmentQuerySet(QuerySet["Attachment"]):
    def on(self, obj: Model) -> Self:
        """Files attached to an object, whoever asks."""
        return self.filter(content_type=ContentType.objects.get_for_model(obj), object_id=str(obj.pk))

    def visible_on(self, actor: Actor, obj: Model) -> Self:
        """Files of an object for somebody: all of them, or none."""
        if not registry.can_read(actor, obj):
            return self.none()
        return self.on(obj).select_related("uploaded_by")

    def of_person(self, user_id: int) -> Self:
        """Files that a person added."""
        return self.filter(uploaded_by_id=user_id)

    def of_organisation(self, organisation: Model) -> Self:
        """Files that count in the quota of an organisation."""
        kind = ContentType.objects.get_for_model(organisation)
        return self.filter(organisation_type=kind, organisation_id=str(organisation.pk))

    def total_size(self) -> int:
        """Bytes in all; an infected file was destroyed and weighs nothing."""
        return self.exclude(scan=Scan.INFECTED).aggregate(total=Sum("size"))["total"] or 0
