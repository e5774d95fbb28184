"""Changed regions of a call tree: the smallest set of subtrees that explains the differences between two sides.

A change of one node also changes the totals of all its callers and the shares of all other nodes. These consequences
must not be reported. Therefore the tree is divided step by step. While the share of some node within its region differs
significantly, the node whose subtree explains the difference best becomes a separate region. The region of the root at
the end is the remainder. The shares within it are unchanged, and every other region is compared with it.
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
_MOST_LARGE = 4
"""Largest number of large regions that are tried as unchanged code."""
_MOST = 400
"""Largest number of regions. More would mean that the two programs have nothing in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A changed subtree, without the changed subtrees inside it.

    Parameters
    ----------
    node
        The outermost node of the subtree.
    inside
        The outermost nodes of the regions directly inside it.
    q
        p-value corrected for all tests and for the number of reported regions.
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
        The regions, in the order of their nodes.
    tested
        Indices of the nodes that were tested.
    first
        Tests of these nodes against all samples, with which the search begins.
    p, q
        p-values and q-values of ``first``, NaN for other nodes, shape ``(nodes,)``.
    tests
        Number of tests, where nodes with the same samples in every run count once.
    cutoff
        Largest p-value of a reported region.
    """

    found: tuple[Region, ...]
    tested: NDArray[np.int64]
    first: Tested
    p: Values
    q: Values
    tests: int
    cutoff: float


def find_regions(counts: Counts, end: Indices, tested: NDArray[np.int64], test: Test, level: float) -> Regions:
    """Find the regions of a tree whose shares of the samples changed.

    The p-value of the k-th region must be at most ``level * k / tests``. This is the correction of Benjamini and
    Hochberg applied to reported regions instead of rejected tests, because one change leads to many rejections, among
    its callers and callees, but to one report.

    Parameters
    ----------
    counts
        Total samples of each node, shape ``(nodes, columns)``.
    end
        Index after the last node of each subtree, in preorder, shape ``(nodes,)``.
    tested
        Indices of the nodes to test, without the root.
    test
        A test of counts and denominators, see ``node_tests``.
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

    def searched(blocked: tuple[int, ...]) -> tuple[tuple[Region, ...], float]:
        search = _Search(values, end.astype(np.int64), tested, test, blocked)
        steps: list[float] = []
        while cap and len(steps) < _MOST and (step := search.split(cap)) is not None:
            steps.append(step)
        within = [k for k, step in enumerate(steps, start=1) if step <= level * k / tests]
        kept = max(within, default=0)
        corrected = np.minimum(1, np.asarray(steps[:kept]) * tests / np.arange(1, kept + 1))
        corrected = np.minimum.accumulate(corrected[::-1])[::-1]
        cutoff = level * max(1, kept) / tests if tests else 0.0
        return _confirmed_regions(search, search.heads[1 : kept + 1], corrected, cutoff), cutoff

    found, cutoff = _with_large_bulk(values, searched)
    return Regions(
        found=found,
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


def bulk_of(counts: Counts, regions: Regions) -> Values:
    """Return the samples that belong to no region, shape ``(columns,)``."""
    return _bulk(counts, regions.found)


def _bulk(counts: Counts | Values, found: tuple[Region, ...]) -> Values:
    inner = {node for region in found for node in region.inside}
    return region_counts(counts, 0, tuple(region.node for region in found if region.node not in inner))


def _with_large_bulk(
    values: Values, searched: Callable[[tuple[int, ...]], tuple[tuple[Region, ...], float]]
) -> tuple[tuple[Region, ...], float]:
    """Search for regions, and again without each region that has more samples than all unchanged code.

    Shares do not show whether a large part became cheaper or everything else dearer. Of two explanations the one with
    fewer regions is chosen, and then the one that leaves more code unchanged.
    """

    def rank(found: tuple[Region, ...]) -> tuple[int, float]:
        return len(found), -float(_bulk(values, found).sum())

    best, blocked = searched(()), tuple[int, ...]()
    for _ in range(_MOST_LARGE):
        bulk = float(_bulk(values, best[0]).sum())
        sizes = {region.node: float(region_counts(values, region.node, region.inside).sum()) for region in best[0]}
        largest = max(sizes, key=lambda node: sizes[node], default=0)
        if not largest or sizes[largest] <= bulk or largest in blocked:
            break
        blocked = (*blocked, largest)
        other = searched(blocked)
        if not other[0] or rank(other[0]) >= rank(best[0]):
            break
        best = other
    return best


class _Search:
    """The search for regions. ``heads`` contains the outermost node of each region found so far, the root first."""

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

    def split(self, cap: float) -> float | None:
        """Make the node that explains most a region. Return its p-value; ``None`` if no p-value is within ``cap``."""
        own, whole, home = self._adjusted()
        result = self.test(own, whole)
        able = (result.p <= cap) & ~np.isin(self.tested, self.heads) & self.allowed
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


def _confirmed_regions(search: _Search, heads: list[int], q: Values, cutoff: float) -> tuple[Region, ...]:
    """Compare each region with the remainder, and return those that differ from it."""
    q_of = dict(zip(heads, q.tolist(), strict=True))
    heads = sorted(heads)
    changed: list[int] = []
    while heads:
        inside = _inside(heads, search.end)
        bulk = region_counts(search.values, 0, inside[0])
        own = np.stack([region_counts(search.values, head, inside[head]) for head in heads])
        differs = search.test(own, own + bulk).p <= cutoff
        changed = [head for head, different in zip(heads, differs.tolist(), strict=True) if different]
        needed = [h for h in heads if h in changed or any(o < h < search.end[o] for o in changed)]
        if needed == heads:
            break
        heads = needed
    inside = _inside(changed, search.end)
    return tuple(Region(node=head, inside=inside[head], q=q_of[head]) for head in changed)


def _inside(heads: list[int], end: NDArray[np.int64]) -> dict[int, tuple[int, ...]]:
    """Return for the root and each head the heads of the regions directly inside it."""
    inside: dict[int, list[int]] = {0: [], **{head: [] for head in heads}}
    for head in heads:
        inside[max((other for other in heads if other < head < end[other]), default=0)].append(head)
    return {head: tuple(nodes) for head, nodes in inside.items()}
