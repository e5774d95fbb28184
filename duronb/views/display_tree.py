"""The call tree as it is shown: names normalised, equal siblings merged, frames that say nothing folded away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import NDArray

from duronb.model.build import UNKNOWN
from duronb.model.kinds import kind_numbers
from duronb.model.names import normalise
from duronb.model.profile import CallTree, Counts, Frames, Indices, Profile


@dataclass(frozen=True, eq=False)
class DisplayTree:
    """A profile made ready to be drawn.

    Parameters
    ----------
    profile
        The samples on the merged tree, as many as before.
    kinds
        Kind of each frame, an index into ``duronb.model.kinds.KINDS``, shape ``(frames,)``.
    omitted_nodes, omitted_samples
        Nodes narrower than asked, and their samples, which now count as self of the node that they hung on.
    folded_samples
        Samples whose outermost ``[unknown]`` frames are not shown.
    """

    profile: Profile
    kinds: Indices
    omitted_nodes: int
    omitted_samples: int
    folded_samples: int

    @property
    def notices(self) -> list[str]:
        """Sentences on what is not drawn as it was recorded."""
        sentences = []
        if self.folded_samples:
            sentences.append(
                f"The outermost [unknown] frames of {self.folded_samples:,} samples are not drawn: "
                "libc's thread start is built without frame pointers."
            )
        if self.omitted_nodes:
            sentences.append(
                f"{self.omitted_nodes:,} nodes too narrow to be seen are left out; their "
                f"{self.omitted_samples:,} samples count as self of their callers."
            )
        return sentences


def display_tree(profile: Profile, *, min_share: float = 0.0, fold_unknown: bool = True) -> DisplayTree:
    """Merge a profile's tree by displayed names.

    Parameters
    ----------
    profile
        The profile on the tree of distinct raw frames.
    min_share
        Nodes with less than this share of all samples are left out; 0 keeps all that have a sample.
    fold_unknown
        Hang the children of the outermost ``[unknown]`` frames on the root. A sample that is nothing but
        ``[unknown]`` keeps one such frame.
    """
    frames, kinds, frame = _displayed_frames(profile.tree)
    self_counts = profile.self_counts()
    parent, folded_samples = _without_outer_unknown(profile, self_counts) if fold_unknown else (profile.tree.parent, 0)
    merged = _Merged.of(parent, frame, len(frames))
    own = np.bincount(merged.of_node, weights=self_counts, minlength=len(merged.up)).astype(np.int64)
    totals = merged.sum_up(own)
    seen = totals > 0
    keep = seen & (totals >= min_share * profile.samples)
    keep[0] = True
    position, home = merged.preorder(keep)

    kept = np.flatnonzero(keep)
    node_at = np.empty(len(kept), dtype=np.int64)
    node_at[position[kept]] = kept
    up = position[merged.up[node_at]].astype(np.int32)
    up[0] = -1
    used, frame_column = np.unique(merged.frame[node_at[1:]], return_inverse=True)
    tree = CallTree(
        parent=up,
        frame=np.concatenate(([-1], frame_column)).astype(np.int32),
        frames=Frames(names=[frames.names[f] for f in used], modules=[frames.modules[f] for f in used]),
    )
    return DisplayTree(
        profile=_with_tree(profile, tree, home[merged.of_node[profile.node]]),
        kinds=kinds[used],
        omitted_nodes=int((seen & ~keep).sum()),
        omitted_samples=int(own[~keep].sum()),
        folded_samples=folded_samples,
    )


def _displayed_frames(tree: CallTree) -> tuple[Frames, Indices, Indices]:
    """Return the distinct displayed frames in name order, their kinds, and the displayed frame of each node."""
    keys = [(normalise(name), module) for name, module in zip(tree.frames.names, tree.frames.modules, strict=True)]
    distinct = sorted(set(keys))
    rank = {key: index for index, key in enumerate(distinct)}
    of_frame = np.asarray([*(rank[key] for key in keys), -1], dtype=np.int32)
    frames = Frames(names=[name for name, _ in distinct], modules=[module for _, module in distinct])
    return frames, kind_numbers(frames), of_frame[tree.frame]


def _without_outer_unknown(profile: Profile, self_counts: Counts) -> tuple[Indices, int]:
    """Return the parents with the children of outermost unknown frames hung on the root, and the samples below them."""
    tree = profile.tree
    unknown = np.asarray([name == UNKNOWN for name in [*tree.frames.names, "all"]], dtype=bool)[tree.frame]
    folded = unknown & (tree.parent == 0)
    totals = tree.totals(self_counts)
    outermost = folded.copy()
    while True:
        further = unknown & ~folded & folded[tree.parent]
        further[0] = False
        if not further.any():
            break
        folded |= further
    above = np.maximum(tree.parent, 0)
    parent = np.where(folded[above], 0, tree.parent).astype(np.int32)
    # What is only [unknown] stays an [unknown] on the root.
    bare = int(self_counts[folded].sum())
    return parent, int(totals[outermost].sum()) - bare


@dataclass(frozen=True, eq=False)
class _Merged:
    """A tree in breadth-first order, siblings in the order of their frames: one row per node, node 0 the root."""

    up: NDArray[np.int64]
    frame: NDArray[np.int64]
    levels: list[tuple[int, int]]
    of_node: NDArray[np.int64]

    @classmethod
    def of(cls, parent: Indices, frame: Indices, frames: int) -> _Merged:
        """Merge siblings with the same frame, level by level."""
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

    def _from_below(self) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        return pairwise(self.levels[::-1])


def sum_above(parent: Indices, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum values over each node's ancestors, shape ``(n,)``, doubling the length of the jumps: a few passes."""
    jump = np.maximum(parent, 0).astype(np.int64)
    sums = np.where(parent < 0, 0, values[jump])
    while jump.any():
        sums = sums + sums[jump]
        jump = jump[jump]
    return sums


