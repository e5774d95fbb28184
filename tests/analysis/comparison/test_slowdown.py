"""Whether a candidate has the slow-down that is sought, against an independent computation."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from scipy import stats

from duronb.analysis.comparison.compare import ComparisonResult, compare_runs
from duronb.analysis.comparison.slowdown import answer, slowdowns
from duronb.analysis.comparison.stage import StageComparison
from tests.analysis.comparison.sides import STAGE, series_sides

GOOD = [20.0, 24.5, 17.4, 22.0, 20.3]
NOISE = [1.12, 0.93, 1.08, 0.9, 1.06]
"""An after that is as fast, on blocks that differ by 10 %: no candidate is surely within 5 %."""


def compared(part: float, blocks: int = 5) -> ComparisonResult:
    after = [rate * noise * part for rate, noise in zip(GOOD, NOISE, strict=True)]
    return compare_runs(*series_sides([GOOD[:blocks], after[:blocks]]))


def only(result: ComparisonResult) -> StageComparison:
    (stage,) = result.stages
    return stage


def test_the_sought_slow_down_is_the_bound_of_the_interval() -> None:
    bad = compared(0.6)
    sides = [only(bad).after, only(bad).before]
    oracle = stats.ttest_rel(*np.log(sides)).confidence_interval(1 - bad.level)
    assert slowdowns(bad, 0.05) == {STAGE: pytest.approx(-oracle.high, rel=1e-9)}
    assert slowdowns(compared(1.0), 0.05) == {}
    assert slowdowns(compared(1.6), 0.05) == {}


def test_a_candidate_without_half_of_the_slow_down_is_not_slower() -> None:
    candidate, sought = compared(1.0), slowdowns(compared(0.5), 0.05)
    assert only(candidate).decision.verdict == "inconclusive"
    assert answer(candidate, 0.05) == "inconclusive"
    assert answer(candidate, 0.05, sought) == "not slower"
    logs = np.log(only(candidate).before) - np.log(only(candidate).after)
    p = stats.ttest_1samp(logs, sought[STAGE] / 2, alternative="less").pvalue
    assert p <= candidate.level


def test_the_test_for_half_of_it_errs_at_the_level_of_the_comparison() -> None:
    candidate = compared(1.0)
    logs = np.log(only(candidate).before) - np.log(only(candidate).after)
    answers: dict[str, list[bool]] = {}
    for half in np.linspace(log(1.05), 0.3, 200):
        p = stats.ttest_1samp(logs, half, alternative="less").pvalue
        answers.setdefault(answer(candidate, 0.05, {STAGE: 2 * half}), []).append(bool(p <= candidate.level))
    assert answers.keys() == {"inconclusive", "not slower"}
    assert not any(answers["inconclusive"])
    assert all(answers["not slower"])


def test_a_slow_down_that_is_sought_by_less_than_twice_the_margin_takes_equivalence() -> None:
    assert answer(compared(1.0), 0.05, {STAGE: 1.9 * log(1.05)}) == "inconclusive"


@pytest.mark.parametrize("sought", [None, {STAGE: 0.1}, {STAGE: 3.0}])
def test_a_significant_regression_is_slower_whatever_is_sought(sought: dict[str, float] | None) -> None:
    assert answer(compared(0.6), 0.05, sought) == "slower"


def test_stages_that_are_not_sought_do_not_count() -> None:
    assert answer(compared(0.6), 0.05, {"another": 0.5}) == "inconclusive"


def test_one_block_is_inconclusive() -> None:
    assert answer(compared(0.5, blocks=1), 0.05, {STAGE: 0.5}) == "inconclusive"
