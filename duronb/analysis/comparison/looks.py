"""Looking again after more blocks: how much of the allowed error each look may spend.

Who adds runs until a test is significant will see it become so. The looks of one series therefore share the 5 % of
error: the first spends four fifths, each further one four fifths of what is left. The level of a look takes into
account that it sees the earlier blocks again (Armitage, McPherson and Rowe's recursion for a Brownian motion): five
blocks and five more are tested at 4 % and at 1.4 %, where twice 5 % would find 8 % of changes that are none.
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
    """Return how much error the looks up to this one, counted from 1, have spent together."""
    return level * (1 - (1 - FIRST_SHARE) ** look)


def look_level(runs: Sequence[int], level: float = 0.05) -> float:
    """Return the two-sided level of the last look.

    Parameters
    ----------
    runs
        Blocks that each look saw, the earlier ones included: ``(5, 8)`` for five, and three more.
    level
        Error of all looks together.

    Notes
    -----
    A series that is looked at once, and can be extended, is tested at 4 %.
    """
    if list(runs) != sorted(set(runs)) or not runs or runs[0] < 1:
        raise ValueError("every look sees more blocks than the one before")
    return _level(tuple(runs), level)


@lru_cache(maxsize=256)
def _level(runs: tuple[int, ...], level: float) -> float:
    from scipy.special import ndtr, ndtri

    first = spent(1, level)
    if len(runs) == 1:
        return first
    # The density of the Brownian motion at the last look, of those paths that crossed no limit before.
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
