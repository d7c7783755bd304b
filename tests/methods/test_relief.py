"""Contour lines on surfaces whose lines are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kiif.methods.relief import Grid, contour_lines, smoothed_density


def test_the_lines_of_a_cone_are_circles() -> None:
    y, x = np.mgrid[-20:21, -20:21]
    lines = contour_lines(Grid(20 - np.hypot(x, y), -20.0, -20.0, 1.0), 10)
    assert len(lines) == 1
    assert (lines[0][0] == lines[0][-1]).all()
    assert np.hypot(lines[0][:, 0], lines[0][:, 1]) == pytest.approx(10, abs=0.02)


def test_a_line_that_leaves_the_grid_stays_open() -> None:
    grid = Grid(np.tile(np.arange(5.0), (4, 1)), 100.0, 50.0, 10.0)
    lines = contour_lines(grid, 1.5)
    assert len(lines) == 1
    assert lines[0][:, 0] == pytest.approx(115)
    assert sorted(lines[0][:, 1]) == [50, 60, 70, 80]


def test_a_saddle_is_cut_according_to_its_middle() -> None:
    high = contour_lines(Grid(np.array([[1.0, 0.2], [0.2, 1.0]]), 0, 0, 1), 0.5)
    low = contour_lines(Grid(np.array([[0.8, 0.0], [0.0, 0.8]]), 0, 0, 1), 0.5)
    assert len(high) == len(low) == 2
    joined = {tuple(np.sign(np.diff(line, axis=0)[0])) for line in high}
    apart = {tuple(np.sign(np.diff(line, axis=0)[0])) for line in low}
    assert joined != apart


@given(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=9), elements=st.floats(0, 1))
)
def test_every_point_of_a_line_is_at_the_level(values: np.ndarray) -> None:
    for line in contour_lines(Grid(values, 0, 0, 1), 0.5):
        for x, y in line:
            c, r = int(np.floor(x)), int(np.floor(y))
            right, up = min(c + 1, values.shape[1] - 1), min(r + 1, values.shape[0] - 1)
            fx, fy = x - c, y - r
            assert fx == 0 or fy == 0 or min(fx, fy) < 1e-9
            low = values[r, c] * (1 - fx) + values[r, right] * fx
            high = values[up, c] * (1 - fx) + values[up, right] * fx
            assert low * (1 - fy) + high * fy == pytest.approx(0.5, abs=1e-6)


@given(hnp.arrays(np.float64, (6, 7), elements=st.floats(0, 1)))
def test_lines_closed_or_ending_on_the_border_only(values: np.ndarray) -> None:
    for line in contour_lines(Grid(values, 0, 0, 1), 0.5):
        if not (line[0] == line[-1]).all():
            for x, y in (line[0], line[-1]):
                assert x in (0, 6) or y in (0, 5)


def test_a_flat_surface_has_no_line() -> None:
    assert contour_lines(Grid(np.ones((4, 4)), 0, 0, 1), 0.5) == []
    assert contour_lines(Grid(np.ones((4, 4)), 0, 0, 1), 1) == []
    assert contour_lines(Grid(np.ones((1, 4)), 0, 0, 1), 0.5) == []


@given(st.lists(st.tuples(st.floats(0, 5e4), st.floats(0, 5e4), st.integers(0, 9_999)), min_size=1, max_size=10))
def test_smoothing_keeps_everybody(rows: list[tuple[float, float, int]]) -> None:
    x, y, people = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    grid = smoothed_density(x, y, people, 1_000, 3_000)
    assert grid.values.sum() == pytest.approx(people.sum(), rel=1e-3, abs=1e-3)
    assert (grid.values >= 0).all()


def test_a_window_and_a_finer_grid_stay_in_place() -> None:
    y, x = np.mgrid[0:30, 0:40]
    grid = Grid(np.exp(-((x - 20) ** 2 + (y - 15) ** 2) / 40), 0.0, 0.0, 100.0)
    part = grid.window(1_000, 1_000, 3_000, 2_000)
    assert (part.x0, part.y0) == (900, 900)
    fine = grid.refined(3)
    assert fine.values[45, 60] == pytest.approx(1, abs=1e-6)
    assert fine.step == pytest.approx(100 / 3)
    assert (fine.values >= 0).all()
