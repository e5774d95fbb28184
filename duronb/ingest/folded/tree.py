"""Call trees of folded stacks. The stacks are sorted, so that only the difference from the previous stack is processed.

In the text of a stack ``;`` and NUL are swapped. NUL sorts before all other characters, so it keeps the descendants of
a frame together. With ``;`` the stack ``a b`` would be between ``a`` and ``a;c``.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from duronb.ingest.folded.annotations import is_annotated, named_frame
from duronb.ingest.perf.text_numbers import Places, TextNumbers, places_of
from duronb.model.build import ProfileBuilder, sum_rows
from duronb.model.event import Event
from duronb.model.profile import CallTree, Counts, Frames, Indices, Profile
from duronb.model.stage import OUTSIDE
from duronb.model.tree import run_parents

SEPARATOR = b"\0"
_SWAP = bytes.maketrans(b";\0", b"\0;")
_STRIDE = 256
_BATCH = 4 * 2**20


def swapped(text: bytes) -> bytes:
    """Return a text with ``;`` and NUL swapped."""
    return text.translate(_SWAP) if b"\0" in text else text.replace(b";", SEPARATOR)


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each stack was seen.

    Parameters
    ----------
    counts
        Samples of each stack, shape ``(stacks,)``.
    weights
        Weights of each stack in steps of the event, shape ``(stacks,)``; ``None`` if every sample weighs 1.
    event
        The event that has the weights; ``None`` without weights.
    """

    counts: Counts
    weights: Counts | None = None
    event: Event | None = None


def profile_of_stacks(
    stacks: Sequence[bytes], threads: array[int], counted: Counted, thread_names: Sequence[str], frequency_hz: float
) -> Profile:
    """Return a profile of folded stacks.

    Parameters
    ----------
    stacks
        Texts from ``swapped``. An empty text is the root; empty frames are ignored.
    threads
        Index into ``thread_names`` of each stack, shape ``(stacks,)``.
    counted
        Samples and weights of each stack.
    thread_names
        Names of the threads.
    frequency_hz
        Samples per second of CPU time and thread.

    Returns
    -------
    The profile, with all samples in second 0. It equals the result of a ``ProfileBuilder``.
    """
    order = sorted(range(len(stacks)), key=stacks.__getitem__)
    numbers = TextNumbers()
    shared, added = array("i"), np.zeros(len(stacks), dtype=np.int64)
    batches: list[Indices] = []
    fresh: list[bytes] = []
    held = 0
    previous = b""
    rows: list[int] = []
    for row, index in enumerate(order):
        text = stacks[index]
        if text == previous:
            shared.append(0)
            continue
        same = _common(previous, text)
        descends = same and same == len(previous) and text[same] == 0
        start = same + 1 if descends else text.rfind(SEPARATOR, 0, same) + 1
        fresh.append(text[start:])
        shared.append(text.count(SEPARATOR, 0, start))
        rows.append(row)
        held += len(fresh[-1])
        if held > _BATCH:
            frames, added[rows] = _numbered(fresh, numbers)
            batches.append(frames)
            fresh, rows, held = [], [], 0
        previous = text
    frames, added[rows] = _numbered(fresh, numbers)
    batches.append(frames)
    if b"" in numbers.texts:
        stacks = [SEPARATOR.join(filter(None, text.split(SEPARATOR))) for text in stacks]
        return profile_of_stacks(stacks, threads, counted, thread_names, frequency_hz)
    try:
        decoded = [name.decode() for name in numbers.texts]
    except UnicodeDecodeError:
        decoded = []
    plain = len(decoded) == len(numbers.texts) and not any(map(is_annotated, numbers.texts))
    if not plain or any(";" in name for name in decoded):
        # Annotated names sort differently from their names and modules. Different invalid bytes may decode to equal
        # names, and a NUL in a name sorts differently from its substitute.
        return _exact(stacks, threads, counted, thread_names, frequency_hz)

    by_name = np.array(sorted(range(len(decoded)), key=decoded.__getitem__), dtype=np.int64)
    rank = np.empty(len(decoded), dtype=np.int32)
    rank[by_name] = np.arange(len(decoded), dtype=np.int32)
    tree = CallTree(
        parent=run_parents(np.frombuffer(shared, dtype=np.int32).astype(np.int64), added),
        frame=np.concatenate((np.array([-1], dtype=np.int32), rank[np.concatenate(batches)])),
        frames=Frames(sorted(decoded), [""] * len(decoded)),
    )
    sorted_threads = sorted(set(thread_names))
    position = {name: number for number, name in enumerate(sorted_threads)}
    thread = np.array([position[name] for name in thread_names], dtype=np.int32)
    zeros = np.zeros(len(stacks), dtype=np.int32)
    sums = (counted.counts,) if counted.weights is None else (counted.counts, counted.weights)
    (stage, thread, second, node), (count, *weight) = sum_rows(
        (
            zeros,
            thread[np.frombuffer(threads, dtype=np.int32)[order]],
            zeros,
            np.cumsum(added).astype(np.int32),
        ),
        tuple(column[order] for column in sums),
    )
    return Profile(
        tree=tree,
        stages=[OUTSIDE] if stacks else [],
        threads=sorted_threads,
        stage=stage,
        thread=thread,
        second=second,
        node=node,
        count=count,
        start=0.0,
        frequency_hz=frequency_hz,
        events=() if counted.event is None else (counted.event,),
        weight=weight[0] if weight else None,
    )


def _numbered(stacks: list[bytes], numbers: TextNumbers) -> tuple[Indices, Places]:
    """Return the numbers of the frames of all stacks, concatenated, and the number of frames of each stack."""
    text = SEPARATOR.join(stacks)
    if not stacks:
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64)
    ends = np.append(places_of(0, text), len(text))
    stops = np.cumsum([len(stack) + 1 for stack in stacks]) - 1
    lengths = np.diff(np.searchsorted(ends, stops, side="right"), prepend=0)
    return numbers.number(text, np.concatenate(([0], ends[:-1] + 1)), ends), lengths


def _common(one: bytes, other: bytes) -> int:
    """Return the length of the common prefix."""
    end = min(len(one), len(other))
    low = 0
    while (left := one[low : low + _STRIDE]) == (right := other[low : low + _STRIDE]):
        low += _STRIDE
        if low >= end:
            return end
    size = min(len(left), len(right))
    differing = int.from_bytes(left[:size]) ^ int.from_bytes(right[:size])
    return low + size - (differing.bit_length() + 7) // 8


def _exact(
    stacks: Sequence[bytes], threads: Iterable[int], counted: Counted, names: Sequence[str], frequency_hz: float
) -> Profile:
    builder = ProfileBuilder()
    event = 0 if counted.event is None else builder.event(counted.event)
    weights = repeat(None) if counted.weights is None else counted.weights.tolist()
    for text, thread, count, weight in zip(stacks, threads, counted.counts.tolist(), weights, strict=False):
        named = [named_frame(swapped(name)) for name in text.split(SEPARATOR)] if text else []
        frames = tuple([builder.frame(name, module) for name, module in named])
        builder.add(frames, names[thread], 0.0, count, event=event, weight=weight)
    return builder.build([], frequency_hz)
