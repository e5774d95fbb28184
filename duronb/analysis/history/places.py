"""Where a level may have changed: a test over all possible places, and the set that contains the place with 95 %."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.distributions.student import student_sf

Values = NDArray[np.float64]
Places = NDArray[np.int64]

CERTAINTY = 0.97
"""Nominal probability of the set. A change that was found by its size looks clearer than it is, and 3 % more make up
for that: simulated sets with this value contain the true place in at least 95 % of the cases."""
_PERMUTATIONS = 9_999
_BATCH = 1_000_000
"""Number of values that are permuted at once."""
_NORMAL_FROM = 50
"""Points on both sides from which the normal approximation replaces permutations."""
_SEED = 20260301
"""Fixed, so that the same runs have the same result."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point where the new level may begin.

    Parameters
    ----------
    index
        Index of the first point of the new level.
    probability
        Its probability relative to all other allowed places, 0 to 1.
    """

    index: int
    probability: float


def squares_between(values: Values, places: Places) -> Values:
    """Return the decrease of the squared error by a step at each place.

    Parameters
    ----------
    values
        One or several sequences, shape ``(..., n)``.
    places
        Indices of the first point after the step, from 1 to n - 1, shape ``(k,)``.

    Returns
    -------
    NDArray
        Shape ``(..., k)``.
    """
    size = values.shape[-1]
    centred = values - values.mean(axis=-1, keepdims=True)
    sums = np.cumsum(centred, axis=-1)[..., places - 1]
    found: Values = sums * sums * (size / (places * (size - places)))
    return found


def step_p(values: Values, index: int, places: Places, *, limit: float) -> float:
    """Return the p-value of a step at ``index``, where it was chosen among all ``places``.

    It is the part of random orders of the values that have a step of this size at any of the places. So it assumes no
    distribution, and an outlier counts in every order. It is the p-value of there being a step, not of its place.

    Parameters
    ----------
    values
        Values of both levels, shape ``(n,)``.
    index
        The place of the step.
    places
        All places where it could have been found.
    limit
        Largest p-value of interest. Above it the result is a rough estimate.
    """
    size = len(values)
    total = float(((values - values.mean()) ** 2).sum())
    observed = float(squares_between(values, np.array([index]))[0])
    if total <= 0 or observed <= 0:
        return 1.0
    if min(index, size - index) >= _NORMAL_FROM:
        error = max(total - observed, 0.0)
        statistic = sqrt(observed * (size - 2) / error) if error else float("inf")
        return min(1.0, len(places) * 2 * student_sf(statistic, size - 2))
    random = np.random.default_rng(_SEED)
    done = above = 0
    batch = 200
    while done < _PERMUTATIONS and above <= limit * _PERMUTATIONS:
        batch = min(batch, _PERMUTATIONS - done, max(1, _BATCH // size))
        orders = random.permuted(np.broadcast_to(values, (batch, size)), axis=1)
        above += int((squares_between(orders, places).max(axis=1) >= observed * (1 - 1e-9)).sum())
        done += batch
        batch *= 4
    return (above + 1) / (done + 1)


def likely_places(values: Values, places: Places, certainty: float = CERTAINTY) -> tuple[Place, ...]:
    """Return the smallest set of places that contains the step with a given probability, the likeliest first.

    The likelihood of one step with normal noise is integrated over both levels and the noise. All places are equally
    likely beforehand.

    Parameters
    ----------
    values
        Values of both levels, shape ``(n,)``.
    places
        Indices where the new level may begin, from 1 to n - 1.
    certainty
        Probability of the set.
    """
    size = len(values)
    if not len(places):
        return ()
    total = float(((values - values.mean()) ** 2).sum())
    # Rounding errors would make a perfect fit infinitely likely.
    errors = np.maximum(total - squares_between(values, places), 1e-12 * total + 1e-300)
    logs = -0.5 * (size - 2) * np.log(errors) - 0.5 * np.log(places * (size - places))
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    order = np.argsort(-weights, kind="stable")
    needed = int(np.searchsorted(np.cumsum(weights[order]), certainty)) + 1
    return tuple(Place(int(places[at]), float(weights[at])) for at in order[:needed])
