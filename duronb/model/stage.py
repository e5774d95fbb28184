"""One stage of a run: its configuration, the values that the workload reported, and the measured values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

OUTSIDE = "outside stages"
"""Stage name of the samples before, between and after the stages."""


@dataclass(frozen=True, kw_only=True)
class StageResult:
    """Values of one stage; ``None`` for what the log does not state.

    Parameters
    ----------
    name
        Such as ``File SQLite 2/2``: provider, orchestration and worker dispatchers.
    started, ended
        Unix time of its first and last log line; bounds of its samples.
    seconds
        Length of the stage as the workload reported it.
    max_concurrent, tasks_per_instance, activity_delay_ms
        The load: orchestrations that the pump keeps in flight, activities of each, and the sleep of an activity.
    total_seconds
        The workload's own total: ``seconds`` plus the drain.
    launched, completed, failed
        Numbers of orchestrations. ``failed`` may exceed the sum of its three parts, which do not include start errors
        and time-outs.
    success_percent, throughput, activity_throughput
        As the workload printed them: percent of launched; completed per second of ``total_seconds``; activities per
        second.
    ms_per_orchestration
        What upstream prints as "average latency". It is 1000 / throughput, not a latency.
    active_at_stop
        Orchestrations in flight when the pump stopped. The stress test prints this number only if it is not 0. So it
        is 0 for a stage that waited for its orchestrations and printed results without this number.
    lock_warnings, lock_warnings_fetch, lock_warnings_ack
        Numbers of "database is locked" lines: all, while fetching an item, while acknowledging one.
        ``None`` if the log would not contain such a line, because it has no lines of the runtime's level.
    backoff_seconds
        Time that dispatchers slept because of them, as the lines state it. Versions before 0.1.12 do not state it for
        a failed fetch, which then counts as 0.1 s: their constant, or in some versions their maximum.
    backoff_imputed_seconds
        The part of ``backoff_seconds`` that no line states; ``None`` in runs of versions that did not store it.
    repetitions
        How often a program that is not a stress test ran to its end in the recorded time.
    latency_ms_mean, latency_ms_p50, latency_ms_p90, latency_ms_p99
        Measured latency of ``latencies`` orchestrations, from the first turn to the completion, if the log contains
        the runtime's debug lines. The time from the client's call to the first turn is not included.
    completions
        Completions in each second after ``started``, shape ``(seconds,)``, from the same lines.
    cpu_seconds_user, cpu_seconds_system
        CPU time of the workload's process in the stage as the kernel counted it, in user code and in the kernel. It
        does not depend on samples and contains neither the sampler nor the meter. ``None`` if it was not measured.
    steal_seconds, steal_share
        Time that the host of a virtual machine took from the machine's processors in the stage, and this as a part of
        the time that processes of the machine wanted: ``steal / (busy + steal)``. ``None`` if it was not measured.
    samples
        Number of samples in the stage; set by ``with_samples``.
    artefact_samples
        How many of them are timer artefacts, see ``duronb.model.events.artefacts``; ``None`` in runs that were stored
        before they were counted.
    reported
        The stage has a row in the workload's own result table; ``False`` for a stage that was killed or failed.
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
    lock_warnings: int | None = None
    lock_warnings_fetch: int | None = None
    lock_warnings_ack: int | None = None
    backoff_seconds: float | None = None
    backoff_imputed_seconds: float | None = None
    repetitions: int | None = None
    latencies: int = 0
    latency_ms_mean: float | None = None
    latency_ms_p50: float | None = None
    latency_ms_p90: float | None = None
    latency_ms_p99: float | None = None
    completions: tuple[int, ...] = ()
    cpu_seconds_user: float | None = None
    cpu_seconds_system: float | None = None
    steal_seconds: float | None = None
    steal_share: float | None = None
    samples: int = 0
    artefact_samples: int | None = None
    reported: bool = False

    @property
    def is_entire_workload(self) -> bool:
        """Whether the stage is the entire workload, which printed no stages: an example, or another binary."""
        return self.completed is None and self.provider is None and self.orchestration_dispatchers is None

    @property
    def drain_seconds(self) -> float | None:
        """Time after the pump stopped until the last orchestration ended."""
        if self.total_seconds is None or self.seconds is None:
            return None
        return _finite(max(0.0, self.total_seconds - self.seconds))

    @property
    def window_rate(self) -> float | None:
        """Orchestrations completed per second while the pump ran: ``(completed - active at stop) / seconds``.

        It is assumed that all orchestrations in flight at the stop completed later. If some failed, the rate is too
        low. ``None`` if at least as many were in flight as completed: all may have completed after the stop, so the
        rate cannot be known.
        """
        if self.completed is None or self.active_at_stop is None:
            return None
        if self.active_at_stop and self.completed <= self.active_at_stop:
            return None
        return _ratio(self.completed - self.active_at_stop, self.seconds)

    @property
    def failed_other(self) -> int | None:
        """Failures without a kind: orchestrations that could not be started or timed out."""
        parts = (self.failed_infrastructure, self.failed_configuration, self.failed_application)
        if self.failed is None or any(part is None for part in parts):
            return None
        return max(0, self.failed - sum(part for part in parts if part is not None))

    @property
    def success_rate(self) -> float | None:
        """Completed / launched orchestrations, 0 to 1; from the printed percentage if the numbers are unknown."""
        if self.completed is not None and self.launched is not None:
            return _ratio(self.completed, self.launched)
        return _ratio(self.success_percent, 100)

    @property
    def lock_warnings_other(self) -> int | None:
        """Lock warnings from neither fetching nor acknowledging; ``None`` in runs that did not count these."""
        parts = (self.lock_warnings_fetch, self.lock_warnings_ack)
        if self.lock_warnings is None or any(part is None for part in parts):
            return None
        return max(0, self.lock_warnings - sum(part for part in parts if part is not None))

    @property
    def dispatchers(self) -> int | None:
        """Number of orchestration and worker dispatchers."""
        if self.orchestration_dispatchers is None or self.worker_dispatchers is None:
            return None
        return self.orchestration_dispatchers + self.worker_dispatchers

    @property
    def backoff_share(self) -> float | None:
        """Lock back-off as a part of the time of all dispatchers, the drain included."""
        seconds = self.total_seconds if self.total_seconds is not None else self.seconds
        if seconds is None or self.dispatchers is None:
            return None
        return _ratio(self.backoff_seconds, seconds * self.dispatchers)

    @property
    def latency_ms_estimate(self) -> float | None:
        """Estimate of the mean latency by Little's law: ``max_concurrent`` over the completion rate.

        It estimates the latency that the client sees, from its call to the answer. It is not a measurement: it is
        assumed that the pump kept ``max_concurrent`` orchestrations in flight all the time.
        """
        rate = self.window_rate if self.window_rate is not None else self.throughput
        return None if self.max_concurrent is None else _ratio(1000.0 * self.max_concurrent, rate)

    @property
    def cpu_seconds(self) -> float | None:
        """CPU time of the workload's process as the kernel counted it; ``None`` if it was not measured."""
        if self.cpu_seconds_user is None or self.cpu_seconds_system is None:
            return None
        return _finite(self.cpu_seconds_user + self.cpu_seconds_system)

    @property
    def cpu_ms_per_orchestration_measured(self) -> float | None:
        """``cpu_seconds`` per completed orchestration in ms; ``None`` if it was not measured."""
        return None if self.cpu_seconds is None else _ratio(1000.0 * self.cpu_seconds, self.completed)

    def cpu_ms_per_orchestration(self, frequency_hz: float) -> float | None:
        """CPU time of the workload's process per completed orchestration; ``None`` without samples."""
        if not self.samples or not self.completed:
            return None
        return _ratio(self.samples * 1000.0 / self.completed, frequency_hz)

    def cpu_ms_per_repetition(self, frequency_hz: float) -> float | None:
        """CPU time of the workload's process per repetition; ``None`` without samples."""
        if not self.samples or not self.repetitions:
            return None
        return _ratio(self.samples * 1000.0 / self.repetitions, frequency_hz)

    def derived(self, frequency_hz: float | None = None) -> dict[str, float | None]:
        """Return every metric that is derived from stored values, by name.

        Parameters
        ----------
        frequency_hz
            Samples per second of CPU time and thread; ``None`` if it is unknown, and then CPU time is, too.
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
            "cpu_seconds": self.cpu_seconds,
            "cpu_ms_per_orchestration_measured": self.cpu_ms_per_orchestration_measured,
            "cpu_ms_per_repetition": self.cpu_ms_per_repetition(frequency_hz or 0.0),
        }

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        fields = asdict(self) | {"completions": list(self.completions)}
        for name in _IF_KNOWN:
            if fields[name] is None:
                del fields[name]
        return fields

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> StageResult:
        """Return a stored stage. Fields that a newer version added are ignored.

        Raises
        ------
        ValueError
            The stage has no name.
        """
        names = cls.__dataclass_fields__.keys()
        known = dict(fields) if fields.keys() <= names else {name: fields[name] for name in names & fields.keys()}
        if "name" not in known:
            raise ValueError("a stage has no name")
        if "completions" in known:
            known["completions"] = tuple(count for count in known["completions"] or () if isinstance(count, int))
        # The constructor makes one call per field, which is too slow for histories of thousands of stages. Fields
        # that are not stored have the defaults of the class.
        stage = object.__new__(cls)
        vars(stage).update(known)
        if known.get("lock_warnings") == 0 and stage.lock_warnings_fetch is None and stage.is_entire_workload:
            # Runs before repetitions were stored state 0 for a log whose lock warnings were never counted.
            vars(stage).update(lock_warnings=None, backoff_seconds=None)
        return stage


COUNTED_BY_KERNEL = ("cpu_seconds_user", "cpu_seconds_system", "steal_seconds", "steal_share")
"""Fields that the meter measures."""
_IF_KNOWN = ("repetitions", "backoff_imputed_seconds", *COUNTED_BY_KERNEL, "artefact_samples")
"""Fields that are stored only if they are known: many programs are not repeated, earlier versions measured less."""


def has_database_file(stage: StageResult) -> bool:
    """Return whether the database of a stage is a file, so that the file system is a part of what it measures."""
    return (stage.provider or "").lower().startswith("file")


def _ratio(numerator: float | None, denominator: float | None) -> float | None:
    """Return the ratio; ``None`` if a value is missing or the denominator is not finite and positive."""
    if numerator is None or denominator is None or not isfinite(denominator) or denominator <= 0:
        return None
    return _finite(numerator / denominator)


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
