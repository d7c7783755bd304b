"""The versions of a written part, from the journal: who wrote it in which sitting, and the text at its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiif.journal.models import JournalEntry
from kiif.replication.models import Section

#: Versions shown, newest first.
MOST: Final = 100


@dataclass(frozen=True)
class Version:
    """The text at the end of a sitting that began at `at`. `readable` is False when the journal was blanked."""

    at: datetime
    who: str
    text: str
    readable: bool
    current: bool


def versions_of(section: Section) -> list[Version]:
    """Newest first. The text of a sitting is what the next one found before it; the last one is the text of now."""
    entries = (
        JournalEntry.objects.about(section.study)
        .filter(verb="replication.part_written", detail__data__part=section.part)
        .readable()[: MOST + 1]
    )
    found: list[Version] = []
    after: str | None = section.text
    for number, entry in enumerate(entries):
        who = str(entry.person) if entry.person else entry.system
        found.append(Version(entry.at, who, after or "", after is not None, number == 0))
        pair = entry.detail.changes.get("text")
        after = str(pair[0] or "") if pair else None
    return found[:MOST]
