"""Parser of the log of a stress test, during the run or after it: stages, results, lock warnings and the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from duronb.ingest.stress_test import patterns
from duronb.ingest.stress_test.complaints import Complaints
from duronb.ingest.stress_test.latency import Latencies
from duronb.ingest.stress_test.lines import QUIET_LEVELS, LogLine, is_chatter, shows_warnings, split_line
from duronb.ingest.stress_test.locks import LockCounts
from duronb.ingest.stress_test.stages import OpenStage, Stages, take_line
from duronb.ingest.stress_test.summary import MONITOR_LINES, Monitor, StressLog
from duronb.ingest.stress_test.tables import PROVIDERS, TableReader

__all__ = ["StressLog", "StressLogParser", "read_stress_log"]

LARGEST_LINE = 2**20


class StressLogParser:
    """Incremental parser of a log, whose state can be read at any time.

    Parameters
    ----------
    provider
        Provider of the stages before the log names one, and of rows of a table that name none.
    """

    def __init__(self, provider: str | None = None) -> None:
        self._partial = b""
        self._locks = LockCounts()
        self._warnings_shown = False
        self._provider = self._unnamed_provider = provider
        self._title: str | None = None
        self._suite_seconds: float | None = None
        self._version: str | None = None
        self._subject: str | None = None
        self._stages = Stages()
        self._tables = TableReader()
        self._open: OpenStage | None = None
        self._in_results = False
        self._first_time: float | None = None
        self._last_time: float | None = None
        self._chatter: bytes | None = None
        self._monitor = Monitor()
        self._complaints = Complaints()

    @property
    def lock_warnings(self) -> int:
        """Number of lock warnings so far, including those outside stages."""
        return self._locks.total

    @property
    def current_stage(self) -> str | None:
        """Name of the running stage; ``None`` if no stage is running."""
        return None if self._open is None else self._open.name

    @property
    def current_stage_number(self) -> int:
        """Number of the running or last stage, counted from 1; 0 before the first."""
        return len(self._stages.all)

    def feed(self, data: bytes) -> None:
        """Parse a piece of the log, split at any position."""
        lines = (self._partial + data).split(b"\n")
        self._partial = lines.pop()[:LARGEST_LINE]
        self.feed_lines(lines)

    def feed_lines(self, lines: Iterable[bytes]) -> None:
        """Parse complete lines, with or without their newlines."""
        for line in lines:
            # Most lines of a verbose log. Their time is parsed only when it is needed.
            if self._first_time is not None and is_chatter(line):
                self._chatter = line
            else:
                self._parse(split_line(line))

    def feed_line(self, raw: bytes) -> None:
        """Parse one line, with or without its newline."""
        self.feed_lines((raw,))

    def finish(self, ended: float | None = None) -> StressLog:
        """Parse the last line, and return the parsed log.

        Parameters
        ----------
        ended
            Unix time at which the workload's process ended, which is the end of a stage that was interrupted.
        """
        if self._partial:
            self.feed_line(self._partial)
            self._partial = b""
        self._catch_up()
        if self._open is not None and not self._open.ended_well and ended is not None:
            started = self._open.figures["started"]
            if started:
                self._open.figures["ended"] = max(ended, started)
        locks = self._locks.figures(measured=self._warnings_shown)
        return StressLog(
            stages=[stage.result(warnings_shown=self._warnings_shown) for stage in self._stages.all],
            timed_out=[stage.name for stage in self._stages.all if stage.timed_out],
            suite_seconds=self._suite_seconds,
            duroxide_version=self._version,
            subject=self._subject,
            title=self._title,
            first_time=self._first_time,
            locks=locks,
            warnings_outside=self._locks.total - sum(stage.locks.total for stage in self._stages.all),
            failures=list(self._complaints.failures),
            panic=self._complaints.panic,
            last_words=self._complaints.last_words,
            not_understood=self._complaints.not_understood,
            examples=list(self._complaints.examples),
            conflicts=list(self._stages.conflicts),
            peak_rss_kb=self._monitor.peak_rss_kb,
            average_cpu_percent=self._monitor.average_cpu_percent,
            monitor_samples=self._monitor.samples,
        )

    def _parse(self, line: LogLine) -> None:
        if line.time is not None:
            self._chatter = None
            self._at(line.time)
        else:
            self._catch_up()
        message = line.message
        self._warnings_shown = self._warnings_shown or shows_warnings(line)
        if not message:
            return
        if ("database " in message or "SQLITE_BUSY" in message) and patterns.LOCKED.search(message):
            self._locked(message)
        elif message.startswith("Orchestration ") and (match := patterns.ORCHESTRATION.match(message)) is not None:
            self._orchestration(match[1], match[2], line.time)
        elif line.level not in QUIET_LEVELS and not self._understood(message, line):
            self._complaints.add_unknown(message, prefixed=line.prefixed)

    def _understood(self, message: str, line: LogLine) -> bool:
        return (
            (not line.prefixed and self._complaints.continue_panic(message))
            or self._event(message)
            or self._table_row(message)
            or patterns.is_routine(line)
        )

    def _at(self, time: float) -> None:
        """Set the current time to the time of a line."""
        self._last_time = time
        if self._first_time is None:
            self._first_time = time
        if self._open is not None and not self._open.ended_well:
            self._open.figures["ended"] = time

    def _catch_up(self) -> None:
        """Set the current time to that of the last line that was skipped."""
        if self._chatter is not None:
            line = split_line(self._chatter)
            self._chatter = None
            self._warnings_shown = self._warnings_shown or shows_warnings(line)
            if line.time is not None:
                self._at(line.time)

    def _locked(self, message: str) -> None:
        self._locks.add(message)
        if self._open is not None:
            self._open.locks.add(message)

    def _orchestration(self, what: str, instance: str, time: float | None) -> None:
        if self._open is None or self._open.ended_well or time is None:
            return
        if self._open.latencies is None:
            self._open.latencies = Latencies(self._open.figures["started"])
        self._open.latencies.take(what, instance, time)

    def _event(self, message: str) -> bool:
        """Parse a line that begins, ends or describes a stage or the suite; return whether it is one."""
        first = message[0]
        if first == "=":
            return message.startswith("===") and self._heading(message)
        if first == "-" and (match := patterns.PROVIDER.match(message)):
            self._provider = PROVIDERS.get(match[1], match[1])
            self._close()
            return True
        if first in "✓✗":
            self._complaints.stage_ended(message)
            self._close()
            return True
        if first == "d" and (match := patterns.VERSION.match(message)) is not None:
            self._version = match[1]
            return True
        if first == "t":
            return self._complaints.begin_panic(message)
        return first in "ACDFLMSTPW" and (
            self._about(message) or take_line(self._open, message, self._last_time, in_results=self._in_results)
        )

    def _heading(self, message: str) -> bool:
        if (match := patterns.STAGE.match(message)) is not None:
            large = self._title if self._title and self._title.startswith("Large Payload") else None
            self._begin(self._provider or large, (int(match[1]), int(match[2])))
        elif patterns.RESULTS.match(message):
            if self._open is None and not self._stages.all:
                self._begin(self._provider or self._title, None)
            # Results after the end of their stage are a repetition: some binaries print the results of their library.
            self._in_results = self._open is not None and not self._open.ended_well
        elif (match := patterns.TITLE.match(message)) is not None:
            self._title = match[1]
            if match[1] == "Parallel Orchestration Stress Test":
                self._begin(None, None)
        elif patterns.SUMMARY.match(message):
            self._close()
        else:
            return False
        return True

    def _about(self, message: str) -> bool:
        """Parse a line about the suite, the subject or the process; return whether it is one."""
        if (match := patterns.SUITE_SECONDS.match(message)) is not None:
            self._suite_seconds = float(match[1])
            return True
        if (match := patterns.SUBJECT.match(message)) is not None:
            self._subject = match[1]
            return True
        return message.startswith(MONITOR_LINES) and self._monitor.take(message)

    def _begin(self, provider: str | None, dispatchers: tuple[int, int] | None) -> None:
        self._close()
        self._open = self._stages.begin(provider, dispatchers, time=self._last_time, seconds=self._suite_seconds)

    def _close(self) -> None:
        self._open = None
        self._in_results = False

    def _table_row(self, message: str) -> bool:
        """Parse a row of the table; return whether the line belongs to a table."""
        row = self._tables.row(message)
        if isinstance(row, bool):
            return row
        if row.provider is None:
            row = replace(row, provider=self._unnamed_provider)
        self._close()
        self._stages.sum_up(row)
        return True


def read_stress_log(path: Path, *, ended: float | None = None) -> StressLog:
    """Parse a log file; a missing file is treated as empty."""
    parser = StressLogParser()
    try:
        with path.open("rb") as file:
            while data := file.read(2**20):
                parser.feed(data)
    except FileNotFoundError:
        pass
    return parser.finish(ended)
