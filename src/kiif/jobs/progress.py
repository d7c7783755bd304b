"""What the function of a job may say and ask while it runs. Outside of a job, `report` does nothing.

@job("people.export", retries=1)
def export(list_id: int) -> dict[str, int]:
    for done, row in enumerate(rows):
        progress.report(done, len(rows), _("Writing the rows"))
    progress.attach("people.csv", content)
    return {"rows": len(rows)}
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile, File

from kiif.jobs import actors

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from kiif.accounts.actor import Actor
    from kiif.jobs.models import Run


class Interrupted(BaseException):
    """Raised by `report` when the worker is asked to stop: the job goes back to the queue, without a failure.

    Not an `Exception`, so that a job which catches errors row by row does not swallow it.
    """


class LeaseLost(BaseException):
    """Raised by `report` when the job was given to another worker: what follows must not happen twice."""


@dataclass
class Handle:
    """The running job as its own function sees it. Progress is kept here and written by the heart-beat.

    So it is shown even while the job is inside one long transaction, and costs nothing to call often.
    """

    run: Run
    lease: timedelta
    keep: timedelta
    stopping: Callable[[], bool] = field(default=lambda: False)
    #: called after each report where no heart-beat runs (jobs at once, in the same process)
    flush: Callable[[], None] | None = None
    lost: bool = False
    dirty: bool = False
    attachment: tuple[str, File[bytes]] | None = None


_current: ContextVar[Handle | None] = ContextVar("kiif_job", default=None)


def current() -> Handle | None:
    """The job that runs here, None outside of a job."""
    return _current.get()


def actor() -> Actor:
    """Who asked for the job that runs here, with the rights of now.

    Raises RuntimeError outside of a job, NotAllowed if the account or the membership has ended.
    """
    handle = _current.get()
    if handle is None:
        raise RuntimeError("There is no actor outside of a job")
    return actors.restore(handle.run)


def report(done: int, total: int = 0, note: object = "") -> None:
    """Says how far the job is: `done` steps of `total` (0 when it is not known), and the present step in words.

    Also the place where a job may be stopped: call it between two units of work.
    Raises `Interrupted` when the worker stops, `LeaseLost` when another worker took the job.
    """
    handle = _current.get()
    if handle is None:
        return
    if handle.lost:
        raise LeaseLost
    if handle.stopping():
        raise Interrupted
    total = max(0, int(total))
    done = max(0, int(done))
    handle.run.total = total
    handle.run.done = min(done, total) if total else done
    handle.run.note = str(note)[:200]
    handle.dirty = True
    if handle.flush is not None:
        handle.flush()


def attach(name: str, content: bytes | File[bytes]) -> None:
    """Gives the job a file that its owner may download; kept only if the job ends well.

    `name` is the label of the file for people; a later call replaces the file.
    """
    handle = _current.get()
    if handle is None:
        raise RuntimeError("A file can only be attached by a job")
    data = ContentFile(content) if isinstance(content, bytes) else content
    handle.attachment = (name[:200], data)
