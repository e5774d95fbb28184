"""Reader of pprof files: the profile format of Go and of many other profilers, a protobuf message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duronb.errors import StoreError
from duronb.ingest.exchange.pprof_message import PprofMessage, PprofSample, ValueType, read_message
from duronb.ingest.exchange.stacks import MOST_FRAMES, SharedStacks
from duronb.ingest.exchange.weights import Counts, counts_of
from duronb.ingest.samples import Samples
from duronb.model.build import LAST_SECOND, UNKNOWN
from duronb.model.record.clocks import Clocks
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.quoting import quoted

LARGEST_COUNT = 2**53
_CPU = ValueType("cpu", "nanoseconds")
_THREAD_LABELS = ("thread", "thread_name", "thread name", "comm")
_THREAD_IDS = ("thread_id", "thread id", "tid")
_SECOND = "second"
_PERIOD_TOLERANCE = 0.01


def read_pprof(chunks: Iterable[bytes]) -> Samples:
    """Read a pprof message.

    Parameters
    ----------
    chunks
        The message, decompressed, split at any positions.

    Returns
    -------
    The samples. Of several kinds of values one is read; see ``_chosen``. The labels ``thread`` and ``second``, and
    their synonyms in files of other programs, become threads and times.

    Raises
    ------
    StoreError
        The message is damaged or too large.
    """
    message = read_message(chunks)
    reader = _Reader(message)
    reader.read()
    return reader.samples()


@dataclass(slots=True)
class _Totals:
    """Sums of two kinds of values, from which the sampling frequency is checked."""

    samples: int = 0
    cpu: int = 0


class _Reader:
    """Converts the samples of a message."""

    def __init__(self, message: PprofMessage) -> None:
        self._message = message
        self._stacks = SharedStacks("pprof file")
        self._kind = _chosen(message)
        self._frames = {key: self._frames_of(key) for key in message.locations}
        self._known: dict[bytes, int] = {}
        self._unnamed: set[int] = set()
        self._totals = _Totals()
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
        cpu = message.types.index(_CPU) if _CPU in message.types else None
        for sample in message.samples:
            if len(sample.values) != len(message.types) or not 0 <= sample.values[self._kind] <= LARGEST_COUNT:
                self._not_understood += 1
                continue
            second = _second(sample)
            self._has_seconds |= second is not None
            stack = self._stack_of(sample)
            value = sample.values[self._kind]
            time = 0.0 if second is None else start + min(second - earliest, LAST_SECOND)
            self._stacks.add(stack, _thread(sample), time, value)
            self._unresolved.append(self._stacks.innermost(stack) in self._unnamed)
            self._totals.samples += value
            self._totals.cpu += sample.values[cpu] if cpu is not None else 0

    def samples(self) -> Samples:
        """Return what was read."""
        message, kind = self._message, self._message.types[self._kind]
        counts = self._counts(kind)
        builder = self._stacks.build(counts.values)
        notices = []
        if len(message.types) > 1 and not (kind.unit == "count" and set(message.types) == {kind, _CPU}):
            others = ", ".join(quoted(each.text) for each in message.types if each is not kind)
            notices.append(f"The file has several kinds of values. The run has {quoted(kind.text)}, without {others}.")
        if counts.unit is not None:
            notices.append(f"One sample of this run stands for {counts.unit} of {quoted(kind.type)}.")
        if not self._has_seconds:
            notices.append("The samples have no times, so they cannot be split by second.")
        if self._not_understood:
            notices.append(f"Samples that were not understood and are left out: {self._not_understood:,}.")
        has_time = self._has_seconds and message.time_nanos > 0
        unresolved = np.array(self._unresolved, dtype=bool)
        return Samples(
            builder=builder,
            environment=Environment(event=None if kind.type in {"samples", "sample"} else kind.type),
            clocks=Clocks(sampler="realtime", sampler_to_unix_seconds=0.0) if has_time else Clocks(),
            quality=Quality(
                unresolved_user=int(counts.values[unresolved].sum()),
                sample_lines_not_understood=self._not_understood,
            ),
            notices=notices,
            frequency_hz=self._frequency(kind),
        )

    def _counts(self, kind: ValueType) -> Counts:
        weights = self._stacks.weights
        message = self._message
        if kind.unit == "count":
            return counts_of(weights, "none")
        period = message.period
        if period > 0 and message.period_type == kind and _are_multiples(weights, period):
            return Counts((weights / period).astype(np.int64), None if kind == _CPU else f"{period:,} {kind.unit}")
        return counts_of(weights, kind.unit)

    def _frequency(self, kind: ValueType) -> float | None:
        """Return the sampling frequency in Hz if the file states it and its values agree."""
        message = self._message
        period = message.period
        if message.period_type != _CPU or period <= 0:
            return None
        if kind == _CPU:
            return 1e9 / period if _are_multiples(self._stacks.weights, period) else None
        if kind.unit != "count" or _CPU not in message.types:
            return None
        expected = self._totals.samples * period
        return 1e9 / period if abs(self._totals.cpu - expected) <= _PERIOD_TOLERANCE * expected else None

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
        module = self._message.mappings.get(location.mapping, "").rpartition("/")[2]
        names = [self._message.functions.get(function, "") or UNKNOWN for function in reversed(location.functions)]
        return [self._stacks.frame(name, module) for name in names or [UNKNOWN]]


def _chosen(message: PprofMessage) -> int:
    """Return the index of the kind of values that is read.

    Numbers of samples come first, since everything else of a run counts samples. Then comes what the file states as its
    default, then any other number of events, then the last kind, which is the default of pprof itself.
    """
    types = message.types
    if not types:
        raise StoreError("The pprof file is damaged: it has no kind of values.", "Copy the file again.")
    for index, kind in enumerate(types):
        if kind.unit == "count" and kind.type in {"samples", "sample"}:
            return index
    for index, kind in enumerate(types):
        if message.default_type and kind.type == message.default_type:
            return index
    return next((index for index, kind in enumerate(types) if kind.unit == "count"), len(types) - 1)


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


def _are_multiples(weights: NDArray[np.float64], period: int) -> bool:
    return bool((weights % period == 0).all())
