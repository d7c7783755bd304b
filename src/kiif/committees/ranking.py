"""Marks of the dossiers of a session, the order of its agenda, its reserve list: each place says what settled it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kiif.accounts.actor import Actor
from kiif.committees.enums import AgendaOrder, Decision, ItemState, Step
from kiif.committees.models import Item, Round, Session
from kiif.methods.committee import order as ordering
from kiif.programmes.models import Call
from kiif.reviews.models import Round as Reading
from kiif.reviews.models import Score
from kiif.reviews.queries import awaited

#: Above this disagreement (0 all alike, 1) a dossier is never proposed without discussion.
DIVIDED: Final = 0.35


@dataclass(frozen=True)
class Marks:
    """What readers gave to a dossier: raw mean, corrected mark and its 95 % interval, out of `out_of`."""

    raw: float | None = None
    corrected: float | None = None
    low: float | None = None
    high: float | None = None
    disagreement: float | None = None
    reads: int = 0
    rank: int | None = None
    out_of: int = 20

    @property
    def best(self) -> float | None:
        """The corrected mark; the raw one without it."""
        return self.corrected if self.corrected is not None else self.raw


def reading_of(call: Call) -> Reading | None:
    """The round of reading that counts: the last one with scores."""
    return Reading.objects.filter(call=call, computed_at__isnull=False).order_by("-number").first()


def awaited_of(call: Call, applications: Iterable[int], actor: Actor) -> set[int]:
    """Those of these dossiers (keys) whose marks are kept from somebody who still has to give theirs. One query."""
    counts = Reading.objects.filter(call=call, computed_at__isnull=False).order_by("-number")
    return awaited(actor, list(applications), counts.values("pk")[:1])


def marks_of(call: Call, applications: Iterable[int] | None = None, actor: Actor | None = None) -> dict[int, Marks]:
    """Marks by application (key), of the round that counts. Two queries; those without a row were not read, or are
    kept from `actor` (without one: what the rules of the session reckon with, shown to nobody)."""
    reading = reading_of(call)
    if reading is None:
        return {}
    rows = Score.objects.filter(round=reading, reads_done__gt=0)
    if actor is not None:
        rows = rows.told(actor)
    if applications is not None:
        rows = rows.filter(application_id__in=list(applications))
    return {
        row.application_id: Marks(
            row.raw, row.corrected, row.low, row.high, row.disagreement, row.reads_done, row.rank, reading.out_of
        )
        for row in rows
    }


def line_of(marks: Iterable[Marks], places: int) -> float | None:
    """The mark of the last place: around it, dossiers may fall on either side."""
    known = sorted((mark.best for mark in marks if mark.best is not None), reverse=True)
    return known[min(places, len(known)) - 1] if known and places else None


def proposal_of(mark: Marks | None, line: float | None) -> str:
    """What the marks suggest when everybody agrees: the whole interval lies above, or below, the line. Else nothing."""
    if mark is None or line is None or mark.low is None or mark.high is None or mark.reads < 2:
        return ""
    if (mark.disagreement or 0) > DIVIDED:
        return ""
    if mark.low > line:
        return Decision.ACCEPT
    return Decision.REFUSE if mark.high < line else ""


def sort_key(how: str, mark: Marks | None, line: float | None) -> tuple[float, float]:
    """Key of a dossier in the agenda, the least first; those without marks come first, they are to be talked about."""
    if mark is None or mark.best is None:
        return (-1.0, 0.0)
    if how == AgendaOrder.CONTESTED:
        return (0.0, -(mark.disagreement or 0))
    if how == AgendaOrder.LINE:
        return (0.0, abs(mark.best - (line or 0)))
    return (0.0, -mark.best)


# --- The reserve list ---


@dataclass(frozen=True)
class Reserved:
    """A place on the reserve list. `settled_by`: what puts it after the one before; `shared`: nothing tells it apart
    from its neighbour."""

    item: Item
    rank: int
    settled_by: str
    values: dict[str, float]
    shared: bool = False


def reserve_of(session: Session) -> list[Reserved]:
    """The dossiers decided "reserve list", in the order that the rule of the session gives. Four queries."""
    decided = Item.objects.filter(session=session, state=ItemState.DECIDED, decision=Decision.RESERVE)
    items = {str(item.pk): item for item in decided.select_related("application__project").order_by("order", "pk")}
    if not items:
        return []
    votes = Round.objects.filter(item__in=items.values(), closed_at__isnull=False, annulled_at__isnull=True)
    shares = {str(vote.item_id): _share(vote) for vote in votes.order_by("number")}
    marks = marks_of(session.call, [item.application_id for item in items.values()])
    values = {key: _values(item, shares.get(key, 0.0), marks.get(item.application_id)) for key, item in items.items()}
    steps = [step for step in session.steps if step in Step.values] or [Step.CORRECTED]
    # A mark is shown with two decimals: what the eye cannot tell apart, the rule does not either.
    criteria = [ordering.Criterion(step, lowest_first=step == Step.EARLIEST, decimals=2) for step in steps]
    named = {items[key].application.number: value for key, value in values.items()}
    keys = {items[key].application.number: key for key in items}
    places = ordering.order(named, criteria, seed=session.seed.strip() or None)
    made = [Reserved(items[keys[p.key]], p.rank, p.settled_by, values[keys[p.key]]) for p in places]
    return _with_shared(made)


def _with_shared(places: Sequence[Reserved]) -> list[Reserved]:
    ranks = [place.rank for place in places]
    return [replace(place, shared=ranks.count(place.rank) > 1) for place in places]


def _share(vote: Round) -> float:
    """Share of favourable votes; of a proposal to refuse, of those against it. A consensus is worth 1."""
    result = vote.result
    if "for" not in result:
        return 1.0
    expressed = result["for"] + result["against"]
    if not expressed:
        return 0.0
    kind = result["against"] if vote.proposal == Decision.REFUSE else result["for"]
    return float(kind / expressed)


def _values(item: Item, share: float, mark: Marks | None) -> dict[str, float]:
    """Figures of a dossier for the rule. What is not known is worth the least: said on the page."""
    mark = mark or Marks()
    sent = item.application.submitted_at
    return {
        Step.VOTES: share,
        Step.CORRECTED: mark.corrected if mark.corrected is not None else 0.0,
        Step.RAW: mark.raw if mark.raw is not None else 0.0,
        Step.AGREEMENT: 1.0 - (mark.disagreement if mark.disagreement is not None else 1.0),
        Step.EARLIEST: sent.timestamp() if sent else 4e9,
    }
