"""Weights of samples as whole numbers: numbers of samples, or steps of the unit of an event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duronb.errors import StoreError
from duronb.model.building.event_columns import MOST_WEIGHT
from duronb.model.event import Event

NANOSECONDS = {"nanoseconds": 1, "microseconds": 10**3, "milliseconds": 10**6, "seconds": 10**9}
"""Nanoseconds of each unit of time."""
_SCALES = tuple(10**digits for digits in range(1, 7))
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Weighed:
    """Samples of one event.

    Parameters
    ----------
    count
        Number of samples of each row, shape ``(rows,)``.
    weight
        Weight of each row in steps of the event, shape ``(rows,)``; ``None`` if every sample weighs 1.
    event
        The event; ``None`` if the file only has numbers of samples.
    """

    count: NDArray[np.int64]
    weight: NDArray[np.int64] | None = None
    event: Event | None = None


def weighed(weights: NDArray[np.float64], unit: str) -> Weighed:
    """Return rows of a file with their weights.

    Parameters
    ----------
    weights
        Finite and not negative, shape ``(rows,)``.
    unit
        ``none`` for numbers of samples, a unit of time, or ``bytes``.

    Raises
    ------
    StoreError
        The sum of the weights is too large.
    """
    single = (weights > 0).astype(np.int64)
    if unit == "none":
        if (weights == np.floor(weights)).all():
            return Weighed(_rounded(weights))
        scale = next((scale for scale in _SCALES if _are_whole(weights * scale)), _SCALES[-1])
        return Weighed(single, _rounded(weights * scale), Event("samples", "samples", scale, "period"))
    if unit == "bytes":
        return Weighed(single, _rounded(weights), Event("bytes", "bytes", 1, "period"))
    weight = _rounded(weights * NANOSECONDS[unit])
    # Equal times are the interval of a sampler. Then the number of samples says the same.
    differ = len(np.unique(weight[weight > 0])) > 1
    return Weighed(single, weight, Event("time", "nanoseconds", 1, "period" if differ else "samples"))


def _are_whole(values: NDArray[np.float64]) -> bool:
    nearest = np.round(values)
    return bool((np.abs(values - nearest) <= _TOLERANCE * np.maximum(nearest, 1)).all())


def _rounded(values: NDArray[np.float64]) -> NDArray[np.int64]:
    if not float(values.sum()) <= MOST_WEIGHT:
        raise StoreError("The sum of the weights of the samples is too large.", "Check the file.")
    return np.round(values).astype(np.int64)
