"""Newest points are compared with a prediction whose tails are unknown, as scipy computes it."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from scipy import stats

from duronb.analysis.history.newest import are_beyond, beyond_p, disturbed_runs, may_be_disturbed


def level(size: int, seed: int = 0, noise: float = 0.05) -> np.ndarray:
    return np.random.default_rng(seed).normal(2.0, noise, size)


def prediction(base: np.ndarray, nearest: float, newer: int) -> float:
    """The same average with the densities and tails of scipy.stats, one by one."""
    away = np.abs(base - np.median(base))
    scale = stats.median_abs_deviation(base, scale="normal")
    top = bottom = 0.0
    for df in (3, 4, 6, 10, inf):
        for factor in np.geomspace(0.35, 3, 24):
            law = stats.norm(scale=scale * factor) if df == inf else stats.t(df, scale=scale * factor)
            likelihood = float(np.exp(law.logpdf(away).sum()))
            tail = float(law.sf(nearest / np.sqrt(1 + 1 / len(base))))
            top += likelihood * 2 * tail**newer
            bottom += likelihood
    return top / bottom


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("newer", [1, 2, 3])
def test_the_prediction_is_the_average_over_tails_and_scales(seed: int, newer: int) -> None:
    base = level(20 + seed, seed)
    after = np.median(base) - np.array([0.2, 0.3, 0.25])[:newer]
    assert beyond_p(base, after) == pytest.approx(prediction(base, 0.2, newer), rel=1e-9)
    assert beyond_p(-base, -after) == pytest.approx(beyond_p(base, after), rel=1e-9)
    assert beyond_p(9 * base, 9 * after) == pytest.approx(beyond_p(base, after), rel=1e-9)


def test_points_on_both_sides_or_near_are_as_expected() -> None:
    base = level(20)
    middle = float(np.median(base))
    assert beyond_p(base, np.array([middle - 0.3, middle + 0.3])) == 1
    assert beyond_p(base, np.array([middle - 0.3, middle - 0.05])) == 1


def test_any_other_value_is_beyond_equal_ones() -> None:
    assert beyond_p(np.full(20, 2.0), np.array([2.1])) == 0
    assert not are_beyond(np.full(20, 2.0), np.array([2.0]))


def test_heavy_tails_ask_for_more_distance() -> None:
    base = level(20)
    after = np.array([np.median(base) - 0.35])
    assert are_beyond(base, after)
    base[3] += 0.4
    assert not are_beyond(base, after)


def test_so_few_points_need_a_longer_level() -> None:
    assert are_beyond(level(20), np.array([1.4]))
    assert not are_beyond(level(19), np.array([1.4]))
    assert are_beyond(level(12), np.array([1.4, 1.4]))
    assert not are_beyond(level(11), np.array([1.4, 1.4]))


def test_runs_that_are_off_by_more_than_a_factor_are_disturbed() -> None:
    values = np.append(level(24), 1.0)
    assert disturbed_runs(values) == 1
    assert disturbed_runs(np.append(values, 1.0)) == 2
    assert disturbed_runs(np.append(values, 2.0)) == 0
    assert disturbed_runs(np.append(values, [1.0, 1.0])) == 0
    assert disturbed_runs(level(24)) == 0
    assert disturbed_runs(np.append(level(24), 1.6)) == 0
    assert may_be_disturbed(level(24), np.array([1.0]))
    assert not may_be_disturbed(level(24), np.array([1.0, 1.0, 1.0]))


def test_a_run_that_is_off_as_another_was_is_not_named() -> None:
    values = np.append(level(40), 1.0)
    values[5] = 0.9
    assert disturbed_runs(values) == 0
