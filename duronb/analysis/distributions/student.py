"""Student's t-distribution: upper tail and quantile of single numbers, by SciPy.

Importing ``scipy.special`` takes 0.2 s. It is imported on first use, so that commands without tests, such as listing
runs, stay fast.
"""

from __future__ import annotations

from math import inf


def student_sf(t: float, df: float) -> float:
    """Return the upper tail of Student's t-distribution: the probability of a value above ``t``.

    Parameters
    ----------
    t
        The statistic; may be infinite.
    df
        Degrees of freedom; infinite for the normal distribution.

    Returns
    -------
    0 to 1; NaN if ``t`` is NaN or ``df`` is not positive.
    """
    from scipy.special import stdtr

    return float(stdtr(df, -t))


def student_quantile(probability: float, df: float) -> float:
    """Return the quantile of Student's t-distribution, which is exceeded with probability ``1 - probability``.

    Parameters
    ----------
    probability
        0 to 1; the quantile is infinite at 0 and 1.
    df
        Degrees of freedom; infinite for the normal distribution.

    Returns
    -------
    The quantile; NaN if ``probability`` is outside 0 to 1 or ``df`` is not positive.
    """
    if df > 0 and probability in (0, 1):  # SciPy's results for these differ between versions.
        return inf if probability else -inf
    from scipy.special import stdtrit

    return float(stdtrit(df, probability))
