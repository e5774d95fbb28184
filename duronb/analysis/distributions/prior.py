"""Noise of earlier runs as a prior for the variance of a comparison (moderated t-test, Smyth 2004).

A variance that is estimated from few runs is itself uncertain. It is shrunk towards the variances of earlier groups of
runs under the same conditions: the more alike those are, the more they weigh. The runs that are compared never
contribute to the prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isfinite, log, sqrt

import numpy as np
from numpy.typing import NDArray

FEWEST_GROUPS = 3
"""Smallest number of earlier groups from which a prior is estimated."""
MOST_DF = 15.0
"""Largest weight of a prior. A few groups that happen to agree do not make the noise known."""
_SMALLEST = 1e-8
"""Smallest variance of logarithms that is used: 0.01 %. Values may be equal because they are rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisePrior:
    """The noise that is expected before any run of a comparison is seen.

    Parameters
    ----------
    deviation
        Standard deviation of the logarithms between equal runs.
    df
        Weight, in degrees of freedom.
    groups
        Number of earlier groups of runs that it was estimated from.
    """

    deviation: float
    df: float
    groups: int

    def moderated(self, variance: float, df: float) -> tuple[float, float]:
        """Return a variance of logarithms that is shrunk to this prior, and its degrees of freedom."""
        total = self.df + df
        return (self.df * self.deviation**2 + df * variance) / total, total


def noise_prior(groups: Sequence[Sequence[float]]) -> NoisePrior | None:
    """Estimate a prior from groups of equal runs by the moments of their logarithmic variances.

    Parameters
    ----------
    groups
        Positive values of a metric: each group has one source and one set of conditions. Values that are not positive
        and groups with a single value are ignored.

    Returns
    -------
    The prior; ``None`` for fewer than ``FEWEST_GROUPS`` groups.
    """
    from scipy.special import digamma, polygamma

    logs = [np.log([value for value in group if isfinite(value) and value > 0]) for group in groups]
    logs = [group for group in logs if len(group) > 1]
    if len(logs) < FEWEST_GROUPS:
        return None
    half = np.asarray([len(group) - 1 for group in logs]) / 2
    variances = np.maximum([group.var(ddof=1) for group in logs], _SMALLEST)
    scaled = np.log(variances) - digamma(half) + np.log(half)
    spread = float(scaled.var(ddof=1) - polygamma(1, half).mean())
    alike = min(MOST_DF, 2 * float(trigamma_inverse(spread))) if spread > 0 else MOST_DF
    # Few groups do not tell the level of the noise exactly, which makes a new variance less certain.
    located = len(logs) / (1 / alike + float((0.5 / half).mean()))
    df = 1 / (1 / alike + 1 / located)
    if spread > 0:
        level = float(scaled.mean() + digamma(alike / 2)) - log(alike / 2)
    else:
        level = log(float((2 * half * variances).sum() / (2 * half).sum()))
    return NoisePrior(deviation=sqrt(exp(level)), df=df, groups=len(logs))


def trigamma_inverse(value: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return y with ``trigamma(y) = value``, by Newton's method from below, where it converges without overshooting.

    Parameters
    ----------
    value
        Positive, of any shape.
    """
    from scipy.special import polygamma

    y = np.asarray(0.5 + 1 / np.asarray(value))
    for _ in range(50):
        trigamma = polygamma(1, y)
        step = trigamma * (1 - trigamma / value) / polygamma(2, y)
        y += step
        if (np.abs(step) < 1e-10 * y).all():
            break
    return y
