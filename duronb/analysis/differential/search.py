"""The search for changed regions: in each step the node that explains the differences best becomes a region."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.node_tests import Tested, Values

Test = Callable[[Values, Values], Tested]
Limit = Callable[[Values, Values, int], float]
"""Largest p-value that is not chance, from counts, denominators, and the number of the step from 1 on."""
_MOST_OF_REST = 0.9


class Search:
    """The search for regions.

    ``heads`` contains the outermost node of each region found so far, the root first, and ``limits`` the largest
    p-value that was allowed in each step.
    """

    def __init__(
        self,
        values: Values,
        end: NDArray[np.int64],
        tested: NDArray[np.int64],
        test: Test,
        blocked: tuple[int, ...] = (),
    ) -> None:
        self.values, self.end, self.test = values, end, test
        self.tested = np.sort(tested)
        self.allowed = ~np.isin(self.tested, blocked)
        self.heads = [0]
        self.limits: list[float] = []

    def split(self, limit: Limit) -> float | None:
        """Make the node that explains most a region. Return its p-value; ``None`` if no p-value is within the limit."""
        own, whole, home = self._adjusted()
        result = self.test(own, whole)
        self.limits.append(limit(own, whole, len(self.heads)))
        able = (result.p <= self.limits[-1]) & ~np.isin(self.tested, self.heads) & self.allowed
        if not able.any():
            return None
        places = np.flatnonzero(able)
        best = self._smaller(self._first(places, result), places, own, whole, result)
        best = self._explaining(best, able & (home == home[best]), own, whole, result)
        self.heads.append(int(self.tested[best]))
        return float(result.p[best])

    def _first(self, places: NDArray[np.int64], result: Tested) -> int:
        """Return the most significant of some indices into ``tested``; the outermost node in case of a tie."""
        return int(places[np.lexsort((places, -result.t[places], result.p[places]))[0]])

    def _smaller(self, best: int, places: NDArray[np.int64], own: Values, whole: Values, result: Tested) -> int:
        """Return the smaller of two nodes that together make up nearly all of a region.

        The share of one rises as the share of the other falls, so shares do not show which of them changed.
        """
        node, beside = self.tested[best], float((whole[best] - own[best]).sum())
        if own[best].sum() <= beside:
            return best
        apart = (self.tested[places] >= self.end[node]) | (self.end[self.tested[places]] <= node)
        most = own[places].sum(axis=1) >= _MOST_OF_REST * beside
        others = places[apart & most & (whole[places] == whole[best]).all(axis=1)]
        return self._first(others, result) if len(others) else best

    def _adjusted(self) -> tuple[Values, Values, NDArray[np.int64]]:
        """Return for each tested node its samples in its region, all samples of the region, and the region's head."""
        home = np.zeros(len(self.tested), dtype=np.int64)
        region = {head: self.values[head].copy() for head in self.heads}
        own = self.values[self.tested].copy()
        for head in sorted(self.heads[1:]):
            above = max((other for other in self.heads if other < head < self.end[other]), default=0)
            region[above] -= self.values[head]
            # Nodes between this head and the one above lose its samples. Nodes further up lost them with the one above.
            between = (self.tested > above) | (above == 0)
            between &= (self.tested < head) & (self.end[self.tested] > head)
            own[between] -= self.values[head]
        for head in sorted(self.heads):
            home[(self.tested >= head) & (self.tested < self.end[head])] = head
        at_head = np.isin(self.tested, self.heads)
        whole = np.stack([region[head] for head in home.tolist()]) if len(home) else own
        own[at_head] = whole[at_head]
        return own, whole, home

    def _explaining(self, start: int, able: NDArray[np.bool_], own: Values, whole: Values, result: Tested) -> int:
        """Move from a node to a caller or callee that explains the change better, until there is no better one."""
        at, seen = start, {start}
        while True:
            node = self.tested[at]
            places = np.flatnonzero(able)
            callers = places[(self.tested[places] < node) & (self.end[self.tested[places]] > node)]
            callees = places[(self.tested[places] > node) & (self.tested[places] < self.end[node])]
            better = [
                *callers[self._outer_wins(own[callers], own[at], whole[at])].tolist(),
                *callees[~self._outer_wins(own[at], own[callees], whole[at])].tolist(),
            ]
            better = [place for place in better if place not in seen]
            if not better:
                return at
            at = min(better, key=lambda place: (result.p[place], -result.t[place], place))
            seen.add(at)

    def _outer_wins(self, outer: Values, inner: Values, whole: Values) -> NDArray[np.bool_]:
        """Return whether a change of an entire caller is a better explanation than a change of its callee alone.

        If the entire caller changed, the callee's share of it is unchanged. If only the callee changed, the other
        samples of the caller are unchanged. The explanation that contradicts the samples less is chosen.
        """
        outer, inner = np.broadcast_arrays(np.atleast_2d(outer), np.atleast_2d(inner))
        if not len(outer):
            return np.zeros(0, dtype=bool)
        rest = self.test(outer - inner, np.maximum(whole - inner, 0))
        within = self.test(inner.copy(), outer)
        # If all samples of the caller are in the callee, the two are equivalent, and the caller is reported.
        return np.asarray(np.nan_to_num(rest.t) >= np.nan_to_num(within.t))
