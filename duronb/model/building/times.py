"""Times of samples, and jumps of the clock that took them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LONGEST_GAP = 7 * 86_400
"""Longest time between two samples of one recording, in seconds. A longer one is a jump of the clock."""


def times_without_jumps(time: NDArray[np.float64]) -> tuple[float, float]:
    """Return the first and the last time of the longest part of a recording without a jump of the clock.

    A clock jumps where a sample has the time 0, or one beyond the range of the clock. The part with the most samples
    counts; samples before and after it have wrong times.

    Parameters
    ----------
    time
        Times of all samples in seconds, in any order, shape ``(samples,)``, at least one.
    """
    first, last = float(time.min()), float(time.max())
    if last - first <= LONGEST_GAP:
        return first, last
    ordered = np.sort(time)
    begins = np.concatenate(([0], np.flatnonzero(np.diff(ordered) > LONGEST_GAP) + 1))
    ends = np.append(begins[1:], len(ordered))
    part = int(np.argmax(ends - begins))
    return float(ordered[begins[part]]), float(ordered[ends[part] - 1])


def seconds_of(time: NDArray[np.float64]) -> tuple[float, NDArray[np.int32]]:
    """Return the time of second 0, and the second of each sample.

    If the clock jumps, samples with wrong times are in second 0 and all others are in later seconds.
    """
    if not len(time):
        return 0.0, np.zeros(0, dtype=np.int32)
    first, last = times_without_jumps(time)
    start = float(np.floor(first))
    second = np.floor(time - start)
    jumped = (time < first) | (time > last)
    if jumped.any():
        start -= 1
        second = np.where(jumped, 0, second + 1)
    return start, second.astype(np.int32)
