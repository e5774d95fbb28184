"""Tell from rows of rectangles which lies on which: the call tree of a drawn flamegraph."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from duronb.errors import StoreError
from duronb.model.profile import Indices

ROOT_NAME = "all"
MOST_NAMES = 2**28
"""Names in all stacks together above which a drawing is a trap."""

_ROUNDING = 0.1
"""Pixels that flamegraph.pl rounds places to."""

_NEAR = 8


@dataclass(frozen=True, slots=True)
class Rows:
    """The frames of a drawing as a tree; the root comes first.

    Parameters
    ----------
    parent, own, name
        Frame that each lies on, -1 for the root and -2 for one that is left out; its samples without those of the
        frames on it; index of its name. Shape ``(frames,)``, a parent before its children.
    misplaced
        Frames that lie on none.
    inverted
        The root is at the top.
    in_time_order
        Frames of equal name lie side by side on the same one.
    least
        Samples of the smallest frame.
    """

    parent: Indices
    own: NDArray[np.int64]
    name: Indices
    misplaced: int
    inverted: bool
    in_time_order: bool
    least: int

    @classmethod
    def of(
        cls,
        *,
        y: array[float],
        x: array[float],
        width: array[float],
        counts: array[int],
        name_of: array[int],
        names: Sequence[str],
    ) -> Rows:
        """Build the tree.

        Parameters
        ----------
        y, x, width
            The rectangles: ``y`` grows downwards; ``x`` and ``width`` in one unit, whichever it is.
        counts, name_of
            Their samples, at least 1, and indices into ``names``.
        names
            Names of frames.

        Raises
        ------
        StoreError
            There is no root, no single rectangle below or above all others; or the stacks are too deep.
        """
        levels = np.round(np.array(y), 1)
        row, total, left, wide = np.array(levels), np.array(counts), np.array(x), np.array(width)
        name = np.array(name_of, dtype=np.int32)
        inverted = _is_inverted(row, total, name, names)
        # Row by row from the root, within a row from left to right.
        order = np.lexsort((left, row if inverted else -row))
        row, total, left, wide, name = row[order], total[order], left[order], wide[order], name[order]
        begins = np.flatnonzero(np.diff(row, prepend=row[0] - 1))
        ends = np.append(begins[1:], len(row))
        if int((np.arange(len(begins)) * (ends - begins)).sum()) > MOST_NAMES:
            raise StoreError("The SVG's stacks are deeper than any program's.", "Import the folded stacks instead.")
        parent = np.full(len(row), -1, dtype=np.int32)
        own = total.astype(np.int64)
        for number in range(1, len(begins)):
            below, these = slice(begins[number - 1], ends[number - 1]), slice(begins[number], ends[number])
            own[below][parent[below] == -2] = 0
            parent[these] = _parents(
                _Row(left[below], wide[below], total[below]), own[below], _Row(left[these], wide[these], total[these])
            )
            found = parent[these] >= 0
            parent[these][found] += np.int32(begins[number - 1])
        lying = np.flatnonzero(parent >= 0)
        pairs = np.stack((parent[lying], name[lying]))
        return cls(
            parent=parent,
            own=own,
            name=name,
            misplaced=int((parent == -2).sum()),
            inverted=inverted,
            in_time_order=np.unique(pairs, axis=1).shape[1] < len(lying),
            least=int(total.min()),
        )

    def stacks(self) -> Iterator[tuple[list[int], int]]:
        """Yield the names of each stack with samples of its own, outermost first and without the root, and those."""
        parents, names = self.parent.tolist(), self.name.tolist()
        for frame in np.flatnonzero((self.own > 0) & (self.parent > -2)).tolist():
            path = []
            at = frame
            while at > 0:
                path.append(names[at])
                at = parents[at]
            yield path[::-1], int(self.own[frame])


def _is_inverted(row: NDArray[np.float64], total: NDArray[np.int64], name: Indices, names: Sequence[str]) -> bool:
    """Say at which end of the drawing the root is: it is alone in its row and has the most samples."""
    ends = []
    for level in (row.max(), row.min()):
        there = np.flatnonzero(row == level)
        if len(there) == 1 and total[there[0]] == total.max():
            ends.append((level, names[name[there[0]]]))
    if not ends:
        raise StoreError("The SVG is no flamegraph: no frame holds all others.", "Give one drawn by a known tool.")
    named = [level for level, text in ends if text == ROOT_NAME]
    return bool((named or [level for level, _ in ends])[0] != row.max())


class _Row(NamedTuple):
    """Rectangles of one row, from left to right: place, width and samples; shape ``(frames,)`` each."""

    left: NDArray[np.float64]
    wide: NDArray[np.float64]
    total: NDArray[np.int64]


def _parents(below: _Row, room: NDArray[np.int64], row: _Row) -> Indices:
    """Find for each frame of a row the frame of the row below that it lies on; -2 where there is none.

    What lies on a frame is taken off its ``room``. Rounding keeps the order of what is at least a rounding step wide,
    so a frame lies on the last one that does not begin behind it; where that has no room, one beside it has.
    """
    result = np.full(len(row.left), -2, dtype=np.int32)
    guesses = (np.searchsorted(below.left, row.left, side="right") - 1).tolist()
    for index, (guess, total) in enumerate(zip(guesses, row.total.tolist(), strict=True)):
        parent = guess
        if guess < 0 or room[guess] < total or row.left[index] >= below.left[guess] + below.wide[guess]:
            near = np.arange(max(0, guess - _NEAR), min(len(room), guess + _NEAR))
            left = np.maximum(below.left[near], row.left[index])
            right = np.minimum(below.left[near] + below.wide[near], row.left[index] + row.wide[index])
            overlap = np.where(room[near] >= total, right - left, -np.inf)
            best = int(overlap.argmax()) if len(near) else 0
            if not len(near) or overlap[best] < -2 * _ROUNDING:
                continue
            parent = int(near[best])
        room[parent] -= total
        result[index] = parent
    return result
