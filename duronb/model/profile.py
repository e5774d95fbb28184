"""Samples as a call tree with counts by stage, thread and second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from duronb.model.event import Event

Counts = NDArray[np.int64]
Indices = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Frames:
    """The distinct frames of a profile, as columns.

    Parameters
    ----------
    names
        Symbol names as the sampler reported them, demangled.
    modules
        Base name of the binary or library of each frame; ``[kernel]`` for the kernel, empty if unknown.
    """

    names: Sequence[str]
    modules: Sequence[str]

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, eq=False)
class CallTree:
    """A call tree as columns in preorder; node 0 is the root, which represents all samples.

    Parameters
    ----------
    parent
        Node above each node, shape ``(n,)``; -1 for the root, and always less than the node's own index.
    frame
        Index into ``frames``, shape ``(n,)``; -1 for the root.
    frames
        The distinct frames. Siblings are in the order of their names.
    """

    parent: Indices
    frame: Indices
    frames: Frames

    def __len__(self) -> int:
        return len(self.parent)

    @cached_property
    def depth(self) -> Indices:
        """Distance from the root, shape ``(n,)``."""
        depth = (self.parent >= 0).astype(np.int32)
        above = self.parent.copy()
        while (climbing := np.flatnonzero(above >= 0)).size:
            # Each pass doubles the distance between a node and the ancestor in ``above``.
            over = above[climbing]
            depth[climbing] += depth[over]
            above[climbing] = above[over]
        return depth

    @cached_property
    def end(self) -> Indices:
        """One past the last node of each subtree, shape ``(n,)``."""
        nodes = np.arange(len(self), dtype=np.int32)
        last = nodes.copy()
        last[self.parent[1:]] = nodes[1:]  # the last child is written last, and remains
        while not np.array_equal(further := last[last], last):
            last = further
        return last + np.int32(1)

    def totals(self, self_counts: Counts) -> Counts:
        """Return the total of each node from the self counts; shape ``(n,)`` in and out."""
        running = np.concatenate(([0], np.cumsum(self_counts, dtype=np.int64)))
        return running[self.end] - running[: len(self)]

    def name(self, node: int) -> str:
        """Return the frame name of a node; ``all`` for the root."""
        frame = int(self.frame[node])
        return "all" if frame < 0 else self.frames.names[frame]

    def stack(self, node: int) -> list[int]:
        """Return the frame indices from below the root to ``node``."""
        frames: list[int] = []
        while node > 0:
            frames.append(int(self.frame[node]))
            node = int(self.parent[node])
        return frames[::-1]


@dataclass(frozen=True, eq=False)
class Profile:
    """A call tree and its samples.

    A profile as it is stored may contain several events, and weights; ``duronb.model.event_view.view`` returns the
    profile of one event whose ``count`` is what a view shows. A profile of one event without weights is its own view.

    Parameters
    ----------
    tree
        The call tree over all samples.
    stages, threads
        Names that the ``stage`` and ``thread`` columns index.
    stage, thread, second, node, count
        One row per distinct (stage, thread, second, call-tree node, event), shape ``(m,)`` each. ``second`` counts
        whole seconds from ``start``.
    start
        Unix time of second 0.
    frequency_hz
        Samples per second of CPU time and thread; 0 in a view by weight.
    events
        The events; empty for one event whose name only the run's record states.
    event
        Index into ``events`` of each row, shape ``(m,)``; ``None`` for at most one event.
    weight
        Sum of the weights of the samples of each row, in steps of ``1 / scale`` units of its event, shape ``(m,)``;
        ``None`` if every sample weighs 1.
    unit
        What ``count`` counts. It differs from ``samples`` only in a view by weight.
    """

    tree: CallTree
    stages: Sequence[str]
    threads: Sequence[str]
    stage: Indices
    thread: Indices
    second: Indices
    node: Indices
    count: Counts
    start: float
    frequency_hz: float
    events: Sequence[Event] = ()
    event: Indices | None = None
    weight: Counts | None = None
    unit: str = "samples"

    @property
    def samples(self) -> int:
        """Number of samples, of all events; in a view by weight, the sum of the weights."""
        return int(self.count.sum())

    def self_counts(
        self,
        stage: str | None = None,
        thread: str | None = None,
        seconds: tuple[float, float] | None = None,
    ) -> Counts:
        """Return the self samples of each node.

        Parameters
        ----------
        stage, thread
            Names; ``None`` for all.
        seconds
            Half-open range of seconds after ``start``.

        Returns
        -------
        Self counts, shape ``(nodes,)``.

        Raises
        ------
        KeyError
            There is no such stage or thread.
        """
        keep = np.ones(len(self.count), dtype=bool)
        if stage is not None:
            keep &= self.stage == _position(self.stages, stage)
        if thread is not None:
            keep &= self.thread == _position(self.threads, thread)
        if seconds is not None:
            keep &= (self.second >= seconds[0]) & (self.second < seconds[1])
        counts = np.zeros(len(self.tree), dtype=np.int64)
        np.add.at(counts, self.node[keep], self.count[keep])
        return counts


def _position(names: Sequence[str], name: str) -> int:
    try:
        return list(names).index(name)
    except ValueError:
        raise KeyError(name) from None
