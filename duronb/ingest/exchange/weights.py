"""Weights of samples as whole numbers. Times and fractions become multiples of a unit that a notice names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duronb.errors import StoreError

LARGEST_SUM = 2**62
NANOSECONDS = {
    "nanoseconds": 1.0,
    "ns": 1.0,
    "microseconds": 1e3,
    "us": 1e3,
    "milliseconds": 1e6,
    "ms": 1e6,
    "seconds": 1e9,
    "s": 1e9,
}
"""Nanoseconds of each unit of time that a file can have."""
_TOLERANCE = 1e-6
_MOST_MULTIPLES = 1e6
_SCALES = (1, 10, 100, 1000, 10**6)


@dataclass(frozen=True, slots=True)
class Counts:
    """Weights as whole numbers.

    Parameters
    ----------
    values
        Count of each sample, shape ``(samples,)``; 0 for a weight that is too small to count.
    unit
        What one sample of the run stands for, such as ``10 milliseconds``; ``None`` for one sample of the file.
    """

    values: NDArray[np.int64]
    unit: str | None = None


def counts_of(weights: NDArray[np.float64], unit: str) -> Counts:
    """Return weights as counts, in the largest unit in which all are whole numbers.

    Parameters
    ----------
    weights
        Finite and not negative, shape ``(samples,)``.
    unit
        Unit of the file: a unit of time, ``bytes``, or any other word for numbers without a unit.

    Raises
    ------
    StoreError
        The sum of the counts is too large.
    """
    positive = weights[weights > 0]
    if not len(positive):
        return Counts(np.zeros(len(weights), dtype=np.int64))
    nanoseconds = NANOSECONDS.get(unit)
    if nanoseconds is None and (weights == np.floor(weights)).all():
        return Counts(_rounded(weights), "1 byte" if unit == "bytes" else None)
    smallest = float(positive.min())
    multiples = weights / smallest
    if multiples.max() <= _MOST_MULTIPLES and _are_whole(multiples):
        shown = f"{smallest:.6g}" if unit in {"none", ""} else f"{smallest:.6g} {unit}"
        return Counts(_rounded(multiples), shown)
    if nanoseconds is not None:
        return Counts(_rounded(weights * nanoseconds), "1 nanosecond")
    scale = next((scale for scale in _SCALES if _are_whole(weights * scale)), _SCALES[-1])
    return Counts(_rounded(weights * scale), f"{1 / scale:g}")


def _are_whole(values: NDArray[np.float64]) -> bool:
    nearest = np.round(values)
    return bool((np.abs(values - nearest) <= _TOLERANCE * np.maximum(nearest, 1)).all())


def _rounded(values: NDArray[np.float64]) -> NDArray[np.int64]:
    if not float(values.sum()) <= LARGEST_SUM:
        raise StoreError("The sum of the weights of the samples is too large.", "Check the file.")
    return np.round(values).astype(np.int64)
