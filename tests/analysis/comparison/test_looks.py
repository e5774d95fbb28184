"""Levels of looks against simulated Brownian motions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from duronb.analysis.comparison.looks import FIRST_SHARE, look_level, spent

DRAWS = 400_000


def crossings(runs: list[int]) -> list[float]:
    """Return the part of the motions that crossed a limit at each look or before."""
    generator = np.random.default_rng(3)
    at = np.zeros(DRAWS)
    crossed = np.zeros(DRAWS, dtype=bool)
    found, last = [], 0
    for look, count in enumerate(runs):
        at += generator.normal(0, np.sqrt(count - last), DRAWS)
        last = count
        limit = stats.norm.isf(look_level(runs[: look + 1]) / 2)
        crossed |= np.abs(at) / np.sqrt(count) > limit
        found.append(float(crossed.mean()))
    return found


@pytest.mark.parametrize("runs", [[5], [5, 10], [5, 8], [5, 6, 30], [3, 5, 8, 12], [5, 10, 15, 20, 25]])
@pytest.mark.long
def test_all_looks_together_have_the_allowed_error(runs: list[int]) -> None:
    for look, crossed in enumerate(crossings(runs), 1):
        assert crossed == pytest.approx(spent(look), abs=4 * np.sqrt(0.05 / DRAWS))


def test_the_first_look_spends_four_fifths_and_none_more_than_all() -> None:
    assert look_level([5]) == pytest.approx(0.04)
    assert spent(1) == pytest.approx(FIRST_SHARE * 0.05)
    assert spent(40) <= 0.05
    assert [round(spent(look), 5) for look in (1, 2, 3)] == [0.04, 0.048, 0.0496]


def test_five_blocks_and_five_more_are_tested_at_the_levels_that_are_documented() -> None:
    assert look_level([5, 10]) == pytest.approx(0.014, abs=5e-4)


def test_a_look_with_few_new_blocks_is_hardly_stricter_than_its_error() -> None:
    # What was seen before adds no new chance to err: the level is above the error that it may spend.
    assert look_level([50, 51]) > spent(2) - spent(1)
    assert look_level([5, 500]) == pytest.approx(spent(2) - spent(1), abs=6e-4)


@pytest.mark.parametrize("runs", [[], [0], [5, 5], [6, 5], [-1, 4]])
def test_looks_without_new_blocks_are_an_error_of_the_caller(runs: list[int]) -> None:
    with pytest.raises(ValueError, match="look"):
        look_level(runs)
