"""Read what a stress test prints, while it runs or afterwards: stages, results, lock warnings, the table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from duronb.ingest import log_lines as patterns
from duronb.ingest.log_lines import LogLine, duration, number
from duronb.model.stage import StageResult

KEPT_LINES = 5
LARGEST_LINE = 2**20
PROVIDERS = {"In-Memory SQLite": "In-Memory SQLite", "File-Based SQLite": "File SQLite"}
"""Providers as the log announces them, and as its table calls them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StressLog:
    """A parsed log.

    Parameters
    ----------
    stages
        Results in the order the stages ran; empty for a program that is no stress test.
    suite_seconds
        Length of a stage that the suite echoed.
    duroxide_version
        Version of the runtime that started.
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
    """

    stages: list[StageResult]
    suite_seconds: float | None = None
    duroxide_version: str | None = None
    lock_warnings: int = 0
    backoff_seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    panic: str | None = None
    last_words: str | None = None
    not_understood: int = 0
    examples: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    @property
    def notices(self) -> list[str]:
        """What a reader of the figures should know, in sentences."""
        notices = [f"A stage failed: {line}" for line in self.failures[:KEPT_LINES]]
        if self.conflicts:
            notices.append(f"Results and table of the log disagree on {', '.join(self.conflicts[:KEPT_LINES])}.")
        if self.not_understood and self.stages:
            notices.append(f"{self.not_understood} lines of the log were not understood, first {self.examples[0]!a}.")
        return notices


