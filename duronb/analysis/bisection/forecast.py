"""How many blocks a bisection still needs: its remaining entropy, and the information of a block."""

from __future__ import annotations

from math import ceil, log2, sqrt

import numpy as np

from duronb.analysis.bisection.posterior import Posterior

_EARLY, _LATE = 0.3, 2.2
"""Factors of the estimate between which the true number lies in about 80 % of the steps of simulated searches."""


def blocks_left(state: Posterior, margin: float, level: float) -> tuple[int, int]:
    """Return the lower and the upper number of further blocks that are to be expected.

    Parameters
    ----------
    state
        The posterior now.
    margin
        Loss that is too small to matter.
    level
        Probability at which the search stops.
    """
    shares = np.append(state.places, state.no_change)
    shares = shares[shares > 0]
    entropy = float(-(shares * np.log2(shares)).sum())
    error = 1 - level
    at_the_end = -level * log2(level) - error * log2(error)
    size = max(state.size, margin)
    estimate = max(0.0, entropy - at_the_end) / information(size / state.deviation)
    # The last steps have a larger cost than their entropy: errors must become improbable.
    estimate += -log2(error) / information(size / state.deviation) / 4
    # A search for nothing may end at any time.
    early = _EARLY * (1 - state.no_change)
    return max(1, round(early * estimate)), max(2, ceil(_LATE * estimate))


def information(ratio: float) -> float:
    """Return the information in bits of a block about a yes or no, both equally likely.

    Parameters
    ----------
    ratio
        Size of the change as a multiple of the deviation of a block.
    """
    points, weights = np.polynomial.hermite_e.hermegauss(40)
    weights = weights / sqrt(2 * np.pi)
    # Normal noise around 0 or around ``ratio``: one bit minus the expected remaining uncertainty.
    lost = np.logaddexp(0, -ratio * points - ratio**2 / 2) / np.log(2)
    return max(1e-4, 1 - float(weights @ lost))
