"""The parsed log of a stress test: its stages, the process, and lines that were not understood."""

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
        Results in the order in which the stages ran; empty for a program that is not a stress test.
    timed_out
        Names of the stages that stopped waiting for active orchestrations.
    suite_seconds
        Length of a stage as printed by the suite.
    duroxide_version
        Version of the Duroxide runtime.
    subject, title
        Subject as printed by the workload, and title of the suite.
    first_time
        Unix time of the first line with a time.
    locks
        Fields of ``StageResult`` about lock warnings and their back-off in the entire log, including lines outside
        stages; their values are ``None`` if the log would not contain a warning.
    warnings_outside
        Number of the lock warnings outside stages.
    failures
        Lines about failed stages.
    panic
        Message of the panic.
    last_words
        The panic, else the last failure, else the last unknown line without a tracing prefix.
    not_understood
        Number of lines that look like results or tables but have an unknown format; ``examples`` has the first few.
    conflicts
        Names of the stages whose results and row in the table disagree.
    peak_rss_kb, average_cpu_percent, monitor_samples
        Output of a script that monitored the process: largest resident set in KB, mean of the CPU percentages of ``ps``
        (each a mean over the life of the process; 100 is one core), and the number of measurements.
    """

    stages: list[StageResult]
    timed_out: list[str] = field(default_factory=list)
    suite_seconds: float | None = None
    duroxide_version: str | None = None
    subject: str | None = None
    title: str | None = None
    first_time: float | None = None
    locks: dict[str, int | float | None] = field(default_factory=dict)
    warnings_outside: int = 0
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
        """Sentences about the limits of the results."""
        notices = [f"A stage failed: {line}" for line in self.failures[:KEPT_LINES]]
        if self.timed_out:
            notices.append(
                f"{', '.join(self.timed_out[:KEPT_LINES])} stopped waiting for orchestrations that had not ended."
            )
        if self.conflicts:
            notices.append(
                f"The results and the table in the log disagree about {', '.join(self.conflicts[:KEPT_LINES])}."
            )
        if self.warnings_outside and self.stages:
            notices.append(f"Lock warnings of the log that belong to no stage: {self.warnings_outside:,}.")
        if self.not_understood and self.stages:
            notices.append(f"{self.not_understood:,} lines of the log were not understood, first {self.examples[0]!a}.")
        return notices


class Monitor:
    """Parser of the output of a script that monitored one or more processes."""

    def __init__(self) -> None:
        self.peak_rss_kb: int | None = None
        self.samples: int | None = None
        self._cpu: list[float] = []

    @property
    def average_cpu_percent(self) -> float | None:
        """Mean of the CPU percentages of the processes; ``None`` without any."""
        return sum(self._cpu) / len(self._cpu) if self._cpu else None

    def take(self, message: str) -> bool:
        """Parse a line; return whether it is one of the script."""
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
