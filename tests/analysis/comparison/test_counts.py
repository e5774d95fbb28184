from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from duronb.analysis.comparison.counts import compare_failures
from duronb.model.stage import StageResult
from tests.analysis.comparison.sides import STAGE


def stages(*counts: tuple[int | None, int | None], **fields: Any) -> list[StageResult]:
    return [StageResult(name=STAGE, failed=failed, launched=launched, **fields) for failed, launched in counts]


def test_few_runs_are_compared_by_fishers_test_on_their_sums() -> None:
    found = compare_failures(stages((0, 200), (1, 210)), stages((9, 190), (4, 205)))
    assert found is not None
    assert (found.failed, found.launched, found.test) == ((1, 13), (410, 395), "Fisher")
    assert found.p == pytest.approx(stats.fisher_exact(np.array([[1, 13], [409, 382]])).pvalue, abs=1e-9)
    expected = confint_proportions_2indep(13, 395, 1, 410, method="newcomb", compare="diff")
    assert (found.difference.low, found.difference.high) == pytest.approx(expected, abs=1e-9)
    assert found.worse
    assert found.possible is None


def test_many_runs_are_compared_by_the_ranks_of_their_proportions_because_failures_come_in_bursts() -> None:
    before = stages((0, 200), (0, 210), (0, 190), (1, 205))
    after = stages((40, 200), (0, 210), (0, 190), (0, 205))
    found = compare_failures(before, after)
    assert found is not None
    assert found.test == "rank-sum"
    ranks = stats.rankdata([0, 0, 0, 1 / 205, 0.2, 0, 0, 0])
    away = lambda first, _, axis=-1: abs(first.sum(axis=axis) - 4 * ranks.mean())  # noqa: E731
    expected = stats.permutation_test((ranks[:4], ranks[4:]), away, alternative="greater", vectorized=True).pvalue
    assert found.p == pytest.approx(expected, abs=1e-9)
    assert not found.worse
    assert stats.fisher_exact(np.array([[1, 40], [804, 765]])).pvalue < 1e-9  # what the sums alone would claim


def test_fewer_failures_are_not_worse() -> None:
    found = compare_failures(stages((30, 200)), stages((2, 200)))
    assert found is not None
    assert found.p < 0.05
    assert not found.worse


def test_one_configuration_failure_is_worse() -> None:
    found = compare_failures(stages((0, 200)), stages((1, 200), failed_configuration=1))
    assert found is not None
    assert found.p == pytest.approx(1)
    assert found.configuration == 1
    assert found.worse


def test_without_failures_there_is_an_upper_bound() -> None:
    found = compare_failures(stages((0, 596)), stages((0, 596)))
    assert found is not None
    assert found.possible == pytest.approx(1 - 0.05 ** (1 / 596), rel=1e-12)
    assert not found.worse


def test_failed_starts_do_not_exceed_the_launched_orchestrations() -> None:
    found = compare_failures(stages((0, 10)), stages((12, 10)))
    assert found is not None
    assert found.failed == (0, 10)


@pytest.mark.parametrize(
    "sides", [([], [(0, 5)]), ([(None, 5)], [(0, 5)]), ([(0, 0)], [(0, 5)]), ([(0, 5)], [(0, None)]), ([], [])]
)
def test_a_side_that_counted_nothing_has_no_comparison(sides: tuple[Any, Any]) -> None:
    assert compare_failures(stages(*sides[0]), stages(*sides[1])) is None


def test_a_further_look_at_a_series_asks_for_more_than_the_first() -> None:
    found = compare_failures(stages((0, 200)), stages((6, 200)))
    assert found is not None
    assert found.worse
    assert 0.01 < found.p < 0.05
    assert not replace(found, level=0.01).worse
