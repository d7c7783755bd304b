"""The archive of an export: written to disk piece by piece, so that its size does not weigh on the memory.

    LISEZMOI.txt            what is in it
    dossiers.xlsx           all sheets, with the codebook
    csv/…                   the same, a file by sheet
    pieces/<number>/…       attached files
    pdf/<number>.pdf        each application as a reader prints it

A stopped job goes on where it was: what is whole in the archive is kept, as long as the same dossiers are asked
(`digest`, in the comment of the archive). An archive that was cut in the middle of a write begins again.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiif.accounts.actor import Actor
from kiif.attachments.enums import DOWNLOADABLE
from kiif.attachments.models import Attachment
from kiif.programmes import documents, reading
from kiif.programmes.enums import SENT
from kiif.programmes.models import Application, Call
from kiif.questionnaires.reading.book import Book, Sheet
from kiif.questionnaires.reading.files import csv_sheet, write_xlsx
from kiif.questionnaires.reading.plan import Plan, given
from kiif.steering.enums import ExportPart
from kiif.steering.exporting import sheets
from kiif.steering.exporting.choices import Choices

#: Who looks after jobs reads these words: they never name a dossier.
Report = Callable[[int, int, str], None]
_PIECE: Final = 1 << 20


def folder() -> Path:
    """Where archives are written before they are given to their job; nobody else reads it."""
    path = Path(settings.DATA_DIR) / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def digest_of(keys: Sequence[int], document: dict[str, Any]) -> bytes:
    return hashlib.sha256(f"{list(keys)}{sorted(document.items())}".encode()).hexdigest().encode()


@contextmanager
def opened(path: Path, digest: bytes) -> Iterator[zipfile.ZipFile]:
    """The archive, with what an attempt before this one left whole in it."""
    if not _goes_on(path, digest):
        path.unlink(missing_ok=True)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        archive.comment = digest
        yield archive


def _goes_on(path: Path, digest: bytes) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment == digest
    except (OSError, zipfile.BadZipFile):
        return False


def workbook(call: Call, plan: Plan | None, choices: Choices, keys: Sequence[int], language: str, *, by: Actor) -> Book:
    """Every sheet that was chosen. Answers are those of what is received: what was withdrawn is not read. `by`: who
    asks, whose own marks may be awaited."""
    made: list[Sheet] = [sheets.facts(call, choices, keys)] if choices.has(ExportPart.FACTS) else []
    if choices.has(ExportPart.ANSWERS) and plan is not None:
        found = sheets.answers(plan, choices, sent_among(keys), language)
        made += found.sheets if found is not None else []
    made += sheets.marks(keys, by) if choices.has(ExportPart.MARKS) else []
    made += [sheets.decisions(keys)] if choices.has(ExportPart.DECISIONS) else []
    made += sheets.hosts(keys) if choices.has(ExportPart.HOSTS) else []
    made += [sheets.timeline(keys)] if choices.has(ExportPart.TIMELINE) else []
    return Book(f"kiif-{call.slug}", made, len(keys))


def sent_among(keys: Sequence[int]) -> list[int]:
    rows = Application.objects.filter(pk__in=list(keys), state__in=SENT).order_by("project__number", "pk")
    return list(rows.values_list("pk", flat=True))


def write_sheets(archive: zipfile.ZipFile, made: Book, report: Report) -> None:
    """Excel and CSV of the same sheets; each file once."""
    known = set(archive.namelist())

    def step(done: int) -> None:
        report(min(done, made.count), made.count, _("Writing the rows"))

    if "dossiers.xlsx" not in known and made.sheets:
        with tempfile.TemporaryFile(dir=folder()) as held:
            write_xlsx(made, held, step)
            held.seek(0)
            with archive.open("dossiers.xlsx", "w", force_zip64=True) as target:
                while piece := held.read(_PIECE):
                    target.write(piece)
    for number, sheet in enumerate([*made.sheets, made.codebook()], start=1):
        name = f"csv/{number:02}-{slugify(sheet.title)[:40] or 'feuille'}.csv"
        if name not in known and made.sheets:
            step(made.count)  # between two files only: one that is cut would pass for whole
            csv_sheet(sheet, archive, name, lambda done: None)


def write_files(archive: zipfile.ZipFile, plan: Plan | None, keys: Sequence[int], report: Report) -> int:
    """Attached files that were sent with the answers, in a folder by dossier; gives how many are in the archive."""
    known, total, done, count = set(archive.namelist()), len(keys), 0, 0
    for some in sheets.chunks(sent_among(keys)):
        for number, attachment in _attached(plan, some):
            name = f"pieces/{number}/{attachment.pk}-{attachment.original_name}"
            count += 1
            if name not in known and not _copy(archive, name, attachment):
                count -= 1
            report(done, total, _("Attached files"))
        done += len(some)
        report(min(done, total), total, _("Attached files"))
    return count


def _attached(plan: Plan | None, some: list[int]) -> Iterator[tuple[str, Attachment]]:
    """(number, file) of these dossiers: those that the answers name, checked, in order."""
    groups = [one for one in plan.groups if one.question.kind == "files"] if plan is not None else []
    if plan is None or not groups:
        return
    rows = Application.objects.filter(pk__in=some).values_list("response_id", "response__version_id", "project__number")
    by_response = {response: (version, number) for response, version, number in rows}
    held = given([(key, version) for key, (version, _number) in by_response.items()], groups, plan.fields)
    owners: dict[str, str] = {}
    for response, values in held.items():
        for value in values.values():
            for public_id in value.get("files", ()) if isinstance(value, dict) else ():
                owners[str(public_id)] = by_response[response][1]
    files = Attachment.objects.filter(public_id__in=list(owners), scan__in=DOWNLOADABLE)
    for attachment in sorted(files, key=lambda one: (owners[str(one.public_id)], one.pk)):
        yield owners[str(attachment.public_id)], attachment


def _copy(archive: zipfile.ZipFile, name: str, attachment: Attachment) -> bool:
    """Copies a file, a piece at a time; False when its content is no longer there."""
    try:
        source = attachment.file.open("rb")
    except FileNotFoundError:
        return False
    with source, archive.open(name, "w", force_zip64=True) as target:
        while piece := source.read(_PIECE):
            target.write(piece)
    return True


def write_prints(archive: zipfile.ZipFile, actor: Actor, keys: Sequence[int], report: Report) -> None:
    """Each received application as a PDF, as its asker reads it."""
    known, total, done = set(archive.namelist()), len(keys), 0
    for some in sheets.chunks(sent_among(keys)):
        for one in Application.objects.filter(pk__in=some).with_ties().order_by("project__number"):
            name = f"pdf/{one.number}.pdf"
            if name not in known:
                archive.writestr(name, documents.pdf_of(actor, one, reading.read(actor, one)))
            done += 1
            report(done, total, _("Printing the applications"))


def notice(call: Call, words: Sequence[str], count: int) -> str:
    """What is in the archive, in words."""
    lines = [
        f"{call.title} – {call.edition}",
        ngettext("%(n)s dossier, exported on %(moment)s.", "%(n)s dossiers, exported on %(moment)s.", count)
        % {"n": count, "moment": timezone.localtime().strftime("%Y-%m-%d %H:%M")},
        "",
        _("dossiers.xlsx holds every sheet, csv/ the same ones for programs; the codebook says what each column is."),
        _("Every row begins with the number of its dossier, which is also the name of its folder in pieces/."),
        _("Drafts are not in it, nor the answers of what was withdrawn."),
        _("Dossiers from which a conflict of interest sets you aside are not in it."),
        _("These are personal data: keep them in a safe place, and delete them when you no longer need them."),
    ]
    if words:
        lines += ["", _("Only the dossiers that these filters leave:"), *(f"- {one}" for one in words)]
    return "\n".join(lines) + "\n"
