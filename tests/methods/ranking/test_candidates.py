import numpy as np
import pytest

from kiif.methods.ranking import weights
from kiif.methods.ranking.candidates import highest, reachable
from kiif.methods.ranking.robustness import top_sets


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_leaving_out_the_hopeless_changes_no_top_set(seed, missing):
    rng = np.random.default_rng(seed)
    values = rng.random((600, 5))
    values[rng.random(values.shape) < missing] = np.nan
    draws = weights.draw_plus_minus(500, rng.random(5) + 0.2, 0.5, rng)
    rows = reachable(values, draws, 10)
    assert 10 <= len(rows) < 600
    assert np.array_equal(rows[top_sets(values[rows], draws, 10).members], top_sets(values, draws, 10).members)


def test_highest_fills_the_box_in_the_order_of_the_gains():
    low, high = np.array([0.1, 0.2, 0.1]), np.array([0.5, 0.6, 0.4])
    assert highest(np.array([[3.0, 1.0, 2.0]]), low, high) == pytest.approx([0.5 * 3 + 0.3 * 2 + 0.2 * 1])


def test_a_top_as_large_as_the_list_keeps_everything():
    assert reachable(np.ones((3, 2)), np.array([[0.5, 0.5]]), 5).tolist() == [0, 1, 2]
