"""Level changes: the change points that are significant and large enough, with effects and likely places.

A change is *firm* if a step of its size is rare enough among all places in random orders of the values. The limit is so
strict that at most 1 % of series of 12 to 100 points without a change get a firm one at any time while they grow run by
run. A *suspected* change needs less evidence, or too few points follow; at most 3 % of such series get one.
``tests/simulations/history.py`` measures both.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, log, sqrt

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.distributions.student import student_quantile, student_sf
from duronb.analysis.history.change_points import MIN_SIZE, Values, change_points
from duronb.analysis.history.places import Place, likely_places, squares_between, step_p

FIRM = 0.0004
"""Limit of the p-value of a firm change. It is tested again after every run, so it is far below 1 %."""
SUSPICION = 0.0009
"""Limit of the p-value of a suspected change."""
_BY_PLACES = 0.02
"""Where a level may begin at few places only, it is tested as rarely: the limit is this divided by their number."""
_LOOSEST = 0.01
SMALLEST = 0.05
"""Smallest change that is reported, relative to the level before it."""
FEWEST = 12
"""Smallest number of points in which changes are searched for."""
_BASE = 8
"""Smallest number of points of the last level with which newer points are compared."""
_MARGINS = (4.0, 2.4, 1.8)
"""A level of one, two or three newest points is suspected if each of them is this many times as far from the level
before as the farthest points of that level are on average. Their orders are too few for a test."""
_FARTHEST = 3
"""Number of the farthest points of the level whose mean distance is used."""
_TESTED = 4
"""Smallest number of points on each side of the places of a test."""
_ALONE = log(1.6)
"""One or two runs that are off by more than a factor of 1.6 are more often disturbed runs than a new level."""
_BASES = (20, 12, 8)
"""Smallest number of points of the last level with which one, two or three newest points are compared."""
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
    return found if newest is None else [*found, newest]


def disturbed_runs(values: Values) -> int:
    """Return how many of the newest runs, 0 to 2, are off by more than a factor of 1.6 from all others.

    They are too far for a suspected change, which one or two runs cannot show at this size.

    Parameters
    ----------
    values
        Logarithms of the values since the last change, shape ``(n,)``.
    """
    for newer in (2, 1):
        base, after = values[: len(values) - newer], values[len(values) - newer :]
        if len(base) < _BASES[newer - 1]:
            continue
        level = float(base.mean())
        offsets = after - level
        one_side = bool(np.all(offsets > 0) or np.all(offsets < 0))
        nearest = float(np.abs(offsets).min())
        if one_side and nearest > _ALONE and nearest > _MARGINS[newer - 1] * float(np.abs(base - level).max()):
            return newer
    return 0


def welch(before: Values, after: Values) -> tuple[float, float, float]:
    """Return the difference of means, its standard error and Welch's degrees of freedom; needs two values each."""
    parts = [float(side.var(ddof=1)) / len(side) for side in (before, after)]
    bottom = sum(part**2 / (len(side) - 1) for part, side in zip(parts, (before, after), strict=True))
    df = sum(parts) ** 2 / bottom if bottom else float(len(before) + len(after) - 2)
    return float(after.mean() - before.mean()), sqrt(sum(parts)), df


