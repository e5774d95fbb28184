"""Time budget: the wall time of a stage by CPU time, lock back-off of the dispatchers, and their remaining time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from duronb.analysis.bottlenecks.diagnosis import frequency
from duronb.analysis.counting import has_imputed_backoff
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult


@dataclass(frozen=True, slots=True, kw_only=True)
class StageBudget:
    """The time budget of one stage. All times are in seconds, and ``None`` if unknown.

    Parameters
    ----------
    stage
        Its name.
    wall_seconds
        From the first to the last log line of the stage.
    cores, core_seconds
        Cores of the machine, and the CPU time that was available: wall time multiplied by cores.
    on_cpu_seconds, on_cpu_cores
        CPU time of the workload's process, from its samples, and this time per second of wall time.
    dispatchers, dispatcher_seconds
        Number of orchestration and worker dispatchers, and their time: wall time multiplied by dispatchers.
    backoff_seconds, backoff_share
        Time that the dispatchers slept because the database was locked, and its share of their time, 0 to 1.
    backoff_imputed
        Whether a part of this time is imputed, so that both are upper limits.
    other_seconds
        Remaining time of the dispatchers: working, waiting for SQLite's threads, or idle.
    """

    stage: str
    wall_seconds: float | None
    cores: int | None
    core_seconds: float | None
    on_cpu_seconds: float | None
    on_cpu_cores: float | None
    dispatchers: int | None
    dispatcher_seconds: float | None
    backoff_seconds: float | None
    backoff_share: float | None
    other_seconds: float | None
    backoff_imputed: bool = False

    @property
    def sentence(self) -> str:
        """The budget in one sentence; empty if neither CPU time nor back-off is known."""
        parts = []
        if self.on_cpu_cores is not None:
            of = "" if self.cores is None else f" of {self.cores} {'core' if self.cores == 1 else 'cores'}"
            parts.append(f"on-CPU {self.on_cpu_cores:.2f}{of}")
        most = "at most " if self.backoff_imputed else ""
        if self.backoff_share is not None:
            parts.append(f"{most}{100 * self.backoff_share:.0f} % of dispatcher time in lock back-off")
        elif self.backoff_seconds:
            parts.append(f"{most}{self.backoff_seconds:.1f} s of lock back-off, in all dispatchers")
        used, available = self.on_cpu_seconds, self.core_seconds
        idle = used is not None and available is not None and used < available / 2
        if parts and (idle or (self.backoff_share or 0.0) > 0.1):
            return f"{'; '.join(parts)}: a CPU flamegraph explains only part."
        return f"{'; '.join(parts)}." if parts else ""

    def to_json(self) -> dict[str, Any]:
        """Fields as plain JSON values."""
        return asdict(self) | {"sentence": self.sentence}


def time_budget(run: RunRecord) -> list[StageBudget]:
    """Return the time budget of each stage, in the order in which they ran; CPU times are ``None`` without samples."""
    samples: dict[str, int] = {}
    frequency_hz = 0.0
    try:
        profile = run.profile
    except LookupError:
        pass
    else:
        sums = np.bincount(profile.stage, weights=profile.count, minlength=len(profile.stages))
        samples = {name: int(count) for name, count in zip(profile.stages, sums, strict=True)}
        frequency_hz = frequency(run, profile)
    cores = run.environment.cores
    return [
        _budget(
            stage,
            samples.get(stage.name, 0) / frequency_hz if frequency_hz and stage.name in samples else None,
            cores if cores is not None and cores > 0 else None,
            imputed=has_imputed_backoff(run, stage),
        )
        for stage in run.stages
    ]


def _budget(stage: StageResult, on_cpu: float | None, cores: int | None, *, imputed: bool) -> StageBudget:
    wall = _wall(stage)
    dispatchers = None
    if stage.orchestration_dispatchers is not None and stage.worker_dispatchers is not None:
        dispatchers = stage.orchestration_dispatchers + stage.worker_dispatchers
    dispatcher_seconds = wall * dispatchers if wall is not None and dispatchers else None
    backoff = stage.backoff_seconds
    return StageBudget(
        stage=stage.name,
        wall_seconds=wall,
        cores=cores,
        core_seconds=wall * cores if wall is not None and cores else None,
        on_cpu_seconds=on_cpu,
        on_cpu_cores=on_cpu / wall if on_cpu is not None and wall else None,
        dispatchers=dispatchers,
        dispatcher_seconds=dispatcher_seconds,
        backoff_seconds=backoff,
        backoff_imputed=imputed,
        backoff_share=backoff / dispatcher_seconds if backoff is not None and dispatcher_seconds else None,
        other_seconds=(
            max(0.0, dispatcher_seconds - backoff) if backoff is not None and dispatcher_seconds is not None else None
        ),
    )


def _wall(stage: StageResult) -> float | None:
    if stage.started is not None and stage.ended is not None and stage.ended > stage.started:
        return stage.ended - stage.started
    return stage.total_seconds or stage.seconds or None
