"""Reader of profiles of the Firefox Profiler in its processed format, which samply and Python 3.15 also write.

Before version 56 each thread has all tables. Then all threads share the texts, and from version 60 on all tables. From
version 66 on a stack states how many rows above it its caller is, in place of the row of the caller.
"""

from __future__ import annotations

from array import array
from itertools import accumulate
from typing import Any

import numpy as np

from duronb.errors import StoreError
from duronb.ingest.exchange.firefox_tables import FirefoxTables
from duronb.ingest.exchange.json_values import JsonDocument
from duronb.ingest.exchange.stacks import LATEST_SECOND, SharedStacks
from duronb.ingest.exchange.weights import weighed
from duronb.ingest.samples import Samples
from duronb.model.building.threads import thread_names
from duronb.model.record.clocks import Clocks
from duronb.model.record.quality import Quality

WHAT = "Firefox Profiler file"
_UNITS = {"samples": "none", "tracing-ms": "milliseconds", "bytes": "bytes"}
_CPU_SECONDS = {"ns": 1e-9, "µs": 1e-6, "μs": 1e-6, "us": 1e-6, "ms": 1e-3}
_TOLERANCE = 0.05
_LAST_START = 2**35


def read_firefox(document: dict[str, Any]) -> Samples:
    """Read a profile in the processed format.

    Parameters
    ----------
    document
        The JSON document.

    Returns
    -------
    The samples of all threads, with an event for each type of weights. The resource of a function becomes its module.

    Raises
    ------
    StoreError
        The document is damaged, or has another format of the Firefox Profiler.
    """
    reader = _Reader(document)
    reader.read()
    return reader.samples()


class _Reader:
    """Converts the threads of a document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._json = JsonDocument(WHAT)
        self._meta = self._json.mapping(document.get("meta"), "meta")
        if type(self._meta.get("preprocessedProfileVersion")) is not int:
            raise StoreError(
                "The file has Firefox's internal format.",
                "Open it in the Firefox Profiler, and save the profile there.",
            )
        threads = self._json.array(document.get("threads"), "threads")
        self._threads = [self._json.mapping(thread, "threads") for thread in threads]
        self._stacks = SharedStacks(WHAT)
        self._tables = FirefoxTables(document.get("shared", {}), self._stacks, self._json)
        self._types: list[str] = []
        self._type_of_row, self._weights = array("b"), array("d")
        self._cpu_seconds: float | None = 0.0
        self._unresolved: list[int] = []
        self._without_stack: list[int] = []
        start = self._meta.get("startTime", 0)
        start = self._json.number(start, "startTime") / 1000
        self._start = start if 0 <= start < _LAST_START else 0.0

    def read(self) -> None:
        """Read the samples of all threads."""
        names = self._names()
        for thread, name in zip(self._threads, names, strict=True):
            samples = thread.get("samples")
            if samples is None:
                continue
            self._thread(thread, self._json.mapping(samples, "samples"), name)

    def samples(self) -> Samples:
        """Return what was read."""
        types, weights = np.array(self._type_of_row, dtype=np.int8), np.array(self._weights, dtype=np.float64)
        events = [weighed(np.where(types == index, weights, 0), _UNITS[kind]) for index, kind in enumerate(self._types)]
        counts = np.zeros(len(weights), dtype=np.int64)
        for each in events:
            counts += each.count
        notices = []
        if self._unresolved and self._meta.get("symbolicated") is False:
            notices.append("The functions have addresses instead of names, since the file was saved without symbols.")
        return Samples(
            builder=self._stacks.build(events),
            clocks=Clocks(sampler="realtime", sampler_to_unix_seconds=0.0) if self._start else Clocks(),
            quality=Quality(
                sample_lines=len(weights),
                sample_lines_not_understood=0,
                unresolved_user=int(counts[np.array(self._unresolved, dtype=np.int64)].sum()),
                without_stack=int(counts[np.array(self._without_stack, dtype=np.int64)].sum()),
            ),
            notices=notices,
            frequency_hz=self._frequency(float(weights.sum())),
        )

    def _names(self) -> list[str]:
        """Return the names of all threads; with the process where two processes have threads of one name."""
        names = [self._json.text(thread.get("name", ""), "name") for thread in self._threads]
        # A process has a text as its id, which need not be a number.
        processes: dict[str, int] = {}
        for thread in self._threads:
            text = str(thread.get("pid", ""))
            processes.setdefault(text, int(text) if text.isdecimal() and len(text) < 20 else len(processes))
        pairs = [
            (name, processes[str(thread.get("pid", ""))]) for name, thread in zip(names, self._threads, strict=True)
        ]
        distinct = list(dict.fromkeys(pairs))
        shown = dict(zip(distinct, thread_names(distinct), strict=True))
        return [shown[pair] for pair in pairs]

    def _thread(self, thread: dict[str, Any], samples: dict[str, Any], name: str) -> None:
        stacks = self._json.column(samples, "stack")
        length = len(stacks)
        if not length:
            return
        kind = self._json.text(samples.get("weightType", "samples"), "weightType")
        if kind not in _UNITS:
            self._json.fail("the type of the weights does not exist")
        if kind not in self._types:
            self._types.append(kind)
        number_of_type = self._types.index(kind)
        weights = self._json.column(samples, "weight", length) if samples.get("weight") is not None else [1] * length
        times = self._times(samples, length)
        known = self._tables.stacks_of(thread)
        for stack, weight, time in zip(stacks, weights, times, strict=True):
            number = 0 if stack is None else known[self._json.index(stack, len(known), "stack")]
            amount = self._json.number(0 if weight is None else weight, "weight")
            row = self._stacks.add(number, name, self._start + min(max(time / 1000, 0.0), LATEST_SECOND))
            # A negative weight is a difference of two profiles, or freed memory.
            self._weights.append(max(amount, 0))
            self._type_of_row.append(number_of_type)
            if stack is None:
                self._without_stack.append(row)
            elif self._stacks.innermost(number) in self._tables.unnamed:
                self._unresolved.append(row)
        self._add_cpu(samples, length)

    def _times(self, samples: dict[str, Any], length: int) -> list[float]:
        """Return the times of samples in milliseconds."""
        if samples.get("time") is not None:
            return [self._json.number(time, "time") for time in self._json.column(samples, "time", length)]
        deltas = self._json.column(samples, "timeDeltas", length)
        return list(accumulate(self._json.number(delta, "timeDeltas") for delta in deltas))

    def _add_cpu(self, samples: dict[str, Any], length: int) -> None:
        """Add the CPU time of samples; it is unknown altogether if one thread does not have it."""
        column, units = samples.get("threadCPUDelta"), self._meta.get("sampleUnits")
        unit = units.get("threadCPUDelta") if isinstance(units, dict) else None
        seconds = _CPU_SECONDS.get(unit) if isinstance(unit, str) else None
        if column is None or seconds is None or self._cpu_seconds is None:
            self._cpu_seconds = None
            return
        deltas = self._json.column(samples, "threadCPUDelta", length)
        # The first sample of a thread may have none.
        self._cpu_seconds += seconds * sum(self._json.number(delta or 0, "threadCPUDelta") for delta in deltas)

    def _frequency(self, samples: float) -> float | None:
        """Return the sampling frequency in Hz, if the samples have one interval of CPU time each."""
        interval = self._meta.get("interval")
        if interval is None or not samples or not self._cpu_seconds or self._types != ["samples"]:
            return None
        seconds = self._json.number(interval, "interval") / 1000
        if seconds <= 0 or abs(self._cpu_seconds / samples - seconds) > _TOLERANCE * seconds:
            return None
        return 1 / seconds
