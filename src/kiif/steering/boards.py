"""The board of a call: its figures, each with the address of the dossiers behind it, and its charts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from kiif.accounts.actor import Actor
from kiif.alliance import departments
from kiif.organisations.enums import SHORT_FORMS
from kiif.programmes.enums import DECIDED, RUNNING, SENT, Rural, State
from kiif.programmes.models import Call
from kiif.programmes.queries import concerned, where_of
from kiif.programmes.rules import runs
from kiif.programmes.tables_applications import labels_of
from kiif.questionnaires.models import Version
from kiif.steering import counting
from kiif.steering.counting import Cell, Days, HostLine, RoundLine
from kiif.steering.enums import Stage
from kiif.steering.queries import counted, left_out
from kiif.territories.lookup import fold
from kiif.ui.charts import Bars, Lines, Series

#: Days drawn on a curve at most; the totals are exact on each of them.
MOST_DAYS: Final = 26
COLUMNS: Final[dict[str, Any]] = {
    "sent": pgettext_lazy("steering", "Received"),
    "running": gettext_lazy("Being read"),
    "accepted": pgettext_lazy("steering", "Accepted"),
    "reserve": pgettext_lazy("steering", "Reserve list"),
    "refused": pgettext_lazy("steering", "Refused"),
}


def address(name: str, *args: Any, **query: str) -> str:
    """An address of another room with these filters; empty when its page does not exist."""
    try:
        url = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return f"{url}?{urlencode(query)}" if query else url


@dataclass(frozen=True)
class Number:
    """A figure and where its dossiers are listed (empty: shared total, without its list)."""

    value: int
    url: str = ""


@dataclass(frozen=True)
class Step:
    label: str
    number: Number
    #: of the step before, in percent; None for the first and where there was nobody
    share: float | None
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a breakdown. `code`: of the department, for the map."""

    label: str
    numbers: list[Number]
    code: str = ""


@dataclass(frozen=True)
class Breakdown:
    key: str
    title: str
    head: str
    lines: list[Line]
    note: str = ""

    @property
    def columns(self) -> list[Any]:
        return list(COLUMNS.values())


@dataclass(frozen=True)
class HostRow:
    label: str
    numbers: list[Number]
    line: HostLine
    places: int | None


@dataclass(frozen=True)
class Times:
    """Answers against the promise. Days are positive when late."""

    promised: dt.date | None
    first: dt.date | None
    half: dt.date | None
    last: dt.date | None
    given: int
    late: int
    waiting: Number
    waiting_late: bool

    @property
    def gap(self) -> int | None:
        """Days between the promise and the last answer."""
        return (self.last - self.promised).days if self.last and self.promised else None


@dataclass
class Board:
    """All that the page of a call shows. `mine`: a host's own part, None for who runs the call."""

    call: Call
    funnel: list[Step]
    mine: list[Step] | None
    curves: list[Lines]
    chart: Bars
    breakdowns: list[Breakdown]
    departments: Breakdown
    hosts: list[HostRow]
    times: Times
    rounds: list[RoundLine]
    aside: list[tuple[str, Number]]
    without: int
    whole: bool


def board(actor: Actor, call: Call) -> Board:
    """The figures of a call for who may read them (`steering.view_board`, asked before).

    Who runs it sees all; a host its own part, and of the rest the totals alone.
    """
    whole = bool(actor.is_system or runs(actor, call))
    without = left_out(actor, [call])
    every = counted(call, without)
    hosts = sorted(call.hosts.select_related("incubator", "branch"), key=lambda host: fold(str(host)))
    part = every if whole else every.filter(concerned(actor))
    only = None if whole else {one.pk for one in hosts if one.incubator_id == where_of(actor)}
    placed, promise = counting.placed(every), counting.promise_end(call)
    steps = counting.steps(call, every, placed)
    shares = counting.shares(part, promise)
    links = Links(call, listed=True, whole=whole)
    places = counting.places(call, part, placed, without, only)
    own = _funnel(_own_steps(shares), links) if not whole else None
    return Board(
        call=call,
        funnel=_funnel(_totals(steps), links if whole else Links(call, listed=False, whole=False)),
        mine=own,
        curves=_curves(steps),
        chart=_funnel_chart(steps),
        breakdowns=_breakdowns(call, shares, links),
        departments=_departments(places.departments, links),
        hosts=_hosts(hosts, places.hosts, shares.free, links),
        times=_times(call, steps, shares.states, links, whole=whole),
        rounds=counting.rounds(call, every),
        aside=_aside(shares, places.pairs, links) if whole else [],
        without=len(without),
        whole=whole,
    )


