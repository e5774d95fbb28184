"""Change points of a sequence of values, by exact optimal partitioning with a squared-error cost.

The values are scaled by the median difference of neighbours, so that the noise has a variance of 1 whatever the number
of steps. These points are proposals: ``level_changes`` checks the significance and the size of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log

import numpy as np
from numpy.typing import NDArray

MIN_SIZE = 3
"""Smallest number of points between two changes."""
PENALTY = 5.0
"""Decrease of the squared error that a change needs, in units of noise variance multiplied by ln n."""
_NORMAL_MAD = 1.4826022185056018
"""Standard deviation of a normal distribution divided by its median absolute deviation."""
_PRUNE_EVERY = 64

Values = NDArray[np.float64]


def noise_deviation(values: Sequence[float] | Values) -> float:
    """Return the standard deviation of the noise; 0 for fewer than two values, and for equal values.

    It is estimated from the differences of neighbours, so that a few steps do not affect it.
    """
    differences = np.diff(np.asarray(values, dtype=np.float64))
    if not len(differences):
        return 0.0
    # The deviation from zero, the true median of noise differences; that from the sample median is less accurate.
    spread = _NORMAL_MAD * _median(np.abs(differences))
    if spread == 0:  # most neighbours are equal: counts, or rounded values
        spread = float(differences.std())
    return spread / 2**0.5


def change_points(
    values: Sequence[float] | Values,
    *,
    penalty: float | None = None,
    min_size: int = MIN_SIZE,
    allowed: NDArray[np.bool_] | None = None,
) -> list[int]:
    """Return the indices at which a new level begins, in order.

    Parameters
    ----------
    values
        Finite values, shape ``(n,)``; rates as logarithms.
    penalty
        Cost of a change for values scaled to unit noise; ``None`` for ``5 ln n``.
    min_size
        Smallest number of points of a level.
    allowed
        Whether a level may begin at each point, shape ``(n,)``; ``None`` for everywhere.
    """
    series = np.asarray(values, dtype=np.float64)
    deviation = noise_deviation(series)
    if len(series) < 2 * min_size or deviation == 0:
        return []
    beta = PENALTY * log(len(series)) if penalty is None else penalty
    centred = series - _median(series)
    # With noise below a millionth of the steps, rounding errors would exceed the penalty.
    deviation = max(deviation, 1e-6 * float(np.abs(centred).max()))
    return partition(centred / deviation, beta, min_size, allowed)


def partition(
    series: Values, penalty: float, min_size: int = MIN_SIZE, allowed: NDArray[np.bool_] | None = None
) -> list[int]:
    """Return the breaks of the partition that minimises the squared error plus ``penalty`` per break.

    Parameters
    ----------
    series
        Scaled values near zero, shape ``(n,)``.
    penalty, min_size, allowed
        As for ``change_points``.

    Notes
    -----
    Exact dynamic programming over the last break, with pruning (PELT): a break is removed from the candidates when
    another one, at least ``min_size`` points ago, was already better by more than the cost of a further break.
    """
    size = len(series)
    sums = [0.0, *np.cumsum(series).tolist()]
    # Smallest cost of the first `end` points, minus the sum of their squares, which is the same for all partitions.
    cost = [-penalty, *[inf] * size]
    last = [0] * (size + 1)
    starts, start_sums, start_costs = (np.empty(size + 1) for _ in range(3))
    held = 0
    doomed: NDArray[np.bool_] | None = None
    for end in range(min_size, size + 1):
        begin = end - min_size
        if cost[begin] < inf and (begin == 0 or allowed is None or allowed[begin]):
            starts[held], start_sums[held], start_costs[held] = begin, sums[begin], cost[begin]
            held += 1
        candidates = _ending_at(starts[:held], start_sums[:held], start_costs[:held], end, sums[end])
        best = int(candidates.argmin())
        cost[end] = float(candidates[best]) + penalty
        last[end] = int(starts[best])
        if end % _PRUNE_EVERY == 0 and min_size <= _PRUNE_EVERY and (allowed is None or (end < size and allowed[end])):
            if doomed is not None:
                kept = np.ones(held, dtype=bool)
                kept[: len(doomed)] = ~doomed
                candidates = candidates[kept]
                for column in (starts, start_sums, start_costs):
                    column[: len(candidates)] = column[:held][kept]
                held = len(candidates)
            # These candidates are removed as soon as a level that begins here is long enough.
            doomed = candidates > cost[end]
    return _breaks(last, size)


def _median(values: Values) -> float:
    """Return the median. ``numpy.median`` imports masked arrays, which takes as long as the entire search."""
    ordered, size = np.sort(values), len(values)
    return float(ordered[(size - 1) // 2] + ordered[size // 2]) / 2


def _ending_at(starts: Values, start_sums: Values, start_costs: Values, end: int, total: float) -> Values:
    difference = total - start_sums
    return start_costs - difference * difference / (end - starts)


def _breaks(last: Sequence[int], size: int) -> list[int]:
    breaks = []
    end = last[size]
    while end > 0:
        breaks.append(end)
        end = last[end]
    return breaks[::-1]
