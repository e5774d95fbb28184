"""Build a profile from samples: collect them in columns, then merge their stacks into a call tree."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from duronb.model.event import Event
from duronb.model.profile import Counts, Indices, Profile
from duronb.model.stage import OUTSIDE, StageResult
from duronb.model.tree import call_tree, packed

UNKNOWN = "[unknown]"
"""Name of a frame without a symbol."""

LAST_SECOND = 2**31 - 1
MOST_WEIGHT = 2**62
"""Largest sum of the weights of a profile."""


class ProfileBuilder:
    """Collects samples and builds a profile from them.

    Frames, stacks, threads and events are interned, so each sample takes four numbers. A number for the event is added
    with the second event, and one for the weight with the first weight.
    """

    def __init__(self) -> None:
        self._frames: dict[tuple[str, str], int] = {}
        self._stacks: dict[bytes, int] = {}
        self._threads: dict[str, int] = {}
        self._stack = array("i")
        self._thread = array("i")
        self._time = array("d")
        self._count = array("q")
        self._events: dict[str, Event] = {}
        self._event = array("h")  # as long as the other columns, or empty for a single event
        self._weight = array("q")  # as long as the other columns, or empty if every sample weighs 1

    def __len__(self) -> int:
        return len(self._stack)

    def frame(self, name: str, module: str) -> int:
        """Return the index of a frame. Frames with equal name and module have equal indices."""
        return self._frames.setdefault((_text(name), _text(module)), len(self._frames))

    def stack(self, frames: tuple[int, ...]) -> int:
        """Return the index of a stack of frame indices, root first; it may be empty."""
        return self.packed_stack(packed(frames))

    def packed_stack(self, frames: bytes) -> int:
        """Return the index of a stack in the form that ``duronb.model.tree.packed`` returns."""
        return self._stacks.setdefault(frames, len(self._stacks))

    def thread(self, name: str) -> int:
        """Return the index of a thread's name."""
        return self._threads.setdefault(_text(name), len(self._threads))

    def event(self, event: Event) -> int:
        """Return the index of an event. Events of equal names are one event, with the fields that were given first."""
        name = _text(event.name)
        if name not in self._events:
            self._events[name] = replace(event, name=name, unit=_text(event.unit))
        return list(self._events).index(name)

    def redefine(self, event: Event) -> None:
        """Replace the fields of the known event with this name, once all its weights are known."""
        self._events[_text(event.name)] = event

    def add(
        self,
        stack: tuple[int, ...],
        thread: str,
        time: float,
        count: int = 1,
        *,
        event: int = 0,
        weight: int | None = None,
    ) -> None:
        """Add samples.

        Parameters
        ----------
        stack
            Frame indices, root first.
        thread
            Name of the thread.
        time
            Unix time in seconds, finite.
        count
            Number of samples, at least 1.
        event
            Index of the event, from ``event``.
        weight
            Weight of all these samples together, in steps of the event, at least 0; ``None`` for 1 unit a sample.
        """
        if event or weight is not None or self._event or self._weight:
            weights = None if weight is None else np.array([weight], dtype=np.int64)
            self._extend_optional(np.array([count], dtype=np.int64), event or None, weights)
        self._stack.append(self.stack(stack))
        self._thread.append(self.thread(thread))
        self._time.append(time)
        self._count.append(count)

    def extend(
        self,
        stacks: NDArray[np.int64],
        threads: Indices,
        times: NDArray[np.float64],
        events: Indices | None = None,
        weights: Counts | None = None,
    ) -> None:
        """Add single samples by the indices that ``stack``, ``thread`` and ``event`` returned.

        Parameters
        ----------
        stacks, threads, times
            Shape ``(samples,)`` each.
        events
            Index of each sample's event, shape ``(samples,)``; ``None`` for event 0.
        weights
            Weight of each sample in steps of its event, shape ``(samples,)``; ``None`` for 1 unit each.
        """
        count = np.ones(len(stacks), dtype=np.int64)
        self._extend_optional(count, events if events is not None and events.any() else None, weights)
        self._stack.frombytes(stacks.astype(np.int32).tobytes())
        self._thread.frombytes(threads.astype(np.int32).tobytes())
        self._time.frombytes(times.astype(np.float64).tobytes())
        self._count.frombytes(count.tobytes())

    def _extend_optional(self, count: Counts, events: Indices | int | None, weights: Counts | None) -> None:
        """Extend the columns of events and weights, before the other columns. They begin when they are needed."""
        added = len(count)
        if weights is not None and not self._weight:
            self._weight.frombytes(self._unit_weights(np.array(self._count, dtype=np.int64), self._event).tobytes())
        if events is not None and not self._event:
            self._event.frombytes(bytes(self._event.itemsize * len(self)))
        if self._event or events is not None:
            self._event.frombytes(np.broadcast_to(np.int16(0 if events is None else events), added).tobytes())
        if self._weight or weights is not None:
            if weights is None:
                weights = self._unit_weights(count, self._event[-added:] if self._event else self._event)
            self._weight.frombytes(weights.astype(np.int64).tobytes())

    def _unit_weights(self, count: Counts, event: array[int]) -> Counts:
        """Return the weights of samples that weigh 1 unit each."""
        if not self._events:
            return count
        scale = np.array([event.scale for event in self._events.values()], dtype=np.int64)
        return count * (scale[np.array(event, dtype=np.int16)] if event else scale[0])

    @property
    def first(self) -> float | None:
        """Unix time of the first sample; ``None`` without samples."""
        return float(np.asarray(self._time).min()) if self._time else None

    @property
    def last(self) -> float | None:
        """Unix time of the last sample; ``None`` without samples."""
        return float(np.asarray(self._time).max()) if self._time else None

    def build(self, stages: Sequence[StageResult], frequency_hz: float) -> Profile:
        """Return the profile of all samples.

        Parameters
        ----------
        stages
            A sample belongs to the stage with ``started <= time < ended``. A stage without bounds gets no samples.
            Samples of no stage belong to ``OUTSIDE``.
        frequency_hz
            Samples per second of CPU time and thread.

        Returns
        -------
        The profile. It does not depend on the order in which the samples were added.
        """
        time = np.array(self._time, dtype=np.float64)
        tree, leaf = call_tree(list(self._frames), list(self._stacks))
        start = float(np.floor(time.min())) if len(time) else 0.0
        second = np.clip(np.floor(time - start), 0, LAST_SECOND).astype(np.int32)
        stage_names, stage = _assign_stages(stages, time)
        thread_names = sorted(self._threads)
        ranks = {name: rank for rank, name in enumerate(thread_names)}
        thread_rank = np.array([ranks[name] for name in self._threads], dtype=np.int32)
        count = np.array(self._count, dtype=np.int64)
        columns = (
            stage,
            thread_rank[np.array(self._thread, dtype=np.int32)],
            second,
            leaf[np.array(self._stack, dtype=np.int32)],
        )
        events, event, weight = self._optional_columns(count)
        (stage, thread, second, node, *more), (count, *weights) = sum_rows(
            columns if event is None else (*columns, event), (count,) if weight is None else (count, weight)
        )
        return Profile(
            tree=tree,
            stages=stage_names,
            threads=thread_names,
            stage=stage,
            thread=thread,
            second=second,
            node=node,
            count=count,
            start=start,
            frequency_hz=frequency_hz,
            events=events,
            event=more[0] if more else None,
            weight=weights[0] if weights else None,
        )

    def _optional_columns(self, count: Counts) -> tuple[tuple[Event, ...], Indices | None, Counts | None]:
        """Return the events, and the columns of event and weight; no events and no columns if they state nothing."""
        event = np.array(self._event, dtype=np.int32) if self._event else None
        weight = np.array(self._weight, dtype=np.int64) if self._weight else None
        if weight is not None and np.array_equal(weight, self._unit_weights(count, self._event)):
            weight = None
        if weight is not None and weight.astype(np.float64).sum() > MOST_WEIGHT:
            weight = None
        if event is None:
            return tuple(self._events.values())[: weight is not None], None, weight
        return tuple(self._events.values()), event, weight