class StressLogParser:
    """Parses a log in one pass; what it has seen so far can be asked at any time."""

    def __init__(self) -> None:
        self.lock_warnings = 0
        self._partial = b""
        self._backoff_ms = 0
        self._provider: str | None = None
        self._title: str | None = None
        self._suite_seconds: float | None = None
        self._version: str | None = None
        self._stages: list[dict[str, Any]] = []
        self._open: dict[str, Any] | None = None
        self._in_results = False
        self._time: float | None = None
        self._old_table = False
        self._failures: list[str] = []
        self._panic: str | None = None
        self._panic_next = False
        self._plain: str | None = None
        self._not_understood = 0
        self._examples: list[str] = []
        self._conflicts: list[str] = []

    @property
    def current_stage(self) -> str | None:
        """Name of the stage that runs now."""
        return None if self._open is None else str(self._open["name"])

    @property
    def current_stage_number(self) -> int:
        """Number of the stage that runs now or ran last, counted from 1; 0 before the first."""
        return len(self._stages)

    def feed(self, data: bytes) -> None:
        """Take a piece of the log, cut anywhere."""
        lines = (self._partial + data).split(b"\n")
        self._partial = lines.pop()[:LARGEST_LINE]
        for line in lines:
            self.feed_line(line)

    def feed_line(self, raw: bytes) -> None:
        """Take one line, with or without its newline."""
        line = patterns.split_line(raw)
        if line.time is not None:
            self._time = line.time
            if self._open is not None and not self._open["done"]:
                self._open["ended"] = line.time
        message = line.message
        if not message:
            return
        if ("database " in message or "SQLITE_BUSY" in message) and patterns.LOCKED.search(message):
            self._locked(message)
        elif self._panic_next and not line.prefixed:
            self._panic_next = False
            self._panic = f"{self._panic} {message}"[: 2 * patterns.LONGEST_LINE]
        elif not self._event(message) and not self._table_row(message) and not patterns.is_routine(line):
            self._strange(message, line)

    def finish(self, ended: float | None = None) -> StressLog:
        """End the log.

        Parameters
        ----------
        ended
            Unix time at which the workload's process ended; bounds a stage that was cut off.
        """
        if self._partial:
            self.feed_line(self._partial)
            self._partial = b""
        if self._open is not None and not self._open["done"] and ended is not None and self._open["started"]:
            self._open["ended"] = max(ended, self._open["started"])
        return StressLog(
            stages=[_stage(fields) for fields in self._stages],
            suite_seconds=self._suite_seconds,
            duroxide_version=self._version,
            lock_warnings=self.lock_warnings,
            backoff_seconds=self._backoff_ms / 1000,
            failures=list(self._failures),
            panic=self._panic,
            last_words=self._panic or (self._failures[-1] if self._failures else self._plain),
            not_understood=self._not_understood,
            examples=list(self._examples),
            conflicts=list(self._conflicts),
        )

    def _locked(self, message: str) -> None:
        backoff = sum(int(a or b) for a, b in patterns.BACKOFF.findall(message))
        self.lock_warnings += 1
        self._backoff_ms += backoff
        if self._open is not None:
            self._open["lock_warnings"] += 1
            self._open["backoff_ms"] += backoff

    def _event(self, message: str) -> bool:
        """Take a line that begins, ends or describes something."""
        first = message[0]
        if first == "=" and message.startswith("==="):
            return self._heading(message)
        if first == "-" and (match := patterns.PROVIDER.match(message)):
            self._provider = PROVIDERS.get(match[1], match[1])
            self._close()
            return True
        if first in "ACDFLMST" and self._result(message):
            return True
        if first in "✓✗":
            if patterns.TEST_FAILED.match(message) and len(self._failures) < 1000:
                self._failures.append(message)
            self._close()
            return True
        if (match := patterns.VERSION.match(message)) is not None:
            self._version = match[1]
            return True
        if (match := patterns.PANIC.match(message)) is not None:
            self._panic, self._panic_next = message, message.endswith(":")
            return True
        return False

    def _heading(self, message: str) -> bool:
        if (match := patterns.STAGE.match(message)) is not None:
            large = self._title if self._title and self._title.startswith("Large Payload") else None
            self._begin(self._provider or large, int(match[1]), int(match[2]))
        elif patterns.RESULTS.match(message):
            if self._open is None and not self._stages:
                self._begin(self._provider or self._title, None, None)
            # A block after the end of its stage repeats the one before: some binaries print their library's again.
            self._in_results = self._open is not None and not self._open["done"]
        elif (match := patterns.TITLE.match(message)) is not None:
            self._title = match[1]
            if match[1] == "Parallel Orchestration Stress Test":
                self._begin(None, None, None)
        elif patterns.SUMMARY.match(message):
            self._close()
            self._old_table = "Summary Table" in message
        else:
            return False
        return True

    def _result(self, message: str) -> bool:
        """Take a line of a stage's settings or of its results."""
        stage = self._open
        if (match := patterns.SUITE_SECONDS.match(message)) is not None:
            self._suite_seconds = float(match[1])
        elif (match := patterns.CONFIG_SECONDS.match(message)) is not None:
            if stage is not None:
                stage["seconds"] = float(match[1])
        elif (match := patterns.ACTIVE.match(message)) is not None:
            if stage is not None and stage["active_at_stop"] is None:
                stage["active_at_stop"] = int(match[1])
        elif (match := patterns.RESULT.match(message)) is not None:
            if stage is not None and self._in_results:
                _take(stage, match[1], match[2])
                stage["done"] = match[1].startswith(("Average", "Activity"))
                if stage["done"]:
                    stage["ended"] = self._time
        else:
            return False
        return True

    def _begin(self, provider: str | None, orchestration: int | None, worker: int | None) -> None:
        self._close()
        config = None if orchestration is None else f"{orchestration}/{worker}"
        name = " ".join(part for part in (provider, config) if part) or "stress test"
        taken = sum(1 for stage in self._stages if stage["plain_name"] == name)
        self._open = {
            "name": f"{name} #{taken + 1}" if taken else name,
            "plain_name": name,
            "provider": provider,
            "orchestration_dispatchers": orchestration,
            "worker_dispatchers": worker,
            "started": self._time,
            "ended": self._time,
            "seconds": self._suite_seconds,
            "active_at_stop": None,
            "lock_warnings": 0,
            "backoff_ms": 0,
            "done": False,
            "reported": False,
        }
        self._stages.append(self._open)

    def _close(self) -> None:
        self._open = None
        self._in_results = False

    def _table_row(self, message: str) -> bool:
        """Take a row of the table, whose figures are what a reader compares with."""
        match = patterns.ROW.match(message)
        if match is not None:
            provider = PROVIDERS.get(match["provider"].strip(), match["provider"].strip())
            orchestration, worker = (int(part) for part in match["config"].replace(":", "/").split("/"))
        elif self._old_table and (match := patterns.OLD_ROW.match(message)) is not None:
            provider, orchestration, worker = None, int(match["orch_n"]), int(match["worker_n"])
        else:
            return False
        self._close()
        name = f"{provider} {orchestration}/{worker}" if provider else f"{orchestration}/{worker}"
        stage = next((stage for stage in self._stages if stage["plain_name"] == name and not stage["reported"]), None)
        if stage is None:
            self._begin(provider, orchestration, worker)
            stage = self._stages[-1]
            stage["started"] = stage["ended"] = None
            self._close()
        _take_row(stage, match.groupdict(), self._conflicts)
        return True

    def _strange(self, message: str, line: LogLine) -> None:
        self._not_understood += 1
        if len(self._examples) < KEPT_LINES:
            self._examples.append(message[:200])
        if not line.prefixed:
            self._plain = message[:200]


