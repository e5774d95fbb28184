"""Which bucket each node of a call tree belongs to: every sample in exactly one.

A stack is read from the root to the leaf, and a claim passes from a node to its children:

* a frame that a pattern matches takes over from the claim above it, so the deepest claim decides;
* a pattern with ``within`` takes over only from claims of the buckets it names;
* a claim that holds is not taken over by anything below it;
* a fallback takes over only from other fallbacks and from nothing at all;
* what no frame claims is ``unknown``.

Of several patterns that match one frame the first that may take over decides, in the order of the catalogue. Frames
called ``[unknown]`` match nothing, so that a tree from which they were folded away gives the same sums.
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
"""State of a stack that nothing has claimed yet."""


@dataclass(frozen=True, eq=False)
class Assignment:
    """The bucket of each node, which is that of the samples that end there.

    Parameters
    ----------
    catalogue
        Whose buckets they are.
    bucket
        Index into the catalogue's buckets, shape ``(nodes,)``.
    decider
        The node whose frame decided, the node itself or one above it; 0 where none did. Shape ``(nodes,)``.
    """

    catalogue: Catalogue
    bucket: Indices
    decider: Indices

    def samples(self, self_counts: Counts) -> Counts:
        """Sum self counts per bucket, shape ``(nodes,)`` in, shape ``(buckets,)`` out; nothing is left out."""
        sums = np.zeros(len(self.catalogue.buckets), dtype=np.int64)
        np.add.at(sums, self.bucket, self_counts)
        return sums


def assign(tree: CallTree, catalogue: Catalogue) -> Assignment:
    """Find the bucket of each node of a tree: each distinct frame is matched once, each level is one step."""
    classes, class_of = _classes(tree.frames, catalogue)
    taken = _transitions(classes, catalogue)
    nodes = len(tree)
    state = np.zeros(nodes, dtype=np.int32)
    decider = np.zeros(nodes, dtype=np.int32)
    class_at = class_of[tree.frame]
    order = np.argsort(tree.depth, kind="stable")
    bounds = np.searchsorted(tree.depth[order], np.arange(1, int(tree.depth.max(initial=0)) + 2)).tolist()
    for low, high in pairwise(bounds):
        here = order[low:high]
        above = tree.parent[here]
        before = state[above]
        after = taken[before, class_at[here]]
        claims = after >= 0
        state[here] = np.where(claims, after, before)
        decider[here] = np.where(claims, here, decider[above])
    bucket = np.where(state == _NOTHING, catalogue.unknown, (state - 1) // _RANKS).astype(np.int32)
    return Assignment(catalogue, bucket, decider)


def _classes(frames: Frames, catalogue: Catalogue) -> tuple[list[tuple[int, ...]], Indices]:
    """Return the distinct sets of patterns that frames match, and the set of each frame; the last entry is no frame."""
    numbers: dict[tuple[int, ...], int] = {(): 0}
    of_frame = np.zeros(len(frames) + 1, dtype=np.int32)
    for at, (name, module) in enumerate(zip(frames.names, frames.modules, strict=True)):
        if name != UNKNOWN:
            of_frame[at] = numbers.setdefault(catalogue.claims(name, module), len(numbers))
    return list(numbers), of_frame


def _transitions(classes: Sequence[tuple[int, ...]], catalogue: Catalogue) -> NDArray[np.int32]:
    """Return the state after a frame by the state before it and the frame's class; -1 where nothing takes over."""
    states = 1 + _RANKS * len(catalogue.buckets)
    table = np.full((states, len(classes)), -1, dtype=np.int32)
    for before in range(states):
        bucket, rank = (catalogue.unknown, _FALLBACK) if before == _NOTHING else divmod(before - 1, _RANKS)
        if rank == _HOLD:
            continue
        for number, matched in enumerate(classes):
            for pattern in map(catalogue.patterns.__getitem__, matched):
                own = _RANK[pattern.priority]
                if own >= rank and (not pattern.within or bucket in pattern.within):
                    table[before, number] = 1 + pattern.bucket * _RANKS + own
                    break
    return table
