"""Change points: exact, as ruptures finds them, and silent where nothing changes."""

from __future__ import annotations

import itertools
from math import log

import numpy as np
import pytest
import ruptures
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from duronb.analysis.history.change_points import change_points, noise_deviation, partition
from tests.examples import examples


def stepped(draw: np.random.Generator, size: int) -> np.ndarray:
    series = draw.normal(size=size)
    for start in draw.integers(0, size, int(draw.integers(0, 6))):
        series[start:] += 3 * draw.normal()
    return series


def cost(series: np.ndarray, breaks: list[int], penalty: float) -> float:
    edges = [0, *breaks, len(series)]
    parts = [series[begin:end] for begin, end in itertools.pairwise(edges)]
    return sum(float(((part - part.mean()) ** 2).sum()) for part in parts) + penalty * len(breaks)


def by_exhaustion(series: np.ndarray, penalty: float, min_size: int, allowed: np.ndarray | None) -> float:
    """Least cost over all partitions, by the textbook's recursion without any pruning."""
    size = len(series)
    best = [0.0] + [np.inf] * size
    begins = [begin for begin in range(size) if not begin or allowed is None or allowed[begin]]
    for end in range(1, size + 1):
        for begin in begins:
            if begin <= end - min_size and best[begin] < np.inf:
                error = float(series[begin:end].var()) * (end - begin)
                best[end] = min(best[end], best[begin] + error + (penalty if begin else 0.0))
    return best[size]


@pytest.mark.parametrize("seed", range(40))
def test_breaks_are_those_of_ruptures(seed: int) -> None:
    draw = np.random.default_rng(seed)
    size = int(draw.integers(6, 500))
    series = stepped(draw, size)
    scaled = (series - np.median(series)) / noise_deviation(series)
    penalty = 5 * log(size)
    oracle = ruptures.KernelCPD(kernel="linear", min_size=3).fit(scaled.reshape(-1, 1)).predict(pen=penalty)
    assert change_points(series) == [int(end) for end in oracle[:-1]]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("penalty", [0.0, 0.3, 2.0, 9.0])
@pytest.mark.parametrize("some", [False, True])
def test_no_partition_costs_less(seed: int, penalty: float, some: bool) -> None:
    draw = np.random.default_rng(seed)
    size, min_size = int(draw.integers(6, 200)), int(draw.integers(1, 4))
    series = stepped(draw, size)
    allowed = draw.random(size) < 0.3 if some else None
    breaks = partition(series, penalty, min_size, allowed)
    assert breaks == sorted(breaks)
    assert all(length >= min_size for length in np.diff([0, *breaks, size]))
    assert allowed is None or all(allowed[breaks])
    assert cost(series, breaks, penalty) == pytest.approx(by_exhaustion(series, penalty, min_size, allowed), abs=1e-8)


def test_a_step_is_found_where_it_is() -> None:
    draw = np.random.default_rng(1)
    series = np.concatenate([draw.normal(0, 0.06, 30), draw.normal(-0.3, 0.06, 20), draw.normal(0, 0.06, 3)])
    assert change_points(series) == [30, 50]


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [5.0] * 30, [1.0, 2.0, 1.0, 2.0, 1.0]])
def test_too_few_or_equal_values_have_no_change(values: list[float]) -> None:
    assert change_points(values) == []


def test_counts_that_are_mostly_equal_may_change() -> None:
    assert change_points([0.0] * 20 + [9.0] * 20) == [20]


def test_scale_and_place_of_the_figures_do_not_matter() -> None:
    series = stepped(np.random.default_rng(5), 200)
    assert change_points(1e6 + 1e-3 * series) == change_points(series)


@pytest.mark.long
def test_ten_thousand_points_agree_with_ruptures() -> None:
    draw = np.random.default_rng(2)
    series = draw.normal(size=10_000) + np.repeat([0.0, 1.0, 0.2, 0.2, 2.0], 2000)
    scaled = (series - np.median(series)) / noise_deviation(series)
    oracle = ruptures.KernelCPD(kernel="linear", min_size=3).fit(scaled.reshape(-1, 1)).predict(pen=5 * log(10_000))
    found = change_points(series)
    assert found == [int(end) for end in oracle[:-1]]
    assert len(found) == 3


@pytest.mark.long
def test_noise_alone_is_rarely_a_change() -> None:
    draw = np.random.default_rng(3)
    false = sum(bool(change_points(draw.normal(size=40))) for _ in range(500))
    # 0.7 % were measured; 1 in 1000 chance that a rate of 1.5 % gives more than 20.
    assert false <= 20
    assert stats.binom.sf(20, 500, 0.015) < 1e-3


@examples(60)
@given(arrays(np.float64, st.integers(0, 60), elements=st.floats(-1e9, 1e9)))
def test_any_series_gives_admissible_breaks(series: np.ndarray) -> None:
    breaks = change_points(series)
    assert all(length >= 3 for length in np.diff([0, *breaks, len(series)])) or not breaks
