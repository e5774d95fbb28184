"""The choice of the next pair, and the smallest set."""

from __future__ import annotations

import numpy as np
import pytest

from duronb.analysis.bisection.finding import credible_set
from duronb.analysis.bisection.question import best_pair


def test_the_pair_that_is_as_likely_as_not_to_contain_the_change_is_chosen() -> None:
    assert best_pair(np.array([0, 0.125, 0.125, 0.125, 0.125]), range(5)) == (0, 4)
    assert best_pair(np.array([0, 0.25, 0.25, 0.25, 0.25]), range(5)) == (0, 2)
    # One candidate excludes both of its neighbours at once.
    assert best_pair(np.array([0, 0.15, 0.1, 0.5, 0.25]), range(5)) == (2, 3)
    assert best_pair(np.array([0, 0.25, 0.25, 0.25, 0.25]), [0, 1, 4]) == (0, 1)


def test_a_cost_shifts_the_choice_to_what_is_built() -> None:
    places = np.array([0, 0.2, 0.25, 0.25, 0.3])
    assert best_pair(places, range(5)) == (0, 2)
    assert best_pair(places, range(5), cost=lambda _base, candidate: 5.0 if candidate == 2 else 1.0) == (0, 3)


def test_the_median_is_of_the_probability_of_a_change() -> None:
    assert best_pair(np.array([0, 0.1, 0.1]), range(3), policy="median") == (0, 2)
    assert best_pair(np.array([0, 0.1, 0.3, 0.3]), range(4), policy="median") == (0, 2)


def test_the_smallest_set_has_whole_groups() -> None:
    places = np.array([0, 0.3, 0.02, 0.6, 0.08])
    chosen, probability = credible_set(places, [[1], [2, 3], [4]], 0.9)
    assert chosen == [1, 2, 3]
    assert probability == pytest.approx(0.92)
    assert credible_set(places, [[1], [2], [3], [4]], 0.6)[0] == [3]
    assert credible_set(places / 2, [[1], [2], [3], [4]], 0.9)[0] == [1, 2, 3, 4]
