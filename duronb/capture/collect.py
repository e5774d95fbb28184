"""Turn a finished recording into a stored run: parse the log, cut the samples, judge the quality."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from duronb.engine.protocol import Ended, Engine
from duronb.engine.recording import Recording
from duronb.errors import WorkloadError
from duronb.ingest.samples import Samples, read_samples
from duronb.ingest.stress_test.log import StressLog, read_stress_log
from duronb.model.build import with_samples
from duronb.model.profile import Profile
from duronb.model.run import RunRecord, Status
from duronb.model.stage import OUTSIDE, StageResult
from duronb.options.remedy import command
from duronb.request import ProfileRequest
from duronb.store import Store
from duronb.subject.cargo_lock import lock_hash

Picture = Callable[[RunRecord, Profile], bytes]
"""Draws the SVG that lies beside a run."""

BUSY_LOAD = 0.5
"""Runnable processes per core before the start above which a notice says that the machine was busy."""


def collect(
    recording: Recording, engine: Engine, store: Store, ended: Ended, *, picture: Picture | None = None
) -> RunRecord:
    """Read what was recorded and store it as a run.

    Parameters
    ----------
    recording
        Ended, by itself or by force.
    engine
        Knows where the samples lie.
    store
        Where the run goes.
    ended
        How the workload ended.
    picture
        Draws the SVG that lies beside the run.

    Returns
    -------
    The stored run.

    Raises
    ------
    HostError
        The samples cannot be read, or the store cannot be written; the recording stays as it is.
    """
    facts = recording.read()
    request = ProfileRequest.from_json(facts["request"])
    samples = read_samples(engine.samples(recording), facts["sampler"])
    # A stage that was cut off has no last line; it ends with the last sample.
    log = read_stress_log(recording.log, ended=samples.last)
    stages = log.stages or _whole_workload(facts["subject"], samples)
    profile = samples.profile(stages, request.frequency_hz)
    stages = with_samples(stages, profile)
    cargo_lock = (recording.path / "Cargo.lock").read_bytes()
    problems = [] if ended.interrupted else _problems(facts["expects"], stages, log, ended)
    status: Status = "interrupted" if ended.interrupted else "failed" if problems else "complete"
    environment = facts["environment"] | {key: value for key, value in samples.environment.items() if value is not None}
    run = RunRecord(
        id=recording.id,
        request=request,
        status=status,
        created=datetime.fromisoformat(facts["created"]),
        subject=facts["subject"] | {"cargo_lock": lock_hash(cargo_lock)},
        environment=environment,
        stages=stages,
        quality={
            "problems": problems,
            "notices": [*facts["notices"], *_notices(environment, profile, samples, stages, log)],
            "exit_code": ended.exit_code,
            "samples": profile.samples,
            "frequency_hz": profile.frequency_hz,
            "outside": profile.samples - sum(stage.samples for stage in stages),
            "build_seconds": facts["build_seconds"],
            "log_lines_not_understood": log.not_understood,
            "duroxide_version": log.duroxide_version,
        }
        | log.process_figures
        | samples.quality,
        clocks=samples.clocks,
        tool_version=own_version(),
        series=facts.get("series", {}),
    )
    return store.save(
        run,
        profile,
        log=recording.log,
        cargo_lock=cargo_lock,
        svg=None if picture is None else picture(run, profile),
    )


def check_workload(run: RunRecord) -> None:
    """Raise WorkloadError when the workload of a stored run misbehaved."""
    problems = run.quality.get("problems")
    if problems:
        raise WorkloadError(" ".join(problems), f"What was captured is kept: {command('show', run.id)}")


def _whole_workload(subject: dict[str, Any], samples: Samples) -> list[StageResult]:
    """Return one stage over all samples for a program that prints none."""
    if samples.first is None or samples.last is None:
        return []
    return [StageResult(name=subject["workload"], started=samples.first, ended=math.nextafter(samples.last, math.inf))]


def _problems(expects: dict[str, Any], stages: Sequence[StageResult], log: StressLog, ended: Ended) -> list[str]:
    """Say in sentences what is wrong with a workload that ended by itself."""
    problems = []
    if ended.exit_code:
        last = f": {log.last_words}" if log.last_words else ""
        problems.append(f"The workload ended with exit code {ended.exit_code}{last}.")
    if not expects["stages"]:
        return problems
    if not log.stages:
        problems.append("The workload printed no results of a stress test.")
    asked = expects["seconds"]
    others = sorted({stage.seconds for stage in stages if stage.seconds is not None and stage.seconds != asked})
    if others:
        ran = ", ".join(f"{seconds:g}" for seconds in others)
        problems.append(f"The workload ran {ran} s a stage where {asked} s were asked for.")
    return problems


def _notices(
    environment: dict[str, Any], profile: Profile, samples: Samples, stages: Sequence[StageResult], log: StressLog
) -> list[str]:
    """Say what a reader should know before believing the figures."""
    notices = [*samples.notices, *log.notices]
    load, cores = environment.get("load_before", {}).get("load_1"), environment.get("cores")
    if load is not None and cores and load > BUSY_LOAD * cores:
        notices.append(f"The machine was busy before the start: load {load:g} on {cores} cores.")
    if not profile.samples:
        notices.append("The sampler saw no CPU time.")
    unreported = [stage.name for stage in stages if stage.seconds is not None and not stage.reported]
    if unreported:
        notices.append(f"Not in the workload's own table: {', '.join(unreported)}.")
    if OUTSIDE in profile.stages:
        outside = int(profile.self_counts(stage=OUTSIDE).sum())
        if profile.samples and outside > 0.05 * profile.samples:
            notices.append(f"{outside} of {profile.samples} samples fell outside the stages.")
    return notices


def own_version() -> str:
    """Return the version of duronb that makes a run."""
    try:
        return version("duronb")
    except PackageNotFoundError:
        return "unknown"
