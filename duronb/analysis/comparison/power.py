"""What an experiment can show: power of t-tests on logarithms, the smallest detectable change, blocks still needed."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, isfinite, log, sqrt

from duronb.analysis.comparison.student import student_quantile

POWER = 0.8
MOST_RUNS = 1000
"""More runs on a side than this is "not with this noise"."""


def power(effect: float, deviation: float, runs: int, *, paired: bool, level: float = 0.05) -> float:
    """Return the chance to find a change.

    Parameters
    ----------
    effect
        Of the logarithm.
    deviation
        Standard deviation of the logarithms: of single runs, or of the differences within blocks when ``paired``.
    runs
        On each side, or blocks.
    paired
        The test is paired.
    level
        Of the two-sided test.
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
    # Far out the noncentral distribution is not computed: the other tail is nothing there, and a normal one as good.
    if isfinite(above):
        return above + (below if isfinite(below) else 0.0)
    return float(ndtr(away - limit) + ndtr(-away - limit))


def equivalence_power(effect: float, deviation: float, runs: int, margin: float, *, paired: bool) -> float:
    """Return about how likely two one-sided tests at 5 % show that a change lies within the margin."""
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
    """Return the smallest change that is found with a power of 80 %, as a part: 0.13 for 13 %; ``inf`` for none."""
    effect = _detectable_deviations(runs, paired, level) * deviation
    return exp(effect) - 1 if effect < 50 else inf


@lru_cache(maxsize=1024)
def _detectable_deviations(runs: int, paired: bool, level: float) -> float:
    """Return the smallest detectable effect in standard deviations; ``inf`` for none."""
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
    """Return how many runs on each side, or blocks, would decide: show the change, or that it is within the margin.

    The effect is taken as it is estimated; ``None`` where ``MOST_RUNS`` would not do.
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
