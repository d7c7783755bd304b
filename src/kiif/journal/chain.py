"""The chain of digests that shows whether the journal was tampered with by someone who bypassed the triggers.

Seals are made afterwards, by a job, over entries old enough to be all committed: chaining at each write would make
every action of the instance wait for the one before. A blanked detail (erasure) does not break the chain: the entry
holds the salted digest of its words, not the words.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from kiif.journal.models import JournalDetail, JournalEntry, JournalSeal

#: No transaction of the product lasts this long.
SETTLED_AFTER = dt.timedelta(hours=1)
_START = "0" * 64


def _digest(*parts: object) -> str:
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def digest_of_detail(detail: JournalDetail) -> str:
    """Salted digest of the words of an entry, 64 hexadecimal digits."""
    return _digest(detail.salt, detail.object_label, detail.changes, detail.data)


def digest_of_entry(entry: JournalEntry) -> str:
    """Digest of everything in an entry that never changes, its key and the digest of its words included."""
    return _digest(
        entry.pk,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        entry.person_id,
        entry.impersonator_id,
        entry.acting_as,
        entry.system,
        entry.verb,
        entry.content_type_id,
        entry.object_id,
        entry.scope_type_id,
        entry.scope_id,
        entry.detail_digest,
    )


def _link(before: str, entries: Iterable[JournalEntry]) -> tuple[str, int]:
    """The digest of a run of entries on top of the seal before, and how many they are."""
    running = hashlib.sha256(before.encode("ascii"))
    count = 0
    for entry in entries:
        running.update(digest_of_entry(entry).encode("ascii"))
        count += 1
    return running.hexdigest(), count


@transaction.atomic
def seal(now: dt.datetime | None = None) -> JournalSeal | None:
    """Seals the settled entries that no seal covers yet; None when there are none. Safe to run twice."""
    now = now or timezone.now()
    last = JournalSeal.objects.select_for_update().order_by("-pk").first()
    unsealed = JournalEntry.objects.filter(pk__gt=last.last_entry_id if last else 0)
    recent = unsealed.filter(at__gt=now - SETTLED_AFTER).aggregate(first=Min("pk"))["first"]
    settled = unsealed.filter(pk__lt=recent) if recent else unsealed
    edges = settled.aggregate(first=Min("pk"), last=Max("pk"))
    if edges["last"] is None:
        return None
    digest, count = _link(last.digest if last else _START, settled.order_by("pk").iterator(2_000))
    return JournalSeal.objects.create(
        at=now, first_entry_id=edges["first"], last_entry_id=edges["last"], entries=count, digest=digest
    )


def verify() -> list[str]:
    """Sentences (English, for the operator) about every break found; empty when the journal is whole.

    Recomputes each seal and the digest of the words of every entry that was not blanked.
    """
    return [*_broken_seals(), *_broken_details()]


def _broken_seals() -> Iterator[str]:
    before, covered = _START, 0
    for link in JournalSeal.objects.order_by("pk"):
        run = JournalEntry.objects.filter(pk__gt=covered, pk__lte=link.last_entry_id).order_by("pk")
        digest, count = _link(before, run.iterator(2_000))
        if count != link.entries:
            yield f"Seal {link.pk}: {link.entries} entries were sealed, {count} are there."
        elif digest != link.digest:
            yield f"Seal {link.pk}: an entry up to {link.last_entry_id} is not what was sealed."
        before, covered = link.digest, link.last_entry_id


def _broken_details() -> Iterator[str]:
    for entry in JournalEntry.objects.filter(detail__isnull=True):
        yield f"Entry {entry.pk}: its words are missing."
    whole = JournalDetail.objects.filter(erased_at__isnull=True).select_related("entry").order_by("pk")
    for detail in whole.iterator(2_000):
        if digest_of_detail(detail) != detail.entry.detail_digest:
            yield f"Entry {detail.pk}: its words are not those that were written."
