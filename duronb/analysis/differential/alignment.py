"""Alignment of both sides: functions that were renamed or inlined, and a call tree in which they are on both sides.

A renamed function is missing on one side with everything that it calls. In a comparison node by node, all of it would
have vanished and appeared. Therefore such functions are found first, and the tests see a tree in which a renamed
function has one name, and an inlined function is part of its caller.

A function takes part if it has no sample on one side. Its new name is a function without samples on the other side,
below the same callers, with the same callees and an equal cost. Without a new name it was inlined if its callers
themselves, and its callees below these, cost more by what is gone. Functions of one side only that do not match remain
separate, and the tests report them as appeared or vanished.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.counts import RunCounts
from duronb.model.merged_tree import MergedTree
from duronb.model.profile import CallTree, Counts, Indices

FEWEST_SAMPLES = 20
_MOST = 200
"""Largest number of renamed and inlined functions. More would mean that the programs have little in common."""
_SAME_CALLERS = 0.5
_SAME_CALLEES = 0.6
_LEAF = 0.5
"""A function with at least this part of self samples is matched by its cost, since callees do not identify it."""
_EQUAL, _SIMILAR = log(1.25), log(1.5)
"""Largest logarithms of the ratio of the costs of a match: of a function without callees, and with equal callees."""
_DISPERSION = 4.0
"""Variance of samples between runs divided by that of independent samples, as is typical of recorded runs."""
_SELF = -2
"""Stands for the function itself among its callees."""

Weights = dict[int, float]


@dataclass(frozen=True, eq=False, kw_only=True)
class Alignment:
    """A call tree in which renamed and inlined functions are on both sides.

    Parameters
    ----------
    tree
        The aligned tree.
    place
        For each node of the tree that is shown, its node in the aligned tree, shape ``(nodes,)``.
    renamed
        Pairs of frames: the name before, and the name after.
    inlined
        Frames without a node of their own in the aligned tree.
    """

    tree: CallTree
    place: Indices
    renamed: tuple[tuple[int, int], ...] = ()
    inlined: tuple[int, ...] = ()

    def moved(self, counts: Counts) -> Counts:
        """Return self samples of the tree that is shown as self samples of the aligned tree."""
        found = np.zeros((len(self.tree), counts.shape[1]), dtype=np.int64)
        np.add.at(found, self.place, counts)
        return found


def align(counts: RunCounts) -> Alignment:
    """Find the functions that were renamed or inlined."""
    work = _Work(counts)
    while len(work.renamed) + len(work.inlined) < _MOST:
        pairs = work.new_names()
        if pairs:
            work.renamed += pairs
            continue
        frame = work.newly_inlined()
        if frame is None:
            break
        work.inlined.append(frame)
    tree, place = work.merged()
    return Alignment(tree=tree, place=place, renamed=tuple(work.renamed), inlined=tuple(work.inlined))


class _Work:
    """The search. It looks at the tree as the pairs found so far make it."""

    def __init__(self, counts: RunCounts) -> None:
        self.counts = counts
        self.sides = np.stack([counts.of_side(0), counts.of_side(1)], axis=1)
        self.renamed: list[tuple[int, int]] = []
        self.inlined: list[int] = []
        own = np.zeros((len(counts.tree.frames), 2), dtype=np.int64)
        np.add.at(own, counts.tree.frame[1:], _totals(counts.tree, self.sides)[1:])
        ends = [(own[:, 1 - side] == 0) & (own[:, side] >= FEWEST_SAMPLES) for side in (0, 1)]
        self.lost, self.new = (np.flatnonzero(each).tolist() for each in ends)
        self.growth = self._growth()

    def merged(self) -> tuple[CallTree, Indices]:
        """Return the tree with the new names for old ones and without inlined functions, and the place of each node."""
        tree = self.counts.tree
        alias = np.arange(len(tree.frames) + 1)
        alias[[new for _, new in self.renamed]] = [old for old, _ in self.renamed]
        frame = alias[tree.frame]
        gone = np.isin(tree.frame, self.inlined)
        home = np.arange(len(tree))
        while gone[home].any():
            home = np.where(gone[home], tree.parent[home], home)
        parent = np.where(tree.parent < 0, -1, home[tree.parent]).astype(np.int32)
        keep = np.flatnonzero(~gone)
        position = np.cumsum(~gone) - 1
        parent = np.where(parent[keep] < 0, -1, position[parent[keep]]).astype(np.int32)
        made = MergedTree.of(parent, frame[keep].astype(np.int32), len(tree.frames) + 1)
        up, frames, at = made.kept(np.ones(len(made.up), dtype=bool))
        return CallTree(up, frames, tree.frames), at[made.of_node][position[home]].astype(np.int32)

    def new_names(self) -> list[tuple[int, int]]:
        """Return pairs of a frame that is gone and a frame that has its place, the best matches."""
        lost = [each for each in self.lost if each not in self._done()]
        new = [each for each in self.new if each not in self._done()]
        if not lost or not new:
            return []
        look = _Look(*self.merged(), self.sides)
        olds, news = ({each: look.function(each) for each in some} for some in (lost, new))
        scored = sorted(
            (-score, old, fresh)
            for old, one in olds.items()
            for fresh, other in news.items()
            if (score := self._score(one, other)) > 0
        )
        found: list[tuple[int, int]] = []
        for _, old, fresh in scored:
            if not any(old == a or fresh == b for a, b in found):
                found.append((old, fresh))
        return found

    def newly_inlined(self) -> int | None:
        """Return the largest function that is now part of its callers, or became separate from them; else ``None``."""
        left = [each for each in (*self.lost, *self.new) if each not in self._done()]
        if not left:
            return None
        look = _Look(*self.merged(), self.sides)
        largest_first = sorted(left, key=lambda each: -sum(look.function(each).total))
        return next((each for each in largest_first if self._is_inlined(look, each)), None)

    def _done(self) -> set[int]:
        return {*self.inlined, *(each for pair in self.renamed for each in pair)}

    def _score(self, old: _Function, new: _Function) -> float:
        """Return how well two functions match, 0 for not at all."""
        callers, callees = _overlap(old.callers, new.callers), _overlap(old.callees, new.callees)
        ratio = abs(log(new.total[1] / old.total[0] / self.growth))
        leaf = max(old.callees.get(_SELF, 0.0), new.callees.get(_SELF, 0.0)) >= _LEAF
        allowed = max(_EQUAL, 2 * _error(old.total[0], new.total[1])) if leaf else _SIMILAR
        if callers < _SAME_CALLERS or callees < _SAME_CALLEES or ratio > min(allowed, _SIMILAR):
            return 0.0
        return callers * callees * exp(-ratio)

    def _is_inlined(self, look: _Look, frame: int) -> bool:
        """Return whether the samples of a function are better explained as part of its callers than as gone."""
        side = 0 if frame in self.lost else 1
        scale = np.asarray([self.growth, 1.0])
        absorbed, alone, gone = 0.0, 0.0, 0.0
        rise = 0.0
        for moved, beside in look.parts(frame):
            own = moved[side] * scale[side]
            here, there = beside[side] * scale[side], beside[1 - side] * scale[1 - side]
            variance = _DISPERSION * (here + there + own + 1) + (0.05 * max(here, there)) ** 2
            absorbed += (there - here - own) ** 2 / variance
            alone += (there - here) ** 2 / variance
            gone += own
            rise += there - here
        slack = 2 * sqrt(_DISPERSION * gone)
        return gone > 0 and absorbed < alone and abs(rise - gone) <= max(0.25 * gone, min(slack, 0.5 * gone))

    def _growth(self) -> float:
        """Return the ratio of samples after and before of the median function that is on both sides."""
        both = (self.sides > 0).all(axis=1)
        if not both.any():
            return float(self.sides[:, 1].sum() / self.sides[:, 0].sum())
        some = self.sides[both].astype(float)
        logs, weights = np.log(some[:, 1] / some[:, 0]), some.sum(axis=1)
        order = np.argsort(logs, kind="stable")
        middle = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
        return float(np.exp(logs[order][middle]))


@dataclass(frozen=True, kw_only=True)
class _Function:
    """A function on one side: its samples before and after, and the parts of its callers and of what runs in it."""

    total: tuple[int, int]
    callers: Weights
    callees: Weights


class _Look:
    """The tree as it is aligned so far, with the samples of both sides."""

    def __init__(self, tree: CallTree, place: Indices, sides: Counts) -> None:
        self.tree, self.end = tree, tree.end
        self.own = np.zeros((len(tree), 2), dtype=np.int64)
        np.add.at(self.own, place, sides)
        self.total = _totals(tree, self.own)
        self.children: dict[int, list[int]] = defaultdict(list)
        for node, parent in enumerate(tree.parent.tolist()):
            self.children[parent].append(node)
        self.known: dict[int, _Function] = {}

    def outermost(self, frame: int) -> Iterator[int]:
        """Yield the nodes of a function that are not below another node of it."""
        last = 0
        for node in np.flatnonzero(self.tree.frame == frame).tolist():
            if node >= last:
                last = int(self.end[node])
                yield node

    def function(self, frame: int) -> _Function:
        """Return a function that has samples on one side only."""
        if frame in self.known:
            return self.known[frame]
        callers: dict[int, float] = defaultdict(float)
        callees: dict[int, float] = defaultdict(float)
        total = np.zeros(2, dtype=np.int64)
        for node in self.outermost(frame):
            total += self.total[node]
            callers[int(self.tree.parent[node])] += float(self.total[node].sum())
            below = slice(node, int(self.end[node]))
            own = self.own[below].sum(axis=1)
            for each, samples in zip(self.tree.frame[below].tolist(), own.tolist(), strict=True):
                if samples:
                    callees[_SELF if each == frame else each] += samples
        whole = float(total.sum())
        found = _Function(
            total=(int(total[0]), int(total[1])),
            callers={node: value / whole for node, value in callers.items()},
            callees={each: value / whole for each, value in callees.items()},
        )
        self.known[frame] = found
        return found

    def parts(self, frame: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield samples in a function, and those in the same place below its caller: of itself and of each callee."""
        moved: dict[tuple[int, int], NDArray[np.int64]] = defaultdict(lambda: np.zeros(2, np.int64))
        beside: dict[tuple[int, int], NDArray[np.int64]] = defaultdict(lambda: np.zeros(2, np.int64))
        callers = set()
        for node in self.outermost(frame):
            caller = int(self.tree.parent[node])
            above = int(self.tree.frame[caller])
            moved[above, _SELF] += self.own[node]
            for child in self.children[node]:
                moved[above, int(self.tree.frame[child])] += self.total[child]
            callers.add(caller)
        for caller in callers:
            above = int(self.tree.frame[caller])
            beside[above, _SELF] += self.own[caller]
            for child in self.children[caller]:
                if (key := (above, int(self.tree.frame[child]))) in moved:
                    beside[key] += self.total[child]
        for key, samples in moved.items():
            yield samples, beside[key]


def _totals(tree: CallTree, own: Counts) -> Counts:
    return np.stack([tree.totals(own[:, side]) for side in (0, 1)], axis=1)


def _overlap(one: Weights, other: Weights) -> float:
    return sum(min(value, other.get(key, 0.0)) for key, value in one.items())


def _error(before: int, after: int) -> float:
    return sqrt(_DISPERSION * (1 / max(1, before) + 1 / max(1, after)))
