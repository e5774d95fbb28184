"""Samples on stacks that share their beginnings, as the formats of viewers store them."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from duronb.errors import StoreError
from duronb.model.build import ProfileBuilder

DEEPEST_STACK = 65_536
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
        self._time, self._weight = array("d"), array("d")

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

    def add(self, stack: int, thread: str, time: float, weight: float) -> None:
        """Add a sample.

        Parameters
        ----------
        stack
            What ``below`` returned, or 0.
        thread
            Name of the thread.
        time
            Time in seconds, finite.
        weight
            Finite and not negative.
        """
        self._stack.append(stack)
        self._thread.append(self._threads.setdefault(thread, len(self._threads)))
        self._time.append(time)
        self._weight.append(weight)

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weight of each sample, shape ``(samples,)``."""
        return np.array(self._weight, dtype=np.float64)

    def build(self, counts: NDArray[np.int64]) -> ProfileBuilder:
        """Return the builder with all samples, each as often as its count says.

        Raises
        ------
        StoreError
            The stacks are too large together.
        """
        kept = np.flatnonzero(counts > 0)
        stack = np.array(self._stack, dtype=np.int64)[kept]
        thread = np.array(self._thread, dtype=np.int64)[kept]
        second = np.floor(np.array(self._time, dtype=np.float64)[kept])
        order = np.lexsort((second, thread, stack))
        stack, thread, second, count = stack[order], thread[order], second[order], counts[kept][order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (np.diff(stack) != 0) | (np.diff(thread) != 0) | (np.diff(second) != 0)
        rows = np.flatnonzero(new)
        self._check_size(np.unique(stack))
        names = list(self._threads)
        known = -1
        frames: tuple[int, ...] = ()
        for number, thread_number, time, samples in zip(
            stack[rows].tolist(),
            thread[rows].tolist(),
            second[rows].tolist(),
            (np.add.reduceat(count, rows) if len(rows) else count).tolist(),
            strict=True,
        ):
            if number != known:
                known, frames = number, self._frames(number)
            self.builder.add(frames, names[thread_number], time, samples)
        return self.builder

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
