"""Student's distribution: upper tail and quantile.

SciPy has both, and is the oracle of the tests; its import takes as long as reading thousands of runs, and a history
needs nothing else of it.
"""

from __future__ import annotations

from functools import lru_cache
from math import erfc, exp, expm1, hypot, inf, isinf, isnan, lgamma, log, log1p, nan, pi, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
_NEARLY_NORMAL = 1e7
"""Degrees of freedom from which a normal distribution of a transformed t is exact to 14 digits, in far tails to 9."""
_TINY = 1e-300
_PRECISION = 1e-16
_MOST_STEPS = 10_000
_LONGEST_STEP, _LAST_STEP = 50.0, 1e-9


def student_sf(t: float, df: float) -> float:
    """Return the upper tail of Student's distribution: the probability of more than ``t``.

    NaN where ``t`` is none, or the degrees of freedom are not positive.
    """
    if isnan(t) or not df > 0:
        return nan
    tail = _tail(abs(t), df)
    return tail if t > 0 else 1 - tail


@lru_cache(maxsize=4096)
def student_quantile(probability: float, df: float) -> float:
    """Return the quantile of Student's distribution.

    NaN where ``probability`` is none, or the degrees of freedom are not positive.
    """
    if not 0 <= probability <= 1 or not df > 0:
        return nan
    if probability < 0.5:
        return -_upper_quantile(probability, df)
    return _upper_quantile(1 - probability, df)


def _tail(t: float, df: float) -> float:
    """Return the probability of more than ``t``, which is not negative: half of the incomplete beta function."""
    if t == 0:
        return 0.5
    if isinf(t):
        return 0.0
    if df > _NEARLY_NORMAL:
        z = t if isinf(df) else sqrt(df * log1p(t * t / df)) * (8 * df + 1) / (8 * df + 3)  # Wallace 1959
        return 0.5 * erfc(z / sqrt(2))  # NormalDist.cdf of a far tail is 0
    a = df / 2
    scaled = t / sqrt(df)
    # x = df / (df + t²) and y = 1 - x, without overflow and each to its last digit.
    log_x = -2 * log(hypot(1, scaled)) if scaled > 1 else -log1p(scaled * scaled)
    x, y = exp(log_x), -expm1(log_x)
    front = exp(_log_gamma_step(a) - 0.5 * log(pi) + a * log_x + 0.5 * log(y)) if y > 0 else 0.0
    if x < (a + 1) / (a + 2.5):
        return 0.5 * front * _fraction(a, 0.5, x) / a
    return 0.5 - front * _fraction(0.5, a, y)


def _fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function (modified Lentz; DLMF 8.17.22)."""
    value = 1.0
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > _TINY else _TINY)
    value = d
    for m in range(1, _MOST_STEPS):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + factor * d
            d = 1 / (d if abs(d) > _TINY else _TINY)
            c = 1 + factor / c
            c = c if abs(c) > _TINY else _TINY
            value *= c * d
        if abs(c * d - 1) <= _PRECISION:
            break
    return value


def _log_gamma_step(a: float) -> float:
    """Return ln Γ(a + 1/2) - ln Γ(a); of large numbers by its series, as their logarithms leave no digits."""
    if a < 50:
        return lgamma(a + 0.5) - lgamma(a)
    return 0.5 * log(a) - 1 / (8 * a) + 1 / (192 * a**3) - 1 / (640 * a**5)


def _upper_quantile(tail: float, df: float) -> float:
    """Return what is exceeded with this probability, at most one half: Newton's steps between bounds that close in."""
    if tail == 0:
        return inf
    if tail == 0.5:
        return 0.0
    z = -_NORMAL.inv_cdf(tail)
    low, high = 0.0, inf
    t = z + (z**3 + z) / (4 * df)
    for _ in range(_MOST_STEPS):
        found, slope = _tail(t, df), _density(t, df)
        if found > tail:
            low = t
        else:
            high = t
        # On logarithms, between which the tail of few degrees of freedom is nearly straight.
        step = found / (slope * t) * log(found / tail) if found > 0 and slope * t > 0 else inf
        following = t * exp(step) if abs(step) < _LONGEST_STEP else nan
        if not low <= following <= high:
            following = 2 * t if isinf(high) else (low + high) / 2
        # Newton's next step would be the square of this one.
        if abs(following - t) <= _LAST_STEP * t:
            return following
        t = following
    return t


def _density(t: float, df: float) -> float:
    if df > _NEARLY_NORMAL:
        return _NORMAL.pdf(t)
    return exp(_log_gamma_step(df / 2) - 0.5 * log(pi * df) - (df + 1) * log(hypot(1, t / sqrt(df))))
