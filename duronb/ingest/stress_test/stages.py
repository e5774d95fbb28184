"""The stages of a log during parsing: they begin with a heading and get their values from lines and the table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from duronb.ingest.stress_test.latency import Latencies
from duronb.ingest.stress_test.locks import LockCounts
from duronb.ingest.stress_test.patterns import (
    ACTIVE,
    FAILED,
    RESULT,
    SETTING,
    SETTINGS_LINE,
    TIMED_OUT,
    WAITING,
    duration,
    number,
)
from duronb.ingest.stress_test.tables import Row, stage_name
from duronb.model.stage import StageResult

MOST_STAGES = 1000
"""Largest number of stages of a log. Further stages are ignored."""

_FIGURES = {
    "Success rate": "success_percent",
    "Throughput": "throughput",
    "Activity throughput": "activity_throughput",
    "Average latency": "ms_per_orchestration",
    "Average time per orchestration": "ms_per_orchestration",
}
_SETTINGS = {
    "maxconcurrent": "max_concurrent",
    "duration": "seconds",
    "tasksperinstance": "tasks_per_instance",
    "activitydelay": "activity_delay_ms",
}


@dataclass(slots=True)
class OpenStage:
    """One stage, with its values so far.

    Parameters
    ----------
    name
        Its name, which is unique in the log.
    plain_name
        Its name in the table, which is the same for a stage that runs twice.
    figures
        Known fields of ``StageResult``.
    logged
        Whether the log contains the lines of the stage, not only its row in the table.
    waited, ended_well
        Whether it waited for active orchestrations; whether its results are complete.
    """

    name: str
    plain_name: str
    figures: dict[str, Any]
    logged: bool
    locks: LockCounts = field(default_factory=LockCounts)
    waited: bool = False
    ended_well: bool = False
    reported: bool = False
    timed_out: bool = False
    latencies: Latencies | None = None

    def setting(self, message: str) -> None:
        """Parse a line with settings of the load."""
        for name, value in SETTING.findall(message):
            key = _SETTINGS[name.lower().replace(" ", "").replace("_", "")]
            self.figures[key] = float(value) if key == "seconds" else int(value)

    def figure(self, name: str, value: str, time: float | None) -> None:
        """Parse a line of the results: name and value, and the Unix time of the line."""
        if name == "Total time":
            self.figures["total_seconds"] = duration(value)
        elif name == "Failed":
            match = FAILED.match(value)
            if match is not None:
                kinds = ("failed", "failed_infrastructure", "failed_configuration", "failed_application")
                for kind, part in zip(kinds, match.groups(), strict=True):
                    if part is not None:
                        self.figures[kind] = int(part)
        elif name in {"Launched", "Completed"}:
            count = number(value)
            self.figures[name.lower()] = None if count is None else int(count)
        else:
            self.figures[_FIGURES[name]] = number(value)
        if name.startswith(("Average", "Activity")):
            self.ended_well = True
            self.figures["ended"] = time

    def row(self, row: Row) -> bool:
        """Set the values from the stage's row of the table; return whether they agree with its results in the log."""
        agrees = all(
            self.figures.get(name) in (None, row.figures[name])
            for name in ("completed", "failed")
            if name in row.figures
        )
        self.figures |= {name: value for name, value in row.figures.items() if value is not None}
        self.reported = True
        if self.figures.get("total_seconds") is None and self.figures.get("throughput"):
            self.figures["total_seconds"] = self.figures["completed"] / self.figures["throughput"]
        return agrees

    def repeats(self, row: Row) -> bool:
        """Return whether a row repeats the row that the stage already has."""
        return self.reported and all(self.figures.get(name) == value for name, value in row.figures.items())

    def result(self, *, warnings_shown: bool) -> StageResult:
        """Return the result of the stage.

        Parameters
        ----------
        warnings_shown
            Whether the log would contain a lock warning if there had been one.
        """
        figures = dict(self.figures)
        # After the stop the workload prints the number of active orchestrations, unless it is 0.
        if self.waited and self.ended_well and figures.get("active_at_stop") is None:
            figures["active_at_stop"] = 0
        if self.latencies is not None:
            figures |= self.latencies.figures()
        figures |= self.locks.figures(measured=self.logged and warnings_shown)
        return StageResult(name=self.name, reported=self.reported, **figures)


def take_line(stage: OpenStage | None, message: str, time: float | None, *, in_results: bool) -> bool:
    """Parse a line of a stage's settings, end or results.

    Parameters
    ----------
    stage
        The running stage; ``None`` to only recognise the line.
    message
        The line without its prefix.
    time
        Unix time of the line, or of the last line that had a time.
    in_results
        Whether the line belongs to results that are not a repetition.

    Returns
    -------
    Whether the line is such a line.
    """
    if SETTINGS_LINE.match(message):
        if stage is not None:
            stage.setting(message)
    elif message.startswith(WAITING):
        if stage is not None:
            stage.waited = True
    elif (match := ACTIVE.match(message)) is not None:
        if stage is not None and stage.figures.get("active_at_stop") is None:
            stage.figures["active_at_stop"] = int(match[1])
    elif message.startswith(TIMED_OUT):
        if stage is not None:
            stage.timed_out = True
    elif (match := RESULT.match(message)) is not None:
        if stage is not None and in_results:
            stage.figure(match[1], match[2], time)
    else:
        return False
    return True


class Stages:
    """All stages of a log, at most ``MOST_STAGES``."""

    def __init__(self) -> None:
        self.all: list[OpenStage] = []
        self.conflicts: list[str] = []
        self._named: dict[str, list[OpenStage]] = {}
        self._names: set[str] = set()

    def begin(
        self,
        provider: str | None,
        dispatchers: tuple[int, int] | None,
        *,
        time: float | None = None,
        seconds: float | None = None,
        logged: bool = True,
    ) -> OpenStage | None:
        """Begin a stage; ``None`` if there are too many. A repeated name gets a number."""
        orchestration, worker = dispatchers or (None, None)
        plain_name = stage_name(provider, orchestration, worker)
        named = self._named.setdefault(plain_name, [])
        if logged:
            # In some documents the table precedes the log.
            for stage in named:
                if not stage.logged:
                    stage.logged = True
                    stage.figures |= {"started": time, "ended": time, "seconds": seconds, "total_seconds": None}
                    return stage
        if len(self.all) >= MOST_STAGES:
            return None
        number = len(named) + 1
        name = plain_name if number == 1 else f"{plain_name} #{number}"
        while name in self._names:
            number += 1
            name = f"{plain_name} #{number}"
        figures = {
            "provider": provider,
            "orchestration_dispatchers": orchestration,
            "worker_dispatchers": worker,
            "started": time,
            "ended": time,
            "seconds": seconds,
        }
        stage = OpenStage(name=name, plain_name=plain_name, figures=figures, logged=logged)
        self.all.append(stage)
        self._names.add(name)
        named.append(stage)
        return stage

    def sum_up(self, row: Row) -> None:
        """Assign a row of the table to its stage; a row without a stage becomes a stage."""
        named = self._named.get(row.name, [])
        if any(stage.repeats(row) for stage in named):
            return
        stage = next((stage for stage in named if not stage.reported), None)
        if stage is None:
            dispatchers = (row.orchestration_dispatchers, row.worker_dispatchers)
            stage = self.begin(row.provider, dispatchers, logged=False)
        if stage is not None and not stage.row(row):
            self.conflicts.append(stage.name)
