"""Which change points are believed: significant, large enough, and what each changed, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, sqrt

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.comparison.student import student_quantile, student_sf
from duronb.analysis.history.change_points import MIN_SIZE, Values, change_points

P_LIMIT = 0.01
SMALLEST = 0.05
"""Least change that is named, as a part of the level before it."""
FEWEST = 12
"""Points below which no change is looked for."""
_BASE = 8
"""Points of the last level that one or two newer ones are held against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """A level that differs from the one before it.

    Parameters
    ----------
    index
        The first point of the new level.
    before, after
        Points of the two levels.
    effect, low, high
        New level less old one with its 95 % confidence interval: as a part of the old one when ``relative``, else in
        the unit of the figures.
    relative
        The figures were compared as ratios.
    p
        Welch's p-value; for a suspected change that of a prediction.
    suspected
        Too few points follow to be sure.
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
    """Return the changes of level, in order; none below 12 points.

    Parameters
    ----------
    values
        In the order of the series, shape ``(n,)``; logarithms when ``relative``.
    relative
        Effects are ratios.
    allowed
        Where a level may begin, shape ``(n,)``; anywhere when ``None``.
    """
    if len(values) < FEWEST:
        return []
    breaks = change_points(values, allowed=allowed)
    while True:
        found = _between(values, breaks, relative)
        weak = [change for change in found if not _believed(change, values)]
        if not weak:
            break
        # Levels on both sides of the weakest change are one; its neighbours are judged anew.
        breaks.remove(max(weak, key=lambda change: change.p).index)
    newest = _suspected(values, breaks[-1] if breaks else 0, relative, allowed)
    return found if newest is None else [*found, newest]


def welch(before: Values, after: Values) -> tuple[float, float, float]:
    """Return the difference of means, its standard error and Welch's degrees of freedom, of sides of two or more."""
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


def _believed(change: LevelChange, values: Values) -> bool:
    if change.p >= P_LIMIT:
        return False
    level = abs(float(values[change.index - change.before : change.index].mean()))
    return abs(change.effect) >= (SMALLEST if change.relative else SMALLEST * level)


def _suspected(values: Values, start: int, relative: bool, allowed: NDArray[np.bool_] | None) -> LevelChange | None:
    """Hold the newest points, fewer than a level has, against the level before them."""
    for newer in range(MIN_SIZE - 1, 0, -1):
        index = len(values) - newer
        base, after = values[start:index], values[index:]
        if len(base) < _BASE or (allowed is not None and not allowed[index]):
            continue
        difference = float(after.mean() - base.mean())
        error = float(base.std(ddof=1)) * sqrt(1 / newer + 1 / len(base))
        told = (difference, error, float(len(base) - 1))
        change = _change(index, (len(base), newer), told, relative=relative, suspected=True)
        one_side = len(set(np.sign(after - base.mean()).tolist())) == 1
        if one_side and _believed(change, values):
            return change
    return None
