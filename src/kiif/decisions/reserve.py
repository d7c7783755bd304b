"""The reserve list: its order, who comes next, and the rule that says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from kiif.accounts.actor import Actor
from kiif.decisions.enums import DecisionState, Outcome, Reply, TieRule
from kiif.decisions.letters.values import terms_of
from kiif.decisions.models import Decision
from kiif.methods.committee.order import Criterion, Place, next_in, order
from kiif.programmes.enums import State
from kiif.programmes.models import Call
from kiif.reviews import results
from kiif.reviews.queries import awaited

#: Nobody gave them a rank: after all those that have one.
_LAST: Final = 100_000


@dataclass(frozen=True)
class Line:
    """A dossier of the list. `settled_by`: what puts it after the one before; `equals`: how many share its place."""

    decision: Decision
    place: int
    settled_by: str
    equals: int
    mark: float | None
    called: bool


@dataclass(frozen=True)
class Reserve:
    """`free`: places that nobody holds, None when the call does not say how many it has. `upcoming`: whom the rule
    calls; several when nothing tells them apart: people then choose among them."""

    lines: list[Line]
    places: int | None
    taken: int
    calling: int
    free: int | None
    upcoming: list[Line]
    rule: str
    seed: str


#: Rooms above say which applications of a call gave their place back after taking it (a query of their keys).
_given_back: dict[str, Callable[[Call], QuerySet[Any, Any]]] = {}


def register_given_back(name: str, function: Callable[[Call], QuerySet[Any, Any]]) -> None:
    _given_back[name] = function


def of_call(call: Call, decisions: Any) -> Reserve:
    """The list of a call among these decisions; a fixed number of queries. A page gives `Decision.objects.visible_to
    (actor)`: figures too leave out what a conflict bars. What calls somebody gives all of them."""
    terms = terms_of(call)
    held = Q(state=DecisionState.PUBLISHED) & ~Q(reply=Reply.DECLINED)
    for gone in _given_back.values():
        held &= ~Q(application__in=gone(call))
    counts = decisions.filter(application__call=call, outcome=Outcome.ACCEPTED).aggregate(
        taken=Count("pk", filter=held),
        calling=Count("pk", filter=Q(state=DecisionState.PENDING, replaces__isnull=False)),
    )
    rows = list(
        decisions.published()
        .filter(application__call=call, outcome=Outcome.RESERVE, application__state=State.RESERVE)
        .select_related("application__project")
    )
    called = set(
        decisions.pending()
        .filter(replaces__in=[row.pk for row in rows], outcome=Outcome.ACCEPTED)
        .values_list("replaces_id", flat=True)
    )
    marks = marks_of(call, [row.application_id for row in rows])
    places = _places(rows, marks, terms.tie_rule, terms.tie_seed)
    by_key = {str(row.pk): row for row in rows}
    shared = Counter(place.rank for place in places)
    lines = [
        Line(
            by_key[place.key],
            place.rank,
            place.settled_by,
            shared[place.rank],
            marks.get(by_key[place.key].application_id),
            by_key[place.key].pk in called,
        )
        for place in places
    ]
    free = None if call.places is None else call.places - counts["taken"] - counts["calling"]
    return Reserve(
        lines, call.places, counts["taken"], counts["calling"], free, _upcoming(lines), terms.tie_rule, terms.tie_seed
    )


def _upcoming(lines: list[Line]) -> list[Line]:
    """The next one, with all those that nothing tells apart from it."""
    gone = {str(line.decision.pk) for line in lines if line.called}
    first = next_in([str(line.decision.pk) for line in lines], gone)
    if not first:
        return []
    place = next(line.place for line in lines if str(line.decision.pk) == first[0])
    return [line for line in lines if line.place == place and not line.called]


def _places(rows: list[Decision], marks: dict[int, float], rule: str, seed: str) -> tuple[Place, ...]:
    """Ranks given by people first; then the tie rule, where all equals have what it needs."""
    if not rows:
        return ()
    figures = {str(row.pk): {"rank": float(row.rank or _LAST)} for row in rows}
    criteria = [Criterion("rank", lowest_first=True)]
    known = all(row.application_id in marks for row in rows)
    if rule == TieRule.MARK and known:
        criteria.append(Criterion("mark"))
        for row in rows:
            figures[str(row.pk)]["mark"] = marks[row.application_id]
    received = {row.pk: row.application.submitted_at for row in rows}
    if rule == TieRule.RECEIVED and all(received.values()):
        criteria.append(Criterion("received", lowest_first=True))
        for row in rows:
            moment = received[row.pk]
            figures[str(row.pk)]["received"] = moment.timestamp() if moment else 0.0
    return order(figures, criteria, seed=seed if rule == TieRule.DRAW and seed.strip() else None)


def awaited_of(call: Call, found: Reserve, actor: Actor) -> set[int]:
    """Applications of the list (keys) whose marks are kept from somebody who still has to give theirs."""
    counts = results.latest(call)
    keys = [line.decision.application_id for line in found.lines]
    return awaited(actor, keys, [counts.pk]) if counts is not None and keys else set()


def marks_of(call: Call, applications: list[int]) -> dict[int, float]:
    """The mark of each application in the round that counts: corrected, else raw."""
    counts = results.latest(call)
    if counts is None:
        return {}
    rows = results.of_round(counts).filter(application__in=applications, raw__isnull=False)
    found = rows.values_list("application_id", "raw", "corrected")
    marks = {application: raw if corrected is None else corrected for application, raw, corrected in found}
    return {application: mark for application, mark in marks.items() if mark is not None}
