"""The call tree of a drawn flame graph, from the positions of its rectangles."""

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
"""Largest number of names in all stacks together. A file with more is malicious."""

_ROUNDING = 0.1
"""Step to which flamegraph.pl rounds positions, in pixels."""

_NEAR = 8


@dataclass(frozen=True, slots=True)
class Rows:
    """The frames of a drawing as a tree, root first.

    Parameters
    ----------
    parent, own, name
        Index of each frame's parent, -1 for the root and -2 for a frame that is left out; its self samples; index of
        its name. Shape ``(frames,)``, a parent before its children.
    misplaced
        Number of frames without a parent.
    inverted
        Whether the root is at the top.
    in_time_order
        Whether there are siblings with equal names, as in a flame chart.
    least
        Number of samples of the smallest frame.
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
        """Build the tree from rectangles.

        Parameters
        ----------
        y, x, width
            Positions and widths of the rectangles: ``y`` grows downwards; ``x`` and ``width`` have the same unit.
        counts, name_of
            Samples of each rectangle, at least 1, and its index into ``names``.
        names
            Names of frames.

        Raises
        ------
        StoreError
            There is no root, which is a single rectangle below or above all others; or the stacks are too deep.
        """
        levels = np.round(np.array(y), 1)
        row, total, left, wide = np.array(levels), np.array(counts), np.array(x), np.array(width)
        name = np.array(name_of, dtype=np.int32)
        inverted = _is_inverted(row, total, name, names)
        # Order by row, from the root on, and within a row from left to right.
        order = np.lexsort((left, row if inverted else -row))
        row, total, left, wide, name = row[order], total[order], left[order], wide[order], name[order]
        begins = np.flatnonzero(np.diff(row, prepend=row[0] - 1))
        ends = np.append(begins[1:], len(row))
        if int((np.arange(len(begins)) * (ends - begins)).sum()) > MOST_NAMES:
            raise StoreError("The stacks of the SVG are too deep.", "Import the folded stacks instead.")
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

    def first_names(self) -> set[int]:
        """Return the indices of the names of the frames on the root."""
        return set(self.name[np.flatnonzero(self.parent == 0)].tolist())

    def stacks(self) -> Iterator[tuple[list[int], int]]:
        """Yield each stack with self samples, as indices of names from the outermost frame on, and these samples.

        The root is left out.
        """
        parents, names = self.parent.tolist(), self.name.tolist()
        for frame in np.flatnonzero((self.own > 0) & (self.parent > -2)).tolist():
            path = []
            at = frame
            while at > 0:
                path.append(names[at])
                at = parents[at]
            yield path[::-1], int(self.own[frame])


def _is_inverted(row: NDArray[np.float64], total: NDArray[np.int64], name: Indices, names: Sequence[str]) -> bool:
    """Return whether the root is at the top: the only rectangle of its row, with the most samples."""
    ends = []
    for level in (row.max(), row.min()):
        there = np.flatnonzero(row == level)
        if len(there) == 1 and total[there[0]] == total.max():
            ends.append((level, names[name[there[0]]]))
    if not ends:
        raise StoreError(
            "The SVG is not a flame graph, because no frame contains all others.",
            "Give one drawn by flamegraph.pl or inferno.",
        )
    named = [level for level, text in ends if text == ROOT_NAME]
    return bool((named or [level for level, _ in ends])[0] != row.max())


class _Row(NamedTuple):
    """Rectangles of one row from left to right: position, width and samples, shape ``(frames,)`` each."""

    left: NDArray[np.float64]
    wide: NDArray[np.float64]
    total: NDArray[np.int64]


def _parents(below: _Row, room: NDArray[np.int64], row: _Row) -> Indices:
    """Return for each frame of a row the index of its parent in the row below; -2 if there is none.

    ``room`` contains the samples of each parent that are not yet assigned to children, and is reduced in place.
    Rounding keeps the order of frames that are at least a rounding step wide. Therefore the parent is the last frame
    that does not begin to the right of the child or, if that has not enough room, one near it.
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
