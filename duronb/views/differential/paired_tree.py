"""Two display trees merged by name, with the samples of each side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from duronb.model.profile import CallTree, Counts, Indices, Profile
from duronb.model.union_tree import union_of
from duronb.views.flamegraph.display_tree import DisplayTree, display_tree


@dataclass(frozen=True, eq=False)
class UnionTree:
    """Two call trees merged by display name.

    Parameters
    ----------
    tree
        Call tree with the nodes of both sides, in preorder, siblings sorted by name.
    kinds
        Kind of each frame, an index into ``KINDS``, shape ``(frames,)``.
    before, after
        Self samples of each side, shape ``(nodes,)``.
    notices
        Sentences about what is not drawn as it was recorded, on either side.
    """

    tree: CallTree
    kinds: Indices
    before: Counts
    after: Counts
    notices: Sequence[str] = ()


def union_tree(before: DisplayTree | Profile, after: DisplayTree | Profile, *, generics: bool = False) -> UnionTree:
    """Merge two call trees by display name.

    Parameters
    ----------
    before, after
        The trees. A profile is converted to its display tree.
    generics
        Whether functions that differ only in generic arguments are merged, see
        ``duronb.model.union_tree.union_of``.
    """
    sides = [side if isinstance(side, DisplayTree) else display_tree(side) for side in (before, after)]
    union = union_of([side.profile.tree for side in sides], generics=generics)
    self_samples = [
        np.bincount(at, weights=side.profile.self_counts(), minlength=len(union.tree)).astype(np.int64)
        for side, at in zip(sides, union.places, strict=True)
    ]
    return UnionTree(
        tree=union.tree,
        kinds=union.kinds,
        before=self_samples[0],
        after=self_samples[1],
        notices=[
            f"{name}: {text}" for name, side in zip(("Before", "After"), sides, strict=True) for text in side.notices
        ],
    )
