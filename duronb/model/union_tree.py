"""The call trees of several runs merged by displayed names. Nodes that vanished in later runs remain visible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from duronb.model.kinds import kind_numbers
from duronb.model.merged_tree import MergedTree
from duronb.model.names import normalise
from duronb.model.profile import CallTree, Frames, Indices


@dataclass(frozen=True, eq=False)
class Union:
    """Call trees merged by displayed names.

    Parameters
    ----------
    tree
        The nodes of all trees, in preorder, siblings by name.
    kinds
        Kind of each frame, an index into ``CODE_KINDS``, shape ``(frames,)``.
    places
        For each tree, the node of the union for each node of the tree.
    """

    tree: CallTree
    kinds: Indices
    places: Sequence[Indices]


def union_of(trees: Sequence[CallTree], *, parents: Sequence[Indices] | None = None, generics: bool = False) -> Union:
    """Merge call trees by displayed names.

    Parameters
    ----------
    trees
        At least one. If a frame has several modules, the module in the last tree counts.
    parents
        Other parents for the nodes of each tree, as ``without_outer_unknown`` returns them.
    generics
        Also merge names that differ only in generic arguments and in the numbers of closures, as names of two
        toolchains do.
    """
    frames, columns = _frames(trees, generics=generics)
    ups = [tree.parent for tree in trees] if parents is None else list(parents)
    starts = np.cumsum([0, *map(len, trees)]).tolist()
    forest = np.concatenate([np.where(up < 0, -1, up + start) for up, start in zip(ups, starts, strict=False)])
    merged = MergedTree.of(forest.astype(np.int32), np.concatenate(columns), len(frames))
    parent, frame, position = merged.kept(np.ones(len(merged.up), dtype=bool))
    of_node = position[merged.of_node].astype(np.int32)
    return Union(
        tree=CallTree(parent, frame, frames),
        kinds=kind_numbers(frames),
        places=[of_node[start : start + len(tree)] for start, tree in zip(starts, trees, strict=False)],
    )


def _frames(trees: Sequence[CallTree], *, generics: bool) -> tuple[Frames, list[Indices]]:
    """Return the distinct names of all trees, sorted, and each tree's nodes as indices into them."""
    name_of: dict[str, str] = {}
    module_of: dict[str, str] = {}
    for tree in trees:
        for raw in tree.frames.names:
            if raw not in name_of:
                name_of[raw] = normalise(raw, closures=generics, generics=generics)
        names = [name_of[raw] for raw in tree.frames.names]
        # The last tree comes last, so that its modules replace those of earlier trees.
        module_of.update(zip(reversed(names), reversed(tree.frames.modules), strict=True))
    distinct = sorted(module_of)
    rank = {name: index for index, name in enumerate(distinct)}
    columns = [
        np.asarray([*(rank[name_of[raw]] for raw in tree.frames.names), -1], dtype=np.int32)[tree.frame]
        for tree in trees
    ]
    return Frames(distinct, [module_of[name] for name in distinct]), columns
