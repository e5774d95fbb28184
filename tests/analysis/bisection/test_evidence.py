"""Losses of blocks by stage, and the noise known before."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from duronb.analysis.bisection.evidence import ALL_STAGES, losses, noise_before
from duronb.analysis.bisection.noise import NoisePrior
from duronb.analysis.metrics import METRICS
from duronb.model.run import RunRecord
from tests.analysis.comparison.sides import run_of, side, stage_of_rate

RATE = METRICS["window_rate"]


def two(label: str, one: float | None, other: float | None) -> RunRecord:
    return run_of(label, 0, [stage_of_rate(one, "One"), stage_of_rate(other, "Two")])


def test_a_lower_rate_is_a_loss_by_stage_and_in_the_mean() -> None:
    found = losses({(0, 3): [(two("a", 20, 10), two("b", 16, 10))]}, RATE)
    assert found["One"] == {(0, 3): [pytest.approx(log(20 / 16))]}
    assert found["Two"] == {(0, 3): [pytest.approx(0)]}
    assert found[ALL_STAGES] == {(0, 3): [pytest.approx(log(20 / 16) / 2)]}


def test_a_block_without_a_value_is_left_out_of_that_stage_and_of_the_mean() -> None:
    found = losses({(0, 3): [(two("a", 20, 10), two("b", None, 5))]}, RATE)
    assert found["One"] == {}
    assert found["Two"] == {(0, 3): [pytest.approx(log(2))]}
    assert found[ALL_STAGES] == {}


def test_one_stage_has_no_mean() -> None:
    first, second = side("a", [20.0, 16.0])
    assert set(losses({(0, 1): [(first, second)]}, RATE)) == {"File SQLite 2/2"}


def test_the_noise_of_earlier_runs_is_within_their_subjects_and_leaves_out_those_of_the_search() -> None:
    first, second = [20.0, 22.0, 19.0, 21.0], [10.0, 11.0, 9.5]
    earlier = [*side("a", first), *side("b", second)]
    used = side("c", [1.0, 100.0, 3.0])
    squares = sum(((np.log(of) - np.log(of).mean()) ** 2).sum() for of in (first, second))
    found = noise_before([*earlier, *used], used[0], used, RATE)
    assert found.deviation == pytest.approx((squares / 5) ** 0.5)
    assert found.df == 5
    assert noise_before([*earlier[:3], *used], used[0], used, RATE) == NoisePrior()
    assert noise_before([*earlier, *earlier, *used], used[0], used, RATE).df == 6
