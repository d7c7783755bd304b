"""A chart shows its data and nothing else: bars add up, tables say the same, what is unknown is not drawn."""

from __future__ import annotations

import itertools
import math
import re
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from kiif.ui.charts import Bars, Chart, Lines, Radar, Series, Strip
from kiif.ui.charts.base import nice_ticks, written

finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)
positive = st.floats(min_value=0, max_value=1e9)
anything = finite | st.none() | st.sampled_from([math.nan, math.inf, -math.inf])


def html(chart: Chart) -> str:
    return Template("{% chart chart %}").render(Context({"chart": chart}))


def bars(rows: list[list[Any]], **options: Any) -> Bars:
    width = max((len(row) for row in rows), default=0)
    categories = [f"c{index}" for index in range(width)]
    return Bars(
        title="T", categories=categories, series=[Series(f"s{i}", row) for i, row in enumerate(rows)], **options
    )


@given(st.lists(finite, min_size=1, max_size=8))
def test_widths_are_in_proportion_to_values_and_start_at_zero(values: list[float]) -> None:
    chart = bars([values])
    low, high = chart.bounds
    assert low <= 0 <= high
    for line, value in zip(chart.lines, values, strict=True):
        (bar,) = line.bars
        assert bar.width == pytest.approx(100 * abs(value) / (high - low), abs=0.01)
        end = bar.x + bar.width if value < 0 else bar.x
        assert end == pytest.approx(chart.zero, abs=0.01)
        assert -0.01 <= bar.x <= bar.x + bar.width <= 100.01


@given(
    st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(positive, min_size=n, max_size=n), min_size=1, max_size=6))
)
def test_stacked_bars_add_up_to_the_data(rows: list[list[float]]) -> None:
    chart = bars(rows, stacked=True)
    high = chart.bounds[1]
    for index, line in enumerate(chart.lines):
        total = sum(row[index] for row in rows)
        assert chart.totals[index] == pytest.approx(total)
        assert sum(bar.width for bar in line.bars) == pytest.approx(100 * total / high, abs=0.02)
        ends = [0.0, *(bar.x + bar.width for bar in line.bars)]
        assert [bar.x for bar in line.bars] == pytest.approx(ends[:-1], abs=0.02)


