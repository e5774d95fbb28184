"""Power, against statsmodels, or against a simulation if statsmodels has no such test."""

from __future__ import annotations

from math import inf, isinf, isnan, log, nan, sqrt

import pytest
from scipy import stats
from scipy.integrate import quad
from statsmodels.stats.power import TTestIndPower, TTestPower

from duronb.analysis.comparison.power import POWER, detectable, power


def integral(away: float, df: int, level: float) -> float:
    """Return the power of a t-test, by integration over the deviation that it may see."""
    limit = stats.t.isf(level / 2, df) / sqrt(df)

    def density(root: float) -> float:
        found = stats.norm.sf(limit * root - away) + stats.norm.cdf(-limit * root - away)
        return float(2 * root * stats.chi2.pdf(root**2, df) * found)

    middle = sqrt(df)
    value, _ = quad(density, 0, middle + 12, points=[middle], epsabs=1e-13, limit=400)
    return float(value)


@pytest.mark.long
@pytest.mark.parametrize("runs", [2, 3, 5, 10, 20, 60])
@pytest.mark.parametrize("size", [0.0, 0.1, 0.5, 1.0, 2.5])
@pytest.mark.parametrize("level", [0.01, 0.04, 0.05])
def test_power_agrees_with_statsmodels_and_an_integral(runs: int, size: float, level: float) -> None:
    paired = integral(size * sqrt(runs), runs - 1, level)
    assert power(size * 0.065, 0.065, runs, paired=True, level=level) == pytest.approx(paired, abs=1e-9)
    assert power(-size * 0.065, 0.065, runs, paired=True, level=level) == pytest.approx(paired, abs=1e-9)
    apart = integral(size * sqrt(runs / 2), 2 * (runs - 1), level)
    assert power(size * 0.065, 0.065, runs, paired=False, level=level) == pytest.approx(apart, abs=1e-9)
    # Far out statsmodels gives no number.
    for expected, theirs in (
        (paired, TTestPower().power(size, runs, level)),
        (apart, TTestIndPower().power(size, runs, level)),
    ):
        assert isnan(theirs) or theirs == pytest.approx(expected, abs=1e-9)


def test_power_for_very_large_effects_is_one() -> None:
    assert power(50.0, 0.01, 5, paired=True) == pytest.approx(1.0)
    assert power(0.1, 0.0, 5, paired=True) == 1.0
    assert power(0.0, 0.0, 5, paired=True, level=0.04) == 0.04


def test_one_run_finds_nothing() -> None:
    assert power(1.0, 0.065, 1, paired=True) == power(1.0, 0.065, 1, paired=False) == 0.0
    assert detectable(0.065, 1, paired=True) == inf


@pytest.mark.parametrize("runs", [2, 3, 5, 10, 20])
def test_the_smallest_detectable_change_is_the_one_that_statsmodels_solves_for(runs: int) -> None:
    for paired, solver in ((True, TTestPower()), (False, TTestIndPower())):
        size = log(1 + detectable(0.065, runs, paired=paired)) / 0.065
        away, df = (size * sqrt(runs), runs - 1) if paired else (size * sqrt(runs / 2), 2 * (runs - 1))
        assert integral(away, df, 0.05) == pytest.approx(POWER, abs=1e-9)
        if runs > 2:  # where statsmodels finds no solution for pairs
            theirs = solver.solve_power(None, runs, alpha=0.05, power=POWER)
            assert size == pytest.approx(float(theirs), rel=1e-5)  # older ones of its solvers stop early


def test_the_smallest_detectable_changes_are_those_of_the_measured_noise() -> None:
    for runs, percent in ((2, 34.9), (3, 19.7), (5, 13.1), (10, 8.6), (20, 5.9)):
        assert 100 * log(1 + detectable(0.065, runs, paired=False)) == pytest.approx(percent, rel=0.2)


def test_unknown_noise_detects_nothing() -> None:
    assert isinf(detectable(nan, 5, paired=True))