def depths(parent: Indices) -> NDArray[np.int64]:
    """Return each node's distance from the root, shape ``(n,)``; a parent may stand anywhere."""
    return sum_above(parent, np.ones(len(parent), dtype=np.int64))


def row_order(
    stage: NDArray[np.integer], thread: NDArray[np.integer], second: NDArray[np.integer], node: NDArray[np.integer]
) -> NDArray[np.int64]:
    """Return the order of rows by stage, thread, second and node; one sort where the four fit into one number."""
    columns = (stage, thread, second, node)
    if not len(node):
        return np.zeros(0, dtype=np.int64)
    lows = [int(column.min()) for column in columns]
    spans = [int(column.max()) - low + 1 for column, low in zip(columns, lows, strict=True)]
    if prod(spans) >= 2**62:
        return np.lexsort(columns[::-1]).astype(np.int64)
    key = np.zeros(len(node), dtype=np.int64)
    for column, low, span in zip(columns, lows, spans, strict=True):
        key *= span
        key += column.astype(np.int64) - low
    return np.argsort(key, kind="stable").astype(np.int64)


def _with_tree(profile: Profile, tree: CallTree, node: NDArray[np.int64]) -> Profile:
    """Move the samples to other nodes, and sum the rows that become equal."""
    columns = (profile.stage, profile.thread, profile.second, node)
    order = row_order(*columns)
    stage, thread, second, nodes = (column[order] for column in columns)
    counts = profile.count[order]
    if len(order):
        same = (stage[1:] == stage[:-1]) & (thread[1:] == thread[:-1])
        same &= (second[1:] == second[:-1]) & (nodes[1:] == nodes[:-1])
        first = np.flatnonzero(np.concatenate(([True], ~same)))
        counts = np.add.reduceat(counts, first)
        stage, thread, second, nodes = stage[first], thread[first], second[first], nodes[first]
    return Profile(
        tree=tree,
        stages=profile.stages,
        threads=profile.threads,
        stage=stage.astype(np.int32),
        thread=thread.astype(np.int32),
        second=second.astype(np.int32),
        node=nodes.astype(np.int32),
        count=counts,
        start=profile.start,
        frequency_hz=profile.frequency_hz,
    )