@dataclass(frozen=True)
class Links:
    """Addresses of lists of this call; none of any when they are not `listed`."""

    call: Call
    listed: bool
    whole: bool

    def to(self, **filters: str) -> str:
        return address("programmes:applications", self.call.public_id, **filters) if self.listed else ""

    def room(self, name: str) -> str:
        """The page of a room of this call, for who runs it."""
        return address(name, self.call.public_id) if self.listed and self.whole else ""

    def row(self, cell: Cell, **filters: str) -> list[Number]:
        """One number by column; `filters`: of the line."""
        values = {name: cell.counts[name] for name in COLUMNS}
        return [Number(n, self.to(**filters, etat=name) if n else "") for name, n in values.items()]


def _totals(steps: Mapping[str, Days]) -> dict[str, int]:
    return {name: sum(days.values()) for name, days in steps.items()}


def _own_steps(shares: counting.Shares) -> dict[str, int]:
    """The funnel of a host, from what concerns it: received and after."""
    states = shares.states
    return {
        Stage.SENT.value: sum(states[state] for state in SENT),
        Stage.ELIGIBLE.value: shares.eligible,
        Stage.DECIDED.value: sum(states[state] for state in DECIDED),
        Stage.ACCEPTED.value: states[State.ACCEPTED],
    }


def _funnel(totals: Mapping[str, int], links: Links) -> list[Step]:
    rooms = {
        Stage.TESTS: links.room("programmes:call-checks"),
        Stage.BEGUN: links.room("programmes:drafts"),
        Stage.SENT: links.to(etat="sent"),
        Stage.ELIGIBLE: links.to(etat="eligible"),
        Stage.READ: links.room("reviews:call"),
        Stage.DECIDED: links.to(etat="decided"),
        Stage.ACCEPTED: links.to(etat="accepted"),
        Stage.HOSTED: links.room("cohorts:matching"),
    }
    made, before = [], 0
    for stage in Stage:
        if stage.value not in totals:
            continue
        n = totals[stage.value]
        share = 100 * n / before if before and stage not in (Stage.TESTS, Stage.BEGUN) else None
        note = ""
        if stage == Stage.BEGUN and (drafts := n - totals.get(Stage.SENT.value, 0)):
            note = ngettext("%(n)s draft not sent", "%(n)s drafts not sent", drafts) % {"n": drafts}
        made.append(Step(str(stage.label), Number(n, rooms[stage] if n else ""), share, note))
        before = n
    return made


