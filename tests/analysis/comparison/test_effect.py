"""Effects and intervals against scipy.stats and statsmodels."""

from __future__ import annotations

from functools import partial
from math import exp, log, nan, sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

from duronb.analysis.comparison.effect import (
    Effect,
    paired_effect,
    pooled_deviation,
    pooled_effect,
    welch_effect,
)

RATES = st.lists(st.floats(0.5, 500), min_size=2, max_size=12)
BLOCKS = st.lists(st.tuples(st.floats(0.5, 500), st.floats(0.5, 500)), min_size=2, max_size=12)
close = partial(pytest.approx, rel=1e-9, abs=1e-9)


def spread(values: list[float]) -> float:
    return float(np.ptp(np.log(values)))


@given(RATES, RATES, st.sampled_from([0.8, 0.9, 0.95, 0.99]), st.sampled_from([0.01, 0.05, 0.2]))
def test_welch_agrees_with_scipy_and_statsmodels(
    before: list[float], after: list[float], confidence: float, margin: float
) -> None:
    assume(spread(before) > 1e-3 and spread(after) > 1e-3)  # scipy warns of sides that are the same figure
    effect = welch_effect(before, after)
    assert isinstance(effect, Effect)
    oracle = stats.ttest_ind(np.log(after), np.log(before), equal_var=False)
    expected = oracle.confidence_interval(confidence)
    few, many = sorted((len(before), len(after)))
    if few < 4 and many > 2 * few:
        assert effect.df == pytest.approx(min(oracle.df, few - 1))
        return
    assert effect.p == close(oracle.pvalue)
    assert effect.df == pytest.approx(oracle.df, rel=1e-9)
    assert [log(bound) for bound in effect.interval(confidence)] == close([*expected])
    assert effect.ratio == pytest.approx(stats.gmean(after) / stats.gmean(before), rel=1e-9)
    bound = log(1 + margin)
    tost = ttost_ind(np.log(after), np.log(before), -bound, bound, usevar="unequal")[0]
    assert effect.equivalence_p(margin) == close(tost)


@given(BLOCKS, st.sampled_from([0.8, 0.9, 0.95, 0.99]), st.sampled_from([0.01, 0.05, 0.2]))
def test_paired_agrees_with_scipy_and_statsmodels(
    blocks: list[tuple[float, float]], confidence: float, margin: float
) -> None:
    before, after = map(list, zip(*blocks, strict=True))
    assume(np.ptp(np.log(after) - np.log(before)) > 1e-3)
    effect = paired_effect(before, after)
    assert isinstance(effect, Effect)
    oracle = stats.ttest_rel(np.log(after), np.log(before))
    assert effect.p == close(oracle.pvalue)
    assert effect.df == oracle.df == len(before) - 1
    expected = oracle.confidence_interval(confidence)
    assert [log(bound) for bound in effect.interval(confidence)] == close([*expected])
    bound = log(1 + margin)
    tost = ttost_paired(np.log(after), np.log(before), -bound, bound)[0]
    assert effect.equivalence_p(margin) == close(tost)


def test_a_side_without_spread_leaves_the_degrees_of_freedom_to_the_other() -> None:
    effect = welch_effect([5.0, 5.0, 5.0, 5.0], [6.0, 6.5, 6.1])
    assert isinstance(effect, Effect)
    logs = np.log([6.0, 6.5, 6.1])
    assert effect.df == pytest.approx(2)
    assert effect.p == pytest.approx(stats.ttest_1samp(logs, log(5.0)).pvalue, rel=1e-9)


def test_sides_swapped_give_the_inverse_ratio() -> None:
    there, back = welch_effect([20, 21, 19.5], [18, 18.4, 17]), welch_effect([18, 18.4, 17], [20, 21, 19.5])
    assert isinstance(there, Effect)
    assert isinstance(back, Effect)
    assert there.ratio == pytest.approx(1 / back.ratio)
    assert there.interval()[0] == pytest.approx(1 / back.interval()[1])
    assert there.p == pytest.approx(back.p)


def test_a_known_deviation_gives_single_runs_an_interval() -> None:
    effect = pooled_effect([20.0], [18.0], 0.065, 30)
    assert isinstance(effect, Effect)
    error = 0.065 * sqrt(2)
    assert effect.p == pytest.approx(2 * stats.t.sf(abs(log(0.9)) / error, 30), rel=1e-9)
    half = stats.t.ppf(0.975, 30) * error
    assert effect.interval() == pytest.approx((exp(log(0.9) - half), exp(log(0.9) + half)), rel=1e-9)
    # The half width that the table of measured noise promises for one run a side.
    assert exp(half) - 1 == pytest.approx(0.188 / (1 - 0.188 / 2), abs=0.03)


@given(st.lists(RATES, min_size=1, max_size=5))
def test_the_pooled_deviation_is_that_of_an_analysis_of_variance(groups: list[list[float]]) -> None:
    deviation, df = pooled_deviation([*groups, [7.0], []])
    logs = [np.log(group) for group in groups]
    assert df == sum(map(len, groups)) - len(groups)
    expected = sqrt(sum(group.var(ddof=1) * (len(group) - 1) for group in logs) / df)
    assert deviation == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_a_pool_without_repetitions_has_no_deviation() -> None:
    deviation, df = pooled_deviation([[1.0], [], [0.0, -1.0, nan, 5.0]])
    assert np.isnan(deviation)
    assert df == 0


DEGENERATE = [
    ([], [1.0, 2.0], "no run"),
    ([1.0, 2.0], [], "no run"),
    ([], [], "no run"),
    ([0.0, 2.0], [1.0, 2.0], "completed nothing"),
    ([1.0, 2.0], [-1.0, 2.0], "completed nothing"),
    ([1.0, nan], [1.0, 2.0], "not finite"),
    ([1.0, 2.0], [1.0, float("inf")], "not finite"),
    ([5.0, 5.0], [5.0, 5.0], "do not vary"),
    ([5.0, 5.0], [6.0, 6.0], "do not vary"),
]


@pytest.mark.parametrize(("before", "after", "word"), DEGENERATE)
def test_values_that_cannot_be_compared_have_a_reason(before: list[float], after: list[float], word: str) -> None:
    for found in (welch_effect(before, after), pooled_effect(before, after, 0.0, 10)):
        assert isinstance(found, str)
        assert word in found
        assert found.endswith(".")
    if len(before) == len(after):
        assert word in str(paired_effect(before, after))


def test_one_run_or_one_block_has_no_spread() -> None:
    assert "single run" in str(welch_effect([5.0], [6.0]))
    assert "single run" in str(welch_effect([5.0], [6.0, 7.0]))
    assert "One block" in str(paired_effect([5.0], [6.0]))


def test_pairs_that_all_changed_alike_have_no_spread() -> None:
    assert "do not vary" in str(paired_effect([1.0, 2.0, 4.0], [2.0, 4.0, 8.0]))


def test_a_block_that_lacks_a_run_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="lacks a run"):
        paired_effect([1.0], [1.0, 2.0])


def test_an_interval_beyond_all_numbers_is_infinite_and_raises_nothing() -> None:
    effect = Effect(difference=3.0, standard_error=100.0, df=1, method="paired", before=2, after=2)
    assert effect.interval() == pytest.approx((0.0, float("inf")))
