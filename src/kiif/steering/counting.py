"""Figures of a call, all made by the database: hours of each step, shares of what was received, hosts, reads.

A moment is cut to its hour (UTC, the same on both databases) and gathered by day of the instance here: offsets are
whole hours, so the day is exact, and the database compares texts instead of calling time zones for each row.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from django.db.models import Count, F, Max, Q, QuerySet, Sum, Value
from django.db.models.fields import CharField, IntegerField
from django.db.models.functions import Cast, Coalesce, Substr
from django.utils import timezone

from kiif.cohorts.enums import PlacementState
from kiif.cohorts.models import Placement
from kiif.programmes.enums import DECIDED, SENT, PairState, State
from kiif.programmes.models import Application, Call, Check, HostWish, Pair, Target
from kiif.reviews.enums import AssignmentState, RoundState, Source
from kiif.reviews.models import Assignment, Round, Score
from kiif.steering.enums import ELIGIBLE_STATES, OUTCOMES, Stage

_HOUR: Final = 13  # length of "2026-05-26 21"
Days = Counter[dt.date]


def hour_of(moment: Any) -> Substr:
    """The hour of a moment as a text, in UTC."""
    return Substr(Cast(moment, CharField()), 1, _HOUR)


@lru_cache(maxsize=20_000)
def day_of(hour: str) -> dt.date:
    """Day of the instance in which an hour of UTC begins."""
    moment = dt.datetime.strptime(hour.replace("T", " "), "%Y-%m-%d %H").replace(tzinfo=dt.UTC)
    return timezone.localtime(moment).date()


def hourly(rows: QuerySet[Any], moment: Any, stage: str = "") -> QuerySet[Any]:
    """(stage, hour, how many) of these rows."""
    grouped = rows.order_by().annotate(hour=hour_of(moment)).values("hour")
    found: QuerySet[Any] = grouped.annotate(n=Count("pk"), stage=Value(stage, CharField()))
    return found.values_list("stage", "hour", "n")


def by_day(rows: QuerySet[Any], moment: Any) -> Days:
    """How many rows by day of a moment; those without one are left out. One query."""
    days: Days = Counter()
    for _stage, hour, n in hourly(rows, moment):
        if hour:
            days[day_of(hour)] += n
    return days


@dataclass
class Placed:
    """Placements of a call: `days` when projects were hosted, and by host: hosted, replies, replies in time."""

    days: Days = field(default_factory=Counter)
    hosts: dict[int, Counter[str]] = field(default_factory=dict)


def placed(applications: QuerySet[Application]) -> Placed:
    """One query; there are as many placements as accepted applications, and a few more."""
    found = Placed()
    rows = Placement.objects.filter(application__in=applications).order_by()
    for host, state, hosted_at, host_at, deadline in rows.values_list(
        "host", "state", "hosted_at", "host_at", "deadline"
    ):
        line = found.hosts.setdefault(host, Counter())
        if state == PlacementState.HOSTED:
            line["hosted"] += 1
            if hosted_at:
                found.days[timezone.localtime(hosted_at).date()] += 1
        if host_at:
            line["replies"] += 1
            line["in_time"] += host_at <= deadline
    return found


def steps(call: Call, applications: QuerySet[Application], placed: Placed) -> dict[str, Days]:
    """For each step, how many reached it by day. Withdrawn and merged applications are in none.

    `read`: as many reads as the last round wants, on the day of the last one. Two queries.
    """
    sent = applications.filter(state__in=SENT)
    decided = applications.filter(state__in=DECIDED)
    eligible = sent.filter(Q(eligibility="yes") | Q(state__in=ELIGIBLE_STATES))
    parts = (
        hourly(applications.filter(state__in=(*SENT, State.DRAFT)), F("begun_at"), Stage.BEGUN),
        hourly(sent, F("submitted_at"), Stage.SENT),
        hourly(eligible, Coalesce("eligibility_at", "submitted_at"), Stage.ELIGIBLE),
        hourly(decided, F("decided_at"), Stage.DECIDED),
        hourly(decided.filter(state=State.ACCEPTED), F("decided_at"), Stage.ACCEPTED),
    )
    found: dict[str, Days] = {stage.value: Counter() for stage in Stage}
    for stage, hour, n in hourly(Check.objects.filter(call=call), F("at"), Stage.TESTS).union(*parts, all=True):
        if hour:
            found[stage][day_of(hour)] += n
    found[Stage.READ] = _read(call, sent)
    found[Stage.HOSTED] = placed.days
    return found


def _read(call: Call, sent: QuerySet[Application]) -> Days:
    # the round is known first: joined, its rows are taken for a handful and looked up one by one
    rounds = list(Round.objects.filter(call=call, next=None).values_list("pk", flat=True))  # guarded: of a call seen
    full = Score.objects.filter(round__in=rounds, reads_done__gte=F("reads_wanted"), reads_wanted__gt=0)
    done = Assignment.objects.filter(round__in=rounds, state=AssignmentState.DONE).exclude(source=Source.CALIBRATION)
    done = done.filter(Q(application__in=full.values("application")) & Q(application__in=sent))
    last = done.order_by().values("application").annotate(last=hour_of(Max("done_at"))).values_list("last", flat=True)
    days: Days = Counter()
    for hour in last:
        days[day_of(hour)] += 1
    return days


@dataclass
class Cell:
    """How many, by what was published (`enums.OUTCOMES`)."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, state: str, n: int) -> None:
        for name, states in OUTCOMES.items():
            if state in states:
                self.counts[name] += n


