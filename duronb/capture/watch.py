"""The progress of a running workload, read from its output."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from duronb.engine.protocol import PROGRESS_MARK
from duronb.events import Emit, Event
from duronb.ingest.stress_test.log import StressLogParser
from duronb.subject.plan import WorkloadPlan

STAGE_OVERHEAD_SECONDS = 2.5
"""Time that a stage takes in addition to its configured length: the drain and the runtime's shutdown."""

_STARTING = 1.5
"""Seconds that a stage may take to begin its load, and to be noticed."""


class Watch:
    """Turns the workload's lines and the elapsed time into events.

    Parameters
    ----------
    emit
        Called with the events.
    stages
        Number of stages that will run.
    expected_seconds
        Expected wall time of all stages.
    stage_seconds
        Length of the load of each stage; ``None`` if it is unknown.
    clock
        Returns the seconds of a monotonic clock.
    """

    def __init__(
        self,
        emit: Emit,
        *,
        stages: int,
        expected_seconds: float,
        stage_seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._emit = emit
        self._stages = stages
        self._expected = expected_seconds
        self._clock = clock
        self._started = clock()
        self._stage_seconds = stage_seconds
        self._stage: str | None = None
        self._stage_started = self._started
        self._log = StressLogParser()
        self._completed: int | None = None
        self._throughput: float | None = None
        self._progress_stage: str | None = None
        self.repetitions: int | None = None
        """How often a repeated workload ran to its end; ``None`` if it was not reported."""

    def line(self, line: bytes) -> None:
        """Read one line of the workload, without its newline."""
        # The mark is inside a line if a workload that is repeated does not end its output with a newline.
        text, mark, progress = line.partition(PROGRESS_MARK)
        if mark:
            self._progress(progress)
        if text or not mark:
            self._log.feed_line(text)

    def tick(self) -> None:
        """Emit the progress of the workload."""
        stage, now = self._log.current_stage, self._clock()
        if stage != self._stage:
            self._stage, self._stage_started = stage, now
        if stage != self._progress_stage:
            self._completed = self._throughput = None
        self._emit(
            Event(
                kind="tick",
                step="record",
                elapsed_seconds=now - self._started,
                expected_seconds=self._expected,
                stage=stage,
                stage_number=self._log.current_stage_number or None,
                stages=self._stages,
                completed=self._completed,
                throughput=self._throughput,
                draining=self._drains(now),
                lock_warnings=self._log.lock_warnings,
            )
        )

    def _drains(self, now: float) -> bool:
        """Return whether the current stage runs longer than its load, by more than the time that it takes to start."""
        if self._stage is None or self._stage_seconds is None:
            return False
        return now - self._stage_started > self._stage_seconds + _STARTING

    def _progress(self, text: bytes) -> None:
        try:
            fields = json.loads(text)
            if "repetitions" in fields:
                self.repetitions = max(0, int(fields["repetitions"]))
                return
            completed, elapsed = int(fields["completed"]), float(fields["elapsed"])
            self._progress_stage = str(fields["stage"])
        except (ValueError, KeyError, TypeError, OverflowError):
            return
        self._completed = completed
        self._throughput = completed / elapsed if elapsed > 0 else None


def watch_of(emit: Emit, plan: WorkloadPlan) -> Watch:
    """Return a watch of one run of a workload that emits its progress."""
    seconds = record_seconds(plan)
    return Watch(emit, stages=plan.expects.stages, expected_seconds=seconds, stage_seconds=plan.expects.seconds)


def record_seconds(plan: WorkloadPlan) -> float:
    """Return the expected duration of one run of a workload in seconds."""
    return max(1, plan.expects.stages) * (plan.expects.seconds + STAGE_OVERHEAD_SECONDS)
