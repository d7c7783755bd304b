"""The estimate of rurality behaves as its name says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiif.methods import rural


def test_extremes_are_beyond_doubt() -> None:
    guess = rural.estimate_rural([20_000, 20, 0], [2_100_000, 300, 0], [4_000_000, 900, 0])
    assert guess.tolist() == [False, True, True]


@given(st.floats(0, 3e4), st.floats(0, 1e6), st.floats(0, 4e6), st.floats(1, 10))
def test_more_people_never_make_a_place_more_rural(density: float, people: float, around: float, factor: float) -> None:
    score = rural.urban_score(density, people, around)
    assert rural.urban_score(density * factor, people, around) >= score
    assert rural.urban_score(density, people * factor, around) >= score
    assert rural.urban_score(density, people, around * factor) >= score


def test_balanced_accuracy_by_hand() -> None:
    assert rural.balanced_accuracy([True, True, False, False], [True, False, False, False]) == pytest.approx(
        (1 + 2 / 3) / 2
    )
    with pytest.raises(ValueError, match="both classes"):
        rural.balanced_accuracy([True], [True])
