"""Looks: significance levels of repeated tests of one series (group sequential testing).

If runs are added until a test is significant, every test becomes significant at some time. Therefore the looks at one
series share an error of 5 %: the first spends four fifths of it, each further look four fifths of the remaining error.
The level of a look accounts for the earlier blocks that it tests again (the recursion of Armitage, McPherson and Rowe
for Brownian motion). Five blocks and then five more are tested at 4 % and at 1.4 %. Two tests at 5 % would have a false
positive rate of 8 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt

import numpy as np

FIRST_SHARE = 0.8
_GRID = 8.0
_STEPS = 4001


def spent(look: int, level: float = 0.05) -> float:
    """Return the total error that the first ``look`` looks spend."""
    return level * (1 - (1 - FIRST_SHARE) ** look)


def look_level(runs: Sequence[int], level: float = 0.05) -> float:
    """Return the two-sided significance level of the last look.

    Parameters
    ----------
    runs
        Number of blocks at each look, including the earlier ones: ``(5, 8)`` for five blocks and then three more.
    level
        Total error of all looks.

    Notes
    -----
    The first look is tested at 4 %, since the series may be extended later.
    """
    if list(runs) != sorted(set(runs)) or not runs or runs[0] < 1:
        raise ValueError("every look must have more blocks than the one before")
    return _level(tuple(runs), level)


@lru_cache(maxsize=256)
def _level(runs: tuple[int, ...], level: float) -> float:
    from scipy.special import ndtr, ndtri

    first = spent(1, level)
    if len(runs) == 1:
        return first
    # Density of the Brownian motion at the current look, restricted to paths that crossed no earlier limit.
    limits = [-float(ndtri(first / 2))]
    z = np.linspace(-_GRID, _GRID, _STEPS)
    density = np.exp(-(z**2) / 2) / sqrt(2 * np.pi)
    for look in range(1, len(runs)):
        inside = np.abs(z) <= limits[-1]
        step, past = sqrt(runs[look] - runs[look - 1]), sqrt(runs[look - 1])
        weights = np.where(inside, density, 0.0) * (z[1] - z[0])

        def beyond(
            limit: float,
            *,
            step: float = step,
            past: float = past,
            now: int = runs[look],
            weights: np.typing.NDArray[np.float64] = weights,
        ) -> float:
            away = limit * sqrt(now)
            return float((weights * (ndtr((-away - z * past) / step) + ndtr((z * past - away) / step))).sum())

        allowed = spent(look + 1, level) - spent(look, level)
        low, high = 0.0, _GRID
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if beyond(middle) > allowed else (low, middle)
        limits.append(high)
        if look + 1 < len(runs):
            kernel = np.exp(-((z[:, None] * sqrt(runs[look]) - z[None, :] * past) ** 2) / (2 * step**2))
            density = (kernel * weights[None, :]).sum(axis=1) * sqrt(runs[look]) / (step * sqrt(2 * np.pi))
    return 2 * float(ndtr(-limits[-1]))
