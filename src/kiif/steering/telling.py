"""What is told of a call to a partner, and when: nothing that moves dossier by dossier.

While a call is open, a figure that changes each day would tell of each dossier: only its total is told, from five on.
Once it is closed, `freeze` keeps its total, then its tables when every answer is published, and these no longer move: a
withdrawal the week after would else be read as the difference of two readings, with all that tells it apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from kiif.methods.disclosure import K
from kiif.programmes.enums import RUNNING, SENT, State
from kiif.programmes.models import Application, Call
from kiif.steering import protecting
from kiif.steering.models import Summary
from kiif.steering.queries import summarised


@dataclass(frozen=True)
class Told:
    """`received`, `accepted`: None when they are not told. `waiting`: the call is closed, its figures come within the
    hour. `tables`: as `protecting.lines` gives them."""

    closed: bool
    answered: bool
    received: int | None
    accepted: int | None
    waiting: bool = False
    tables: tuple[dict[str, Any], ...] = ()


def of_call(call: Call) -> Told:
    """What a partner reads now. Two queries."""
    closed = _is_closed(call)
    frozen = Summary.objects.filter(call=call).first() if closed else None
    if frozen is None:
        received = Application.objects.filter(call=call, state__in=SENT).count()
        shown = received if received >= K and not closed else None
        return Told(closed=closed, answered=False, received=shown, accepted=None, waiting=closed)
    content = frozen.answers or frozen.content
    return Told(
        closed=True,
        answered=bool(frozen.answers),
        received=content["received"],
        accepted=content.get("accepted"),
        tables=tuple(content.get("tables", ())),
    )


def _is_closed(call: Call) -> bool:
    return call.ends_at is not None and call.ends_at <= timezone.now()


def freeze_all() -> int:
    """Keeps the figures of calls that closed, then of those whose answers are all published. How many were kept."""
    calls = summarised().filter(closes_at__lte=timezone.now(), told_partners__answered_at__isnull=True)
    return sum(freeze(call) for call in calls.select_related("edition__programme").order_by("pk"))


@transaction.atomic
def freeze(call: Call) -> bool:
    """Keeps what may be told of a closed call now, once for each of both times. Whether it kept something."""
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if not _is_closed(call):
        return False
    row = Summary.objects.filter(call=call).first()
    if row is None:
        Summary.objects.create(call=call, content=_as_closed(call))
        return True
    if row.answered_at is not None or not _is_answered(call):
        return False
    row.answers, row.answered_at = _as_answered(call, row.content), timezone.now()
    row.save(update_fields=["answers", "answered_at"])
    return True


def _is_answered(call: Call) -> bool:
    rows = Application.objects.filter(call=call)
    return not rows.filter(state__in=RUNNING).exists() and rows.filter(state__in=SENT).exists()


def _as_closed(call: Call) -> dict[str, Any]:
    """The total alone: margins told now would uncover what the tables of the answers hide."""
    keys = list(Application.objects.filter(call=call, state__in=SENT).order_by("pk").values_list("pk", flat=True))
    return {"received": len(keys) if len(keys) >= K else None, "keys": keys}


def _as_answered(call: Call, before: dict[str, Any]) -> dict[str, Any]:
    """The answers, of everything sent when the total told at closing lies far enough; else of what was counted then."""
    keys = set(before["keys"])
    every = keys | set(Application.objects.filter(call=call, state__in=SENT).values_list("pk", flat=True))
    if before["received"] is None or not 0 < len(every) - len(keys) < K:
        keys = every
    totals = _totals(keys)
    return {**totals, "tables": [one for one in protecting.lines([call], keys=keys) if _beside(one, totals)]}


def _beside(table: dict[str, Any], totals: dict[str, int | None]) -> bool:
    """Whether a table may stand beside the totals: what it hides of them is told by none."""
    if all(row["value"] == protecting.REST for row in table["rows"]):
        return False  # everything put together: it tells nothing more than the total
    hides_total = table["total"] is None and totals["received"] is not None
    hides_answers = None in table["totals"] and totals["accepted"] is not None
    return not hides_total and not hides_answers


def _totals(keys: set[int]) -> dict[str, int | None]:
    """Both totals together tell the rest: it is not small either."""
    counts = Application.objects.filter(pk__in=keys).aggregate(
        received=Count("pk"), accepted=Count("pk", filter=Q(state=State.ACCEPTED))
    )
    received, accepted = counts["received"], counts["accepted"]
    others = received - accepted
    told = accepted >= K and (others >= K or not others)
    return {"received": received if received >= K else None, "accepted": accepted if told else None}
