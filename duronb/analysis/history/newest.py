"""Whether the newest one to three points are too far from a level: a prediction from Student's t with unknown tails.

The heaviness of the tails is unknown from so few points, so it is averaged over, with the scale. A margin that suits
normal noise reports the extremes of heavy-tailed noise, and one that suits heavy tails sees nothing.
"""

from __future__ import annotations

from math import inf, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

MOST = 3
"""Largest number of points whose orders are too few for a test, so that they are compared with a prediction."""
BASES = (20, 12, 8)
"""Smallest number of points of the level with which one, two or three newest points are compared."""
LIMITS = (0.001, 0.0001, 0.0001)
"""Limits of the p-value of one, two and three points for a level of at most 20 points. Two points that are far off are
so rare under this prediction that the strict limit hides few."""
_FULL, _DECAY = 20, 4
"""For a level of n > 20 points the limits are multiplied by (20/n)⁴. A level is tested after every run, and so all
limits together stay below 1 %."""
_TAILS = (3.0, 4.0, 6.0, 10.0, inf)
"""Degrees of freedom that are averaged over."""
_SCALES = np.geomspace(0.35, 3.0, 24)
"""Scales that are averaged over, relative to the estimated one."""
_NORMAL_MAD = 1.4826022185056018
_NEAR = 2.0
"""Distance, in scales, below which no limit is reached."""
_FARTHER = 1.5
"""The newest points are this many times as far from the level as its farthest point: where one outlier is, there are
more, however rare the prediction finds them."""
_ALONE = log(1.6)
"""One or two runs that are off by more than a factor of 1.6 are more often disturbed runs than a new level."""


def beyond_p(base: Values, after: Values) -> float:
    """Return the probability that so many further points are all at least as far from a level, on the same side.

    Parameters
    ----------
    base
        Points of the level, shape ``(n,)``.
    after
        The newer points. Only the one nearest to the level counts.

    Returns
    -------
    1 if they are on both sides of the level, or within two scales of it.
    """
    from scipy.special import gammaln, stdtr

    level = float(np.median(base))
    offsets = after - level
    nearest = float(np.abs(offsets).min())
    if not (np.all(offsets > 0) or np.all(offsets < 0)):
        return 1.0
    away = np.abs(base - level)
    scale = _NORMAL_MAD * float(np.median(away)) or float(away.std())
    if scale == 0:
        return 0.0
    if nearest < _NEAR * scale:
        return 1.0
    scales = scale * _SCALES
    squares = (away / scales[:, None]) ** 2
    size = len(base)
    logs, tails = [], []
    for df in _TAILS:
        if df < inf:
            constant = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * log(df * pi)
            fit = size * constant - (df + 1) / 2 * np.log1p(squares / df).sum(axis=1)
        else:
            fit = -0.5 * (size * log(2 * pi) + squares.sum(axis=1))
        logs.append(fit - size * np.log(scales))
        tails.append(stdtr(df, -nearest / (scales * sqrt(1 + 1 / size))))
    weights = np.exp(np.array(logs) - np.max(logs))
    return float(2 * (weights * np.array(tails) ** len(after)).sum() / weights.sum())


def are_beyond(base: Values, after: Values) -> bool:
    """Return whether one to three newest points are too far from a level for its noise."""
    size, level = len(base), np.median(base)
    if size < BASES[len(after) - 1] or np.abs(after - level).min() <= _FARTHER * np.abs(base - level).max():
        return False
    limit = LIMITS[len(after) - 1] * min(1.0, (_FULL / size) ** _DECAY)
    return beyond_p(base, after) <= limit


def may_be_disturbed(base: Values, after: Values) -> bool:
    """Return whether the newest points are one or two that are off by more than a factor of 1.6.

    Parameters
    ----------
    base, after
        Logarithms of the level and of the newest points.
    """
    return 0 < len(after) < MOST and float(np.abs(after - np.median(base)).max()) > _ALONE


def disturbed_runs(values: Values) -> int:
    """Return how many of the newest runs, 0 to 2, are off by more than a factor of 1.6 from all others.

    They are too far for a suspected change, which one or two runs cannot show at this size.

    Parameters
    ----------
    values
        Logarithms of the values since the last change, shape ``(n,)``.
    """
    for newer in (2, 1):
        base, after = values[: len(values) - newer], values[len(values) - newer :]
        if len(base) < BASES[newer - 1]:
            continue
        if bool(np.all(np.abs(after - np.median(base)) > _ALONE)) and are_beyond(base, after):
            return newer
    return 0
