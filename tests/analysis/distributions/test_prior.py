"""The prior of the noise: its level, and how certain it is."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from duronb.analysis.distributions.prior import MOST_DF, noise_prior


def of_equal_noise(groups: int, runs: int) -> list[list[float]]:
    """Return groups of runs that all have exactly the same deviation, 10 %."""
    logs = np.linspace(-1, 1, runs)
    return [np.exp(3 + number + 0.1 * logs / logs.std(ddof=1)).tolist() for number in range(groups)]


@pytest.mark.parametrize(("groups", "runs"), [(3, 2), (4, 6), (8, 6), (100, 6)])
def test_groups_of_equal_noise_weigh_as_much_as_all_their_runs_and_the_largest_weight_allow(
    groups: int, runs: int
) -> None:
    found = noise_prior(of_equal_noise(groups, runs))
    assert found is not None
    assert found.deviation == pytest.approx(0.1)
    located = groups / (1 / MOST_DF + 1 / (runs - 1))
    assert found.df == pytest.approx(1 / (1 / MOST_DF + 1 / located))
    assert found.df < min(MOST_DF, groups * (runs - 1))


def test_groups_of_different_noise_weigh_less() -> None:
    equal = of_equal_noise(8, 6)
    different = [
        np.exp(np.log(group) * factor).tolist()
        for group, factor in zip(equal, [0.2, 1, 5, 1, 0.3, 2, 1, 4], strict=True)
    ]
    known, doubtful = noise_prior(equal), noise_prior(different)
    assert known is not None
    assert doubtful is not None
    assert doubtful.df < known.df / 3


def test_too_few_groups_tell_nothing() -> None:
    assert noise_prior([*of_equal_noise(2, 6), [5.0], [], [-1.0, 0.0]]) is None


@pytest.mark.long
@pytest.mark.parametrize("spread", [0.0, 0.4])
@pytest.mark.parametrize("groups", [3, 4, 8])
def test_a_test_with_a_moderated_variance_keeps_its_level(groups: int, spread: float) -> None:
    rng = np.random.default_rng(11)
    draws, runs, wrong = 2000, 6, 0
    for _ in range(draws):
        *earlier, own = 0.1 * np.exp(rng.normal(0, spread, groups + 1))
        prior = noise_prior([np.exp(rng.normal(0, each, runs)).tolist() for each in earlier])
        assert prior is not None
        values = rng.normal(0, own, runs)
        variance, df = prior.moderated(float(values.var(ddof=1)), runs - 1)
        wrong += abs(values.mean()) > stats.t.isf(0.025, df) * sqrt(variance / runs)
    assert wrong / draws <= 0.05 + 4 * sqrt(0.05 * 0.95 / draws)
