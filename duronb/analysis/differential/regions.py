"""Where on a call tree cost changed: the fewest subtrees that explain what differs.

A change is in every caller's total too, and takes its share from everything else. Neither may be reported. So the tree
is cut: as long as some node's part of the region that it lies in differs significantly, the node whose subtree explains
that best becomes a region of its own, and leaves the one it was in. What is left with the root at the end is unchanged
relative to itself, and what every region is compared with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.node_tests import Tested, Values, benjamini_hochberg
from duronb.model.profile import Counts, Indices

Test = Callable[[Values, Values], Tested]
_MOST_OF_REST = 0.9
_MOST = 400
"""Regions; two programs that have nothing in common are no comparison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A changed subtree, without the changed ones inside it.

    Parameters
    ----------
    node
        Its outermost node.
    inside
        The outermost nodes of the regions directly inside it.
    q
        Corrected for all nodes tested, and for how many regions are reported.
    """

    node: int
    inside: tuple[int, ...]
    q: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Regions:
    """The changed regions of a tree.

    Parameters
    ----------
    found
        In the order of their nodes.
    tested
        The nodes that were tested.
    first
        Each of them against all samples, the tests that the search begins with.
    p, q
        Of ``first``, NaN where not tested, shape ``(nodes,)``.
    tests
        Number of tests: nodes that have the same samples in every run are one.
    cutoff
        p-value up to which a region is reported.
    """

    found: tuple[Region, ...]
    tested: NDArray[np.int64]
    first: Tested
    p: Values
    q: Values
    tests: int
    cutoff: float


def find_regions(counts: Counts, end: Indices, tested: NDArray[np.int64], test: Test, level: float) -> Regions:
    """Cut a tree where its nodes' parts of the samples changed.

    The k-th region must have a p-value within ``level * k / tests``: the correction of Benjamini and Hochberg, with
    what is reported for what is rejected, since callers and callees of one change are many rejections and one report.

    Parameters
    ----------
    counts
        Samples at and below each node, shape ``(nodes, columns)``.
    end
        One past the last node of each subtree, in preorder, shape ``(nodes,)``.
    tested
        Nodes that are tested, without the root.
    test
        Takes counts and wholes, see ``differential_tests``.
    level
        False discovery rate.
    """
    values = counts.astype(np.float64)
    first = test(values[tested], values[:1])
    distinct = np.unique(counts[tested], axis=0, return_index=True, return_inverse=True)
    ones, number_of = distinct[1], distinct[2].reshape(-1)
    q_ones = benjamini_hochberg(first.p[ones])
    tests = int((~np.isnan(q_ones)).sum())
    p, q = np.full(len(values), np.nan), np.full(len(values), np.nan)
    p[tested], q[tested] = first.p, q_ones[number_of]
    cap = level * int((q_ones <= level).sum()) / max(1, tests)
    search = _Search(values, end.astype(np.int64), tested, test)
    steps: list[float] = []
    while cap and len(steps) < _MOST and (step := search.split(cap)) is not None:
        steps.append(step)
    within = [k for k, step in enumerate(steps, start=1) if step <= level * k / tests]
    kept = max(within, default=0)
    corrected = np.minimum(1, np.asarray(steps[:kept]) * tests / np.arange(1, kept + 1))
    corrected = np.minimum.accumulate(corrected[::-1])[::-1]
    cutoff = level * max(1, kept) / tests if tests else 0.0
    return Regions(
        found=_told(search, search.heads[1 : kept + 1], corrected, cutoff),
        tested=tested,
        first=first,
        p=p,
        q=q,
        tests=tests,
        cutoff=cutoff,
    )


def region_counts(counts: Counts | Values, node: int, inside: tuple[int, ...]) -> Values:
    """Return the samples of a region, shape ``(columns,)``."""
    found: Values = counts[node].astype(np.float64)
    for other in inside:
        found = found - counts[other]
    return found


class _Search:
    """The regions found so far: their outermost nodes, the root's first."""

    def __init__(self, values: Values, end: NDArray[np.int64], tested: NDArray[np.int64], test: Test) -> None:
        self.values, self.end, self.test = values, end, test
        self.tested = np.sort(tested)
        self.heads = [0]

    def split(self, cap: float) -> float | None:
        """Make the node that explains most a region; return its p-value, ``None`` where none is within ``cap``."""
        own, whole, home = self._adjusted()
        result = self.test(own, whole)
        able = (result.p <= cap) & ~np.isin(self.tested, self.heads)
        if not able.any():
            return None
        places = np.flatnonzero(able)
        best = self._smaller(self._first(places, result), places, own, whole, result)
        best = self._explaining(best, able & (home == home[best]), own, whole, result)
        self.heads.append(int(self.tested[best]))
        return float(result.p[best])

    def _first(self, places: NDArray[np.int64], result: Tested) -> int:
        """Return the most significant place; of equals the outermost, which comes first."""
        return int(places[np.lexsort((places, -result.t[places], result.p[places]))[0]])

    def _smaller(self, best: int, places: NDArray[np.int64], own: Values, whole: Values, result: Tested) -> int:
        """Of two nodes that share out a region, of which parts alone cannot say which changed, take the smaller."""
        node, beside = self.tested[best], float((whole[best] - own[best]).sum())
        if own[best].sum() <= beside:
            return best
        apart = (self.tested[places] >= self.end[node]) | (self.end[self.tested[places]] <= node)
        most = own[places].sum(axis=1) >= _MOST_OF_REST * beside
        others = places[apart & most & (whole[places] == whole[best]).all(axis=1)]
        return self._first(others, result) if len(others) else best

    def _adjusted(self) -> tuple[Values, Values, NDArray[np.int64]]:
        """Return each tested node's samples within its region, all of that region's, and its outermost node."""
        home = np.zeros(len(self.tested), dtype=np.int64)
        region = {head: self.values[head].copy() for head in self.heads}
        own = self.values[self.tested].copy()
        for head in sorted(self.heads[1:]):
            above = max((other for other in self.heads if other < head < self.end[other]), default=0)
            region[above] -= self.values[head]
            # Nodes between this one and the one above lose its samples; those further up lost them with that one's.
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
        """Go from a node to the caller or callee that explains the change better, until none does."""
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
        """Tell whether a caller as a whole explains a change better than the callee inside it alone.

        If the whole caller changed, the callee's part of it did not; if the callee alone did, the rest of the caller
        did not. What is violated less is taken.
        """
        outer, inner = np.broadcast_arrays(np.atleast_2d(outer), np.atleast_2d(inner))
        if not len(outer):
            return np.zeros(0, dtype=bool)
        rest = self.test(outer - inner, np.maximum(whole - inner, 0))
        within = self.test(inner.copy(), outer)
        # Without samples beside the callee the two are one, and it is the caller that is reported.
        return np.asarray(np.nan_to_num(rest.t) >= np.nan_to_num(within.t))


