"""`kiif check`: what an administrator wants to know at a glance, one line each."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.db import DatabaseError, connection
from django.utils import timezone

from kiif.config import backup, prepare
from kiif.config.environment import wal_is_safe
from kiif.config.speech import _
from kiif.jobs.models import WorkerBeat
from kiif.journal import checks
from kiif.opendata import packs

FINE, LOOK, WRONG = "ok", "!", "KO"
LEAST_FREE = 1_000_000_000
OLDEST_BACKUP = timedelta(days=2)


class Line(NamedTuple):
    state: str
    subject: str
    sentence: str


def report() -> int:
    """Prints every line; returns 1 when something is wrong."""
    lines = [line for probe in PROBES for line in probe()]
    width = max(len(line.subject) for line in lines)
    for line in lines:
        print(f"{line.state:>2}  {line.subject:<{width}}  {line.sentence}")
    return 1 if any(line.state == WRONG for line in lines) else 0


def _database() -> Iterator[Line]:
    subject = _("database")
    try:
        missing = prepare.missing_migrations()
    except DatabaseError as error:
        yield Line(WRONG, subject, _("does not answer: %(reason)s") % {"reason": error})
        return
    if missing:
        yield Line(WRONG, subject, _("not up to date: run kiif prepare"))
    elif connection.vendor == "postgresql":
        yield Line(FINE, subject, "PostgreSQL")
    else:
        journal = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "DELETE"
        yield Line(FINE, subject, f"SQLite {sqlite3.sqlite_version}, journal {journal}")


def _disk() -> Iterator[Line]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    sentence = _("%(free)d GB free in %(folder)s") % {"free": free // 1_000_000_000, "folder": settings.DATA_DIR}
    yield Line(FINE if free > LEAST_FREE else WRONG, _("disk"), sentence)


def _backups() -> Iterator[Line]:
    archives = backup.archives()
    if not archives:
        yield Line(LOOK, _("backup"), _("none yet: run kiif backup, and every night after that"))
        return
    made = datetime.fromtimestamp(archives[-1].stat().st_mtime, tz=UTC)
    late = timezone.now() - made > OLDEST_BACKUP
    yield Line(LOOK if late else FINE, _("backup"), f"{archives[-1].name}")


def _mail() -> Iterator[Line]:
    if settings.EMAIL_HOST:
        yield Line(FINE, _("mail"), f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}")
    else:
        yield Line(LOOK, _("mail"), _("kept in the outbox: set EMAIL_URL to send it"))


def _jobs() -> Iterator[Line]:
    try:
        beat = WorkerBeat.objects.order_by("-beat_at").first()
    except DatabaseError:
        return
    if beat and timezone.now() - beat.beat_at < timedelta(minutes=2):
        yield Line(FINE, _("jobs"), _("a worker is there"))
    else:
        yield Line(LOOK, _("jobs"), _("no worker at the moment: start kiif run, or kiif worker"))


def _journal() -> Iterator[Line]:
    try:
        problems = checks.problems()
    except DatabaseError:
        return
    for problem in problems:
        yield Line(WRONG, _("journal"), problem)
    if not problems:
        yield Line(FINE, _("journal"), _("whole: guarded, every seal verified"))


def _territories() -> Iterator[Line]:
    found = packs.list_packs()
    if any(pack.name == "base" for pack in found):
        yield Line(FINE, _("territories"), ", ".join(f"{pack.name} ({pack.vintage})" for pack in found))
    else:
        yield Line(LOOK, _("territories"), _("not built: run kiif data build"))


def _settings() -> Iterator[Line]:
    messages = run_checks(include_deployment_checks=settings.HTTPS)
    for message in messages:
        if message.level >= WARNING and not message.is_silenced():
            yield Line(WRONG if message.level > WARNING else LOOK, _("settings"), f"{message.msg} ({message.id})")
    if settings.DEBUG:
        yield Line(WRONG if settings.HTTPS else LOOK, _("settings"), _("KIIF_DEBUG is on: never in production"))
    if not messages:
        yield Line(FINE, _("settings"), settings.BASE_URL)


PROBES: tuple[Callable[[], Iterator[Line]], ...] = (
    _database,
    _disk,
    _backups,
    _mail,
    _jobs,
    _journal,
    _territories,
    _settings,
)
