"""The feasibility study of a territory: opened from the short list, written by several, decided with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.journal import diff
from kiif.journal.actions import record
from kiif.opendata import base
from kiif.replication import engine
from kiif.replication.actions.common import Conflict, check, lock
from kiif.replication.actions.searches import keep_result
from kiif.replication.enums import Decision, Engagement, Kind, Mode, Part
from kiif.replication.models import Entry, FeasibilityStudy, Search, Section
from kiif.ui.errors import Refused

#: What a line of the study holds.
FIELDS: Final = ("title", "detail", "on", "engagement", "amount", "done")


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
    """Writes a part. `version` is what the editor started from; Conflict, with the text of now, when it is old."""
    locked = lock(section)
    check("replication.change", by, locked)
    clean = text.replace("\x00", "").replace("\r\n", "\n")
    if len(clean) > 20_000:
        raise Refused(_("This part is longer than 20,000 characters: shorten it."), field="text")
    if clean == locked.text:
        return locked
    if locked.version != version:
        raise Conflict(locked)
    before = diff.snapshot(locked, ("text",))
    locked.text = clean
    locked.version += 1
    locked.written_by = by.user
    locked.save()
    record(
        by=by, verb="replication.part_written", obj=locked.study, scope=locked.study.search.solution,
        changes=diff.difference(before, locked), data={"part": locked.part},
    )  # fmt: skip
    return locked


@transaction.atomic
def add_entry(*, study: FeasibilityStudy, by: Actor, kind: str, values: Mapping[str, Any]) -> Entry:
    """Adds a line: an actor met, an interview, a partner, money, premises, a risk, a next step."""
    locked = lock(study)
    check("replication.change", by, locked)
    if kind not in Kind.values:
        raise Refused(_("Choose what this line tells."), field="kind")
    entry = Entry.objects.create(study=locked, kind=kind, written_by=by.user, **_entry_values(values))
    record(by=by, verb="replication.line_added", obj=entry, scope=locked.search.solution)
    return entry


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
    check("replication.change", by, entry)
    record(by=by, verb="replication.line_removed", obj=entry, scope=entry.study.search.solution)
    entry.delete()


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
    clean["title"] = str(values.get("title", "")).strip()[:150]
    if not clean["title"]:
        raise Refused(_("Give this line a title: a name, a place, a subject."), field="title")
    if clean.get("engagement") is not None and clean["engagement"] not in Engagement.values:
        raise Refused(_("Choose how far this partner goes."), field="engagement")
    if clean.get("amount") is not None and clean["amount"] < 0:
        raise Refused(_("An amount is zero or more."), field="amount")
    return clean