@dataclass
class HostLine:
    """What concerns a host: answers published, those on time; projects hosted; its replies to proposals, those given
    before their day."""

    cell: Cell = field(default_factory=Cell)
    answered: int = 0
    on_time: int = 0
    hosted: int = 0
    replies: int = 0
    replies_in_time: int = 0

    def add(self, state: str, n: int, kept: int) -> None:
        """`kept`: how many of these were answered by the promised day."""
        self.cell.add(state, n)
        if state in DECIDED:
            self.answered += n
            self.on_time += kept


@dataclass
class Shares:
    """What was received, told apart: (value → cell) by way of telling; `states`, `late`: in all; `free`: of those that
    chose no host yet."""

    states: Counter[str] = field(default_factory=Counter)
    late: int = 0
    eligible: int = 0
    challenges: dict[str, Cell] = field(default_factory=dict)
    rural: dict[str, Cell] = field(default_factory=dict)
    legal_form: dict[str, Cell] = field(default_factory=dict)
    free: HostLine | None = None


def shares(applications: QuerySet[Application], promise: dt.datetime) -> Shares:
    """One query, grouped by the database; its groups are gathered here. `promise`: the end of the promised day."""
    found = Shares()
    ways = ("state", "late", "host_open", "eligibility", "challenges", "rural", "legal_form")
    in_time = Count("pk", filter=Q(decided_at__lte=promise, state__in=DECIDED))
    for state, late, free, verdict, challenges, rural, legal_form, n, kept in applications.values_list(*ways).annotate(
        n=Count("pk"), kept=in_time
    ):
        found.states[state] += n
        if state not in SENT:
            continue
        found.late += n if late else 0
        found.eligible += n if verdict == "yes" or state in ELIGIBLE_STATES else 0
        for challenge in challenges or [""]:
            found.challenges.setdefault(challenge, Cell()).add(state, n)
        found.rural.setdefault(rural, Cell()).add(state, n)
        found.legal_form.setdefault(legal_form, Cell()).add(state, n)
        if free:
            found.free = found.free or HostLine()
            found.free.add(state, n, kept)
    return found


def gathered(rows: Iterable[tuple[Any, str, int]]) -> dict[Any, Cell]:
    """Cells from (value, state, how many)."""
    found: dict[Any, Cell] = {}
    for value, state, n in rows:
        found.setdefault(value, Cell()).add(state, n)
    return found


def _targets(applications: QuerySet[Application]) -> QuerySet[Target]:
    return (
        Target.objects.filter(application__in=applications.filter(state__in=SENT))
        .exclude(department_code="")
        .order_by()
    )


def by_department(applications: QuerySet[Application]) -> dict[str, Cell]:
    """By department aimed at, whatever its rank: an application that aims at two counts in both. One query."""
    counted = Count("application", distinct=True)
    return gathered(_targets(applications).values_list("department_code", "application__state").annotate(n=counted))


def promise_end(call: Call) -> dt.datetime:
    """The last moment of the day by which answers are promised; without one, a day that never comes."""
    if call.answers_by is None:
        return dt.datetime(9998, 12, 31, tzinfo=dt.UTC)
    return timezone.make_aware(dt.datetime.combine(call.answers_by, dt.time.max))


@dataclass
class Places:
    """By department aimed at, by host wished for; `pairs`: that may be duplicates and wait for somebody."""

    departments: dict[str, Cell] = field(default_factory=dict)
    hosts: dict[int, HostLine] = field(default_factory=dict)
    pairs: int = 0


