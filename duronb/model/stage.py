"""One stage of a workload run: what it was asked, what it reported, what was measured beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

OUTSIDE = "outside stages"
"""Name of the samples before, between and after the stages."""


@dataclass(frozen=True, kw_only=True)
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
    max_concurrent, tasks_per_instance, activity_delay_ms
        The load: orchestrations that the pump keeps in flight, activities of each, and what an activity sleeps.
    total_seconds
        The workload's own total: ``seconds`` plus the drain.
    launched, completed, failed
        Orchestrations. ``failed`` may exceed its three parts: start errors and time-outs belong to none.
    success_percent, throughput, activity_throughput
        As the workload printed them: of launched; completed per second of ``total_seconds``; activities per second.
    ms_per_orchestration
        Upstream's "average latency", which is 1000 / throughput and no latency.
    active_at_stop
        Orchestrations in flight when the pump stopped. In every version of the stress test the first look after the
        stop prints how many there are, unless there are none: 0 where it waited for them, printed results, and
        printed no number.
    lock_warnings, lock_warnings_fetch, lock_warnings_ack
        "database is locked" lines: all of them, those of fetching an item, those of acknowledging one.
    backoff_seconds
        The time that dispatchers slept because of them: as the lines say, or the 0.1 s (in some at most) of versions
        before 0.1.12, whose warnings of a failed fetch do not say it.
    latency_ms_mean, latency_ms_p50, latency_ms_p90, latency_ms_p99
        True latency of ``latencies`` orchestrations, from the first turn to the completion, as a log of the runtime's
        debug lines has it. The time from the client's call to the first turn is not in it.
    completions
        Completions in each second after ``started``, shape ``(seconds,)``, from the same lines.
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
    max_concurrent: int | None = None
    tasks_per_instance: int | None = None
    activity_delay_ms: int | None = None
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
    lock_warnings: int | None = 0
    lock_warnings_fetch: int | None = None
    lock_warnings_ack: int | None = None
    backoff_seconds: float | None = 0.0
    latencies: int = 0
    latency_ms_mean: float | None = None
    latency_ms_p50: float | None = None
    latency_ms_p90: float | None = None
    latency_ms_p99: float | None = None
    completions: tuple[int, ...] = ()
    samples: int = 0
    reported: bool = False

    @property
    def drain_seconds(self) -> float | None:
        """Time after the pump stopped until the last orchestration ended."""
        if self.total_seconds is None or self.seconds is None:
            return None
        return _finite(max(0.0, self.total_seconds - self.seconds))

    @property
    def window_rate(self) -> float | None:
        """Orchestrations completed per second while the pump ran: ``(completed - active at stop) / seconds``.

        It supposes that what was in flight then completed later; where some of it failed, the rate is that much low.
        """
        if self.completed is None or self.active_at_stop is None:
            return None
        return _ratio(max(0, self.completed - self.active_at_stop), self.seconds)

    @property
    def failed_other(self) -> int | None:
        """Failures of no kind: orchestrations that could not be started or were not waited for."""
        parts = (self.failed_infrastructure, self.failed_configuration, self.failed_application)
        if self.failed is None or any(part is None for part in parts):
            return None
        return max(0, self.failed - sum(part for part in parts if part is not None))

    @property
    def success_rate(self) -> float | None:
        """Part of the launched orchestrations that completed, 0 to 1; as printed where the launched are not known."""
        if self.completed is not None and self.launched is not None:
            return _ratio(self.completed, self.launched)
        return _ratio(self.success_percent, 100)

    @property
    def lock_warnings_other(self) -> int | None:
        """Lock warnings of neither fetching nor acknowledging; ``None`` in runs that did not keep them apart."""
        parts = (self.lock_warnings_fetch, self.lock_warnings_ack)
        if self.lock_warnings is None or any(part is None for part in parts):
            return None
        return max(0, self.lock_warnings - sum(part for part in parts if part is not None))

    @property
    def dispatchers(self) -> int | None:
        """Dispatchers of both kinds."""
        if self.orchestration_dispatchers is None or self.worker_dispatchers is None:
            return None
        return self.orchestration_dispatchers + self.worker_dispatchers

    @property
    def backoff_share(self) -> float | None:
        """Part of the time of all dispatchers, drain included, that went to back-off from locks."""
        seconds = self.total_seconds if self.total_seconds is not None else self.seconds
        if seconds is None or self.dispatchers is None:
            return None
        return _ratio(self.backoff_seconds, seconds * self.dispatchers)

    @property
    def latency_ms_estimate(self) -> float | None:
        """Estimate of the mean latency by Little's law: ``max_concurrent`` over the completion rate.

        No measurement: it supposes that the pump kept ``max_concurrent`` in flight all the time. It is the latency
        that the client sees, from its call to the answer.
        """
        rate = self.window_rate if self.window_rate is not None else self.throughput
        return None if self.max_concurrent is None else _ratio(1000.0 * self.max_concurrent, rate)

    def cpu_ms_per_orchestration(self, frequency_hz: float) -> float | None:
        """CPU time of the workload's process per completed orchestration; ``None`` where there are no samples."""
        if not self.samples or not self.completed:
            return None
        return _ratio(self.samples * 1000.0 / self.completed, frequency_hz)

    def derived(self, frequency_hz: float | None = None) -> dict[str, float | None]:
        """Return every figure that follows from the stored ones, by name.

        Parameters
        ----------
        frequency_hz
            Of the samples; without it there is no CPU time.
        """
        return {
            "window_rate": self.window_rate,
            "drain_seconds": self.drain_seconds,
            "success_rate": self.success_rate,
            "failed_other": self.failed_other,
            "lock_warnings_other": self.lock_warnings_other,
            "backoff_share": self.backoff_share,
            "latency_ms_estimate": self.latency_ms_estimate,
            "cpu_ms_per_orchestration": self.cpu_ms_per_orchestration(frequency_hz or 0.0),
        }

    def to_json(self) -> dict[str, Any]:
        """Fields as plain JSON values."""
        return asdict(self) | {"completions": list(self.completions)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> StageResult:
        """Rebuild a stored stage; fields that a newer version added are left aside.

        Raises
        ------
        ValueError
            It has no name.
        """
        names = cls.__dataclass_fields__.keys()
        known = dict(fields) if fields.keys() <= names else {name: fields[name] for name in names & fields.keys()}
        if "name" not in known:
            raise ValueError("a stage has no name")
        if "completions" in known:
            known["completions"] = tuple(count for count in known["completions"] or () if isinstance(count, int))
        # The constructor would call once per field, which histories of thousands of stages feel; what is not stored
        # has its default from the class.
        stage = object.__new__(cls)
        vars(stage).update(known)
        return stage


def _ratio(part: float | None, whole: float | None) -> float | None:
    """Divide, where there is something to divide by."""
    if part is None or whole is None or not isfinite(whole) or whole <= 0:
        return None
    return _finite(part / whole)


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
