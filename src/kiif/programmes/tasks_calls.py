"""Regular work of calls."""

from __future__ import annotations

from datetime import time, timedelta

from django.utils.translation import gettext_lazy as _

from kiif.jobs import schedule
from kiif.jobs.tasks import job


@job("programmes.forget_tests", label=_("Forget old eligibility tests"), retries=2, lease=timedelta(minutes=5))
def forget_tests() -> int:
    """Tests without an account are forgotten after thirty days."""
    from kiif.programmes.actions.eligibility import prune

    return prune()


def register() -> None:
    schedule.register("programmes.forget_tests", forget_tests, every=timedelta(days=1), at=time(3, 40))
