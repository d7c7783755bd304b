"""Files that a person added. They belong to a dossier that others need: erasing severs the link, the file stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from django.db.models import Exists
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiif.accounts.privacy import Holder
from kiif.attachments.actions import forget
from kiif.attachments.models import Attachment

if TYPE_CHECKING:
    from kiif.accounts.models import User

PERSONAL_FIELDS: dict[str, set[str]] = {"Attachment": {"uploaded_by", "label", "original_name", "file"}}
NOT_PERSONAL: dict[str, set[str]] = {
    "Attachment": {"content_type", "object_id", "organisation_type", "organisation_id", "kind", "sha256", "public_id"},
    "QuotaLock": {"key"},
}


def export(user: User) -> dict[str, Any]:
    """The list of the files that the person added."""
    files = Attachment.objects.of_person(user.pk)
    return {
        "files": [
            {"name": a.original_name, "label": a.label, "size": a.size, "at": a.at.isoformat(), "sha256": a.sha256}
            for a in files.order_by("pk")
        ]
    }


def files(user: User) -> Iterator[tuple[str, IO[bytes]]]:
    """The contents, under names that cannot meet."""
    for attachment in Attachment.objects.of_person(user.pk).order_by("pk"):
        if attachment.is_downloadable:
            with attachment.file.open("rb") as content:
                yield f"{attachment.pk}-{attachment.original_name}", content


def erase(user: User) -> None:
    """Files attached to the person go; those added to dossiers stay, without the name of who added them."""
    for attachment in Attachment.objects.on(user):
        forget(attachment)
    Attachment.objects.of_person(user.pk).update(uploaded_by=None)


def holds(user: User) -> Exists:
    return Exists(Attachment.objects.of_person(user.pk))


def seen_by(user: User) -> list[str]:
    return [_("The files that you added are seen by those who may open what you added them to, with your name.")]


HOLDER = Holder(
    "attachments",
    gettext_lazy("Attached files"),
    export=export,
    erase=erase,
    seen_by=seen_by,
    files=files,
    holds=holds,
)
