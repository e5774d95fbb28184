"""Call trees with equal siblings merged, and sums over ancestors and descendants."""

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
        The merged node of each original node, shape ``(m,)``.
    """

    up: NDArray[np.int64]
    frame: NDArray[np.int64]
    levels: list[tuple[int, int]]
    of_node: NDArray[np.int64]

    @classmethod
    def of(cls, parent: Indices, frame: Indices, frames: int) -> MergedTree:
        """Merge siblings with the same frame, and all roots into one.

        Parameters
        ----------
        parent
            Node above each node, -1 for a root; node 0 is a root. A parent may follow its children. Shape
            ``(m,)``.
        frame
            Frame of each node, less than ``frames``; the frame of a root is ignored. Shape ``(m,)``.
        frames
            Number of frames.
        """
        depth = depths(parent)
        order = np.argsort(depth, kind="stable")
        bounds = np.searchsorted(depth[order], np.arange(int(depth.max()) + 2))
        of_node = np.zeros(len(parent), dtype=np.int64)
        ups, merged_frames, levels = [np.zeros(1, np.int64)], [np.full(1, -1, np.int64)], [(0, 1)]
        for low, high in pairwise(bounds[1:].tolist()):
            nodes = order[low:high]
            keys = of_node[parent[nodes]] * frames + frame[nodes]
            distinct, inverse = np.unique(keys, return_inverse=True)
            start = levels[-1][1]
            of_node[nodes] = start + inverse
            ups.append(distinct // frames)
            merged_frames.append(distinct % frames)
            levels.append((start, start + len(distinct)))
        return cls(np.concatenate(ups), np.concatenate(merged_frames), levels, of_node)

    def sum_up(self, self_counts: Counts) -> Counts:
        """Return the sum over each node and its descendants, shape ``(n,)`` in and out."""
        totals = self_counts.copy()
        for (low, high), (above, start) in self._levels_upwards():
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
        """Return parent and frame of the kept nodes in preorder, and the position of every node among them.

        Parameters
        ----------
        keep
            Nodes to keep, shape ``(n,)``: the root, and with each node all of its ancestors. The position of a node
            that is not kept is the position of its nearest kept ancestor.
        """
        position, home = self.preorder(keep)
        kept = np.flatnonzero(keep)
        node_at = np.empty(len(kept), dtype=np.int64)
        node_at[position[kept]] = kept
        parent = position[self.up[node_at]].astype(np.int32)
        parent[0] = -1
        return parent, self.frame[node_at].astype(np.int32), home

    def _levels_upwards(self) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        return pairwise(self.levels[::-1])


def without_outer_unknown(tree: CallTree) -> tuple[Indices, NDArray[np.bool_], NDArray[np.bool_]]:
    """Attach the children of the outermost ``[unknown]`` frames to the root, so that equal stacks below them merge.

    Returns
    -------
    The new parents; the nodes with only ``[unknown]`` frames from the root down, which become one node when siblings
    are merged; and those of them that were children of the root. Shape ``(nodes,)`` each.
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
    """Return the sum of the values of each node's ancestors, shape ``(n,)``. The passes grow with log(depth)."""
    jump = np.maximum(parent, 0).astype(np.int64)
    sums = np.where(parent < 0, 0, values[jump])
    while jump.any():
        sums = sums + sums[jump]
        jump = jump[jump]
    return sums


def depths(parent: Indices) -> NDArray[np.int64]:
    """Return each node's distance from its root, shape ``(n,)``. A parent may follow its children."""
    return sum_above(parent, np.ones(len(parent), dtype=np.int64))
