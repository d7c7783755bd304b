"""Attaching, removing, scanning, purging. Rights and quotas are decided here, whoever calls."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.attachments import registry, scanner
from kiif.attachments.enums import Scan
from kiif.attachments.inspection import Inspected, inspected
from kiif.attachments.limits import quotas
from kiif.attachments.models import Attachment, QuotaLock
from kiif.attachments.names import clean_label
from kiif.attachments.queries import AttachmentQuerySet
from kiif.attachments.sizes import human_size
from kiif.attachments.storage import delete_file, orphans
from kiif.jobs.actions import enqueue
from kiif.journal.actions import record
from kiif.ui.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from kiif.accounts.actor import Actor

#: How long a file without a row, or a row without an object, is left alone: its transaction may be under way.
GRACE = dt.timedelta(days=1)
#: A check that has not answered for so long is asked for again.
SCAN_AGAIN_AFTER = dt.timedelta(minutes=15)


def attach(*, owner: Model, upload: UploadedFile[bytes], by: Actor, label: str = "") -> Attachment:
    """Checks a file and attaches it to an object.

    Raises NotAllowed for who may not write here, Refused (field "file") for a file that is not what it says, holds a
    program, is too big, or goes over a quota. Images are kept as pixels only. The check runs before the transaction,
    so that a file which takes long to read holds back nobody's writes.
    """
    _may_write(owner, by)
    with inspected(upload) as content:
        return _store(owner, content, by, label)


def _may_write(owner: Model, by: Actor) -> None:
    if not registry.can_write(by, owner):
        raise NotAllowed(_("In your present role you may not add or remove files here."))


@transaction.atomic
def _store(owner: Model, content: Inspected, by: Actor, label: str) -> Attachment:
    rights = registry.rights_on(owner)
    organisation = rights.organisation(owner) if rights else None
    _check_quotas(owner, content.size, by, organisation)
    attachment = Attachment(
        content_type=ContentType.objects.get_for_model(owner),
        object_id=str(owner.pk),
        organisation_type=ContentType.objects.get_for_model(organisation) if organisation else None,
        organisation_id=str(organisation.pk) if organisation else "",
        label=clean_label(label),
        original_name=content.name,
        kind=content.kind.key,
        size=content.size,
        sha256=content.sha256,
        scan=Scan.PENDING if scanner.is_configured() else Scan.UNSCANNED,
        uploaded_by=by.user,
    )
    with content.path.open("rb") as file:
        attachment.file.save(content.name, File(file), save=False)
    stored = attachment.file.name or ""
    try:
        attachment.save()
        data = {"name": str(attachment), "size": content.size}
        record(by=by, verb="attachments.attached", obj=owner, data=data, scope=organisation)
    except BaseException:
        delete_file(stored)
        raise
    if attachment.scan == Scan.PENDING:
        _ask_for_scan(attachment, by)
    return attachment


def _check_quotas(owner: Model, size: int, by: Actor, organisation: Model | None) -> None:
    """Weighs the totals under a lock, so that two uploads at once cannot both pass."""
    limits = quotas()
    totals: list[tuple[str, AttachmentQuerySet | None, int]] = [(_key(owner), None, 0)]
    if by.user:
        totals.append((f"person:{by.user.pk}", Attachment.objects.of_person(by.user.pk), limits.per_person))
    if organisation:
        totals.append((_key(organisation), Attachment.objects.of_organisation(organisation), limits.per_organisation))
    for key, *_rest in sorted(totals, key=lambda total: total[0]):
        QuotaLock.objects.get_or_create(key=key)
        QuotaLock.objects.select_for_update(of=("self",)).get(key=key)
    if Attachment.objects.on(owner).count() >= limits.per_object:
        raise Refused(
            _("There are already %(most)s files here. Remove one first.") % {"most": limits.per_object}, field="file"
        )
    for _name, files, most in totals:
        if files is not None and files.total_size() + size > most:
            sentence = _(
                "With this file, the space of %(most)s would be exceeded. Remove files that are no longer needed."
            )
            raise Refused(sentence % {"most": human_size(most)}, field="file")


def _key(obj: Model) -> str:
    return f"{obj._meta.label_lower}:{obj.pk}"


def _ask_for_scan(attachment: Attachment, by: Actor) -> None:
    from kiif.attachments.tasks import scan as scan_job  # the tasks call these actions

    enqueue(scan_job, attachment.pk, by=by, key=f"attachments.scan:{attachment.pk}")


@transaction.atomic
def remove(*, attachment: Attachment, by: Actor) -> None:
    """Takes a file away for good: the row now, the content once the transaction is through.

    Raises NotAllowed for who may not write on its object.
    """
    attachment = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    owner = attachment.owner
    if owner is None:
        raise Refused(_("What this file was attached to no longer exists."))
    _may_write(owner, by)
    rights = registry.rights_on(owner)
    scope = rights.organisation(owner) if rights else None
    record(by=by, verb="attachments.removed", obj=owner, data={"name": str(attachment)}, scope=scope)
    forget(attachment)


def forget(attachment: Attachment) -> None:
    """The row goes now, the content once the transaction is through. No right is asked: for erasures and purges."""
    stored = attachment.file.name or ""
    attachment.delete()
    transaction.on_commit(lambda: delete_file(stored))


def scan(*, attachment_id: int) -> str:
    """Has the scanner look at a file and keeps what it said; gives the state. Safe to run twice.

    Raises scanner.NoAnswerError when it does not answer: the file stays closed, the job is tried again.
    """
    attachment = Attachment.objects.filter(pk=attachment_id, scan=Scan.PENDING).first()
    if attachment is None:
        return ""
    verdict = scanner.look_at(attachment.file)
    with transaction.atomic():
        Attachment.objects.filter(pk=attachment.pk, scan=Scan.PENDING).update(scan=verdict)
        if verdict == Scan.INFECTED:
            stored = attachment.file.name or ""
            transaction.on_commit(lambda: delete_file(stored))
    return verdict


def purge(*, by: Actor, now: dt.datetime | None = None) -> dict[str, int]:
    """Removes files without a row, rows whose object is gone, and asks again for checks without an answer."""
    now = now or timezone.now()
    paths = list(orphans(now - GRACE))
    lost = [a for a in Attachment.objects.filter(at__lt=now - GRACE).iterator(500) if a.owner is None]
    with transaction.atomic():
        for attachment in lost:
            forget(attachment)
    for path in paths:
        delete_file(path)
    late = Attachment.objects.filter(scan=Scan.PENDING, at__lt=now - SCAN_AGAIN_AFTER)
    asked = 0
    if scanner.is_configured():
        for attachment in late:
            _ask_for_scan(attachment, by)
            asked += 1
    else:
        asked = late.update(scan=Scan.UNSCANNED)
    return {"rows": len(lost), "files": len(paths), "scans": asked}
