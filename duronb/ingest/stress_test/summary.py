"""What a log as a whole tells: its stages, the process, and what was not understood."""

from __future__ import annotations

from dataclasses import dataclass, field

from duronb.ingest.stress_test.complaints import KEPT_LINES
from duronb.ingest.stress_test.patterns import AVERAGE_CPU, MONITOR_SAMPLES, PEAK_RSS
from duronb.model.stage import StageResult

MONITOR_LINES = ("Peak RSS: ", "Average CPU: ", "Samples: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class StressLog:
    """A parsed log.

    Parameters
    ----------
    stages
        Results in the order the stages ran; empty for a program that is no stress test.
    timed_out
        Names of the stages that stopped waiting for what was still active.
    suite_seconds
        Length of a stage that the suite echoed.
    duroxide_version
        Version of the runtime that started.
    subject, title
        What the workload says that it is, and the heading of its suite.
    first_time
        Unix time of the first line that has one.
    lock_warnings, backoff_seconds
        Over the whole log, also outside stages.
    failures
        Lines of stages that failed.
    panic
        What the workload said when it panicked.
    last_words
        The panic, else the last failure, else the last line that tracing did not print.
    not_understood
        Lines that look like results or tables but are not of a known format; ``examples`` keeps the first few.
    conflicts
        Stages whose block of results and whose row in the table disagree.
    peak_rss_kb, average_cpu_percent, monitor_samples
        What a script that watched the process printed: largest resident set in KB, mean of the CPU percentages that
        ``ps`` gave (each a mean over the process's life, 100 is one core), and how many it took.
    """

    stages: list[StageResult]
    timed_out: list[str] = field(default_factory=list)
    suite_seconds: float | None = None
    duroxide_version: str | None = None
    subject: str | None = None
    title: str | None = None
    first_time: float | None = None
    lock_warnings: int = 0
    backoff_seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    panic: str | None = None
    last_words: str | None = None
    not_understood: int = 0
    examples: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    peak_rss_kb: int | None = None
    average_cpu_percent: float | None = None
    monitor_samples: int | None = None

    @property
    def notices(self) -> list[str]:
        """What a reader of the figures should know, in sentences."""
        notices = [f"A stage failed: {line}" for line in self.failures[:KEPT_LINES]]
        if self.timed_out:
            notices.append(
                f"{', '.join(self.timed_out[:KEPT_LINES])} stopped waiting for orchestrations that did not end."
            )
        if self.conflicts:
            notices.append(f"Results and table of the log disagree on {', '.join(self.conflicts[:KEPT_LINES])}.")
        if self.not_understood and self.stages:
            notices.append(f"{self.not_understood} lines of the log were not understood, first {self.examples[0]!a}.")
        return notices


class Monitor:
    """Reads what a script that watched one process after another printed of each."""

    def __init__(self) -> None:
        self.peak_rss_kb: int | None = None
        self.samples: int | None = None
        self._cpu: list[float] = []

    @property
    def average_cpu_percent(self) -> float | None:
        """Mean over the processes."""
        return sum(self._cpu) / len(self._cpu) if self._cpu else None

    def take(self, message: str) -> bool:
        """Take a line; tell whether it was understood."""
        if (match := PEAK_RSS.match(message)) is not None:
            self.peak_rss_kb = max(int(match[1]), self.peak_rss_kb or 0)
        elif (match := AVERAGE_CPU.match(message)) is not None:
            if match[1] and len(self._cpu) < 1000:
                self._cpu.append(float(match[1]))
        elif (match := MONITOR_SAMPLES.match(message)) is not None:
            self.samples = int(match[1]) + (self.samples or 0)
        else:
            return False
        return True