class _Search:
    """The search for level changes in one series."""

    def __init__(self, values: Values, relative: bool, allowed: NDArray[np.bool_] | None) -> None:
        self.values = values
        self.relative = relative
        self.allowed = np.arange(len(values)) > 0 if allowed is None else allowed & (np.arange(len(values)) > 0)
        self.restricted = allowed is not None
        self.tested: dict[tuple[int, int, int, bool], float] = {}
        loosest = min(_LOOSEST, _BY_PLACES / max(1, int(self.allowed.sum())))
        self.limit = max(FIRM, loosest) if self.restricted else FIRM

    def firm(self) -> list[LevelChange]:
        """Return the firm changes: of the proposed ones, the weakest is removed until all are significant."""
        penalty = 2.5 * log(1 + int(self.allowed.sum())) + 3
        breaks = change_points(self.values, penalty=penalty, allowed=self.allowed if self.restricted else None)
        while True:
            edges = [0, *breaks, len(self.values)]
            found = [self._step(*three) for three in zip(edges, edges[1:], edges[2:], strict=False)]
            weak = [change for change in found if change.p > self.limit or not self._is_large(change)]
            if not weak:
                return found
            # The levels on both sides of the weakest change become one, and its neighbours are tested again.
            breaks.remove(max(weak, key=lambda change: change.p).index)
            breaks = self._moved(breaks)

    def _moved(self, breaks: list[int]) -> list[int]:
        """Return the breaks, each moved to the likeliest place between its neighbours."""
        edges = [0, *breaks, len(self.values)]
        for at in range(1, len(edges) - 1):
            start, end = edges[at - 1], edges[at + 1]
            places = self._places(start, end, MIN_SIZE, MIN_SIZE)
            if len(places):
                edges[at] = int(places[int(squares_between(self.values[start:end], places - start).argmax())])
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
        last = self.values[start:]
        gains = squares_between(last, places - start)
        index = int(places[int(gains.argmax())])
        base, after = self.values[start:index], self.values[index:]
        if len(after) <= len(_MARGINS) and self._is_far(base, after):
            difference = float(after.mean() - base.mean())
            error = float(base.std(ddof=1)) * sqrt(1 / len(after) + 1 / len(base))
            found = self._change((start, index, end), (difference, error, float(len(base) - 1)), None, suspected=True)
        elif len(after) >= _TESTED:
            found = self._step(start, index, end, suspected=True)
            if found.p > max(SUSPICION, self.limit):
                return None
        else:
            return None
        return found if self._is_large(found) else None

    def _is_far(self, base: Values, after: Values) -> bool:
        """Return whether each of very few newest points is farther from the level than any of its points."""
        if len(base) < _BASES[len(after) - 1]:
            return False
        level = float(base.mean())
        offsets = after - level
        if not (np.all(offsets > 0) or np.all(offsets < 0)):
            return False
        if self.relative and len(after) < MIN_SIZE and float(np.abs(offsets).max()) > _ALONE:
            return False
        farthest = float(np.sort(np.abs(base - level))[-_FARTHEST:].mean())
        return float(np.abs(offsets).min()) > _MARGINS[len(after) - 1] * farthest

    def _places(self, start: int, end: int, before: int, after: int) -> NDArray[np.int64]:
        """Return the allowed places in a window with at least some points before and after."""
        return np.flatnonzero(self.allowed[: end - after + 1][start + before :]) + start + before

    def _step(self, start: int, index: int, end: int, *, suspected: bool = False) -> LevelChange:
        before, after = self.values[start:index], self.values[index:end]
        welched = welch(before, after)
        return self._change(
            (start, index, end), welched, self._p((start, index, end), welched, suspected), suspected=suspected
        )

    def _p(self, edges: tuple[int, int, int], welched: tuple[float, float, float], suspected: bool) -> float:
        start, index, end = edges
        difference, error, df = welched
        rough = 2 * student_sf(abs(difference) / error, df) if error else float(difference == 0)
        if rough > _PROPOSED:
            return 1.0
        key = (start, index, end, suspected)
        if key not in self.tested:
            first, last = max(start, index - _NEAR), min(end, index + _NEAR)
            places = self._places(first, last, _BASE if suspected else _TESTED, _TESTED) - first
            places = np.union1d(places, [index - first])
            limit = max(SUSPICION, self.limit)
            self.tested[key] = step_p(self.values[first:last], index - first, places, limit=limit)
        return self.tested[key]

    def _change(
        self,
        edges: tuple[int, int, int],
        welched: tuple[float, float, float],
        p: float | None,
        *,
        suspected: bool,
    ) -> LevelChange:
        start, index, end = edges
        difference, error, df = welched
        half = student_quantile(0.975, df) * error
        scale = expm1 if self.relative else float
        if p is None:
            p = 2 * student_sf(abs(difference) / error, df) if error else float(difference == 0)
        first, last = max(start, index - _NEAR), min(end, index + _NEAR)
        likely = likely_places(self.values[first:last], self._places(first, last, 1, 1) - first)
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
            places=tuple(Place(place.index + first, place.probability) for place in likely),
        )

    def _is_large(self, change: LevelChange) -> bool:
        level = abs(float(self.values[change.index - change.before : change.index].mean()))
        return abs(change.effect) >= (SMALLEST if change.relative else SMALLEST * level)
