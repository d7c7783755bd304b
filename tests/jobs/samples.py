"""Jobs for the tests. Each notes what it did in a file outside of the database, so that a killed one leaves traces."""

import os
import time
from datetime import timedelta
from pathlib import Path

from kiif.accounts.models import User
from kiif.jobs import progress
from kiif.jobs.tasks import job
from kiif.ui.errors import Refused


def note(path: str, line: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").split() if path.exists() else []


@job("samples.write", retries=2)
def write(path: str, word: str) -> dict[str, str]:
    note(path, word)
    return {"word": word}


@job("samples.slow", retries=2, lease=timedelta(seconds=2))
def slow(path: str, seconds: float) -> str:
    """Slow the first time only: a second attempt finds the trace of the first."""
    first = not lines(Path(path))
    note(path, f"start:{os.getpid()}")
    if first:
        time.sleep(seconds)
    note(path, "end")
    return "ended"


@job("samples.steps", retries=0, lease=timedelta(seconds=3))
def steps(path: str, count: int, pause: float) -> int:
    for number in range(count):
        progress.report(number, count, f"step {number}")
        note(path, str(number))
        time.sleep(pause)
    return count


@job("samples.broken", retries=2)
def broken(path: str) -> None:
    note(path, "tried")
    raise ZeroDivisionError("secret detail")


@job("samples.refused", retries=2)
def refused(path: str) -> None:
    note(path, "tried")
    raise Refused("The list is closed since yesterday.")


@job("samples.poison", retries=1, lease=timedelta(seconds=1))
def poison(path: str) -> None:
    note(path, "tried")
    os.kill(os.getpid(), 9)


def may_export(actor: object, user_id: int) -> bool:
    return User.objects.filter(pk=user_id, is_staff=True).exists()


@job("samples.export", retries=0, allowed=may_export)
def export(user_id: int) -> dict[str, int]:
    progress.report(1, 2, "rows")
    progress.attach("gens d’ici.csv", b"nom\nYa\xc3\xabl\n")
    return {"rows": 1}


@job("samples.who", retries=0)
def who() -> str:
    return str(progress.actor())


@job("samples.opaque", retries=0)
def opaque() -> object:
    return object()
