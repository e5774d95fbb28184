"""Power of t-tests on logarithms, and the smallest detectable change."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, isfinite, sqrt

from duronb.analysis.distributions.student import student_quantile

POWER = 0.8


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
