"""True latencies of a stage, from the lines that the runtime prints when it starts and completes an orchestration."""

from __future__ import annotations

from array import array
from typing import Any

PART = "::"
"""In the ids of orchestrations that others started."""

MOST_STARTED = 100_000
"""Orchestrations in flight that are remembered."""

MOST_KEPT = 2**19
"""Latencies kept; of more, every second one is dropped and from then on every second one taken."""

MOST_SECONDS = 24 * 60 * 60


class Latencies:
    """What the orchestrations of one stage took, in bounded memory.

    Parameters
    ----------
    began
        Unix time at which the stage began, and with it the first second; ``None``: with the first line.
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
        """Take one line.

        Parameters
        ----------
        what
            ``started``, ``completed`` or another end.
        instance
            Id of the orchestration. It may start many times, once a turn: the first counts. A part of another
            orchestration is none.
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
        """Return the fields of ``StageResult`` that are known: latencies in ms, completions of each second."""
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
