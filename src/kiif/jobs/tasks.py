"""`@job`, and the jobs of this floor. Each app puts its own in its `tasks` module, which is imported at start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from kiif.jobs import registry
from kiif.jobs.registry import Definition


def job(
    name: str,
    *,
    label: Any = "",
    retries: int = 3,
    lease: timedelta = registry.LEASE,
    priority: int = 0,
    allowed: Callable[..., bool] | None = None,
    keep: timedelta = timedelta(days=7),
) -> Callable[[Callable[..., Any]], Definition]:
    """Declares a function of identifiers as a job, safe to run twice; gives what `actions.enqueue` takes.

    `name` is "<app>.<verb>", stable for ever since queued jobs keep it. Arguments and result must fit in JSON.
    `Refused` and `NotAllowed` end the job at once with their sentence; any other error is tried again `retries`
    times. `lease` is how long the job may stay silent if its worker dies (it is renewed while the worker lives).
    `allowed(actor, *args)` is asked at the start and at each download of the result. `priority`: -100 to 100.
    """

    def declare(function: Callable[..., Any]) -> Definition:
        definition = Definition(
            name=name,
            function=function,
            label=label or name,
            retries=retries,
            lease=lease,
            priority=priority,
            allowed=allowed,
            keep=keep,
        )
        registry.add(definition)
        return definition

    return declare


@job("jobs.prune", label=_("Forget the jobs finished long ago"), retries=1)
def prune() -> dict[str, int]:
    """Deletes old jobs, the files that are past their date, and old entries of the queue."""
    from kiif.jobs import actions

    return actions.prune()


@job("accounts.daily", label=_("Erase and warn the accounts whose day has come"))
def accounts_daily() -> dict[str, int]:
    """Accounts is a lower floor: it says what to do every day, this floor does it."""
    from kiif.accounts import housekeeping

    return housekeeping.daily()
