"""The functions with the most samples in a display tree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duronb.model.events.artefacts import drawn_kind
from duronb.model.kinds import KINDS
from duronb.model.profile import Counts
from duronb.views.flamegraph.display_tree import DisplayTree


@dataclass(frozen=True, slots=True)
class HotFrame:
    """One function and its samples.

    Parameters
    ----------
    name, module, kind
        Display name, binary or library, and kind of code; ``timer artefact`` if at least half of its samples are
        self samples that are artefacts.
    self_samples, total
        Samples in the function itself; samples in it or what it calls, each counted once however often the function
        is on the stack.
    share, total_share
        The same as shares of all samples, 0 to 1.
    unit
        What is counted: ``samples``, or the unit of weights.
    """

    name: str
    module: str
    kind: str
    self_samples: int
    total: int
    share: float
    total_share: float
    unit: str = "samples"


def hot_frames(shown: DisplayTree, n: int | None = 20, stage: str | None = None) -> list[HotFrame]:
    """Return the functions with the most self samples, largest first.

    Parameters
    ----------
    shown
        The display tree.
    n
        Maximum number of functions. ``None`` for all with samples.
    stage
        Count only samples of this stage. ``None`` for all stages.

    Raises
    ------
    KeyError
        There is no such stage.
    """
    profile = shown.profile
    frames = profile.tree.frames
    self_counts = profile.self_counts(stage)
    samples = int(self_counts.sum())
    self_by, total_by = frame_counts(shown, self_counts)
    order = np.lexsort((np.arange(len(frames)), -total_by, -self_by))
    parts_of = max(1, samples)
    found = [
        HotFrame(
            name=frames.names[index],
            module=frames.modules[index],
            kind=drawn_kind(KINDS[int(shown.kinds[index])], int(self_by[index]), int(total_by[index])),
            self_samples=int(self_by[index]),
            total=int(total_by[index]),
            share=int(self_by[index]) / parts_of,
            total_share=int(total_by[index]) / parts_of,
            unit=profile.unit,
        )
        for index in order.tolist()[:n]
    ]
    return [frame for frame in found if frame.total]


def frame_counts(shown: DisplayTree, self_counts: Counts) -> tuple[Counts, Counts]:
    """Return self and total samples per frame, shape ``(frames,)`` each. Totals count recursion once."""
    tree = shown.profile.tree
    frames = len(tree.frames)
    frame = tree.frame[1:]
    self_by = np.bincount(frame, weights=self_counts[1:], minlength=frames).astype(np.int64)
    topmost = _topmost(frame, tree.end[1:])
    totals = tree.totals(self_counts)[1:]
    total_by = np.bincount(frame[topmost], weights=totals[topmost], minlength=frames).astype(np.int64)
    return self_by, total_by


def _topmost(frame: NDArray[np.int32], end: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the nodes without an ancestor of the same frame. Both columns are in preorder without the root."""
    order = np.argsort(frame, kind="stable")
    # Subtrees of one frame are nested or disjoint: a node is inside another if an earlier one ends after it begins.
    # Shifting the intervals of each frame beyond those of the previous frame allows one running maximum for all.
    shift = frame[order].astype(np.int64) * (len(frame) + 2)
    reached = np.maximum.accumulate(end[order] + shift)
    inside = np.zeros(len(order), dtype=bool)
    inside[1:] = reached[:-1] > (order[1:] + 1) + shift[1:]
    return order[~inside]
