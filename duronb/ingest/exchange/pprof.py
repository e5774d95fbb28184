"""Reader of pprof files: the profile format of Go and of many other profilers, a protobuf message."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from duronb.errors import StoreError
from duronb.ingest.exchange.pprof_events import frequency_hz, pprof_events
from duronb.ingest.exchange.pprof_message import PprofMessage, PprofSample, read_message
from duronb.ingest.exchange.stacks import LATEST_SECOND, MOST_FRAMES, SharedStacks, base_name
from duronb.ingest.perf.lines import KERNEL
from duronb.ingest.samples import Samples
from duronb.model.build import UNKNOWN
from duronb.model.record.clocks import Clocks
from duronb.model.record.quality import Quality

LARGEST_COUNT = 2**53
_KERNEL = "[kernel."
_THREAD_LABELS = ("thread", "thread_name", "thread name", "comm")
_THREAD_IDS = ("thread_id", "thread id", "tid")
_SECOND = "second"


def read_pprof(chunks: Iterable[bytes]) -> Samples:
    """Read a pprof message.

    Parameters
    ----------
    chunks
        The message, decompressed, split at any positions.

    Returns
    -------
    The samples, with their kinds of values as events, see ``pprof_events``. The labels ``thread`` and ``second``, and
    the names that other programs use for a thread, become threads and times.

    Raises
    ------
    StoreError
        The message is damaged or too large.
    """
    message = read_message(chunks)
    reader = _Reader(message)
    reader.read()
    return reader.samples()


class _Reader:
    """Converts the samples of a message."""

    def __init__(self, message: PprofMessage) -> None:
        self._message = message
        self._stacks = SharedStacks("pprof file")
        if not message.types:
            raise StoreError("The pprof file is damaged: it has no kind of values.", "Copy the file again.")
        self._values: list[tuple[int, ...]] = []
        self._frames = {key: self._frames_of(key) for key in message.locations}
        self._known: dict[bytes, int] = {}
        self._unnamed: set[int] = set()
        self._has_seconds = False
        self._not_understood = 0
        self._unresolved: list[bool] = []
        self._read_frames = 0
        for key, frames in self._frames.items():
            if frames and message.locations[key].is_unnamed:
                self._unnamed.add(frames[-1])

    def read(self) -> None:
        """Read all samples."""
        message = self._message
        start = message.time_nanos / 1e9
        earliest = min((second for sample in message.samples if (second := _second(sample)) is not None), default=0)
        for sample in message.samples:
            if len(sample.values) != len(message.types) or not _are_counts(sample.values):
                self._not_understood += 1
                continue
            second = _second(sample)
            self._has_seconds |= second is not None
            stack = self._stack_of(sample)
            time = 0.0 if second is None else start + min(second - earliest, LATEST_SECOND)
            self._stacks.add(stack, _thread(sample), time)
            self._values.append(sample.values)
            self._unresolved.append(self._stacks.innermost(stack) in self._unnamed)

    def samples(self) -> Samples:
        """Return what was read."""
        message = self._message
        values = np.array(self._values, dtype=np.int64).reshape(-1, len(message.types))
        events = pprof_events(message, values)
        notices = []
        if not self._has_seconds:
            notices.append("The samples have no times, so they cannot be split by second.")
        if self._not_understood:
            notices.append(f"Samples that were not understood and are left out: {self._not_understood:,}.")
        has_time = self._has_seconds and message.time_nanos > 0
        unresolved = np.array(self._unresolved, dtype=bool)
        counts = np.max([each.count for each in events], axis=0)
        return Samples(
            builder=self._stacks.build(events),
            clocks=Clocks(sampler="realtime", sampler_to_unix_seconds=0.0) if has_time else Clocks(),
            quality=Quality(
                unresolved_user=int(counts[unresolved].sum()),
                sample_lines=len(message.samples),
                sample_lines_not_understood=self._not_understood,
            ),
            notices=notices,
            frequency_hz=frequency_hz(message, values),
        )

    def _stack_of(self, sample: PprofSample) -> int:
        stack = self._known.get(sample.locations)
        if stack is None:
            stack = 0
            for location in reversed(sample.location_ids):
                frames = self._frames.get(location)
                if frames is None:
                    raise StoreError(f"The pprof file is damaged: there is no location {location}.", "Copy it again.")
                self._read_frames += len(frames)
                if self._read_frames > MOST_FRAMES:
                    raise StoreError(f"The pprof file has more than {MOST_FRAMES:,} frames.", "Check the file.")
                for frame in frames:
                    stack = self._stacks.below(stack, frame)
            self._known[sample.locations] = stack
        return stack

    def _frames_of(self, key: int) -> list[int]:
        """Return the frames of a location, the caller of inlined functions first."""
        location = self._message.locations[key]
        module = base_name(self._message.mappings.get(location.mapping, ""))
        if module.startswith(_KERNEL):
            module = KERNEL
        names = [self._message.functions.get(function, "") or UNKNOWN for function in reversed(location.functions)]
        return [self._stacks.frame(name, module) for name in names or [UNKNOWN]]


def _thread(sample: PprofSample) -> str:
    for key in _THREAD_LABELS:
        if key in sample.texts:
            return sample.texts[key]
    for key in _THREAD_IDS:
        if key in sample.numbers:
            return f"thread {sample.numbers[key]}"
    return ""


def _second(sample: PprofSample) -> int | None:
    return sample.numbers.get(_SECOND)


def _are_counts(values: tuple[int, ...]) -> bool:
    return min(values) >= 0 and max(values) <= LARGEST_COUNT