@given(st.lists(st.lists(anything, min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_table_says_what_the_bars_show(rows: list[list[Any]]) -> None:
    chart = bars(rows)
    assert (
        chart.table.head == ["Catégorie", *(f"s{i}" for i in range(len(rows)))]
        or len(chart.table.head) == len(rows) + 1
    )
    for line, row in zip(chart.lines, chart.table.rows, strict=True):
        assert row == [line.category, *(chart.write(bar.value) for bar in line.bars)]
    page = html(chart)
    drawn = len(re.findall(r'<rect class="bar s\d" x=', page))
    assert drawn == (0 if chart.is_empty else len(chart.numbers))
    assert "nan" not in page.lower().replace("unknown", "")
    assert "style=" not in page


@given(st.lists(st.lists(anything, min_size=1, max_size=12), min_size=1, max_size=6), st.booleans())
def test_lines_pass_through_every_known_value_and_break_elsewhere(rows: list[list[Any]], from_zero: bool) -> None:
    width = max(len(row) for row in rows)
    chart = Lines(
        title="T",
        categories=list(range(width)),
        series=[Series(str(i), row) for i, row in enumerate(rows)],
        from_zero=from_zero,
    )
    assert sum(len(line.points) for line in chart.lines) == len(chart.numbers)
    for line in chart.lines:
        values = chart.grid[line.series]
        runs = sum(1 for i, v in enumerate(values) if v is not None and (i == 0 or values[i - 1] is None))
        assert line.path.count("M") == runs
        assert all(0 <= point.y <= chart.height for point in line.points)
    page = html(chart)
    assert ("<svg" in page) is not chart.is_empty


def test_names_of_lines_do_not_cover_each_other() -> None:
    chart = Lines(title="T", categories=[1, 2], series=[Series(str(i), [1, 5]) for i in range(6)])
    places = sorted(line.label_y for line in chart.lines)
    assert min(b - a for a, b in itertools.pairwise(places)) >= 17.9
    assert places[-1] <= chart.height


@given(st.lists(anything, max_size=60), anything)
def test_strip_keeps_everyone_inside_and_ranks_as_one_counts(values: list[Any], mine: Any) -> None:
    chart = Strip(title="T", values=values, mine=mine)
    real = [v for v in values if v is not None and math.isfinite(v)]
    assert chart.is_empty == (not real)
    page = html(chart)
    if not real:
        assert "<svg" not in page
        return
    for value in real:
        assert 0 <= chart.x(value) <= chart.width
    if chart.me is None:
        assert chart.place is None
    else:
        rank, total = chart.place or (0, 0)
        assert rank == sum(v > chart.me for v in real) + 1
        assert total == len(real) + (0 if chart.me in real else 1)
    assert len(chart.table.rows) == 5 + (chart.me is not None)


@given(
    st.integers(3, 9).flatmap(lambda n: st.lists(st.lists(positive, min_size=n, max_size=n), min_size=1, max_size=3))
)
def test_radar_points_stand_at_their_share_of_the_axis(rows: list[list[float]]) -> None:
    assume(any(value > 0 for row in rows for value in row))
    chart = Radar(
        title="T", categories=list(range(len(rows[0]))), series=[Series(str(i), row) for i, row in enumerate(rows)]
    )
    for profile, row in zip(chart.profiles, rows, strict=True):
        for (x, y), value in zip(profile.points, row, strict=True):
            distance = math.hypot(x - chart.width / 2, y - chart.height / 2)
            assert distance == pytest.approx(130 * value / chart.top, abs=0.2)
            assert distance <= 130.2


@pytest.mark.parametrize(
    "chart",
    [
        bars([]),
        bars([[None, math.nan]]),
        Lines(title="T", categories=[], series=[]),
        Strip(title="T"),
        bars([[math.inf]]),
    ],
)
def test_empty_charts_say_so(chart: Chart) -> None:
    with translation.override("en"):
        assert "No data yet." in html(chart)
        assert "<svg" not in html(chart)


def test_one_value_has_a_reading_without_comparison() -> None:
    with translation.override("en"):
        assert bars([[3]]).sentence == "c0: 3."
        assert Lines(title="T", categories=["2026"], series=[Series("a", [3])]).sentence == "2026: 3."


def test_what_cannot_be_shown_honestly_is_refused() -> None:
    with pytest.raises(ValueError, match="stacked"):
        bars([[-1, 2]], stacked=True)
    with pytest.raises(ValueError, match="three axes"):
        Radar(title="T", categories=["a", "b"], series=[])
    with pytest.raises(ValueError, match="negative"):
        Radar(title="T", categories=["a", "b", "c"], series=[Series("x", [1, -1, 2])])
    with pytest.raises(ValueError, match="6 series"):
        bars([[1]] * 7)


def test_numbers_are_written_as_the_reader_writes() -> None:
    with translation.override("fr"):
        assert written(10655) == "10\u202f655"
        assert written(9.25) == "9,2"
        assert written(-2.5) == "\u22122,5"
        assert written(1234.5) == "1\u202f234"
        assert written(0.123, 3) == "0,123"
    with translation.override("en"):
        assert written(10655) == "10,655"
        assert written(math.nan) == "unknown"


@given(finite, finite)
def test_graduations_cover_the_data_with_few_round_steps(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assume(high - low > 1e-6 * max(abs(low), abs(high), 1))
    ticks = nice_ticks(low, high)
    slack = 1e-6 * (high - low)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert 2 <= len(ticks) <= 7


def test_coordinates_are_never_written_with_a_comma() -> None:
    with translation.override("fr"):
        page = html(Lines(title="T", categories=["a", "b", "c"], series=[Series("s", [0.3, 1.7, 2.2])]))
    for attribute in re.findall(r' (?:d|x|y|cx|cy|width|x1|x2)="([^"]*)"', page):
        assert "," not in attribute, attribute
