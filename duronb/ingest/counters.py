"""Reader of the meter's file: the CPU time that the kernel counted for a workload, and for its machine.

The first line is ``duronb counters 1``. Each further line has a Unix time, the CPU seconds of the workload's process
and its children since it started (exact to nanoseconds), and its user and its system seconds (in ticks of 10 ms). About
every tenth line has two more fields: seconds that all processors of the machine were busy, and seconds that the host of
a virtual machine took from them (steal).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from duronb.model.stage import StageResult

MOST_BYTES = 256 * 2**20
LARGEST_ERROR = 0.1
"""CPU time of a window counts as not measured if more than this part of it may be outside of the window."""
_HEADER = b"duronb counters 1"
_AFTER_SECONDS = 1.0
"""Time after the last line within which the workload is taken to have ended."""
_Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CpuTime:
    """CPU time of a workload in a window of time.

    Parameters
    ----------
    user_seconds, system_seconds
        Seconds in user code and in the kernel. Their sum is exact to ``error_seconds``; their ratio is that of ticks of
        10 ms.
    error_seconds
        Upper limit of the error: what was used between the two lines around each end of the window.
    steal_seconds
        Time that the host of a virtual machine took from the machine's processors; ``None`` if it is unknown.
    steal_share
        Part of the time that processes of the machine wanted: ``steal / (busy + steal)``.
    """

    user_seconds: float
    system_seconds: float
    error_seconds: float
    steal_seconds: float | None
    steal_share: float | None

    @property
    def seconds(self) -> float:
        """User and system seconds."""
        return self.user_seconds + self.system_seconds


class Counters:
    """Readings of the meter.

    Parameters
    ----------
    rows
        Fields of each line in the order of the file: 4 or 6 numbers.
    """

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._process = np.array([row[:4] for row in rows]).reshape(-1, 4)
        self._machine = np.array([(row[0], *row[4:]) for row in rows if len(row) == 6]).reshape(-1, 3)

    def between(self, started: float, ended: float) -> CpuTime | None:
        """Return the CPU time between two Unix times; ``None`` if it was not measured.

        Between two lines the rate is taken to be constant. A clock that went back makes all windows unknown.
        """
        times, used = self._process[:, 0], self._process[:, 1]
        if len(times) < 2 or not np.all(np.diff(times) > 0):
            return None
        if not times[0] < ended or ended > times[-1] + _AFTER_SECONDS or not started < ended:
            return None
        # A child that ended during a reading may be missing in it.
        used = np.maximum.accumulate(used)
        seconds = float(np.diff(np.interp((started, ended), times, used))[0])
        error = _step(times, used, started) + _step(times, used, ended)
        user, system = (
            float(np.diff(np.interp((started, ended), times, np.maximum.accumulate(self._process[:, column])))[0])
            for column in (2, 3)
        )
        if seconds <= 0 or error > LARGEST_ERROR * seconds or user + system <= 0:
            return None
        steal, share = self._steal(started, ended)
        part = user / (user + system)
        return CpuTime(seconds * part, seconds * (1 - part), error, steal, share)

    def _steal(self, started: float, ended: float) -> tuple[float | None, float | None]:
        times = self._machine[:, 0]
        if len(times) < 2 or times[-1] < started:
            return None, None
        if np.any(np.diff(self._machine, axis=0) < 0):
            return None, None  # a processor was taken away, or the counter is damaged
        busy, steal = (
            float(np.diff(np.interp((started, ended), times, self._machine[:, column]))[0]) for column in (1, 2)
        )
        return steal, steal / (busy + steal) if busy + steal > 0 else None


def _step(times: np.ndarray, used: np.ndarray, time: float) -> float:
    """Return what was used between the two lines around a time; 0 outside of all lines."""
    after = int(np.searchsorted(times, time))
    if after == 0 or after == len(times) or times[after] == time:
        return 0.0
    return float(used[after] - used[after - 1])


def read_counters(chunks: Iterable[bytes]) -> Counters:
    """Read the meter's file. Lines with another format, such as an incomplete last one, are left out.

    Parameters
    ----------
    chunks
        The text, split at any positions; empty if there is no file.
    """
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            return Counters([])
        parts.append(chunk)
    header, *lines = b"".join(parts).split(b"\n")
    if header != _HEADER:
        return Counters([])
    # What follows the last newline is incomplete.
    rows = (_row(line) for line in lines[:-1])
    return Counters([row for row in rows if row is not None])


def _row(line: bytes) -> _Row | None:
    try:
        row = tuple(map(float, line.split()))
    except ValueError:
        return None
    return row if len(row) in (4, 6) and all(isfinite(value) and value >= 0 for value in row) else None


def with_cpu_time(stage: StageResult, used: CpuTime | None) -> StageResult:
    """Return a stage with the measured CPU time of its window; unchanged if that was not measured."""
    if used is None:
        return stage
    return replace(
        stage,
        cpu_seconds_user=round(used.user_seconds, 6),
        cpu_seconds_system=round(used.system_seconds, 6),
        steal_seconds=None if used.steal_seconds is None else round(used.steal_seconds, 4),
        steal_share=None if used.steal_share is None else round(used.steal_share, 6),
    )
