"""Where the level of a series changes: exact optimal partitioning with a squared-error cost.

The series is scaled by the median of its neighbours' differences, so that the noise has a variance of 1 however many
steps there are; a change has to lower the squared error by 5 ln n. ``level_changes`` then asks each
for its significance and its size. Of series without a change, 2 % are said to have one at 12 points, 1 % at 20 and
0.4 % at 40; a drop by 15 % under noise of 6.5 % is found in 6 of 10 cases with 5 points behind it, in 9 with 10
(1,000 and 400 simulated series each).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log

import numpy as np
from numpy.typing import NDArray

MIN_SIZE = 3
"""Fewest points between two changes."""
PENALTY = 5.0
"""What a change has to lower the squared error by, in units of noise variance times ln n."""
_NORMAL_MAD = 1.4826022185056018
"""Standard deviation of a normal distribution over its median absolute deviation."""
_PRUNE_EVERY = 64

Values = NDArray[np.float64]


def noise_deviation(values: Sequence[float] | Values) -> float:
    """Return the standard deviation of the noise from the differences of neighbours, which few steps do not disturb.

    0 where there are fewer than two values or all of them are equal.
    """
    differences = np.diff(np.asarray(values, dtype=np.float64))
    if not len(differences):
        return 0.0
    # About zero, which differences of noise have in the middle: about their own median it is less certain.
    spread = _NORMAL_MAD * _median(np.abs(differences))
    if spread == 0:  # most neighbours are equal: counts, or rounded figures
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
        Finite figures, shape ``(n,)``; rates as logarithms.
    penalty
        Cost of a change for values scaled to unit noise; ``5 ln n`` when ``None``.
    min_size
        Fewest points of a level.
    allowed
        Where a level may begin, shape ``(n,)``; anywhere when ``None``.
    """
    series = np.asarray(values, dtype=np.float64)
    deviation = noise_deviation(series)
    if len(series) < 2 * min_size or deviation == 0:
        return []
    beta = PENALTY * log(len(series)) if penalty is None else penalty
    centred = series - _median(series)
    # Noise below a millionth of the steps would drown the penalty in rounding.
    deviation = max(deviation, 1e-6 * float(np.abs(centred).max()))
    return partition(centred / deviation, beta, min_size, allowed)


def partition(
    series: Values, penalty: float, min_size: int = MIN_SIZE, allowed: NDArray[np.bool_] | None = None
) -> list[int]:
    """Return the breaks of the partition with the least squared error plus ``penalty`` per break.

    Parameters
    ----------
    series
        Scaled values near zero, shape ``(n,)``.
    penalty, min_size, allowed
        As for ``change_points``.

    Notes
    -----
    Dynamic programming over the last break, exact. What can never again be the last break is pruned (PELT): a break
    that another one, at least ``min_size`` points ago, already beat by more than what a further break costs.
    """
    size = len(series)
    sums = [0.0, *np.cumsum(series).tolist()]
    # The least cost of the first `end` points, less the sum of their squares, which all partitions have in common.
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
            # Now beaten, and to be left out as soon as a level that begins here is long enough.
            doomed = candidates > cost[end]
    return _breaks(last, size)


def _median(values: Values) -> float:
    """Return the median; NumPy's own imports its masked arrays for it, which takes as long as all of the search."""
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
