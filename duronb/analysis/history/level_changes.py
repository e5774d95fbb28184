"""Level changes: the change points that are significant and large enough, with effects and likely places.

A change is *firm* if a step of its size is rare enough among all places in random orders of the values. The limit is so
strict that at most 1 % of series of 12 to 100 points without a change get a firm one at any time while they grow run by
run. A *suspected* change needs less evidence, or too few points follow; at most 3 % of such series get one.
``tests/simulations/history.py`` measures both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import expm1, log, sqrt

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.distributions.student import student_quantile, student_sf
from duronb.analysis.history.change_points import MIN_SIZE, Values, change_points
from duronb.analysis.history.newest import MOST, are_beyond, beyond_p, may_be_disturbed
from duronb.analysis.history.places import Place, likely_places, squares_between, step_p

_FIRM, _SUSPICION = 0.012, 0.03
"""Limits of the p-values of a firm and of a suspected change, multiplied by the number of places. A history is tested
again after every run, so the limits are far below 1 %, and the more so the more runs there are."""
_FULL = 20
"""With fewer points the limits are a third of that of so many: nearly half of all false changes would come there."""
_STRICTEST = 0.0001
"""The limits do not fall below it: 9,999 random orders cannot tell smaller p-values."""
_BY_SUBJECT, _LOOSEST = 0.02, 0.01
"""Where a level may begin only at few places, a history is tested as rarely: the limit of both is the first number
divided by that of places, and at most the second."""
SMALLEST = 0.05
"""Smallest change that is reported, relative to the level before it."""
FEWEST = 12
"""Smallest number of points in which changes are searched for."""
_BASE = 8
"""Smallest number of points of the last level with which newer points are compared."""
_TESTED = 4
"""Smallest number of points on each side of the places of a test."""
_NEAR = 200
"""Number of points on each side of a change that its test and its places use."""
_PROPOSED = 0.05
"""Limit of Welch's p-value above which a change point is dropped without a test by permutations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """A point where the level of a host history changes.

    Parameters
    ----------
    index
        Index of the first point of the new level: the likeliest place.
    before, after
        Number of points of the two levels.
    effect, low, high
        New level minus old level, with its 95 % confidence interval: relative to the old level if ``relative``, else
        in the unit of the values.
    relative
        Whether the values were compared as ratios.
    p
        p-value of there being a change at any of the possible places; for a suspected change of one to three points,
        of a prediction from the level before. It does not refer to the place.
    suspected
        Whether the evidence is too weak, or too few points follow, for a firm change.
    places
        The places that contain the true one with a probability of 95 %, the likeliest first.
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
    places: tuple[Place, ...] = ()


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
    search = _Search(values, relative, allowed)
    found = search.firm()
    newest = search.suspected(found[-1].index if found else 0)
    return [search.placed(change) for change in (found if newest is None else [*found, newest])]


def welch(before: Values, after: Values) -> tuple[float, float, float]:
    """Return the difference of means, its standard error and Welch's degrees of freedom; needs two values each."""
    parts = [float(side.var(ddof=1)) / len(side) for side in (before, after)]
    bottom = sum(part**2 / (len(side) - 1) for part, side in zip(parts, (before, after), strict=True))
    df = sum(parts) ** 2 / bottom if bottom else float(len(before) + len(after) - 2)
    return float(after.mean() - before.mean()), sqrt(sum(parts)), df


def _limit(spent: float, size: int) -> float:
    """Return the limit of a p-value for so many points."""
    return max(_STRICTEST, spent / (size - 1)) if size >= _FULL else spent / (_FULL - 1) / 3


