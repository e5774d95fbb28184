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

from duronb.analysis.differential.chance import Divisions
from duronb.analysis.differential.node_tests import Tested, Values, benjamini_hochberg
from duronb.analysis.differential.search import Search, Test
from duronb.model.profile import Counts, Indices

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
    divisions
        Number of divisions of the runs from which the limits of p-values are; 0 for Benjamini and Hochberg.
    """

    found: tuple[Region, ...]
    tested: NDArray[np.int64]
    first: Tested
    p: Values
    q: Values
    tests: int
    cutoff: float
    divisions: int


def find_regions(
    counts: Counts,
    end: Indices,
    tested: NDArray[np.int64],
    test: Test,
    level: float,
    *,
    divisions: Divisions | None = None,
) -> Regions:
    """Find the regions of a tree whose shares of the samples changed.

    The p-value of the most significant node must be within the limit from ``divisions``, which are tested anew after
    each region, until none is. Without them the p-value of the k-th region must be at most ``level * k / tests``. This
    is the correction of Benjamini and Hochberg applied to reported regions instead of rejected tests, because one
    change leads to many rejections, among its callers and callees, but to one report.

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
    divisions
        Divisions of the runs that tell what chance gives.
    """
    values = counts.astype(np.float64)
    first = test(values[tested], values[:1])
    distinct = np.unique(counts[tested], axis=0, return_index=True, return_inverse=True)
    ones, number_of = distinct[1], distinct[2].reshape(-1)
    q_ones = benjamini_hochberg(first.p[ones])
    tests = int((~np.isnan(q_ones)).sum())
    p, q = np.full(len(values), np.nan), np.full(len(values), np.nan)
    p[tested], q[tested] = first.p, q_ones[number_of]

    def limit(own: Values, whole: Values, number: int) -> float:
        return divisions.limit(own[ones], whole[ones], level) if divisions and tests else level * number / max(1, tests)

    def searched(blocked: tuple[int, ...]) -> tuple[tuple[Region, ...], float]:
        search = Search(values, end.astype(np.int64), tested, test, blocked)
        steps: list[float] = []
        while len(steps) < _MOST and (step := search.split(limit)) is not None:
            steps.append(step)
        q = np.maximum.accumulate(np.asarray(steps) * level / np.asarray(search.limits[: len(steps)]))
        cutoff = max(search.limits) if tests else 0.0
        return _confirmed_regions(search, search.heads[1:], q, cutoff), cutoff

    found, cutoff = _with_large_bulk(values, searched)
    number = divisions.sides.shape[1] if divisions else 0
    return Regions(found=found, tested=tested, first=first, p=p, q=q, tests=tests, cutoff=cutoff, divisions=number)


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


def _confirmed_regions(search: Search, heads: list[int], q: Values, cutoff: float) -> tuple[Region, ...]:
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
