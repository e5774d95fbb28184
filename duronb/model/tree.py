"""Merge stacks into a call tree. In sorted order, each stack adds the nodes that the previous stack does not have."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from duronb.model.profile import CallTree, Frames, Indices

ITEM = array("i").itemsize
"""Bytes of one frame index in a packed stack."""


def packed(frames: Sequence[int]) -> bytes:
    """Return a stack of frame indices as bytes, the form that ``call_tree`` reads."""
    return array("i", frames).tobytes()


def call_tree(frames: Sequence[tuple[str, str]], stacks: Sequence[bytes]) -> tuple[CallTree, Indices]:
    """Merge stacks into a call tree.

    Parameters
    ----------
    frames
        Name and module of each frame; equal pairs count as one frame.
    stacks
        Packed indices into ``frames``, root first; all different.

    Returns
    -------
    The tree, with only the frames that occur in it, and the node of each stack, shape ``(len(stacks),)``.
    """
    length = np.fromiter(map(len, stacks), dtype=np.int64, count=len(stacks)) // ITEM
    flat = np.frombuffer(b"".join(stacks), dtype=np.int32)
    used = np.flatnonzero(np.bincount(flat, minlength=len(frames))).tolist()
    ordered = sorted({frames[index] for index in used})
    position = {frame: rank for rank, frame in enumerate(ordered)}
    flat = np.array([position.get(frame, -1) for frame in frames], dtype=np.int32)[flat]

    # Big-endian ranks compare as bytes in the order of the names, an ancestor before its descendants.
    text, stop = flat.astype(">i4").tobytes(), (np.cumsum(length) * 4).tolist()
    keys = [text[begin:end] for begin, end in zip([0, *stop], stop, strict=False)]
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)
    flat = np.frombuffer(b"".join([keys[index] for index in order.tolist()]), dtype=">i4").astype(np.int32)
    length = length[order]
    first = _shared_lengths(flat, length)
    added = length - first

    leaf = np.zeros(len(stacks), dtype=np.int32)
    # A stack whose frames differ from the previous stack's in index only adds no nodes, and has the same leaf.
    leaf[order] = np.where(length > 0, np.cumsum(added), 0)
    frame = np.concatenate(([-1], flat[_segment_mask(length, first)])).astype(np.int32)
    names, modules = [name for name, _ in ordered], [module for _, module in ordered]
    return CallTree(parent=run_parents(first, added), frame=frame, frames=Frames(names, modules)), leaf


def run_parents(first: NDArray[np.int64], added: NDArray[np.int64]) -> Indices:
    """Return the parent of each node of a tree that consists of chains: each node is the parent of the next.

    Parameters
    ----------
    first
        Depth of the first node of each chain, 0 for a child of the root. It is at most one more than the depth of
        the last node of the chain before. Shape ``(chains,)``.
    added
        Number of nodes of each chain; chains with 0 nodes are ignored. Shape ``(chains,)``.

    Returns
    -------
    Parents in preorder with the root's -1 in front, shape ``(added.sum() + 1,)``.
    """
    nodes = int(added.sum()) + 1
    parent = np.arange(-1, nodes - 1, dtype=np.int32)
    chains = added > 0
    begins = (np.cumsum(added) - added)[chains] + 1
    above: list[int] = []
    # Of the chains on the current path, outermost first: depth, and node minus depth.
    depths: list[int] = []
    bases: list[int] = []
    for depth, begin in zip(first[chains].tolist(), begins.tolist(), strict=True):
        while depths and depths[-1] >= depth:
            depths.pop()
            bases.pop()
        above.append(bases[-1] + depth - 1 if depths else 0)
        depths.append(depth)
        bases.append(begin - depth)
    parent[begins] = above
    return parent


def _shared_lengths(flat: Indices, length: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many first frames each stack shares with the previous one; ``flat`` contains the stacks in order."""
    before = np.concatenate(([0], length[:-1]))[: len(length)]
    common = np.minimum(before, length)
    begins = np.cumsum(length) - length
    at = np.flatnonzero(_segment_mask(length, np.zeros_like(length), common))
    back = np.repeat(before, common)
    differs = np.flatnonzero(flat[at] != flat[at - back])
    stack = np.repeat(np.arange(len(length)), common)[differs]
    stacks, earliest = np.unique(stack, return_index=True)
    result = common.copy()
    result[stacks] = at[differs[earliest]] - begins[stacks]
    return result


def _segment_mask(
    length: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64] | None = None
) -> NDArray[np.bool_]:
    """Return a mask over consecutive segments of ``length`` elements: ``first`` up to, not including, ``last``."""
    begins = np.cumsum(length) - length
    marks = np.zeros(int(length.sum()) + 1, dtype=np.int32)
    np.add.at(marks, begins + first, 1)
    np.add.at(marks, begins + (length if last is None else last), -1)
    return np.cumsum(marks[:-1], dtype=np.int32).astype(bool)
