"""Build a profile from samples: collect them in columns, then merge their stacks into a call tree."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from duronb.model.building.event_columns import EventColumns
from duronb.model.building.threads import many_processes, thread_names
from duronb.model.building.times import seconds_of, times_without_jumps
from duronb.model.event import Event
from duronb.model.profile import Counts, Indices, Profile
from duronb.model.stage import OUTSIDE, StageResult
from duronb.model.tree import call_tree, packed

UNKNOWN = "[unknown]"
"""Name of a frame without a symbol."""


class ProfileBuilder:
    """Collects samples and builds a profile from them.

    Frames, stacks, threads and events are interned, so each sample takes four numbers. A number for the event is added
    with the second event, and one for the weight with the first weight.
    """

    def __init__(self) -> None:
        self._frames: dict[tuple[str, str], int] = {}
        self._stacks: dict[bytes, int] = {}
        self._threads: dict[tuple[str, int | None], int] = {}
        self._stack = array("i")
        self._thread = array("i")
        self._time = array("d")
        self._count = array("q")
        self._of_events = EventColumns()

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

    def thread(self, name: str, process: int | None = None) -> int:
        """Return the index of a thread.

        Parameters
        ----------
        name
            Its name. Threads of one name in one process are one thread.
        process
            Id of its process; ``None`` if unknown. It is added to the name where several processes have the name.
        """
        return self._threads.setdefault((_text(name), process), len(self._threads))

    @property
    def merged_names(self) -> list[str]:
        """Names of threads in so many processes that they are not kept apart."""
        return many_processes(list(self._threads))

    def event(self, event: Event) -> int:
        """Return the index of an event. Events of equal names are one event, with the fields that were given first."""
        return self._of_events.number(replace(event, name=_text(event.name), unit=_text(event.unit)))

    @property
    def events(self) -> list[Event]:
        """The events in the order of their indices."""
        return list(self._of_events.events.values())

    def redefine(self, event: Event) -> None:
        """Replace the fields of the known event with this name, once all its weights are known."""
        self._of_events.events[event.name] = event

    def samples_of(self, event: int) -> int:
        """Return the number of samples of an event."""
        return int(np.array(self._count, dtype=np.int64)[self._of_events.rows(event)].sum())

    def weights(self, event: int) -> Counts | None:
        """Return the weights of an event, one for each call that added samples of it; ``None`` without weights."""
        return self._of_events.weights(event)

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
        if event or weight is not None or self._of_events:
            weights = None if weight is None else np.array([weight], dtype=np.int64)
            self._of_events.extend(self._count, np.array([count], dtype=np.int64), event or None, weights)
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
        self._of_events.extend(self._count, count, events if events is not None and events.any() else None, weights)
        self._stack.frombytes(stacks.astype(np.int32).tobytes())
        self._thread.frombytes(threads.astype(np.int32).tobytes())
        self._time.frombytes(times.astype(np.float64).tobytes())
        self._count.frombytes(count.tobytes())

    @property
    def first(self) -> float | None:
        """Unix time of the first sample, without jumps of the clock; ``None`` without samples."""
        return times_without_jumps(np.array(self._time))[0] if self._time else None

    @property
    def last(self) -> float | None:
        """Unix time of the last sample, without jumps of the clock; ``None`` without samples."""
        return times_without_jumps(np.array(self._time))[1] if self._time else None

    @property
    def jumped(self) -> int:
        """Number of samples whose time is a jump of the clock, see ``times_without_jumps``."""
        time = np.array(self._time)
        first, last = times_without_jumps(time) if len(time) else (0.0, 0.0)
        return int(np.array(self._count)[(time < first) | (time > last)].sum())

    def build(self, stages: Sequence[StageResult], frequency_hz: float) -> Profile:
        """Return the profile of all samples.

        Parameters
        ----------
        stages
            A sample belongs to the stage with ``started <= time < ended``. A stage without bounds gets no samples.
            Samples of no stage belong to ``OUTSIDE``. Samples at a jump of the clock are in second 0, and then all
            others are in later seconds.
        frequency_hz
            Samples per second of CPU time and thread.

        Returns
        -------
        The profile. It does not depend on the order in which the samples were added.
        """
        time = np.array(self._time, dtype=np.float64)
        tree, leaf = call_tree(list(self._frames), list(self._stacks))
        start, second = seconds_of(time)
        stage_names, stage = _assign_stages(stages, time)
        names = thread_names(list(self._threads))
        sorted_names = sorted(set(names))
        ranks = {name: rank for rank, name in enumerate(sorted_names)}
        thread_rank = np.array([ranks[name] for name in names], dtype=np.int32)
        count = np.array(self._count, dtype=np.int64)
        columns = (
            stage,
            thread_rank[np.array(self._thread, dtype=np.int32)],
            second,
            leaf[np.array(self._stack, dtype=np.int32)],
        )
        events, event, weight = self._of_events.columns(count)
        (stage, thread, second, node, *more), (count, *weights) = sum_rows(
            columns if event is None else (*columns, event), (count,) if weight is None else (count, weight)
        )
        return Profile(
            tree=tree,
            stages=stage_names,
            threads=sorted_names,
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
