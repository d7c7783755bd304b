"""Makes an export: which dossiers, which sheets, the archive, what is kept of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.files import File
from django.utils import timezone, translation
from django.utils.timezone import localdate

from kiif.accounts.actor import Actor
from kiif.jobs import progress
from kiif.steering.enums import ExportPart
from kiif.steering.exporting import archive as archives
from kiif.steering.exporting import choices as chosen
from kiif.steering.exporting.selection import in_words, selected
from kiif.steering.models import Export


class _Gone(File):  # type: ignore[type-arg]  # not subscriptable at run time
    """A file that leaves the disk once it is closed."""

    def close(self) -> None:
        super().close()
        if self.name:
            Path(self.name).unlink(missing_ok=True)


def make(export: Export, actor: Actor) -> dict[str, int]:
    """Writes the archive on disk and gives it to the job that runs. The rights are those of now.

    Gives `{dossiers, files}`. Raises `jobs.progress.Interrupted` between two steps when the worker stops: the archive
    stays, the next attempt goes on.
    """
    call, choices = export.call, chosen.read(export.choices)
    keys = list(selected(actor, call, export.query).values_list("pk", flat=True))
    path = archives.folder() / f"{export.public_id.hex}.zip"
    whole = False
    try:
        with archives.opened(path, archives.digest_of(keys, choices.document())) as archive:
            files = _fill(archive, export, actor, choices, keys)
        whole = True
    except progress.Interrupted:
        whole = True  # stopped between two files: the next attempt goes on
        raise
    finally:
        if not whole:
            path.unlink(missing_ok=True)
    os.chmod(path, 0o600)  # noqa: PTH101 -- the archive is closed, its path is all there is
    name = f"kiif-{call.slug}-{localdate():%Y-%m-%d}.zip"
    if progress.current() is not None:
        progress.attach(name, _Gone(path.open("rb"), name=str(path)))
    Export.objects.filter(pk=export.pk).update(count=len(keys), files=files, finished_at=timezone.now())
    return {"dossiers": len(keys), "files": files}


def _fill(archive: Any, export: Export, actor: Actor, choices: chosen.Choices, keys: list[int]) -> int:
    call, language = export.call, translation.get_language() or "fr"
    plan = chosen.plan_of_call(call)
    if "LISEZMOI.txt" not in archive.namelist():
        words = in_words(actor, call, export.query)
        archive.writestr("LISEZMOI.txt", archives.notice(call, words, len(keys)))
    book = archives.workbook(call, plan, choices, keys, language[:2], by=actor)
    archives.write_sheets(archive, book, progress.report)
    files = archives.write_files(archive, plan, keys, progress.report) if choices.has(ExportPart.FILES) else 0
    if choices.has(ExportPart.PRINTS):
        archives.write_prints(archive, actor, keys, progress.report)
    return files


def forget_remains(older: float) -> int:
    """Deletes archives that no job finished; `older`: seconds since they were last written. Gives how many."""
    now, gone = timezone.now().timestamp(), 0
    for path in archives.folder().glob("*.zip"):
        if now - path.stat().st_mtime > older:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
