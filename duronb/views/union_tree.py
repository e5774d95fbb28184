"""Two call trees merged by displayed names: every node of either, so that what vanished stays in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from duronb.model.kinds import kind_numbers
from duronb.model.names import normalise
from duronb.model.profile import CallTree, Counts, Frames, Indices, Profile
from duronb.views.display_tree import DisplayTree, depths, display_tree


@dataclass(frozen=True, eq=False)
class UnionTree:
    """Two call trees merged by displayed names.

    Parameters
    ----------
    tree
        Every node of either side, in preorder, siblings by name.
    kinds
        Kind of each frame, an index into ``KINDS``, shape ``(frames,)``.
    before, after
        Self samples of each side, shape ``(nodes,)``.
    of_before, of_after
        The union's node for each node of that side's displayed tree.
    notices
        What either side does not draw as it was recorded.
    """

    tree: CallTree
    kinds: Indices
    before: Counts
    after: Counts
    of_before: Indices
    of_after: Indices
    notices: Sequence[str] = ()


def union_tree(before: DisplayTree | Profile, after: DisplayTree | Profile, *, generics: bool = False) -> UnionTree:
    """Merge two call trees by displayed names.

    Parameters
    ----------
    before, after
        A profile is displayed first.
    generics
        Also merge names that differ only in generic arguments and in the numbers of closures, as names of two
        toolchains do.
    """
    sides = [side if isinstance(side, DisplayTree) else display_tree(side) for side in (before, after)]
    frames, columns = _frames([side.profile.tree for side in sides], generics=generics)
    cut = len(columns[0])
    parents = [sides[0].profile.tree.parent, sides[1].profile.tree.parent + np.int32(cut)]
    parents[1][0] = -1
    tree, place = _merged(np.concatenate(parents), np.concatenate(columns), frames)
    own = [
        np.bincount(at, weights=side.profile.self_counts(), minlength=len(tree)).astype(np.int64)
        for side, at in zip(sides, (place[:cut], place[cut:]), strict=True)
    ]
    return UnionTree(
        tree=tree,
        kinds=kind_numbers(frames),
        before=own[0],
        after=own[1],
        of_before=place[:cut],
        of_after=place[cut:],
        notices=[
            f"{name}: {text}" for name, side in zip(("Before", "After"), sides, strict=True) for text in side.notices
        ],
    )


def _frames(trees: Sequence[CallTree], *, generics: bool) -> tuple[Frames, list[Indices]]:
    """Return the distinct names of both trees, sorted, and each tree's nodes as indices into them."""
    module_of: dict[str, str] = {}
    named: list[list[str]] = []
    # After comes last: a frame that both sides have is where it is now.
    for tree in trees:
        names = [normalise(name, closures=generics, generics=generics) for name in tree.frames.names]
        module_of.update(zip(reversed(names), reversed(tree.frames.modules), strict=True))
        named.append(names)
    distinct = sorted(module_of)
    rank = {name: index for index, name in enumerate(distinct)}
    columns = [
        np.asarray([*(rank[name] for name in names), -1], dtype=np.int32)[tree.frame]
        for names, tree in zip(named, trees, strict=True)
    ]
    return Frames(distinct, [module_of[name] for name in distinct]), columns


def _merged(parent: Indices, frame: Indices, frames: Frames) -> tuple[CallTree, Indices]:
    """Merge equal siblings of a forest with all roots as one; return the tree and each node's place in it."""
    depth = depths(parent)
    order = np.argsort(depth, kind="stable")
    bounds = np.searchsorted(depth[order], np.arange(int(depth.max()) + 2)).tolist()
    of_node = np.zeros(len(parent), dtype=np.int64)
    ups, own = [np.zeros(1, np.int64)], [np.full(1, -1, np.int64)]
    levels = [(0, 1)]
    for low, high in pairwise(bounds[1:]):
        nodes = order[low:high]
        keys, inverse = np.unique(of_node[parent[nodes]] * len(frames) + frame[nodes], return_inverse=True)
        start = levels[-1][1]
        levels.append((start, start + len(keys)))
        of_node[nodes] = start + inverse
        ups.append(keys // len(frames))
        own.append(keys % len(frames))
    up, own_frame = np.concatenate(ups), np.concatenate(own)
    size = np.ones(len(up), dtype=np.int64)
    for low, high in reversed(levels[1:]):
        np.add.at(size, up[low:high], size[low:high])
    place = np.zeros(len(up), dtype=np.int64)
    for low, high in levels[1:]:
        before = np.cumsum(size[low:high]) - size[low:high]
        eldest = np.searchsorted(up[low:high], up[low:high])
        place[low:high] = place[up[low:high]] + 1 + before - before[eldest]
    at = np.argsort(place)
    above = place[up[at]].astype(np.int32)
    above[0] = -1
    return CallTree(above, own_frame[at].astype(np.int32), frames), place[of_node].astype(np.int32)