def _days(found: list[Days]) -> list[dt.date]:
    """Days to draw, in even steps, from the first to the last one; the last one is always there."""
    known = sorted({day for days in found for day in days})
    if not known:
        return []
    first, last = known[0], known[-1]
    step = max(1, -(-((last - first).days + 1) // MOST_DAYS))
    days = [last - dt.timedelta(days=step * n) for n in range((last - first).days // step + 1)]
    return sorted(days)


def _curves(steps: Mapping[str, Days]) -> list[Lines]:
    parts = (
        ("curve-in", _("What comes in, day after day"), (Stage.TESTS, Stage.BEGUN, Stage.SENT, Stage.ELIGIBLE)),
        ("curve-out", _("Reads and answers, day after day"), (Stage.READ, Stage.DECIDED, Stage.ACCEPTED, Stage.HOSTED)),
    )
    made = []
    for key, title, stages in parts:
        shown = [stage for stage in stages if steps[stage]]
        days = _days([steps[stage] for stage in shown])
        if len(days) < 2:
            continue
        series = [Series(stage.label, list(counting.running_total(steps[stage], days))) for stage in shown]
        made.append(
            Lines(
                id=key, title=title, unit="", decimals=0, series=series,
                categories=[date_format(day, "d/m") for day in days],
                source=_("Totals since the beginning, on each day, in the time of the instance."),
            )
        )  # fmt: skip
    return made


def _funnel_chart(steps: Mapping[str, Days]) -> Bars:
    totals = _totals(steps)
    labels = [str(stage.label) for stage in Stage]
    values = [totals[stage] for stage in Stage]
    reading = ngettext(
        "%(sent)s application received, %(accepted)s accepted.",
        "%(sent)s applications received, %(accepted)s accepted.",
        totals[Stage.SENT],
    ) % {"sent": totals[Stage.SENT], "accepted": totals[Stage.ACCEPTED]}
    return Bars(
        id="funnel", title=_("From the test to the host"), categories=labels, decimals=0,
        series=[Series(_("dossiers"), values)], reading=reading,
    )  # fmt: skip


def _breakdowns(call: Call, shares: counting.Shares, links: Links) -> list[Breakdown]:
    forms = {str(key): str(label) for key, label in SHORT_FORMS.items()}
    return [
        Breakdown(
            "challenges", _("By challenge"), _("Challenge"),
            _lines(shares.challenges, labels_of(call, "challenges", version=_form(call)), links, "enjeu"),
            _("An application that answers several challenges counts in each."),
        ),
        Breakdown(
            "rural", _("By rural class"), _("Class"), _lines(shares.rural, dict(Rural.choices), links, "rural"),
            _("Class of its first territory, by the official grid."),
        ),
        Breakdown(
            "forms", _("By kind of organisation"), pgettext("steering", "Kind"),
            _lines(shares.legal_form, forms, links, "forme"),
        ),
    ]  # fmt: skip


def _form(call: Call) -> Version | None:
    """The form of the call as it was last published."""
    # guarded: the form of a call which is already seen
    return Version.objects.filter(questionnaire__collections=call.collection_id or 0).order_by("-number").first()


def _lines(cells: Mapping[str, Cell], words: Mapping[Any, Any], links: Links, key: str) -> list[Line]:
    """The largest first; what was not said last, which no filter lists. `key`: of the filter."""
    lines = []
    for value, cell in sorted(cells.items(), key=lambda pair: (not pair[0], -pair[1].counts["sent"], pair[0])):
        if value:
            lines.append(Line(str(words.get(value) or value), links.row(cell, **{key: value})))
        else:
            lines.append(Line(_("not said"), [Number(cell.counts[name]) for name in COLUMNS]))
    return lines


def _departments(cells: Mapping[str, Cell], links: Links) -> Breakdown:
    lines = [
        Line(f"{code} {departments.name_of(code)}", links.row(cell, departement=code), code)
        for code, cell in sorted(cells.items(), key=lambda pair: (-pair[1].counts["sent"], pair[0]))
    ]
    note = _("An application that aims at several departments counts in each.")
    return Breakdown("departments", _("By territory aimed at"), _("Department"), lines, note)


def _hosts(hosts: list[Any], lines: Mapping[int, HostLine], free: HostLine | None, links: Links) -> list[HostRow]:
    """Hosts that have something, or room; those of another house are not among `lines`."""
    rows = []
    for host in hosts:
        line = lines.get(host.pk) or (HostLine() if links.whole and host.left_at is None else None)
        if line is not None:
            rows.append(HostRow(str(host), links.row(line.cell, accueil=str(host.pk)), line, host.places))
    if free is not None:
        rows.append(HostRow(_("not chosen yet"), links.row(free.cell, accueil="open"), free, None))
    return rows


def _times(call: Call, steps: Mapping[str, Days], states: Counter[str], links: Links, *, whole: bool) -> Times:
    days = steps[Stage.DECIDED]
    end = call.answers_by
    late = sum(n for day, n in days.items() if end is not None and day > end)
    waiting = sum(states[state] for state in RUNNING)
    known = sorted(days)
    return Times(
        promised=end,
        first=known[0] if known else None,
        half=counting.median_day(days),
        last=known[-1] if known else None,
        given=sum(days.values()),
        late=late,
        waiting=Number(waiting, links.to(etat="running") if waiting and whole else ""),
        waiting_late=bool(waiting and end is not None and end < timezone.localdate()),
    )


def _aside(shares: counting.Shares, pairs: int, links: Links) -> list[tuple[str, Number]]:
    states = shares.states
    found = [
        (_("received after the announced deadline"), shares.late, links.to(retard="1", etat="sent")),
        (_("not eligible"), states[State.INELIGIBLE], links.to(etat="ineligible")),
        (_("withdrawn by their carriers"), states[State.WITHDRAWN], links.to(etat="withdrawn")),
        (_("merged with another one"), states[State.MERGED], links.to(etat="merged")),
        (_("possible duplicates to look at"), pairs, links.room("programmes:pairs")),
    ]
    return [(label, Number(n, url if n else "")) for label, n, url in found]


def values_by_department(actor: Actor, call: Call) -> dict[str, int]:
    """Applications received by department aimed at, for the map; those that this actor's board counts."""
    part = counted(call, left_out(actor, [call]))
    if not (actor.is_system or runs(actor, call)):
        part = part.filter(concerned(actor))
    return {code: cell.counts["sent"] for code, cell in counting.by_department(part).items()}
