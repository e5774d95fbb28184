"""Level changes: the change points that are significant and large enough, with effects and confidence intervals."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, sqrt

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.comparison.student import student_quantile, student_sf
from duronb.analysis.history.change_points import MIN_SIZE, Values, change_points

P_LIMIT = 0.01
SMALLEST = 0.05
"""Smallest change that is reported, relative to the level before it."""
FEWEST = 12
"""Smallest number of points in which changes are searched for."""
_BASE = 8
"""Smallest number of points of the last level with which one or two newer points are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """A point where the level of a host history changes.

    Parameters
    ----------
    index
        Index of the first point of the new level.
    before, after
        Number of points of the two levels.
    effect, low, high
        New level minus old level, with its 95 % confidence interval: relative to the old level if ``relative``, else
        in the unit of the values.
    relative
        Whether the values were compared as ratios.
    p
        p-value of Welch's t-test; for a suspected change, of a prediction from the level before.
    suspected
        Whether too few points follow for a confirmed change.
    """

    index: int
    before: int
    after: int
    effect: float
    low: float
    high: float
    relative: bool
    p: float
    suspected: bool = False


def level_changes(values: Values, *, relative: bool, allowed: NDArray[np.bool_] | None = None) -> list[LevelChange]:
    """Return the level changes, in order; an empty list for fewer than 12 points.

    Parameters
    ----------
    values
        Values in the order of the host history, shape ``(n,)``; logarithms if ``relative``.
    relative
        Whether effects are ratios.
    allowed
        Whether a level may begin at each point, shape ``(n,)``; ``None`` for everywhere.
    """
    if len(values) < FEWEST:
        return []
    breaks = change_points(values, allowed=allowed)
    while True:
        found = _between(values, breaks, relative)
        weak = [change for change in found if not _is_confirmed(change, values)]
        if not weak:
            break
        # Merge the levels on both sides of the weakest change, and test its neighbours again.
        breaks.remove(max(weak, key=lambda change: change.p).index)
    newest = _suspected(values, breaks[-1] if breaks else 0, relative, allowed)
    return found if newest is None else [*found, newest]


def welch(before: Values, after: Values) -> tuple[float, float, float]:
    """Return the difference of means, its standard error and Welch's degrees of freedom; needs two values each."""
    parts = [float(side.var(ddof=1)) / len(side) for side in (before, after)]
    bottom = sum(part**2 / (len(side) - 1) for part, side in zip(parts, (before, after), strict=True))
    df = sum(parts) ** 2 / bottom if bottom else float(len(before) + len(after) - 2)
    return float(after.mean() - before.mean()), sqrt(sum(parts)), df


def _between(values: Values, breaks: list[int], relative: bool) -> list[LevelChange]:
    edges = [0, *breaks, len(values)]
    found = []
    for start, index, end in zip(edges, edges[1:], edges[2:], strict=False):
        before, after = values[start:index], values[index:end]
        found.append(_change(index, (len(before), len(after)), welch(before, after), relative=relative))
    return found


def _change(
    index: int,
    counts: tuple[int, int],
    welched: tuple[float, float, float],
    *,
    relative: bool,
    suspected: bool = False,
) -> LevelChange:
    difference, error, df = welched
    half = student_quantile(0.975, df) * error
    scale = expm1 if relative else float
    return LevelChange(
        index=index,
        before=counts[0],
        after=counts[1],
        effect=scale(difference),
        low=scale(difference - half),
        high=scale(difference + half),
        relative=relative,
        p=2 * student_sf(abs(difference) / error, df) if error else float(difference == 0),
        suspected=suspected,
    )


def _is_confirmed(change: LevelChange, values: Values) -> bool:
    if change.p >= P_LIMIT:
        return False
    level = abs(float(values[change.index - change.before : change.index].mean()))
    return abs(change.effect) >= (SMALLEST if change.relative else SMALLEST * level)


def _suspected(values: Values, start: int, relative: bool, allowed: NDArray[np.bool_] | None) -> LevelChange | None:
    """Return a suspected change of the newest points, which are too few for a level; ``None`` if there is none."""
    for newer in range(MIN_SIZE - 1, 0, -1):
        index = len(values) - newer
        base, after = values[start:index], values[index:]
        if len(base) < _BASE or (allowed is not None and not allowed[index]):
            continue
        difference = float(after.mean() - base.mean())
        error = float(base.std(ddof=1)) * sqrt(1 / newer + 1 / len(base))
        prediction = (difference, error, float(len(base) - 1))
        change = _change(index, (len(base), newer), prediction, relative=relative, suspected=True)
        one_side = len(set(np.sign(after - base.mean()).tolist())) == 1
        if one_side and _is_confirmed(change, values):
            return change
    return None
