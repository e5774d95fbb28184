"""The profile format of pprof: a gzip-compressed protobuf message, encoded without a library."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator
from math import floor

import numpy as np

from duronb.model.build import UNKNOWN
from duronb.model.profile import CallTree, Profile
from duronb.views.flamegraph.display_tree import row_order
from duronb.views.formats.protobuf import block, number, varint
from duronb.views.kit.escape import well_formed

_LARGEST = 2**63 - 1
_SECOND_NS = 1_000_000_000
_VALUE_TYPES = {"samples": ("samples", "count"), "nanoseconds": ("time", "nanoseconds"), "bytes": ("space", "bytes")}
"""Kind and unit by the unit of a profile. Any other unit, such as ``page-faults``, is counted."""


def pprof(profile: Profile, title: str, stage: str | None = None) -> bytes:
    """Return a profile as a compressed pprof file.

    A sample has a count and, if the sampling frequency is known, a CPU time. In a view by weight it has the weight
    instead. Stage, thread and second are labels. The module of a frame is its mapping.

    Parameters
    ----------
    profile
        The profile.
    title
        A comment in the file.
    stage
        Only samples of this stage. ``None`` for all stages.

    Raises
    ------
    KeyError
        There is no such stage.
    """
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as stream:
        stream.write(pprof_message(profile, title, stage))
    return buffer.getvalue()


def pprof_message(profile: Profile, title: str, stage: str | None = None) -> bytes:
    """Return the protobuf message that ``pprof`` compresses."""
    if stage is not None and stage not in profile.stages:
        raise KeyError(stage)
    texts = _Texts()
    period = period_ns(profile)
    kinds = [value_type(profile), *([("cpu", "nanoseconds")] if period else [])]
    head = b"".join(block(1, number(1, texts(kind)) + number(2, texts(unit))) for kind, unit in kinds)
    rows = _rows(profile, stage)
    bare = bool((profile.node[rows] == 0).any())
    body = b"".join(_samples(profile, rows, period, texts))
    frames = profile.tree.frames
    mapping = {module: index for index, module in enumerate(sorted(set(frames.modules)), start=1) if module}
    body += b"".join(
        # Field 7 states that functions have names, so that pprof does not look for symbols.
        block(3, number(1, mapping[module]) + number(5, texts(module)) + number(7, 1))
        for module in sorted(mapping, key=_is_library)  # pprof takes the first mapping as the program
    )
    names = [*zip(frames.names, frames.modules, strict=True), *([(UNKNOWN, "")] if bare else [])]
    body += b"".join(
        block(4, number(1, index) + number(2, mapping.get(module, 0)) + block(4, number(1, index)))
        for index, (_, module) in enumerate(names, start=1)
    )
    body += b"".join(
        # No system name: with one, pprof would take `<A as B>::c` as a C++ template and show `::c`.
        block(5, number(1, index) + number(2, texts(name)))
        for index, (name, _) in enumerate(names, start=1)
    )
    comment = texts(title)
    shift = max(0, -int(profile.second.min(initial=0)))
    seconds = profile.second[rows]
    first, last = (int(seconds.min()) + shift, int(seconds.max()) + shift + 1) if len(rows) else (0, 0)
    start = floor((float(profile.start) - shift) * 1000 + 0.5) * 1_000_000
    # A profile without times is in second 0, which says nothing about its length.
    duration = 0 if profile.start == 0 and last <= 1 else last - first
    tail = number(9, start + first * _SECOND_NS) + number(10, duration * _SECOND_NS)
    if period:
        tail += block(11, number(1, texts("cpu")) + number(2, texts("nanoseconds"))) + number(12, period)
    tail += block(13, varint(comment))
    return b"".join([head, body, *(block(6, text.encode()) for text in texts.all), tail])


class _Texts:
    """The string table of a message, whose first string is empty. Calling it returns the index of a string."""

    def __init__(self) -> None:
        self._index = {"": 0}

    def __call__(self, text: str) -> int:
        return self._index.setdefault(well_formed(text), len(self._index))

    @property
    def all(self) -> Iterable[str]:
        return self._index


def _rows(profile: Profile, stage: str | None) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    order = row_order(profile.stage, profile.thread, profile.second, profile.node)
    order = order[profile.count[order] > 0]
    if stage is not None:
        order = order[profile.stage[order] == list(profile.stages).index(stage)]
    return order


def _samples(
    profile: Profile, rows: np.ndarray[tuple[int], np.dtype[np.int64]], period: int, texts: _Texts
) -> Iterator[bytes]:
    stage_key, thread_key, second_key, unit = (texts(key) for key in ("stage", "thread", "second", "seconds"))
    stages = {
        index: _label(stage_key, number(2, texts(profile.stages[index])))
        for index in np.unique(profile.stage[rows]).tolist()
    }
    threads = {
        index: _label(thread_key, number(2, texts(profile.threads[index])))
        for index in np.unique(profile.thread[rows]).tolist()
    }
    shift = max(0, -int(profile.second.min(initial=0)))
    seconds = {
        second: _label(second_key, number(3, second + shift) + number(4, unit))
        for second in np.unique(profile.second[rows]).tolist()
    }
    stacks = _stacks(profile.tree, set(profile.node[rows].tolist()))
    columns = (profile.stage, profile.thread, profile.second, profile.node, profile.count)
    for stage, thread, second, node, count in zip(*(column[rows].tolist() for column in columns), strict=True):
        values = varint(count) + (varint(count * period) if period else b"")
        yield block(2, stacks[node] + block(2, values) + stages[stage] + threads[thread] + seconds[second])


def _stacks(tree: CallTree, wanted: set[int]) -> dict[int, bytes]:
    """Return the encoded field with the locations of each wanted node, innermost first."""
    locations = [varint(index) for index in range(1, len(tree.frames) + 2)]
    found = {0: block(1, locations[-1])} if 0 in wanted else {}
    # Whole stacks are written only for wanted nodes: on the way to one, a deep tree would copy each stack again.
    path = [b""]
    for node, (depth, frame) in enumerate(zip(tree.depth[1:].tolist(), tree.frame[1:].tolist(), strict=True), start=1):
        del path[depth:]
        path.append(locations[frame])
        if node in wanted:
            found[node] = block(1, b"".join(path[::-1]))
    return found


def _is_library(module: str) -> bool:
    return module.startswith("[") or ".so" in module


def value_type(profile: Profile) -> tuple[str, str]:
    """Return kind and unit of the counts of a profile: of samples, or of the weights that a view by weight has."""
    return _VALUE_TYPES.get(profile.unit, (well_formed(profile.unit), "count"))


def period_ns(profile: Profile) -> int:
    """Return the nanoseconds between samples; 0 if unknown, or if the sum does not fit the format."""
    if not profile.frequency_hz > 0:
        return 0
    period = floor(_SECOND_NS / profile.frequency_hz + 0.5)
    return period if period < 2**53 and period * profile.samples <= _LARGEST else 0


def _label(key: int, value: bytes) -> bytes:
    return block(3, number(1, key) + value)
