"""The display tree: names normalised, equal siblings merged, outermost unknown frames left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.bottlenecks.assignment import Assignment, assign
from duronb.analysis.bottlenecks.bucket import Catalogue
from duronb.model.event_view import event_name
from duronb.model.events.artefacts import kinds_of_view
from duronb.model.merged_tree import MergedTree, depths, sum_above, without_outer_unknown
from duronb.model.names import normalise
from duronb.model.profile import CallTree, Counts, Frames, Indices, Profile
from duronb.model.run import RunRecord

__all__ = ["DisplayTree", "depths", "display_tree", "display_tree_of", "row_order", "sum_above"]


@dataclass(frozen=True, eq=False)
class DisplayTree:
    """A profile on its display tree.

    Parameters
    ----------
    profile
        The samples on the display tree. Their number does not change.
    kinds
        Kind of each frame, an index into ``duronb.model.kinds.KINDS``, shape ``(frames,)``. The self samples of frames
        of the kind ``ARTEFACT`` are timer artefacts.
    omitted_nodes, omitted_samples
        Number of nodes that were left out as too narrow, and of their samples, which count as self samples of their
        callers.
    folded_samples
        Number of samples whose outermost ``[unknown]`` frames are left out.
    """

    profile: Profile
    kinds: Indices
    omitted_nodes: int
    omitted_samples: int
    folded_samples: int
    _assigned: list[Assignment] = field(default_factory=list, repr=False)

    def buckets(self, catalogue: Catalogue) -> Assignment:
        """Return the bucket of each node. The result is cached, because every display of a run needs it."""
        for known in self._assigned:
            if known.catalogue is catalogue:
                return known
        self._assigned[:] = [assign(self.profile.tree, catalogue)]
        return self._assigned[0]

    @property
    def notices(self) -> list[str]:
        """Sentences about what is not drawn as it was recorded."""
        sentences = []
        if self.folded_samples:
            sentences.append(
                f"The outermost [unknown] frames of {self.folded_samples:,} samples are not drawn: "
                "the code of libc that starts threads could not be unwound."
            )
        if self.omitted_nodes:
            sentences.append(
                f"{self.omitted_nodes:,} nodes that are too narrow to be visible are left out; their "
                f"{self.omitted_samples:,} samples count as self samples of their callers."
            )
        return sentences


def display_tree_of(run: RunRecord, *, min_share: float = 0.0) -> DisplayTree:
    """Return the display tree of a run.

    Raises
    ------
    LookupError
        The run has no samples.
    """
    return display_tree(run.profile, event=run.environment.event, min_share=min_share)


def display_tree(
    profile: Profile, *, event: str | None = None, min_share: float = 0.0, fold_unknown: bool = True
) -> DisplayTree:
    """Return the display tree of a profile.

    Parameters
    ----------
    profile
        The profile on its recorded call tree.
    event
        The event that the run states. It counts only if the profile names no events; ``None`` if unknown.
    min_share
        Leave out nodes with less than this share of all samples, 0 to 1. 0 keeps all nodes with samples.
    fold_unknown
        Whether to leave out the outermost ``[unknown]`` frames. A sample with no other frames keeps one of them.
    """
    frames, kinds, frame = _displayed_frames(profile.tree, event_name(profile, event))
    self_counts = profile.self_counts()
    parent, folded_samples = _without_outer_unknown(profile, self_counts) if fold_unknown else (profile.tree.parent, 0)
    merged = MergedTree.of(parent, frame, len(frames))
    self_samples = np.bincount(merged.of_node, weights=self_counts, minlength=len(merged.up)).astype(np.int64)
    totals = merged.sum_up(self_samples)
    seen = totals > 0
    keep = seen & (totals >= min_share * profile.samples)
    keep[0] = True
    up, frame_at, home = merged.kept(keep)
    used, frame_column = np.unique(frame_at[1:], return_inverse=True)
    tree = CallTree(
        parent=up,
        frame=np.concatenate(([-1], frame_column)).astype(np.int32),
        frames=Frames(names=[frames.names[f] for f in used], modules=[frames.modules[f] for f in used]),
    )
    return DisplayTree(
        profile=_with_tree(profile, tree, home[merged.of_node[profile.node]]),
        kinds=kinds[used],
        omitted_nodes=int((seen & ~keep).sum()),
        omitted_samples=int(self_samples[~keep].sum()),
        folded_samples=folded_samples,
    )


def _displayed_frames(tree: CallTree, event: str | None) -> tuple[Frames, Indices, Indices]:
    """Return the distinct display frames sorted by name, their kinds, and the display frame of each node."""
    keys = [(normalise(name), module) for name, module in zip(tree.frames.names, tree.frames.modules, strict=True)]
    distinct = sorted(set(keys))
    rank = {key: index for index, key in enumerate(distinct)}
    of_frame = np.asarray([*(rank[key] for key in keys), -1], dtype=np.int32)
    frames = Frames(names=[name for name, _ in distinct], modules=[module for _, module in distinct])
    return frames, kinds_of_view(frames, event), of_frame[tree.frame]


def _without_outer_unknown(profile: Profile, self_counts: Counts) -> tuple[Indices, int]:
    """Return the parents without the outermost unknown frames, and the number of samples that lost such frames."""
    parent, folded, outermost = without_outer_unknown(profile.tree)
    # A stack that is only [unknown] keeps one such frame.
    bare = int(self_counts[folded].sum())
    return parent, int(profile.tree.totals(self_counts)[outermost].sum()) - bare


def row_order(
    stage: NDArray[np.integer], thread: NDArray[np.integer], second: NDArray[np.integer], node: NDArray[np.integer]
) -> NDArray[np.int64]:
    """Return the order of rows by stage, thread, second and node. It sorts one combined key if that fits 62 bits."""
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
    """Return the profile with its samples on other nodes, summing the rows that become equal."""
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
        unit=profile.unit,
    )
