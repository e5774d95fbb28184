"""Student's distribution: upper tail and quantile of single numbers, by SciPy.

``scipy.special`` takes 0.2 s to import, so it is imported when the first number is asked for: what computes no test,
such as listing runs, does not pay for it.
"""

from __future__ import annotations

from math import inf


def student_sf(t: float, df: float) -> float:
    """Return the upper tail of Student's distribution: the probability of more than ``t``.

    Parameters
    ----------
    t
        The statistic; infinite ones are allowed.
    df
        Degrees of freedom; with infinitely many it is the normal distribution.

    Returns
    -------
    0 to 1; NaN where ``t`` is NaN or ``df`` is not positive.
    """
    from scipy.special import stdtr

    return float(stdtr(df, -t))


def student_quantile(probability: float, df: float) -> float:
    """Return the quantile of Student's distribution: what is exceeded with probability ``1 - probability``.

    Parameters
    ----------
    probability
        0 to 1; at these ends the quantile is infinite.
    df
        Degrees of freedom; with infinitely many it is the normal distribution.

    Returns
    -------
    NaN where ``probability`` is not from 0 to 1, or ``df`` is not positive.
    """
    if df > 0 and probability in (0, 1):  # SciPy's answer to these differs from version to version.
        return inf if probability else -inf
    from scipy.special import stdtrit

    return float(stdtrit(df, probability))
