"""Latencies of the orchestrations of a stage, measured between the log lines of their starts and completions."""

from __future__ import annotations

from array import array
from typing import Any

PART = "::"
"""Part of the ids of sub-orchestrations."""

MOST_STARTED = 100_000
"""Largest number of orchestrations in flight that are tracked."""

MOST_KEPT = 2**19
"""Largest number of stored latencies. At the limit every second one is dropped, and the step doubles."""

MOST_SECONDS = 24 * 60 * 60


class Latencies:
    """Latencies of the orchestrations of one stage, in bounded memory.

    Parameters
    ----------
    began
        Unix time at which the stage and its first second began; ``None`` for the time of the first line.
    """

    def __init__(self, began: float | None) -> None:
        self._began = began
        self._started: dict[str, float] = {}
        self._kept = array("d")
        self._step = 1
        self._count = 0
        self._sum = 0.0
        self._completions: dict[int, int] = {}

    def take(self, what: str, instance: str, time: float) -> None:
        """Record the event of one line.

        Parameters
        ----------
        what
            ``started``, ``completed`` or another end of the orchestration.
        instance
            Id of the orchestration. It starts once per turn, and only the first start counts. Sub-orchestrations are
            ignored.
        time
            Unix time of the line.
        """
        if PART in instance:
            return
        if self._began is None:
            self._began = time
        if what == "started":
            if len(self._started) < MOST_STARTED:
                self._started.setdefault(instance, time)
            return
        started = self._started.pop(instance, None)
        if what != "completed":
            return
        second = int(time - self._began)
        if 0 <= second < MOST_SECONDS:
            self._completions[second] = self._completions.get(second, 0) + 1
        if started is None or time < started:
            return
        self._count += 1
        self._sum += time - started
        if self._count % self._step == 0:
            self._kept.append(time - started)
            if len(self._kept) >= MOST_KEPT:
                self._kept = self._kept[::2]
                self._step *= 2

    def figures(self) -> dict[str, Any]:
        """Return the known fields of ``StageResult``: latencies in milliseconds, completions of each second."""
        found: dict[str, Any] = {}
        if self._completions:
            seconds = range(max(self._completions) + 1)
            found["completions"] = tuple(self._completions.get(second, 0) for second in seconds)
        if self._count:
            import numpy as np

            p50, p90, p99 = np.percentile(np.frombuffer(self._kept), [50, 90, 99]) * 1000
            found |= {
                "latencies": self._count,
                "latency_ms_mean": 1000 * self._sum / self._count,
                "latency_ms_p50": float(p50),
                "latency_ms_p90": float(p90),
                "latency_ms_p99": float(p99),
            }
        return found
