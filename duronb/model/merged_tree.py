"""Call trees with equal siblings merged, level by level, and sums along them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from duronb.model.build import UNKNOWN
from duronb.model.profile import CallTree, Counts, Indices


@dataclass(frozen=True, eq=False)
class MergedTree:
    """A tree in breadth-first order, siblings in the order of their frames: one row per node, node 0 the root.

    Parameters
    ----------
    up, frame
        Node above and frame of each node, shape ``(n,)``; 0 and -1 for the root.
    levels
        First and one past the last node of each depth.
    of_node
        The merged node for each node that was merged.
    """

    up: NDArray[np.int64]
    frame: NDArray[np.int64]
    levels: list[tuple[int, int]]
    of_node: NDArray[np.int64]

    @classmethod
    def of(cls, parent: Indices, frame: Indices, frames: int) -> MergedTree:
        """Merge siblings with the same frame; of several roots one is made.

        Parameters
        ----------
        parent
            Node above each node, -1 for a root; node 0 is one, and a parent may stand anywhere. Shape ``(m,)``.
        frame
            Frame of each node, less than ``frames``; that of a root is not read. Shape ``(m,)``.
        frames
            How many there are.
        """
        depth = depths(parent)
        order = np.argsort(depth, kind="stable")
        bounds = np.searchsorted(depth[order], np.arange(int(depth.max()) + 2))
        of_node = np.zeros(len(parent), dtype=np.int64)
        ups, own_frames, levels = [np.zeros(1, np.int64)], [np.full(1, -1, np.int64)], [(0, 1)]
        for low, high in pairwise(bounds[1:].tolist()):
            nodes = order[low:high]
            keys = of_node[parent[nodes]] * frames + frame[nodes]
            distinct, inverse = np.unique(keys, return_inverse=True)
            start = levels[-1][1]
            of_node[nodes] = start + inverse
            ups.append(distinct // frames)
            own_frames.append(distinct % frames)
            levels.append((start, start + len(distinct)))
        return cls(np.concatenate(ups), np.concatenate(own_frames), levels, of_node)

    def sum_up(self, own: Counts) -> Counts:
        """Add to every node what its descendants have."""
        totals = own.copy()
        for (low, high), (above, start) in self._from_below():
            sums = np.bincount(self.up[low:high] - above, weights=totals[low:high], minlength=start - above)
            totals[above:start] += sums.astype(np.int64)
        return totals

    def preorder(self, keep: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return each kept node's position in preorder, and for every node that of its nearest kept ancestor."""
        size = self.sum_up(keep.astype(np.int64))
        position = np.zeros(len(self.up), dtype=np.int64)
        home = np.zeros(len(self.up), dtype=np.int64)
        for low, high in self.levels[1:]:
            up = self.up[low:high]
            before = np.cumsum(size[low:high]) - size[low:high]
            eldest = np.searchsorted(up, up)
            position[low:high] = position[up] + 1 + before - before[eldest]
            home[low:high] = np.where(keep[low:high], position[low:high], home[up])
        return position, home

    def kept(self, keep: NDArray[np.bool_]) -> tuple[Indices, Indices, NDArray[np.int64]]:
        """Return parent and frame of the kept nodes in preorder, and the place of every node among them.

        Parameters
        ----------
        keep
            Nodes that stay, shape ``(n,)``: the root, and with a node all above it. The place of one that does not
            stay is that of the nearest ancestor that does.
        """
        position, home = self.preorder(keep)
        kept = np.flatnonzero(keep)
        node_at = np.empty(len(kept), dtype=np.int64)
        node_at[position[kept]] = kept
        parent = position[self.up[node_at]].astype(np.int32)
        parent[0] = -1
        return parent, self.frame[node_at].astype(np.int32), home

    def _from_below(self) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        return pairwise(self.levels[::-1])


def without_outer_unknown(tree: CallTree) -> tuple[Indices, NDArray[np.bool_], NDArray[np.bool_]]:
    """Hang the children of the outermost ``[unknown]`` frames on the root: they say nothing, and split what is equal.

    Returns
    -------
    The new parents; the nodes that are nothing but ``[unknown]`` from the root down, which stay there as one; and the
    outermost of these; shape ``(nodes,)`` each.
    """
    unknown = np.asarray([name == UNKNOWN for name in [*tree.frames.names, "all"]], dtype=bool)[tree.frame]
    folded = unknown & (tree.parent == 0)
    outermost = folded.copy()
    while True:
        further = unknown & ~folded & folded[tree.parent]
        further[0] = False
        if not further.any():
            break
        folded |= further
    above = np.maximum(tree.parent, 0)
    parent = np.where(folded[above], 0, tree.parent).astype(np.int32)
    return parent, folded, outermost


def sum_above(parent: Indices, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum values over each node's ancestors, shape ``(n,)``, doubling the length of the jumps: a few passes."""
    jump = np.maximum(parent, 0).astype(np.int64)
    sums = np.where(parent < 0, 0, values[jump])
    while jump.any():
        sums = sums + sums[jump]
        jump = jump[jump]
    return sums


def depths(parent: Indices) -> NDArray[np.int64]:
    """Return each node's distance from its root, shape ``(n,)``; a parent may stand anywhere."""
    return sum_above(parent, np.ones(len(parent), dtype=np.int64))
