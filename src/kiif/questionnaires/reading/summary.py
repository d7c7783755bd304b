"""A summary of each question: how many answered, what they said, as a chart with its table or as a few figures."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from django.db.models import Count, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kiif.questionnaires.definition import said
from kiif.questionnaires.models import Answer, AnswerItem, Response
from kiif.questionnaires.reading.filters import choices_of
from kiif.questionnaires.reading.plan import Group, Plan
from kiif.questionnaires.values.base import CODED
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
    """One question and the answers to it among some dossiers."""

    def __init__(self, plan: Plan, group: Group, responses: QuerySet[Response], language: str, asked: int) -> None:
        self.plan, self.group, self.language = plan, group, language
        self.question = group.question
        own = responses.filter(version__in=group.versions).order_by().values("pk")
        number = plan.fields.get(self.question.id)
        self.answers = Answer.objects.filter(field=number, response__in=own)
        self.items = AnswerItem.objects.filter(field=number, response__in=own)
        self.summary = Summary(
            group, group.label(language), plan.title_of(group, language), self.answers.count(), asked
        )  # fmt: skip

    @property
    def chart_id(self) -> str:
        return "chart-" + self.group.key.replace(".", "-")

    def numbers(self) -> Iterator[float]:
        """What `number` holds of each answer that has one."""
        held = self.answers.filter(number__isnull=False).order_by().values_list("number", flat=True)
        return (float(number or 0) for number in held.iterator())

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
    counted = dict(asking.answers.order_by().values_list("text").annotate(Count("pk")))
    _draw_choices(asking, counted)


def _by_item(asking: _Asking) -> None:
    counted = dict(asking.items.order_by().values_list("text").annotate(Count("pk")))
    coded = asking.answers.filter(text__in=[f"={code}" for code in CODED]).order_by()
    _draw_choices(asking, counted | dict(coded.values_list("text").annotate(Count("pk"))))


def _draw_choices(asking: _Asking, counted: dict[Any, int]) -> None:
    """Every choice stands, also those that nobody took."""
    words = choices_of(asking.question, asking.language)
    counts = {label: counted.get(key, 0) for key, label in words.items()}
    asking.bars(counts | {str(key): n for key, n in counted.items() if key and key not in words})


def _by_place(asking: _Asking) -> None:
    from kiif.questionnaires.values.places import names

    counted = Counter(dict(asking.items.order_by().values_list("text").annotate(Count("pk"))))
    most = counted.most_common(BARS)
    known = names((level, code) for level, _colon, code in (key.partition(":") for key, _n in most))
    labels = {key: known.get((key.partition(":")[0], key.partition(":")[2]), key) for key, _n in most}
    asking.bars({f"{labels[key]} ({key.partition(':')[2]})": n for key, n in most}, rest=len(counted) - len(most))


def _by_number(asking: _Asking) -> None:
    numbers = np.fromiter(asking.numbers(), dtype=float)
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
    days = sorted(dt.date.fromordinal(int(number)) for number in asking.numbers())
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
    counted = dict(asking.items.order_by().values_list("text").annotate(Count("pk")))
    grid: Any = asking.question
    asking.summary.chart = Bars(
        id=asking.chart_id,
        title=asking.summary.label,
        unit=_("answers"),
        categories=[said(row.label, asking.language) for row in grid.rows],
        series=[
            Series(
                said(column.label, asking.language), [counted.get(f"{row.key}={column.key}", 0) for row in grid.rows]
            )
            for column in grid.columns
        ],
        stacked=True,
        source=asking.summary.counted,
        level=2,
    )


def _by_size(asking: _Asking) -> None:
    asking.bars({plain_number(size): n for size, n in sorted(Counter(asking.numbers()).items())[:BARS]})


def _in_words(asking: _Asking) -> None:
    """Words are read, not counted."""


_WAYS: Final[dict[str, Callable[[_Asking], None]]] = {
    "choice": _by_choice,
    "yes_no": _by_choice,
    "consent": _in_words,
    "choices": _by_item,
    "ranking": _by_item,
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


def summaries(plan: Plan, groups: Sequence[Group], responses: QuerySet[Response], language: str) -> list[Summary]:
    """The summary of each group, over these responses. At most three queries by group."""
    versions = Counter(dict(responses.order_by().values_list("version").annotate(Count("pk"))))
    found = []
    for group in groups:
        asked = sum(versions[version] for version in group.versions)
        asking = _Asking(plan, group, responses, language, asked)
        calculated = getattr(group.question, "result", "") in {"number", "money", "percent"}
        _WAYS.get(group.question.kind, _by_number if calculated else _in_words)(asking)
        found.append(asking.summary)
    return found
