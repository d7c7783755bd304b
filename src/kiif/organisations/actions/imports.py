"""A list of organisations: checked line by line, then written all at once or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.alliance.models import Incubator
from kiif.jobs.actions import enqueue
from kiif.jobs.models import Run
from kiif.journal.actions import record
from kiif.organisations import duplicates, sheets
from kiif.organisations.actions.common import alliance_for, require
from kiif.organisations.actions.organisations import change_organisation, register_organisation
from kiif.organisations.enums import ImportState, Source
from kiif.organisations.models import Batch, Organisation
from kiif.organisations.rules import can_change
from kiif.ui.errors import NotAllowed, Refused

What = Literal["create", "complete", "same", "refused"]


@dataclass
class Line:
    """What will become of one line: `what`, its facts, why it is refused, which rows look like it."""

    number: int
    name: str
    what: What
    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    known: Organisation | None = None
    alike: list[Organisation] = field(default_factory=list)


def _who() -> str:
    return _("Lists are imported by the teams of the alliance.")


def _check_own(steward: Incubator | None, by: Actor) -> None:
    own = getattr(by.acting_as, "incubator", None)
    if own is not None and steward is not None and steward != own:
        raise NotAllowed(_("You import for the incubator that you work for."))


@transaction.atomic
def bring_list(*, content: bytes, name: str, steward: Incubator | None, by: Actor) -> Batch:
    """Reads a file and keeps its lines; nothing is written in the directory. Raises NotAllowed, Refused."""
    require("organisations.import", by, None, _who())
    _check_own(steward, by)
    sheet = sheets.read(content, name)
    return Batch.objects.create(
        alliance=alliance_for(by, None),
        steward=steward,
        file_name=name[-150:],
        lines=sheet.lines,
        unknown_columns=sheet.unknown,
        made_by=by.user,
    )


def preview(batch: Batch, by: Actor) -> list[Line]:
    """What the import would do, line by line, against the directory of today."""
    seen: dict[str, int] = {}
    places, book = sheets.Places(batch.lines), duplicates.Book(batch.alliance_id)
    read = [(raw, *sheets.clean_line(raw, places)) for raw in batch.lines]
    return [
        _line(raw, facts, problems, seen=seen, book=book, by=by, alliance=batch.alliance_id)
        for raw, facts, problems in read
    ]


def _line(
    raw: dict[str, Any],
    facts: dict[str, Any],
    problems: list[str],
    *,
    seen: dict[str, int],
    book: duplicates.Book,
    by: Actor,
    alliance: int,
) -> Line:
    line = Line(int(raw["line"]), str(raw.get("name", ""))[:200], "create", facts, problems)
    for key in (facts.get("siren"), facts.get("rna")):
        if key and key in seen:
            line.problems.append(_("Line %(line)s has the same number.") % {"line": seen[key]})
        elif key:
            seen[key] = line.number
    if line.problems:
        line.what = "refused"
        return line
    line.known = book.by_number.get(facts.get("siren", "")) or book.by_number.get(facts.get("rna", ""))
    if line.known is None:
        draft = Organisation(alliance_id=alliance, **facts)
        line.alike = [candidate.organisation for candidate in duplicates.candidates(draft, book)][:3]
    elif not can_change(by, line.known):
        line.what, line.problems = "refused", [_("It is in the directory, and its page is not yours to change.")]
    else:
        line.facts = {name: value for name, value in facts.items() if value and not getattr(line.known, name)}
        line.what = "complete" if line.facts else "same"
    return line


#: More lines than this are imported by a job, whose progress the page shows.
AT_ONCE: Final = 50


@transaction.atomic
def start_import(*, batch: Batch, by: Actor, skip: frozenset[int] = frozenset()) -> Run | None:
    """Imports a short list now; asks a job for a long one and gives its run. Refusals as in `import_list`."""
    if len(batch.lines) - len(skip) <= AT_ONCE:
        import_list(batch=batch, by=by, skip=skip)
        return None
    from kiif.organisations.tasks import import_lines

    require("organisations.import", by, None, _who())
    batch = _open(batch, by)
    _refuse_wrong(preview(batch, by), skip)
    title = _("Import of %(name)s") % {"name": batch.file_name}
    return enqueue(import_lines, batch.pk, sorted(skip), by=by, key=str(batch.pk), title=title)


def _open(batch: Batch, by: Actor) -> Batch:
    """The batch, locked, if nobody imported or discarded it. Raises NotAllowed for another incubator's."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    _check_own(batch.steward, by)
    if batch.state != ImportState.CHECKED:
        raise Refused(_("This list was already imported or set aside."))
    return batch


def _refuse_wrong(lines: list[Line], skip: frozenset[int]) -> list[Line]:
    """The lines to import; the first one that is refused refuses all."""
    kept = [line for line in lines if line.number not in skip]
    if refused := [line for line in kept if line.what == "refused"]:
        raise Refused(
            _("Line %(line)s is refused: correct it in the file and bring it again, or leave it out.")
            % {"line": refused[0].number}
        )
    return kept


@transaction.atomic
def import_list(
    *,
    batch: Batch,
    by: Actor,
    skip: frozenset[int] = frozenset(),
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> dict[str, int]:
    """Writes what the preview shows, all of it or nothing; `skip`: numbers of lines that somebody unticked.

    A known organisation is completed where its fiche is silent, never overwritten. Gives how many were created,
    completed, left as they were, skipped; `tell(done, total)` hears how far it is.

    Raises NotAllowed, Refused (already done, a line that is refused).
    """
    require("organisations.import", by, None, _who())
    batch = _open(batch, by)
    lines = _refuse_wrong(preview(batch, by), skip)
    counts = {"create": 0, "complete": 0, "same": 0, "skipped": len(batch.lines) - len(lines)}
    stewards = [batch.steward] if batch.steward is not None else []
    for done, line in enumerate(lines):
        tell(done, len(lines))
        counts[line.what] += 1
        if line.what == "create":
            register_organisation(
                by=by, alliance=batch.alliance, stewards=stewards, source=Source.IMPORT.value, **line.facts
            )
        elif line.what == "complete" and line.known is not None:
            change_organisation(organisation=line.known, by=by, source=Source.IMPORT.value, **line.facts)
    batch.state, batch.done_at, batch.lines = ImportState.DONE, timezone.now(), []
    batch.save(update_fields=["state", "done_at", "lines"])
    record(by=by, verb="organisations.imported", obj=batch, data=counts, scope=batch.alliance)
    return counts


@transaction.atomic
def discard_list(*, batch: Batch, by: Actor) -> Batch:
    """Sets a list aside: its lines are forgotten. Raises NotAllowed, Refused (already imported)."""
    require("organisations.import", by, None, _who())
    batch = _open(batch, by)
    batch.state, batch.lines = ImportState.DISCARDED, []
    batch.save(update_fields=["state", "lines"])
    return batch
