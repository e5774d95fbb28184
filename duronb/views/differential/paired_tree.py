"""Two displayed call trees merged by names, with the samples of each side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from duronb.model.profile import CallTree, Counts, Indices, Profile
from duronb.model.union_tree import union_of
from duronb.views.flamegraph.display_tree import DisplayTree, display_tree


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
    notices
        What either side does not draw as it was recorded.
    """

    tree: CallTree
    kinds: Indices
    before: Counts
    after: Counts
    notices: Sequence[str] = ()


def union_tree(before: DisplayTree | Profile, after: DisplayTree | Profile, *, generics: bool = False) -> UnionTree:
    """Merge two call trees by displayed names.

    Parameters
    ----------
    before, after
        A profile is displayed first.
    generics
        See ``duronb.model.union_tree.union_of``.
    """
    sides = [side if isinstance(side, DisplayTree) else display_tree(side) for side in (before, after)]
    union = union_of([side.profile.tree for side in sides], generics=generics)
    own = [
        np.bincount(at, weights=side.profile.self_counts(), minlength=len(union.tree)).astype(np.int64)
        for side, at in zip(sides, union.places, strict=True)
    ]
    return UnionTree(
        tree=union.tree,
        kinds=union.kinds,
        before=own[0],
        after=own[1],
        notices=[
            f"{name}: {text}" for name, side in zip(("Before", "After"), sides, strict=True) for text in side.notices
        ],
    )
