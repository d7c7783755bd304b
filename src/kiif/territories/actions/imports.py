"""Official files given by coordinators: received, read without publishing, then published or set aside."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kiif.accounts.actor import Actor
from kiif.jobs import progress
from kiif.jobs.actions import enqueue
from kiif.journal.actions import record
from kiif.opendata import importers
from kiif.opendata.errors import DataError
from kiif.opendata.sources import SOURCES
from kiif.territories import rules
from kiif.territories.actions.load import load_base_pack
from kiif.territories.enums import IMPORT_TRANSITIONS, ImportState
from kiif.territories.models import DataImport
from kiif.ui.errors import NotAllowed, Refused

MAX_BYTES: Final = 200 * 1024 * 1024
#: How many codes of each kind a report keeps.
KEPT: Final = 200
_UNSAFE = re.compile(r"[^\w.\-]+")


def _allow(by: Actor) -> None:
    if not rules.may_import(by):
        raise NotAllowed(_("Official data are imported by the coordinators of the alliance."))


@transaction.atomic
def give_file(*, by: Actor, upload: UploadedFile[bytes], source: str = "") -> DataImport:
    """Keep the file and ask for its dry run. Nothing changes for readers until somebody publishes it."""
    from kiif.territories.tasks import check_file

    _allow(by)
    if source and source not in SOURCES:
        raise Refused(_("This dataset is not known."), field="source")
    if (upload.size or 0) > MAX_BYTES:
        raise Refused(
            _("This file is larger than 200 MB. Import it on the server with “kiif data import”."), field="file"
        )
    if not upload.size:
        raise Refused(_("This file is empty. Download it again from its publisher."), field="file")
    name = safe_name(upload.name or "")
    item = DataImport(name=name, size=upload.size, source=source, given_by=by.user)
    item.file.save(name, upload, save=False)
    item.save(force_insert=True)
    record(by=by, verb="territories.gave_file", obj=item, data={"size": item.size})
    run = enqueue(check_file, item.pk, by=by, key=str(item.pk), title=_("Reading of %(name)s") % {"name": name})
    item.job = str(run.pk)
    item.save(update_fields=["job"])
    return item


def safe_name(name: str) -> str:
    """The name of a file without folders nor odd characters; its publisher's name is how it is recognised."""
    base = _UNSAFE.sub("_", PurePosixPath(name.replace("\\", "/")).name).strip("._")
    return base[-150:] or "donnees.csv"


@contextmanager
def local_copy(item: DataImport) -> Iterator[Path]:
    """The file under its own name in a folder of its own, wherever uploads are stored."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / item.name
        with item.file.open("rb") as source, path.open("wb") as target:
            copyfileobj(source, target)
        yield path


def check(*, item: DataImport, by: Actor) -> DataImport:
    """The dry run: what the file holds, code by code, or why it is refused."""
    if item.state != ImportState.RECEIVED:
        return item
    try:
        with local_copy(item) as path:
            found = importers.import_file(path, item.source or None, dry_run=True, progress=_tell)
    except DataError as error:
        return _refuse(item, error)
    return _move(item, ImportState.CHECKED, source=found.source, report=report_of(found))


def _tell(step: str, done: int, total: int) -> None:
    progress.report(done, total, _(step))


def report_of(found: importers.ImportReport) -> dict[str, object]:
    """The report of an import, with lists of reasonable length."""
    report = found.as_dict()
    report["unmatched_count"], report["absent_count"] = len(found.unmatched), len(found.absent)
    report["unmatched"], report["absent"] = list(found.unmatched[:KEPT]), list(found.absent[:KEPT])
    report["converted_count"] = len(found.converted)
    report["converted"] = dict(list(found.converted.items())[:KEPT])
    return report


@transaction.atomic
def publish(*, item: DataImport, by: Actor) -> DataImport:
    """Ask for the publication of a checked file."""
    from kiif.territories.tasks import publish_file

    _allow(by)
    locked = DataImport.objects.select_for_update(of=("self",)).get(pk=item.pk)
    _expect(locked, ImportState.PUBLISHING)
    locked.state = ImportState.PUBLISHING
    run = enqueue(
        publish_file, item.pk, by=by, key=str(item.pk), title=_("Publication of %(name)s") % {"name": item.name}
    )
    locked.job = str(run.pk)
    locked.save(update_fields=["state", "job"])
    return locked


def run_publication(*, item: DataImport, by: Actor) -> DataImport:
    """Publish the pack, then bring the referential up to date. Yesterday's pack serves until the last moment."""
    if item.state != ImportState.PUBLISHING:
        return item
    try:
        with local_copy(item) as path:
            found = importers.import_file(path, item.source or None, progress=_tell)
        load_base_pack(by=by)
    except DataError as error:
        return _refuse(item, error)
    done = _move(item, ImportState.PUBLISHED, source=found.source, report=report_of(found))
    with transaction.atomic():
        record(by=by, verb="territories.published_file", obj=done, data={"source": found.source, "rows": found.rows})
    _drop_file(done)
    return done


@transaction.atomic
def discard(*, item: DataImport, by: Actor) -> DataImport:
    """Set a file aside and delete it: nothing was published."""
    _allow(by)
    locked = DataImport.objects.select_for_update(of=("self",)).get(pk=item.pk)
    _expect(locked, ImportState.DISCARDED)
    locked.state = ImportState.DISCARDED
    locked.ended_at = timezone.now()
    locked.save(update_fields=["state", "ended_at"])
    record(by=by, verb="territories.discarded_file", obj=locked)
    transaction.on_commit(lambda: _drop_file(locked))
    return locked


def _expect(item: DataImport, target: ImportState) -> None:
    if target not in IMPORT_TRANSITIONS[ImportState(item.state)]:
        raise Refused(
            _("This file is %(state)s: nothing more can be done with it.") % {"state": item.get_state_display()}
        )


@transaction.atomic
def _move(item: DataImport, state: ImportState, **values: object) -> DataImport:
    locked = DataImport.objects.select_for_update(of=("self",)).get(pk=item.pk)
    _expect(locked, state)
    locked.state = state
    for name, value in values.items():
        setattr(locked, name, value)
    if not IMPORT_TRANSITIONS[state]:
        locked.ended_at = timezone.now()
    locked.save()
    return locked


def _refuse(item: DataImport, error: DataError) -> DataImport:
    params = {name: value if isinstance(value, int | float) else str(value) for name, value in error.params.items()}
    refused = _move(item, ImportState.REFUSED, refusal={"message": error.message, "params": params})
    _drop_file(refused)
    return refused


def _drop_file(item: DataImport) -> None:
    item.file.delete(save=False)
    DataImport.objects.filter(pk=item.pk).update(file="")
