"""Exact tests against scipy.stats, statsmodels and plain enumeration."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from duronb.analysis.comparison.exact import (
    LARGEST_SIDE,
    fisher_p,
    proportions,
    rank_sum_p,
    signed_rank_p,
    still_possible,
)

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

DISTINCT = st.lists(st.integers(1, 10_000), min_size=2, max_size=24, unique=True)
TIED = st.lists(st.integers(1, 5), min_size=2, max_size=9)


@given(DISTINCT, st.data())
def test_the_rank_sum_test_is_the_exact_mann_whitney_test(values: list[int], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(values) - 1))
    before, after = values[:cut], values[cut:]
    expected = stats.mannwhitneyu(before, after, method="exact").pvalue
    assert rank_sum_p(before, after) == pytest.approx(expected, rel=1e-9)


@given(TIED, st.data())
def test_the_rank_sum_test_is_exact_with_ties(values: list[int], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(values) - 1))
    ranks = stats.rankdata(values)
    middle = cut * ranks.mean()
    seen = abs(ranks[:cut].sum() - middle)
    sums = [sum(chosen) for chosen in combinations(ranks, cut)]
    expected = np.mean([abs(total - middle) >= seen - 1e-9 for total in sums])
    assert rank_sum_p(values[:cut], values[cut:]) == pytest.approx(expected, rel=1e-9)


def test_the_rank_sum_test_with_ties_is_scipys_permutation_test() -> None:
    before, after = [3, 3, 5, 7, 7], [3, 7, 9, 9, 9, 10]
    ranks = stats.rankdata([*before, *after])

    def away(first: Numbers, _second: Numbers, axis: int = -1) -> Numbers:
        return np.asarray(np.abs(first.sum(axis=axis) - len(before) * ranks.mean()))

    # Fewer ways than SciPy's default number of permutations: it takes every one.
    found = stats.permutation_test((ranks[:5], ranks[5:]), away, alternative="greater", vectorized=True)
    assert rank_sum_p(before, after) == pytest.approx(found.pvalue, rel=1e-9)


@given(DISTINCT, st.data())
def test_the_signed_rank_test_is_the_exact_wilcoxon_test(sizes: list[int], data: st.DataObject) -> None:
    signs = data.draw(st.lists(st.sampled_from([-1, 1]), min_size=len(sizes), max_size=len(sizes)))
    differences = np.multiply(sizes, signs)
    expected = stats.wilcoxon(differences, method="exact").pvalue
    assert signed_rank_p([0.0] * len(sizes), differences.tolist()) == pytest.approx(expected, rel=1e-9)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=9))
def test_the_signed_rank_test_is_exact_with_ties_and_zeros(differences: list[int]) -> None:
    kept = [value for value in differences if value]
    assume(kept)
    ranks = stats.rankdata(np.abs(kept))
    seen = abs(sum(np.sign(kept) * ranks))
    sums = [abs(np.dot(signs, ranks)) for signs in product((-1, 1), repeat=len(kept))]
    expected = np.mean([total >= seen - 1e-9 for total in sums])
    assert signed_rank_p([0] * len(differences), differences) == pytest.approx(expected, rel=1e-9)


def test_pairs_without_any_difference_have_p_one() -> None:
    assert signed_rank_p([1, 2, 3], [1, 2, 3]) == 1.0
    assert rank_sum_p([2, 2, 2], [2, 2]) == 1.0


def test_the_smallest_p_values_are_those_of_the_tables() -> None:
    for runs, smallest in ((3, 0.1), (4, 0.0286), (5, 0.0079), (6, 0.0022)):
        assert rank_sum_p(range(runs), range(10, 10 + runs)) == pytest.approx(smallest, abs=5e-5)


@pytest.mark.long
def test_the_largest_sides_are_still_exact() -> None:
    generator = np.random.default_rng(5)
    before, after = generator.normal(0, 1, LARGEST_SIDE), generator.normal(0.4, 1, LARGEST_SIDE)
    assert rank_sum_p(before.tolist(), after.tolist()) == pytest.approx(
        stats.mannwhitneyu(before, after, method="exact").pvalue, rel=1e-9
    )
    assert signed_rank_p(before.tolist(), after.tolist()) == pytest.approx(
        stats.wilcoxon(after - before, method="exact").pvalue, rel=1e-9
    )


COUNTS = st.integers(0, 300)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_fishers_test_agrees_with_scipy(a: int, b: int, c: int, d: int) -> None:
    assume(a + c and b + d)
    expected = stats.fisher_exact(np.array([[a, c], [b, d]])).pvalue
    assert fisher_p((a, b), (c, d)) == pytest.approx(expected, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(
    "table", [((0, 5), (596, 591)), ((0, 0), (596, 591)), ((3, 40), (10_000, 10_000)), ((1, 0), (0, 1))]
)
def test_fishers_test_of_failures_agrees_with_scipy(table: tuple[tuple[int, int], tuple[int, int]]) -> None:
    expected = stats.fisher_exact(np.transpose(table)).pvalue
    assert fisher_p(*table) == pytest.approx(expected, abs=1e-9)


@given(st.integers(1, 2000), st.integers(1, 2000), st.data(), st.sampled_from([0.9, 0.95, 0.99]))
def test_the_interval_of_proportions_is_newcombes(n: int, m: int, data: st.DataObject, confidence: float) -> None:
    x, y = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    found = proportions((x, y), (n, m), confidence)
    assert found is not None
    assert (found.before, found.after) == (x / n, y / m)
    expected = confint_proportions_2indep(y, m, x, n, method="newcomb", compare="diff", alpha=1 - confidence)
    assert (found.low, found.high) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_without_counts_there_is_no_proportion() -> None:
    assert proportions((0, 0), (0, 5)) is None
    assert proportions((0, 0), (5, 0)) is None


def test_no_failure_of_many_still_allows_some() -> None:
    assert still_possible(596) == pytest.approx(0.005, abs=2e-5)
    # One-sided Clopper-Pearson.
    assert still_possible(596) == pytest.approx(proportion_confint(0, 596, alpha=0.1, method="beta")[1], rel=1e-9)
    assert still_possible(0) == 1.0