def places(
    call: Call, applications: QuerySet[Application], placed: Placed, without: list[int], only: set[int] | None = None
) -> Places:
    """Departments and hosts, at any rank, and open pairs. `only`: keys of hosts. One query."""
    none = Value(0, IntegerField())
    targets = _targets(applications).annotate(place=F("department_code"), became=F("application__state"))
    wishes = HostWish.objects.filter(application__in=applications.filter(state__in=SENT)).order_by()
    wishes = wishes.annotate(place=Cast("host_id", CharField()), became=F("application__state"))
    wishes = wishes.filter(host__in=only) if only is not None else wishes
    kept = Count("pk", filter=Q(application__decided_at__lte=promise_end(call), application__state__in=DECIDED))
    empty = Value("", CharField())
    parts = [
        _part("target", targets, n=Count("application", distinct=True), kept=none),
        _part("wish", wishes, n=Count("pk"), kept=kept),
        _part("pair", _open_pairs(call, without).annotate(place=empty, became=empty), n=Count("pk"), kept=none),
    ]
    found = Places()
    for kind, place, became, n, in_time in parts[0].union(*parts[1:], all=True):
        if kind == "pair":
            found.pairs = n
        elif kind == "target":
            found.departments.setdefault(place, Cell()).add(became, n)
        else:
            found.hosts.setdefault(int(place), HostLine()).add(became, n, in_time)
    for host, counts in placed.hosts.items():
        if only is None or host in only:
            line = found.hosts.setdefault(host, HostLine())
            line.hosted, line.replies, line.replies_in_time = counts["hosted"], counts["replies"], counts["in_time"]
    return found


def _part(kind: str, rows: QuerySet[Any], **counts: Any) -> QuerySet[Any]:
    """(kind, place, state, how many, how many in time) of rows that know their `place` and what they `became`."""
    grouped = rows.values("place", "became").annotate(kind=Value(kind, CharField()), **counts)
    found: QuerySet[Any] = grouped.values_list("kind", "place", "became", "n", "kept")
    return found


@dataclass(frozen=True)
class RoundLine:
    """Progress of a round: reads wanted, entrusted, given; dossiers read as often as wanted."""

    title: str
    state: str
    public_id: Any
    closes_at: dt.datetime | None
    dossiers: int
    full: int
    wanted: int
    entrusted: int
    given: int


def rounds(call: Call, applications: QuerySet[Application]) -> list[RoundLine]:
    """Rounds that opened, oldest first. One query."""
    scores = Score.objects.filter(
        round__call=call, application__in=applications.filter(state__in=SENT)
    )  # guarded: of a call which is already seen
    rows = scores.exclude(round__state=RoundState.DRAFT).order_by("round__number")
    found = rows.values_list(
        "round__number", "round__title", "round__state", "round__public_id", "round__closes_at"
    ).annotate(
        dossiers=Count("pk"),
        full=Count("pk", filter=Q(reads_done__gte=F("reads_wanted"))),
        wanted=Sum("reads_wanted"), entrusted=Sum("reads_assigned"), given=Sum("reads_done"),
    )  # fmt: skip
    return [RoundLine(*row[1:]) for row in found]


def _open_pairs(call: Call, without: list[int]) -> QuerySet[Pair]:
    """Pairs that may be duplicates and wait for somebody."""
    pairs = Pair.objects.filter(state=PairState.OPEN).filter(
        Q(first__call=call) | Q(second__call=call)
    )  # guarded: of a call which is already seen
    gone = (State.MERGED, State.WITHDRAWN)
    pairs = pairs.exclude(first__state__in=gone).exclude(second__state__in=gone).order_by()
    return pairs.exclude(Q(first__in=without) | Q(second__in=without)) if without else pairs


def running_total(days: Mapping[dt.date, int], moments: Iterable[dt.date]) -> list[int]:
    """How many until each of these days, which are in order."""
    left, total, made = sorted(days.items()), 0, []
    position = 0
    for moment in moments:
        while position < len(left) and left[position][0] <= moment:
            total += left[position][1]
            position += 1
        made.append(total)
    return made


def median_day(days: Mapping[dt.date, int]) -> dt.date | None:
    """The day by which half of them were; None for none."""
    half, total = sum(days.values()) / 2, 0
    for day, n in sorted(days.items()):
        total += n
        if total >= half:
            return day
    return None


def by_call(calls: Iterable[int], without: list[int]) -> dict[int, Cell]:
    """What became of the applications of these calls, those left out for the reader apart. One query."""
    rows = Application.objects.filter(call__in=list(calls), state__in=SENT).order_by()
    rows = rows.exclude(pk__in=without) if without else rows
    return gathered(rows.values_list("call", "state").annotate(n=Count("pk")))
