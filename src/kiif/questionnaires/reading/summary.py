"""A summary of each question: how many answered, what they said, as a chart with its table or as a few figures."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kiif.questionnaires.definition import said
from kiif.questionnaires.reading.filters import choices_of
from kiif.questionnaires.reading.plan import Group, Plan
from kiif.questionnaires.reading.tally import Tally
from kiif.questionnaires.values.numbers import plain_number
from kiif.ui.charts import Bars, Chart, Series

#: Bars of a chart, at most: the rest is added up and said.
BARS: Final = 20
#: Classes of a distribution.
CLASSES: Final = 10


@dataclass
class Summary:
    """What is said of one question. `facts`: (label, value) pairs; `note`: what the chart leaves out."""

    group: Group
    label: str
    section: str
    answered: int
    asked: int
    chart: Chart | None = None
    facts: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""

    @property
    def counted(self) -> str:
        """How many answered, among how many."""
        words = {"answered": plain_number(self.answered), "asked": plain_number(self.asked)}
        return _("%(answered)s answers out of %(asked)s") % words


class _Asking:
    """One question and what was counted of it."""

    def __init__(self, plan: Plan, group: Group, tally: Tally, language: str) -> None:
        self.group, self.language = group, language
        self.question = group.question
        self.keys = tally.keys[group.key]
        self.numbers = tally.numbers.get(group.key, np.empty(0))
        asked = sum(tally.asked[version] for version in group.versions)
        title = plan.title_of(group, language)
        self.summary = Summary(group, group.label(language), title, tally.answered[group.key], asked)

    @property
    def chart_id(self) -> str:
        return "chart-" + self.group.key.replace(".", "-")

    def bars(self, counts: dict[str, int], unit: str = "", rest: int = 0) -> None:
        """A chart of these counts, in this order."""
        self.summary.chart = Bars(
            id=self.chart_id,
            title=self.summary.label,
            unit=unit or _("answers"),
            categories=list(counts),
            series=[Series(_("answers"), list(counts.values()))],
            source=self.summary.counted,
            level=2,
        )
        if rest:
            self.summary.note = _("%(n)s less frequent values are not drawn.") % {"n": plain_number(rest)}


def _by_choice(asking: _Asking) -> None:
    """Every choice stands, also those that nobody took."""
    words = choices_of(asking.question, asking.language)
    counts = {label: asking.keys[key] for key, label in words.items()}
    asking.bars(counts | {key: n for key, n in asking.keys.items() if key not in words})


def _by_place(asking: _Asking) -> None:
    from kiif.questionnaires.values.places import names

    most = asking.keys.most_common(BARS)
    known = names((level, code) for level, _colon, code in (key.partition(":") for key, _n in most))
    labels = {key: known.get((key.partition(":")[0], key.partition(":")[2]), key) for key, _n in most}
    asking.bars({f"{labels[key]} ({key.partition(':')[2]})": n for key, n in most}, rest=len(asking.keys) - len(most))


def _by_number(asking: _Asking) -> None:
    numbers = asking.numbers
    if not numbers.size:
        return
    low, first, middle, third, high = np.quantile(numbers, [0, 0.25, 0.5, 0.75, 1])
    show, spread = _shower(asking), _("from %(low)s to %(high)s")
    asking.summary.facts = [
        (_("mean"), show(float(numbers.mean()))),
        (_("median"), show(float(middle))),
        (_("half of the answers"), spread % {"low": show(float(first)), "high": show(float(third))}),
        (_("smallest and largest"), spread % {"low": show(float(low)), "high": show(float(high))}),
    ]  # fmt: skip
    if asking.question.kind == "money":
        asking.summary.facts.append((_("total"), show(float(numbers.sum()))))
    asking.bars(_classes(numbers, plain_number))


def _shower(asking: _Asking) -> Callable[[float], str]:
    unit = {"money": "€", "percent": "%"}.get(asking.question.kind, "") or said(
        getattr(asking.question, "unit", {}), asking.language
    )
    return lambda number: plain_number(round(number, 2)) + (f"\u00a0{unit}" if unit else "")


def _classes(numbers: np.ndarray, show: Callable[[float], str]) -> dict[str, int]:
    """Each value when there are few, equal classes otherwise."""
    distinct, counts = np.unique(numbers, return_counts=True)
    if distinct.size <= CLASSES + 2:
        return {show(round(float(value), 6)): int(n) for value, n in zip(distinct, counts, strict=True)}
    tallies, edges = np.histogram(numbers, bins=CLASSES)
    return {
        f"{show(round(float(low), 2))} – {show(round(float(high), 2))}": int(n)
        for low, high, n in zip(edges[:-1], edges[1:], tallies, strict=True)
    }


def _by_date(asking: _Asking) -> None:
    days = sorted(dt.date.fromordinal(int(number)) for number in asking.numbers)
    if not days:
        return
    months = Counter((day.year, day.month) for day in days)
    if len(months) > BARS:
        asking.bars({str(year): n for year, n in sorted(Counter(day.year for day in days).items())})
    else:
        asking.bars({date_format(dt.date(*key, 1), "F Y"): n for key, n in sorted(months.items())})
    asking.summary.facts = [
        (_("earliest"), date_format(days[0], "DATE_FORMAT")),
        (_("latest"), date_format(days[-1], "DATE_FORMAT")),
    ]


def _by_line(asking: _Asking) -> None:
    grid: Any = asking.question
    asking.summary.chart = Bars(
        id=asking.chart_id,
        title=asking.summary.label,
        unit=_("answers"),
        categories=[said(row.label, asking.language) for row in grid.rows],
        series=[
            Series(said(column.label, asking.language), [asking.keys[f"{row.key}={column.key}"] for row in grid.rows])
            for column in grid.columns
        ],
        stacked=True,
        source=asking.summary.counted,
        level=2,
    )


def _by_size(asking: _Asking) -> None:
    asking.bars({plain_number(size): n for size, n in sorted(Counter(asking.numbers.tolist()).items())[:BARS]})


def _in_words(asking: _Asking) -> None:
    """Words are read, not counted."""


_WAYS: Final[dict[str, Callable[[_Asking], None]]] = {
    "choice": _by_choice,
    "yes_no": _by_choice,
    "consent": _in_words,
    "choices": _by_choice,
    "ranking": _by_choice,
    "territories": _by_place,
    "number": _by_number,
    "money": _by_number,
    "percent": _by_number,
    "scale": _by_number,
    "date": _by_date,
    "grid": _by_line,
    "files": _by_size,
    "table": _by_size,
}


def summaries(plan: Plan, groups: Sequence[Group], tally: Tally, language: str) -> list[Summary]:
    """The summary of each group, from what was counted of them. One more query names places."""
    found = []
    for group in groups:
        asking = _Asking(plan, group, tally, language)
        calculated = getattr(group.question, "result", "") in {"number", "money", "percent"}
        _WAYS.get(group.question.kind, _by_number if calculated else _in_words)(asking)
        found.append(asking.summary)
    return found