def preorder_parents(depth: Indices) -> Indices:
    """Return the parent of each node, shape ``(n,)``, from the depths of the nodes in preorder, the root's 0 first."""
    return _parents(depth[1:].astype(np.int64) - 1)


def sum_rows(columns: tuple[Indices, ...], sums: tuple[Counts, ...]) -> tuple[tuple[Indices, ...], tuple[Counts, ...]]:
    """Sort rows by their columns and add up the sums of equal ones; shape ``(m,)`` each."""
    if not len(columns[0]):
        return columns, sums
    order = np.lexsort(columns[::-1])
    columns = tuple(column[order] for column in columns)
    changed = np.ones(len(order), dtype=bool)
    changed[1:] = False
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    rows = np.flatnonzero(changed)
    return tuple(column[rows] for column in columns), tuple(np.add.reduceat(added[order], rows) for added in sums)


def with_samples(stages: Sequence[StageResult], profile: Profile) -> list[StageResult]:
    """Return the stages with their number of samples filled in."""
    per_stage = np.bincount(profile.stage, weights=profile.count, minlength=len(profile.stages))
    samples = {name: int(number) for name, number in zip(profile.stages, per_stage, strict=True)}
    return [replace(stage, samples=samples.get(stage.name, 0)) for stage in stages]


def _parents(level: NDArray[np.int64]) -> Indices:
    """Return the parents of all nodes, -1 for the root; ``level`` is the depth of nodes 1 to n - 1, minus 1."""
    nodes = len(level) + 1
    # A node's parent is the last earlier node one level higher. One search in (level, node) order finds all parents.
    key = level * nodes + np.arange(1, nodes)
    above = np.sort(key)
    position = np.searchsorted(above, key - nodes) - 1
    parent = above[position] % nodes if len(level) else level
    return np.concatenate(([-1], np.where(level == 0, 0, parent))).astype(np.int32)


def _assign_stages(stages: Sequence[StageResult], time: NDArray[np.float64]) -> tuple[list[str], Indices]:
    """Return the names of the stages, and the stage of each sample as an index into them."""
    names = list(dict.fromkeys(stage.name for stage in stages))
    index = {name: number for number, name in enumerate(names)}
    bounds = sorted(
        (stage.started, stage.ended, index[stage.name])
        for stage in stages
        if stage.started is not None and stage.ended is not None and stage.started < stage.ended
    )
    column = np.full(len(time), -1, dtype=np.int32)
    if bounds:
        started, ended = (np.array([bound[side] for bound in bounds], dtype=np.float64) for side in (0, 1))
        latest = np.searchsorted(started, time, side="right") - 1
        inside = (latest >= 0) & (time < ended[latest])
        column[inside] = np.array([bound[2] for bound in bounds], dtype=np.int32)[latest[inside]]
    if (column < 0).any():
        column[column < 0] = index.get(OUTSIDE, len(names))
        if OUTSIDE not in index:
            names.append(OUTSIDE)
    return names, column


def _text(name: str) -> str:
    """Return a name with its lone surrogates replaced, since they cannot be encoded."""
    if name.isascii():
        return name
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode("utf-8", "replace").decode()
    return name
