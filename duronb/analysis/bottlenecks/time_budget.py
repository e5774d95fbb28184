"""How much of a stage's time the CPU samples explain: processors, dispatchers, and what these slept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from duronb.analysis.bottlenecks.diagnosis import frequency
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult


@dataclass(frozen=True, slots=True, kw_only=True)
class StageBudget:
    """The time of one stage, in seconds; ``None`` where it is not known.

    Parameters
    ----------
    stage
        Its name.
    wall_seconds
        From its first to its last log line.
    cores, core_seconds
        Processors of the machine, and what they could have worked: wall times cores.
    on_cpu_seconds, on_cpu_cores
        What the workload's process did work by its samples, and that per second of wall time.
    dispatchers, dispatcher_seconds
        Orchestration and worker dispatchers, and their time: wall times dispatchers.
    backoff_seconds, backoff_share
        What dispatchers slept because the database was locked, and its part of their time, 0 to 1.
    other_seconds
        The rest of the dispatchers' time: working, waiting for SQLite's threads, waiting for something to do.
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

    @property
    def sentence(self) -> str:
        """What the figures say, in one sentence; empty where they say nothing."""
        parts = []
        if self.on_cpu_cores is not None:
            of = "" if self.cores is None else f" of {self.cores} {'core' if self.cores == 1 else 'cores'}"
            parts.append(f"on-CPU {self.on_cpu_cores:.2f}{of}")
        if self.backoff_share is not None:
            parts.append(f"{100 * self.backoff_share:.0f} % of dispatcher time in lock back-off")
        idle = self.core_seconds is not None and (self.on_cpu_seconds or 0.0) < self.core_seconds / 2
        if parts and (idle or (self.backoff_share or 0.0) > 0.1):
            return f"{'; '.join(parts)}: a CPU flamegraph explains only part."
        return f"{'; '.join(parts)}." if parts else ""

    def to_json(self) -> dict[str, Any]:
        """Fields as plain JSON values."""
        return asdict(self) | {"sentence": self.sentence}


def time_budget(run: RunRecord) -> list[StageBudget]:
    """Return the time budget of each stage, in the order they ran; a run without samples has no part on CPU."""
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
        )
        for stage in run.stages
    ]


def _budget(stage: StageResult, on_cpu: float | None, cores: int | None) -> StageBudget:
    wall = _wall(stage)
    dispatchers = None
    if stage.orchestration_dispatchers is not None and stage.worker_dispatchers is not None:
        dispatchers = stage.orchestration_dispatchers + stage.worker_dispatchers
    theirs = wall * dispatchers if wall is not None and dispatchers else None
    backoff = stage.backoff_seconds
    return StageBudget(
        stage=stage.name,
        wall_seconds=wall,
        cores=cores,
        core_seconds=wall * cores if wall is not None and cores else None,
        on_cpu_seconds=on_cpu,
        on_cpu_cores=on_cpu / wall if on_cpu is not None and wall else None,
        dispatchers=dispatchers,
        dispatcher_seconds=theirs,
        backoff_seconds=backoff,
        backoff_share=backoff / theirs if backoff is not None and theirs else None,
        other_seconds=max(0.0, theirs - backoff) if backoff is not None and theirs is not None else None,
    )


def _wall(stage: StageResult) -> float | None:
    if stage.started is not None and stage.ended is not None and stage.ended > stage.started:
        return stage.ended - stage.started
    return stage.total_seconds or stage.seconds or None
