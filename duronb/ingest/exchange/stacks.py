"""Samples on stacks that share their beginnings, as the formats of viewers store them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from duronb.errors import StoreError
from duronb.ingest.exchange.weights import Weighed
from duronb.model.build import ProfileBuilder
from duronb.model.building.event_columns import MOST_WEIGHT
from duronb.model.event import Event

DEEPEST_STACK = 65_536
LATEST_SECOND = 2**31 - 1
"""Largest number of seconds after the start of a file that a time may state."""
MOST_FRAMES = 2**27
"""Largest number of frames of all different stacks together: a small file can describe very many of them."""


class SharedStacks:
    """Collects samples on stacks, each of which is a frame below another stack.

    Parameters
    ----------
    what
        What is read, for messages, such as ``speedscope file``.
    """

    def __init__(self, what: str) -> None:
        self.builder = ProfileBuilder()
        self._what = what
        self._parent = array("i", [-1])
        self._frame = array("i", [-1])
        self._depth = array("i", [0])
        self._children: dict[tuple[int, int], int] = {}
        self._threads: dict[str, int] = {}
        self._stack, self._thread = array("i"), array("i")
        self._time = array("d")

    def __len__(self) -> int:
        return len(self._stack)

    def frame(self, name: str, module: str) -> int:
        """Return the index of a frame."""
        return self.builder.frame(name, module)

    def below(self, stack: int, frame: int) -> int:
        """Return the stack with one more frame at its inner end. Stack 0 is the empty stack."""
        number = self._children.get((stack, frame))
        if number is None:
            if self._depth[stack] >= DEEPEST_STACK:
                raise StoreError(
                    f"A stack of the {self._what} has more than {DEEPEST_STACK:,} frames.", "Check the file."
                )
            number = self._children[stack, frame] = len(self._parent)
            self._parent.append(stack)
            self._frame.append(frame)
            self._depth.append(self._depth[stack] + 1)
        return number

    def above(self, stack: int) -> int:
        """Return the stack without its innermost frame; -1 above the empty stack."""
        return self._parent[stack]

    def innermost(self, stack: int) -> int:
        """Return the innermost frame of a stack; -1 of the empty stack."""
        return self._frame[stack]

    def add(self, stack: int, thread: str, time: float) -> int:
        """Add a row of samples, and return its index.

        Parameters
        ----------
        stack
            What ``below`` returned, or 0.
        thread
            Name of the thread.
        time
            Time in seconds, finite.
        """
        self._stack.append(stack)
        self._thread.append(self._threads.setdefault(thread, len(self._threads)))
        self._time.append(time)
        return len(self._stack) - 1

    def build(self, events: Sequence[Weighed]) -> ProfileBuilder:
        """Return the builder with the samples of all events.

        Parameters
        ----------
        events
            Count and weight of every row, for each event.

        Raises
        ------
        StoreError
            The stacks are too large together, or the weights are.
        """
        self._check_weights(events)
        stack = np.array(self._stack, dtype=np.int64)
        used = np.zeros(len(stack), dtype=bool)
        for each in events:
            used |= each.count > 0
        self._check_size(np.unique(stack[used]))
        for each in events:
            # Without a name it can only be the single event.
            event = Event("samples") if each.event is None and len(events) > 1 else each.event
            number = 0 if event is None else self.builder.event(event)
            self._add_rows(each, number)
        return self.builder

    def _add_rows(self, samples: Weighed, event: int) -> None:
        """Add the samples of an event, those of one stack, thread and second together."""
        kept = np.flatnonzero(samples.count > 0)
        if not len(kept):
            return
        columns = (
            np.array(self._stack, dtype=np.int64)[kept],
            np.array(self._thread, dtype=np.int64)[kept],
            np.floor(np.array(self._time, dtype=np.float64)[kept]),
        )
        order = np.lexsort(columns[::-1])
        stack, thread, second = (column[order] for column in columns)
        new = np.ones(len(order), dtype=bool)
        new[1:] = (np.diff(stack) != 0) | (np.diff(thread) != 0) | (np.diff(second) != 0)
        rows = np.flatnonzero(new)
        counts = np.add.reduceat(samples.count[kept][order], rows).tolist()
        weights = [None] * len(rows)
        if samples.weight is not None:
            weights = np.add.reduceat(samples.weight[kept][order], rows).tolist()
        names = list(self._threads)
        known = -1
        frames: tuple[int, ...] = ()
        keys = zip(stack[rows].tolist(), thread[rows].tolist(), second[rows].tolist(), strict=True)
        for (number, thread_number, time), count, weight in zip(keys, counts, weights, strict=True):
            if number != known:
                known, frames = number, self._frames(number)
            self.builder.add(frames, names[thread_number], time, count, event=event, weight=weight)

    def _check_weights(self, events: Sequence[Weighed]) -> None:
        # A row without a weight weighs its count.
        sums = [float((each.count if each.weight is None else each.weight).sum(dtype=np.float64)) for each in events]
        if sum(sums) > MOST_WEIGHT:
            raise StoreError(f"The sum of the weights of the {self._what} is too large.", "Check the file.")

    def _check_size(self, stacks: NDArray[np.int64]) -> None:
        if int(np.array(self._depth, dtype=np.int64)[stacks].sum()) > MOST_FRAMES:
            raise StoreError(
                f"The different stacks of the {self._what} have more than {MOST_FRAMES:,} frames.", "Check the file."
            )

    def _frames(self, stack: int) -> tuple[int, ...]:
        frames = []
        while stack:
            frames.append(self._frame[stack])
            stack = self._parent[stack]
        return tuple(reversed(frames))


def base_name(path: str) -> str:
    """Return the last part of an absolute path; any other text, such as the name of a library, is left as it is."""
    if path.startswith("/"):
        return path.rstrip("/").rpartition("/")[2]
    return path.rpartition("\\")[2] if path[1:3] == ":\\" else path