def _told(search: _Search, heads: list[int], q: Values, cutoff: float) -> tuple[Region, ...]:
    """Compare each region with what is left with the root, and keep those that differ from it."""
    q_of = dict(zip(heads, q.tolist(), strict=True))
    heads = sorted(heads)
    changed: list[int] = []
    while heads:
        inside = _inside(heads, search.end)
        bulk = region_counts(search.values, 0, inside[0])
        own = np.stack([region_counts(search.values, head, inside[head]) for head in heads])
        differs = search.test(own, own + bulk).p <= cutoff
        changed = [head for head, said in zip(heads, differs.tolist(), strict=True) if said]
        needed = [h for h in heads if h in changed or any(o < h < search.end[o] for o in changed)]
        if needed == heads:
            break
        heads = needed
    inside = _inside(changed, search.end)
    return tuple(Region(node=head, inside=inside[head], q=q_of[head]) for head in changed)


def _inside(heads: list[int], end: NDArray[np.int64]) -> dict[int, tuple[int, ...]]:
    """Return for each region, the root's too, the outermost nodes of the regions directly inside it."""
    inside: dict[int, list[int]] = {0: [], **{head: [] for head in heads}}
    for head in heads:
        inside[max((other for other in heads if other < head < end[other]), default=0)].append(head)
    return {head: tuple(nodes) for head, nodes in inside.items()}
