"""Power of t-tests on logarithms, the smallest detectable change, and the number of runs needed for a decision."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, isfinite, log, sqrt

from duronb.analysis.comparison.student import student_quantile

POWER = 0.8
MOST_RUNS = 1000
"""Largest number of runs on a side that is considered; a test that needs more cannot decide at this noise."""


def power(effect: float, deviation: float, runs: int, *, paired: bool, level: float = 0.05) -> float:
    """Return the probability that a test finds a change.

    Parameters
    ----------
    effect
        True difference of the mean logarithms.
    deviation
        Standard deviation of the logarithms: of single runs, or of the differences within blocks when ``paired``.
    runs
        Number of runs on each side, or of blocks if paired.
    paired
        Whether the test is paired.
    level
        Significance level of the two-sided test.
    """
    from scipy.special import nctdtr, ndtr

    df = runs - 1 if paired else 2 * (runs - 1)
    if df < 1:
        return 0.0
    if not deviation:
        return 1.0 if effect else level
    away = abs(effect) / (deviation * sqrt((1 if paired else 2) / runs))
    limit = student_quantile(1 - level / 2, df)
    above, below = float(1 - nctdtr(df, away, limit)), float(nctdtr(df, away, -limit))
    # SciPy returns NaN for very large noncentralities. There the other tail is negligible, and so is the difference
    # from the normal distribution.
    if isfinite(above):
        return above + (below if isfinite(below) else 0.0)
    return float(ndtr(away - limit) + ndtr(-away - limit))


def equivalence_power(effect: float, deviation: float, runs: int, margin: float, *, paired: bool) -> float:
    """Return the approximate probability that two one-sided tests at 5 % show a change to be within the margin."""
    from scipy.special import stdtr

    df = runs - 1 if paired else 2 * (runs - 1)
    if df < 1:
        return 0.0
    error = deviation * sqrt((1 if paired else 2) / runs)
    if not error:
        return float(abs(effect) < log(1 + margin))
    limit = student_quantile(0.95, df)
    bound = log(1 + margin)
    inside = stdtr(df, (bound - effect) / error - limit) + stdtr(df, (bound + effect) / error - limit) - 1
    return max(0.0, float(inside))


def detectable(deviation: float, runs: int, *, paired: bool, level: float = 0.05) -> float:
    """Return the smallest relative change found with a power of 80 %, such as 0.13; ``inf`` if there is none."""
    effect = _detectable_deviations(runs, paired, level) * deviation
    return exp(effect) - 1 if effect < 50 else inf


@lru_cache(maxsize=1024)
def _detectable_deviations(runs: int, paired: bool, level: float) -> float:
    """Return the smallest detectable effect in standard deviations; ``inf`` if there is none."""
    if runs < 2:
        return inf
    low, high = 0.0, 1.0
    while power(high, 1.0, runs, paired=paired, level=level) < POWER:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        if power(middle, 1.0, runs, paired=paired, level=level) < POWER:
            low = middle
        else:
            high = middle
    return high


def runs_needed(effect: float, deviation: float, margin: float, *, paired: bool, level: float = 0.05) -> int | None:
    """Return the number of runs on each side, or of blocks, that would show a change or its equivalence.

    The estimated effect is assumed to be the true one. ``None`` if ``MOST_RUNS`` are not enough.
    """
    if not isfinite(effect) or not isfinite(deviation):
        return None

    def decided(runs: int) -> bool:
        return (
            power(effect, deviation, runs, paired=paired, level=level) >= POWER
            or equivalence_power(effect, deviation, runs, margin, paired=paired) >= POWER
        )

    if not decided(MOST_RUNS):
        return None
    low, high = 1, MOST_RUNS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if decided(middle) else (middle, high)
    return high