class _Search:
    """The search for level changes in one series."""

    def __init__(self, values: Values, relative: bool, allowed: NDArray[np.bool_] | None) -> None:
        self.values = values
        self.relative = relative
        self.allowed = np.arange(len(values)) > 0 if allowed is None else allowed & (np.arange(len(values)) > 0)
        self.restricted = allowed is not None
        self.tested: dict[tuple[int, int, int, bool], float] = {}
        self.limit, self.suspicion = _limit(_FIRM, len(values)), _limit(_SUSPICION, len(values))
        if self.restricted:
            few = min(_LOOSEST, _BY_SUBJECT / max(1, int(self.allowed.sum())))
            self.limit, self.suspicion = max(self.limit, few), max(self.suspicion, few)

    def firm(self) -> list[LevelChange]:
        """Return the firm changes: of the proposed ones, the weakest is removed until all are significant."""
        penalty = 2.5 * log(1 + int(self.allowed.sum())) + 3
        breaks = change_points(self.values, penalty=penalty, allowed=self.allowed if self.restricted else None)
        while True:
            edges = [0, *breaks, len(self.values)]
            found = [self._step(*three) for three in zip(edges, edges[1:], edges[2:], strict=False)]
            weak = [change for change in found if not self._is_firm(change)]
            if not weak:
                return found
            # The levels on both sides of the weakest change become one, and its neighbours are tested again.
            breaks.remove(max(weak, key=lambda change: change.p).index)
            breaks = self._moved(breaks)

    def _is_firm(self, change: LevelChange) -> bool:
        follow = len(self.values) - change.index
        return change.p <= self.limit and follow >= _TESTED and self._is_large(change)

    def _moved(self, breaks: list[int]) -> list[int]:
        """Return the breaks, each moved to the likeliest place between its neighbours."""
        edges = [0, *breaks, len(self.values)]
        for at in range(1, len(edges) - 1):
            start, end = edges[at - 1], edges[at + 1]
            places = self._places(start, end, MIN_SIZE, MIN_SIZE)
            if len(places):
                edges[at] = self._likeliest(start, end, places)
        return edges[1:-1]

    def suspected(self, start: int) -> LevelChange | None:
        """Return a suspected change in the last level; ``None`` without one.

        Parameters
        ----------
        start
            First point of the last level.
        """
        end = len(self.values)
        places = self._places(start, end, _BASE, 1)
        if not len(places):
            return None
        few = self._far(start, self._likeliest(start, end, places))
        if few is not None:
            return few
        # A level that became the longer one was suspected when it was new. So half as many places are tested again and
        # again, which finds more at the same rate of false changes. Subjects are few, and all of them are tested.
        places = self._places(start, end, _BASE if self.restricted else max(_BASE, (end - start + 1) // 2), _TESTED)
        if not len(places):
            return None
        found = self._step(start, self._likeliest(start, end, places), end, places)
        return found if found.p <= self.suspicion and self._is_large(found) else None

    def placed(self, change: LevelChange) -> LevelChange:
        """Return a change with its likely places."""
        first = max(change.index - change.before, change.index - _NEAR)
        last = min(change.index + change.after, change.index + _NEAR)
        likely = likely_places(self.values[first:last], self._places(first, last, 1, 1) - first)
        return replace(change, places=tuple(Place(place.index + first, place.probability) for place in likely))

    def _far(self, start: int, index: int) -> LevelChange | None:
        """Return the change at ``index`` if very few points follow and all are too far from the level before."""
        base, after = self.values[start:index], self.values[index:]
        if len(after) > MOST or not are_beyond(base, after) or (self.relative and may_be_disturbed(base, after)):
            return None
        difference = float(after.mean() - base.mean())
        error = float(base.std(ddof=1)) * sqrt(1 / len(after) + 1 / len(base))
        three = start, index, len(self.values)
        p = beyond_p(base, after)
        found = self._change(three, (difference, error, float(len(base) - 1)), p, suspected=True)
        return found if self._is_large(found) else None

    def _likeliest(self, start: int, end: int, places: NDArray[np.int64]) -> int:
        return int(places[int(squares_between(self.values[start:end], places - start).argmax())])

    def _places(self, start: int, end: int, before: int, after: int) -> NDArray[np.int64]:
        """Return the allowed places in a window with at least some points before and after."""
        return np.flatnonzero(self.allowed[: end - after + 1][start + before :]) + start + before

    def _step(self, start: int, index: int, end: int, suspected: NDArray[np.int64] | None = None) -> LevelChange:
        """Return the change at ``index`` between two levels; ``suspected``: the places where it was searched for."""
        edges = start, index, end
        welched = welch(self.values[start:index], self.values[index:end])
        return self._change(edges, welched, self._p(edges, welched, suspected), suspected=suspected is not None)

    def _p(
        self,
        edges: tuple[int, int, int],
        welched: tuple[float, float, float],
        suspected: NDArray[np.int64] | None,
    ) -> float:
        start, index, end = edges
        difference, error, df = welched
        rough = 2 * student_sf(abs(difference) / error, df) if error else float(difference == 0)
        if rough > _PROPOSED:
            return 1.0
        key = (start, index, end, suspected is not None)
        if key not in self.tested:
            first, last = max(start, index - _NEAR), min(end, index + _NEAR)
            places = self._places(first, last, _TESTED, _TESTED)
            if suspected is not None:
                places = suspected[(suspected > first) & (suspected < last)]
            places = np.union1d(places, [index]) - first
            self.tested[key] = step_p(self.values[first:last], index - first, places, limit=self.suspicion)
        return self.tested[key]

    def _change(
        self,
        edges: tuple[int, int, int],
        welched: tuple[float, float, float],
        p: float,
        *,
        suspected: bool,
    ) -> LevelChange:
        start, index, end = edges
        difference, error, df = welched
        half = student_quantile(0.975, df) * error
        scale = expm1 if self.relative else float
        return LevelChange(
            index=index,
            before=index - start,
            after=end - index,
            effect=scale(difference),
            low=scale(difference - half),
            high=scale(difference + half),
            relative=self.relative,
            p=p,
            suspected=suspected,
        )

    def _is_large(self, change: LevelChange) -> bool:
        level = abs(float(self.values[change.index - change.before : change.index].mean()))
        return abs(change.effect) >= (SMALLEST if change.relative else SMALLEST * level)
