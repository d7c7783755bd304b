"""Long work round applications."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy

from kiif.accounts.actor import Actor, system
from kiif.jobs.tasks import job
from kiif.programmes.models import Call


def _may(actor: Actor, call_id: int) -> bool:
    return actor.is_system or Call.objects.run_by(actor).filter(pk=call_id).exists()


@job(
    "programmes.find_duplicates",
    label=gettext_lazy("Looking for applications received twice"),
    retries=1,
    lease=timedelta(minutes=5),
    allowed=_may,
)
def find_duplicates(call_id: int) -> dict[str, int]:
    """Compares the applications of a call with each other and with those of other calls; nothing is merged."""
    from kiif.programmes.actions.duplicates import look

    call = Call.objects.filter(pk=call_id).first()
    return {"pairs": look(call=call, by=system("programmes"))} if call is not None else {"pairs": 0}
