"""The feasibility study of a territory: opened from the short list, written by several, decided with reasons."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal import diff
from kiif.journal.actions import record
from kiif.journal.models import JournalEntry
from kiif.opendata import base
from kiif.replication import engine
from kiif.replication.actions.common import Conflict, check, lock
from kiif.replication.actions.searches import keep_result
from kiif.replication.enums import Decision, Engagement, Kind, Mode, Part
from kiif.replication.models import Entry, FeasibilityStudy, Search, Section
from kiif.replication.proposals import proposals_of
from kiif.ui.errors import Refused

#: Somebody who goes on writing the same part within this time makes one version of it, not one per pause.
SITTING: Final = timedelta(minutes=10)
MAX_TEXT: Final = 20_000
#: Lines of one study, at most.
MAX_ENTRIES: Final = 500
#: What a line of the study holds.
FIELDS: Final = ("title", "detail", "on", "engagement", "amount", "done", "source")


@transaction.atomic
def open_study(*, search: Search, by: Actor, code: str) -> FeasibilityStudy:
    """Opens the study of a territory of the short list, and keeps the ranking that led there. Twice: the same study."""
    locked = lock(search)
    check("replication.change", by, locked)
    if (existing := locked.studies.filter(code=code).first()) is not None:
        return existing
    if not locked.picks.filter(code=code, excluded=False).exists():
        raise Refused(_("Keep this territory on the short list first."))
    frame = base.load_level(engine.level_of(locked.level))
    names = frame.filter(frame["code"] == code)["name"]
    if names.is_empty():
        raise Refused(_("This territory is not compared in this search."), field="code")
    study = FeasibilityStudy.objects.create(
        search=locked,
        result=keep_result(search=locked, by=by),
        level=locked.level,
        code=code,
        name=names[0],
        opened_by=by.user,
    )
    Section.objects.bulk_create(Section(study=study, part=part) for part in Part.values)
    record(by=by, verb="replication.study_opened", obj=study, scope=locked.solution)
    return study


@transaction.atomic
def write_section(*, section: Section, by: Actor, text: str, version: int) -> Section:
    """Writes a part. `version` is what the editor started from; Conflict, with the text of now, when it is old.

    The journal keeps one entry for a sitting (the same person, pauses under ten minutes): its `before` is the last text
    of the sitting before, so that every version can be read again (see `versions.py`).
    """
    locked = lock(section)
    check("replication.change", by, locked)
    clean = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    if len(clean) > MAX_TEXT:
        raise Refused(_("This part is longer than 20,000 characters: shorten it."), field="text")
    if clean == locked.text:
        return locked
    if locked.version != version:
        raise Conflict(locked)
    before = diff.snapshot(locked, ("text",))
    same_sitting = _same_sitting(locked, by)
    locked.text = clean
    locked.version += 1
    locked.written_by = by.user
    locked.save()
    if not same_sitting:
        record(
            by=by, verb="replication.part_written", obj=locked.study, scope=locked.study.search.solution,
            changes=diff.difference(before, locked), data={"part": locked.part},
        )  # fmt: skip
    return locked


def _same_sitting(section: Section, by: Actor) -> bool:
    """Whether this person was the last to write this part, a short while ago, and the journal has the start of it."""
    if by.user is None or section.written_by_id != by.user.pk or section.version == 0:
        return False
    if timezone.now() - section.written_at > SITTING:
        return False
    last = JournalEntry.objects.about(section.study).filter(
        verb="replication.part_written", detail__data__part=section.part
    )
    newest = last.select_related("person").first()
    return newest is not None and newest.person is not None and newest.person.user_id == by.user.pk


@transaction.atomic
def add_entry(*, study: FeasibilityStudy, by: Actor, kind: str, values: Mapping[str, Any]) -> Entry:
    """Adds a line: an actor met, an interview, a partner, money, premises, a risk, a next step."""
    locked = lock(study)
    check("replication.change", by, locked)
    if kind not in Kind.values:
        raise Refused(_("Choose what this line tells."), field="kind")
    if locked.entries.count() >= MAX_ENTRIES:
        raise Refused(_("A study holds at most %(n)s lines.") % {"n": MAX_ENTRIES})
    entry = Entry.objects.create(study=locked, kind=kind, written_by=by.user, **_entry_values(values))
    record(by=by, verb="replication.line_added", obj=entry, scope=locked.search.solution)
    return entry


@transaction.atomic
def keep_proposals(*, study: FeasibilityStudy, by: Actor, origins: Collection[str]) -> list[Entry]:
    """Adds the lines proposed from the figures that a person chose, each once; they are then lines like any other."""
    locked = lock(study)
    check("replication.change", by, locked)
    there = set(locked.entries.exclude(origin="").values_list("origin", flat=True))
    chosen = [p for p in proposals_of(locked, by) if p.origin in origins and p.origin not in there]
    if not chosen:
        raise Refused(_("Tick at least one line."))
    if locked.entries.count() + len(chosen) > MAX_ENTRIES:
        raise Refused(_("A study holds at most %(n)s lines.") % {"n": MAX_ENTRIES})
    kept = []
    for one in chosen:
        entry = Entry.objects.create(
            study=locked, kind=one.kind, title=one.title[:150], detail=one.detail[:5_000], source=one.source[:200],
            origin=one.origin, written_by=by.user,
        )  # fmt: skip
        record(by=by, verb="replication.line_added", obj=entry, scope=locked.search.solution)
        kept.append(entry)
    _decline(locked, [origin for origin in locked.declined if origin not in origins])
    return kept


@transaction.atomic
def decline_proposals(*, study: FeasibilityStudy, by: Actor, origins: Collection[str]) -> None:
    """Puts proposals aside: they are no longer offered, and can be taken back."""
    locked = lock(study)
    check("replication.change", by, locked)
    chosen = [p.origin for p in proposals_of(locked, by) if p.origin in origins]
    if not chosen:
        raise Refused(_("Tick at least one line."))
    _decline(locked, [*locked.declined, *(origin for origin in chosen if origin not in locked.declined)])
    record(by=by, verb="replication.proposals_declined", obj=locked, data={"lines": len(chosen)})


def _decline(study: FeasibilityStudy, origins: list[str]) -> None:
    if origins != study.declined:
        study.declined = origins
        study.save(update_fields=["declined"])


@transaction.atomic
def change_entry(*, entry: Entry, by: Actor, values: Mapping[str, Any], version: int) -> Entry:
    """Changes a line. Conflict, with the line of now, when somebody changed it meanwhile."""
    locked = lock(entry)
    check("replication.change", by, locked)
    if locked.version != version:
        raise Conflict(locked)
    before = diff.snapshot(locked, FIELDS)
    for name, value in _entry_values(values).items():
        setattr(locked, name, value)
    locked.version += 1
    locked.written_by = by.user
    locked.save()
    record(
        by=by, verb="replication.line_changed", obj=locked, scope=locked.study.search.solution,
        changes=diff.difference(before, locked),
    )  # fmt: skip
    return locked


@transaction.atomic
def remove_entry(*, entry: Entry, by: Actor) -> None:
    """Removes a line; the journal keeps what it said."""
    locked = lock(entry)
    check("replication.change", by, locked)
    said = diff.snapshot(locked, FIELDS)
    record(
        by=by, verb="replication.line_removed", obj=locked, scope=locked.study.search.solution,
        changes={name: (value, None) for name, value in said.items() if value not in (None, "", False)},
    )  # fmt: skip
    locked.delete()


@transaction.atomic
def decide(
    *, study: FeasibilityStudy, by: Actor, decision: str, mode: str = "", conditions: str = ""
) -> FeasibilityStudy:
    """Go, go if, or no, with the reasons written in the part "decision". Can be taken again: the journal keeps each."""
    locked = lock(study)
    check("replication.change", by, locked)
    if decision not in Decision.values:
        raise Refused(_("Choose go, go if, or no."), field="decision")
    if mode and mode not in Mode.values:
        raise Refused(_("Choose a mode of replication of the list."), field="mode")
    if decision == Decision.GO_IF and not conditions.strip():
        raise Refused(_("“Go, if”: say on which conditions."), field="conditions")
    if not locked.sections.get(part=Part.DECISION).text.strip():
        raise Refused(_("Write the reasons first, in “What we decide, and why”."), field="decision")
    before = diff.snapshot(locked, ("decision", "mode", "conditions"))
    locked.decision, locked.mode, locked.conditions = decision, mode, conditions.strip()[:2_000]
    locked.decided_at, locked.decided_by = timezone.now(), by.user
    locked.save()
    record(
        by=by, verb="replication.decided", obj=locked, scope=locked.search.solution,
        changes=diff.difference(before, locked),
    )  # fmt: skip
    return locked


def _entry_values(values: Mapping[str, Any]) -> dict[str, Any]:
    clean = {name: values[name] for name in FIELDS if name in values}
    if "source" in clean:
        clean["source"] = str(clean["source"]).strip()[:200]
    clean["title"] = str(values.get("title", "")).strip()[:150]
    if not clean["title"]:
        raise Refused(_("Give this line a title: a name, a place, a subject."), field="title")
    if clean.get("engagement") is not None and clean["engagement"] not in Engagement.values:
        raise Refused(_("Choose how far this partner goes."), field="engagement")
    if clean.get("amount") is not None and clean["amount"] < 0:
        raise Refused(_("An amount is zero or more."), field="amount")
    return clean
