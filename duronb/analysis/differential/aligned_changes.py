"""Changes of an aligned tree on the tree that is shown, with the functions that were renamed or inlined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.differential.alignment import Alignment
from duronb.analysis.differential.changes import Change, Family, change_of, sums_of
from duronb.analysis.differential.counts import RunCounts
from duronb.analysis.differential.node_tests import Values
from duronb.analysis.differential.regions import Region, bulk_of, region_counts
from duronb.model.profile import Counts


def on_shown_tree(changes: Sequence[Change], counts: RunCounts, aligned: Alignment) -> list[Change]:
    """Return changes with the nodes of the tree that is shown: of several nodes, the one with most samples after."""
    tree, totals = counts.tree, counts.totals()
    weight = totals[:, counts.side == 1].sum(axis=1) * 2**20 + totals[:, counts.side == 0].sum(axis=1)
    order = np.lexsort((-np.arange(len(tree)), weight))
    node_of = np.zeros(len(aligned.tree), dtype=np.int64)
    kept = order[~np.isin(tree.frame[order], aligned.inlined)]
    node_of[aligned.place[kept]] = kept
    node_of[0] = 0

    def shown(nodes: Sequence[int]) -> tuple[int, ...]:
        return tuple(int(node_of[node]) for node in nodes)

    found = []
    for change in changes:
        (node,) = shown([change.node])
        found.append(
            replace(
                change,
                node=node,
                name=tree.name(node),
                path=tuple(tree.frames.names[frame] for frame in tree.stack(node)),
                moved_with=shown(change.moved_with),
                without=shown(change.without),
            )
        )
    return found


def with_alignment(
    changes: Sequence[Change], shown: Sequence[Change], family: Family, counts: RunCounts, aligned: Alignment
) -> list[Change]:
    """Add the renamed and the inlined functions to the changes of total samples.

    Parameters
    ----------
    changes, shown
        The changes on the aligned tree, and the same on the tree that is shown.
    family
        The aligned tree with its totals and regions.
    counts, aligned
        The tree that is shown, and its alignment.
    """
    if not aligned.renamed and not aligned.inlined:
        return list(shown)
    work = _Aligned(family, counts, aligned)
    at_head = {change.node: change for change in changes}
    replaced: set[int] = set()
    added: list[Change] = []
    for old, new in aligned.renamed:
        for node in work.nodes_of(old):
            pair = work.renamed(node, old, new)
            if pair and node in at_head:
                replaced.add(node)
                pair[-1] = replace(pair[-1], kind=at_head[node].kind)
            added += pair
    for frame in aligned.inlined:
        added += work.inlined(frame)
    kept = [each for change, each in zip(changes, shown, strict=True) if change.node not in replaced]
    return sorted([*kept, *added], key=lambda each: (each.kind in ("moved", "inlined"), -abs(each.delta), each.node))


class _Aligned:
    """The changes of renamed and inlined functions."""

    def __init__(self, family: Family, counts: RunCounts, aligned: Alignment) -> None:
        self.family, self.counts, self.aligned = family, counts, aligned
        self.shown = Family(
            tree=counts.tree, counts=counts.totals(), regions=family.regions, sides=family.sides, of="total"
        )
        self.bulk = bulk_of(family.counts, family.regions)
        self.heads = {region.node: region for region in family.regions.found}

    def nodes_of(self, frame: int) -> list[int]:
        """Return the tested nodes of a frame in the aligned tree."""
        tested = self.family.regions.tested
        return sorted(map(int, tested[self.aligned.tree.frame[tested] == frame]))

    def renamed(self, node: int, old: int, new: int) -> list[Change]:
        """Return the changes of the old and of the new name; no changes if they may be due to chance."""
        tree, inside = self.counts.tree, self._inside(node)
        members = np.flatnonzero(self.aligned.place == node)
        ends = [members[tree.frame[members] == frame] for frame in (old, new)]
        if not all(map(len, ends)):
            return []
        parts = [self._samples(nodes, inside) for nodes in ends]
        if not all(self._beyond_chance(each) for each in parts):
            return []
        bulk = self._beside(node, inside)
        largest = [int(nodes[np.argmax(self.shown.counts[nodes].sum(axis=1))]) for nodes in ends]
        q = self.heads[node].q if node in self.heads else float(self.family.regions.cutoff)
        return [
            replace(
                change_of(self.shown, Region(node=one, inside=(), q=q), samples, bulk),
                kind="moved",
                moved_with=(other,),
            )
            for one, other, samples in zip(largest, largest[::-1], parts, strict=True)
        ]

    def inlined(self, frame: int) -> list[Change]:
        """Return a change for each place of an inlined function that is not due to chance."""
        tree, place = self.counts.tree, self.aligned.place
        totals = self.shown.counts
        found = []
        for node in np.flatnonzero(tree.frame == frame).tolist():
            samples = totals[node].astype(np.float64)
            if not self._beyond_chance(samples):
                continue
            home = int(place[node])
            if int(place[int(tree.parent[node])]) != home:
                continue
            callees = {int(place[child]) for child in np.flatnonzero(tree.parent == node).tolist()} - {home}
            below = [
                child for child in np.flatnonzero(self.aligned.tree.parent == home).tolist() if child not in callees
            ]
            together = region_counts(self.family.counts, home, tuple(below))
            bulk = np.maximum(self.bulk - together, 0)
            change = change_of(
                self.shown, Region(node=node, inside=(), q=float(self.family.regions.cutoff)), together, bulk
            )
            found.append(self._inlined_change(change, samples, bulk, int(tree.parent[node])))
        return found

    def _inlined_change(self, change: Change, samples: Values, bulk: Values, caller: int) -> Change:
        """Return the change with the cost of the function alone; on the other side it is what its caller costs more."""
        scales = self.family.sides.scales
        before, after = sums_of(samples, self.counts.side)
        rest = sums_of(bulk, self.counts.side)
        growth = rest[1] * scales[1] / (rest[0] * scales[0]) if rest[0] and rest[1] else 1.0
        if before:
            ends = before * scales[0], max(0.0, before * scales[0] + change.delta) * growth
        else:
            ends = max(0.0, after * scales[1] / growth - change.delta), after * scales[1]
        return replace(
            change, kind="inlined", before=ends[0], after=ends[1], samples_before=before, samples_after=after,
            moved_with=(caller,), detectable=float("nan"),
        )  # fmt: skip

    def _inside(self, node: int) -> list[int]:
        """Return the outermost regions below a node of the aligned tree."""
        end = self.aligned.tree.end
        found: list[int] = []
        for head in sorted(self.heads):
            if node < head < end[node] and not (found and head < end[found[-1]]):
                found.append(head)
        return found

    def _samples(self, nodes: NDArray[np.int64], inside: list[int]) -> Values:
        """Return the samples of nodes that are shown, without those in some regions of the aligned tree."""
        tree, totals = self.counts.tree, self.shown.counts
        found: Values = totals[nodes].sum(axis=0).astype(np.float64)
        for head in inside:
            members = np.flatnonzero(self.aligned.place == head)
            for node in nodes.tolist():
                below = members[(members > node) & (members < tree.end[node])]
                found = found - totals[below].sum(axis=0)
        return np.maximum(found, 0)

    def _beside(self, node: int, inside: list[int]) -> Values:
        """Return the unchanged samples outside of a node."""
        end = self.aligned.tree.end
        if any(head <= node < end[head] for head in self.heads):
            return self.bulk
        return self.bulk - region_counts(self.family.counts, node, tuple(inside))

    def _beyond_chance(self, samples: Values) -> bool:
        whole: Counts = self.family.counts[0]
        p = float(self.family.sides.test(samples[None], whole[None].astype(np.float64)).p[0])
        return p <= self.family.regions.cutoff
