"""Assignment of every node of a call tree, and so of every sample, to exactly one bucket.

Each stack is read from the root to the leaf. A node inherits the claim of its parent:

* A frame that matches a pattern replaces the inherited claim, so the deepest claim decides.
* A pattern with ``within`` replaces only claims of the buckets that it names.
* A claim with the priority ``hold`` is never replaced further down.
* A claim with the priority ``fallback`` replaces only other fallback claims, or no claim.
* A node without any claim is ``unknown``.

If several patterns match a frame, the first one in catalogue order that may replace the claim decides. Frames named
``[unknown]`` match no pattern, so the sums are the same for a tree from which they were removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.bottlenecks.bucket import Catalogue
from duronb.model.build import UNKNOWN
from duronb.model.profile import CallTree, Counts, Frames, Indices

_FALLBACK, _NORMAL, _HOLD = range(3)
_RANK = {"fallback": _FALLBACK, "normal": _NORMAL, "hold": _HOLD}
_RANKS = len(_RANK)
_NOTHING = 0
"""State of a stack without a claim."""


@dataclass(frozen=True, eq=False)
class Assignment:
    """The bucket of each node, which is also the bucket of the samples that end in it.

    Parameters
    ----------
    catalogue
        The catalogue that defines the buckets.
    bucket
        Index into the catalogue's buckets, shape ``(nodes,)``.
    decider
        The node whose frame decided the bucket: the node itself or an ancestor; 0 for nodes without a claim. Shape
        ``(nodes,)``.
    """

    catalogue: Catalogue
    bucket: Indices
    decider: Indices

    def samples(self, self_counts: Counts) -> Counts:
        """Return the samples of each bucket, shape ``(buckets,)``, from the self samples of each node, ``(nodes,)``."""
        sums = np.zeros(len(self.catalogue.buckets), dtype=np.int64)
        np.add.at(sums, self.bucket, self_counts)
        return sums


def assign(tree: CallTree, catalogue: Catalogue) -> Assignment:
    """Return the bucket of each node of a tree.

    Each distinct frame is matched once, and each depth of the tree is processed in one NumPy step.
    """
    classes, class_of = _classes(tree.frames, catalogue)
    transitions = _transitions(classes, catalogue)
    nodes = len(tree)
    state = np.zeros(nodes, dtype=np.int32)
    decider = np.zeros(nodes, dtype=np.int32)
    class_at = class_of[tree.frame]
    order = np.argsort(tree.depth, kind="stable")
    bounds = np.searchsorted(tree.depth[order], np.arange(1, int(tree.depth.max(initial=0)) + 2)).tolist()
    for low, high in pairwise(bounds):
        nodes_at_depth = order[low:high]
        parents = tree.parent[nodes_at_depth]
        before = state[parents]
        after = transitions[before, class_at[nodes_at_depth]]
        claims = after >= 0
        state[nodes_at_depth] = np.where(claims, after, before)
        decider[nodes_at_depth] = np.where(claims, nodes_at_depth, decider[parents])
    bucket = np.where(state == _NOTHING, catalogue.unknown, (state - 1) // _RANKS).astype(np.int32)
    return Assignment(catalogue, bucket, decider)


def _classes(frames: Frames, catalogue: Catalogue) -> tuple[list[tuple[int, ...]], Indices]:
    """Return the distinct sets of patterns that frames match, and the index of each frame's set.

    The last entry is for the root, which has no frame.
    """
    numbers: dict[tuple[int, ...], int] = {(): 0}
    of_frame = np.zeros(len(frames) + 1, dtype=np.int32)
    for at, (name, module) in enumerate(zip(frames.names, frames.modules, strict=True)):
        if name != UNKNOWN:
            of_frame[at] = numbers.setdefault(catalogue.claims(name, module), len(numbers))
    return list(numbers), of_frame


def _transitions(classes: Sequence[tuple[int, ...]], catalogue: Catalogue) -> NDArray[np.int32]:
    """Return the state after a frame for each state before it and each class of frames; -1 where it does not change."""
    states = 1 + _RANKS * len(catalogue.buckets)
    table = np.full((states, len(classes)), -1, dtype=np.int32)
    for before in range(states):
        bucket, rank = (catalogue.unknown, _FALLBACK) if before == _NOTHING else divmod(before - 1, _RANKS)
        if rank == _HOLD:
            continue
        for number, matched in enumerate(classes):
            for pattern in map(catalogue.patterns.__getitem__, matched):
                new_rank = _RANK[pattern.priority]
                if new_rank >= rank and (not pattern.within or bucket in pattern.within):
                    table[before, number] = 1 + pattern.bucket * _RANKS + new_rank
                    break
    return table