def read_stress_log(path: Path, *, ended: float | None = None) -> StressLog:
    """Parse a log file; a missing one is an empty one."""
    parser = StressLogParser()
    try:
        with path.open("rb") as file:
            while data := file.read(2**20):
                parser.feed(data)
    except FileNotFoundError:
        pass
    return parser.finish(ended)


def _take(stage: dict[str, Any], key: str, value: str) -> None:
    """Put one line of a block of results on its stage."""
    if key == "Total time":
        stage["total_seconds"] = duration(value)
    elif key == "Failed":
        if (match := patterns.FAILED.match(value)) is not None:
            _put_failed(stage, *match.groups())
    elif key in {"Launched", "Completed"}:
        figure = number(value)
        stage[key.lower()] = None if figure is None else int(figure)
    else:
        stage[_FIGURES[key]] = number(value)


_FIGURES = {
    "Success rate": "success_percent",
    "Throughput": "throughput",
    "Activity throughput": "activity_throughput",
    "Average latency": "ms_per_orchestration",
    "Average time per orchestration": "ms_per_orchestration",
}


def _put_failed(stage: dict[str, Any], failed: str, infra: str | None, config: str | None, app: str | None) -> None:
    stage["failed"] = int(failed)
    if infra is not None and config is not None and app is not None:
        stage["failed_infrastructure"] = int(infra)
        stage["failed_configuration"] = int(config)
        stage["failed_application"] = int(app)


def _take_row(stage: dict[str, Any], row: dict[str, str | None], conflicts: list[str]) -> None:
    completed, failed = int(row["completed"] or 0), int(row["failed"] or 0)
    if stage.get("completed", completed) != completed or stage.get("failed", failed) != failed:
        conflicts.append(stage["name"])
    stage["reported"] = True
    stage["completed"] = completed
    _put_failed(stage, str(failed), row.get("infra"), row.get("cfg"), row.get("app"))
    if row.get("launched"):
        stage["launched"] = int(row["launched"] or 0)
    for column, key in (
        ("success", "success_percent"),
        ("orch", "throughput"),
        ("act", "activity_throughput"),
        ("lat", "ms_per_orchestration"),
    ):
        text = row.get(column)
        if text is not None:
            stage[key] = number(text)
    if stage.get("total_seconds") is None and stage.get("throughput"):
        stage["total_seconds"] = completed / stage["throughput"]


def _stage(fields: dict[str, Any]) -> StageResult:
    known = {name: value for name, value in fields.items() if name in StageResult.__dataclass_fields__}
    return replace(StageResult(**known), backoff_seconds=fields["backoff_ms"] / 1000)
