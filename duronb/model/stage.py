"""One stage of a workload run: what it was asked, what it reported, what was measured beside it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

OUTSIDE = "outside stages"
"""Name of the samples before, between and after the stages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """Figures of one stage; ``None`` where the log does not say.

    Parameters
    ----------
    name
        Such as ``File SQLite 2/2``: provider, orchestration and worker dispatchers.
    started, ended
        Unix time of its first and last log line; bounds of its samples.
    seconds
        The length that the workload echoed for the stage.
    total_seconds
        The workload's own total: ``seconds`` plus the drain.
    launched, completed, failed
        Orchestrations. ``failed`` may exceed its three parts: start errors and time-outs belong to none.
    success_percent, throughput, activity_throughput
        As the workload printed them: of launched; completed per second of ``total_seconds``; activities per second.
    ms_per_orchestration
        Upstream's "average latency", which is 1000 / throughput and no latency.
    active_at_stop
        Orchestrations in flight when the pump stopped.
    lock_warnings, backoff_seconds
        "database is locked" lines, and the time that dispatchers said they would sleep because of them.
    samples
        Profile samples within the stage; filled in when the profile is cut.
    reported
        The stage has a row in the workload's own table; ``False`` for one that was killed or failed.
    """

    name: str
    provider: str | None = None
    orchestration_dispatchers: int | None = None
    worker_dispatchers: int | None = None
    started: float | None = None
    ended: float | None = None
    seconds: float | None = None
    total_seconds: float | None = None
    launched: int | None = None
    completed: int | None = None
    failed: int | None = None
    failed_infrastructure: int | None = None
    failed_configuration: int | None = None
    failed_application: int | None = None
    success_percent: float | None = None
    throughput: float | None = None
    activity_throughput: float | None = None
    ms_per_orchestration: float | None = None
    active_at_stop: int | None = None
    lock_warnings: int = 0
    backoff_seconds: float = 0.0
    samples: int = 0
    reported: bool = False

    @property
    def drain_seconds(self) -> float | None:
        """Time after the pump stopped until the last orchestration ended."""
        if self.total_seconds is None or self.seconds is None:
            return None
        return max(0.0, self.total_seconds - self.seconds)

    @property
    def window_rate(self) -> float | None:
        """Orchestrations completed per second while the pump ran: ``(completed - active at stop) / seconds``."""
        if self.completed is None or self.active_at_stop is None or not self.seconds:
            return None
        return max(0, self.completed - self.active_at_stop) / self.seconds

    def cpu_ms_per_orchestration(self, frequency_hz: float) -> float | None:
        """CPU time of the workload's process per completed orchestration, from the samples."""
        if not self.completed or not frequency_hz:
            return None
        return self.samples * 1000.0 / frequency_hz / self.completed

    def to_json(self) -> dict[str, Any]:
        """Fields as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> StageResult:
        """Rebuild a stored stage; fields that a newer version added are left aside."""
        return cls(**{name: fields[name] for name in cls.__dataclass_fields__ if name in fields})
