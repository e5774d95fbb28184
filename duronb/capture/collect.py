"""Turn a finished recording into a stored run: parse the log, assign samples to stages, check the quality."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

from duronb.capture.notices.cpu_time import cpu_notices
from duronb.capture.notices.samples import sample_notices
from duronb.capture.recording_facts import RecordingFacts
from duronb.engine.protocol import Ended, Engine
from duronb.engine.recording import Recording
from duronb.errors import WorkloadError
from duronb.ingest.counters import Counters, CpuTime, read_counters, with_cpu_time
from duronb.ingest.samples import Samples, read_samples
from duronb.ingest.stress_test.log import StressLog, read_stress_log
from duronb.model.event_view import view
from duronb.model.events.stage_samples import with_samples
from duronb.model.profile import Profile
from duronb.model.record.environment import Environment
from duronb.model.record.quality import Quality
from duronb.model.record.run_parts import RunParts
from duronb.model.run import RunRecord, Status
from duronb.model.stage import OUTSIDE, StageResult, has_database_file
from duronb.options.remedy import command
from duronb.store import Store
from duronb.subject.cargo_lock import lock_hash
from duronb.subject.plan import Expects

Picture = Callable[[RunRecord, Profile], bytes]
"""Draws the picture (SVG) that is stored beside a run."""


def collect(
    recording: Recording, engine: Engine, store: Store, ended: Ended, *, picture: Picture | None = None
) -> RunRecord:
    """Read a recording and store it as a run.

    Parameters
    ----------
    recording
        The recording. Its workload has ended.
    engine
        The engine that recorded; it reads the samples.
    store
        Store for the run.
    ended
        How the workload ended.
    picture
        Draws the picture that is stored beside the run; ``None`` for no picture.

    Returns
    -------
    The stored run.

    Raises
    ------
    HostError
        The samples cannot be read, or the store cannot be written; the recording is not changed.
    """
    facts = RecordingFacts.from_json(recording.read())
    samples = read_samples(engine.samples(recording), facts.sampler)
    # A stage that was interrupted has no last line; it ends with the last sample.
    log = read_stress_log(recording.log, ended=samples.last)
    stages = log.stages or _whole_workload(facts, samples, log)
    profile = samples.profile(stages, facts.request.frequency_hz)
    counted = view(profile, weighting="samples")
    cpu_times = _cpu_times(read_counters(engine.counters(recording)), stages)
    cargo_lock = (recording.path / "Cargo.lock").read_bytes()
    problems = [] if ended.interrupted else _problems(facts.expects, stages, log, ended)
    status: Status = "interrupted" if ended.interrupted else "failed" if problems else "complete"
    facts = replace(facts, environment=facts.environment.updated(samples.environment))
    counted_stages = with_samples(stages, counted, facts.environment.event)
    stages = [with_cpu_time(stage, cpu_times.get(stage.name)) for stage in counted_stages]
    quality = Quality(
        problems=tuple(problems),
        notices=(
            *facts.notices,
            *_notices(facts, counted, samples, stages, log),
            *cpu_notices(stages, cpu_times, facts.environment, profile.frequency_hz),
        ),
        exit_code=ended.exit_code,
        samples=counted.samples,
        frequency_hz=profile.frequency_hz,
        outside=counted.samples - sum(stage.samples for stage in stages),
        build_seconds=facts.build_seconds,
        # The output of a program that is not a stress test does not have to be understood.
        log_lines_not_understood=log.not_understood if log.stages or facts.expects.stages else None,
        duroxide_version=log.duroxide_version,
        peak_rss_kb=log.peak_rss_kb,
        average_cpu_percent=log.average_cpu_percent,
        stated=frozenset({"problems", "notices", "duroxide_version"}),
    )
    run = RunRecord(
        id=recording.id,
        status=status,
        created=facts.created,
        tool_version=own_version(),
        parts=RunParts(
            request=facts.request,
            subject=replace(facts.subject, cargo_lock=lock_hash(cargo_lock)),
            environment=facts.environment,
            stages=stages,
            quality=quality.updated(samples.quality),
            clocks=samples.clocks,
            series=facts.series,
        ),
    )
    return store.save(
        run,
        profile,
        log=recording.log,
        cargo_lock=cargo_lock,
        svg=None if picture is None else picture(run, view(profile)),
    )


def check_workload(run: RunRecord) -> None:
    """Raise WorkloadError when the workload of a stored run misbehaved."""
    if run.quality.problems:
        raise WorkloadError(" ".join(run.quality.problems), f"See what was captured: {command('show', run.id)}")


def _cpu_times(counters: Counters, stages: Sequence[StageResult]) -> dict[str, CpuTime]:
    """Return the measured CPU time of each stage whose window is known, by its name."""
    windows = {stage.name: (stage.started, stage.ended) for stage in stages}
    found = {
        name: None if started is None or ended is None else counters.between(started, ended)
        for name, (started, ended) in windows.items()
    }
    return {name: used for name, used in found.items() if used is not None}


def _whole_workload(facts: RecordingFacts, samples: Samples, log: StressLog) -> list[StageResult]:
    """Return one stage over all samples and the entire log, for a program that prints no stages."""
    if samples.first is None or samples.last is None:
        return []
    return [
        StageResult(
            name=facts.subject.workload or "workload",
            started=samples.first,
            ended=math.nextafter(samples.last, math.inf),
            repetitions=facts.repetitions,
            **log.locks,  # type: ignore[arg-type]  # fields of a stage
        )
    ]


def _problems(expects: Expects, stages: Sequence[StageResult], log: StressLog, ended: Ended) -> list[str]:
    """Return sentences on what went wrong in a workload that was not interrupted."""
    problems = []
    if ended.exit_code:
        last = f": {log.last_words}" if log.last_words else ""
        problems.append(f"The workload ended with exit code {ended.exit_code}{last}.")
    if not expects.stages:
        return problems
    if not log.stages:
        problems.append("The workload printed no results of a stress test.")
    asked = expects.seconds
    others = sorted({stage.seconds for stage in stages if stage.seconds is not None and stage.seconds != asked})
    if others:
        ran = ", ".join(f"{seconds:g}" for seconds in others)
        problems.append(f"The workload ran {ran} s a stage instead of {asked} s.")
    return problems


def _notices(
    facts: RecordingFacts, profile: Profile, samples: Samples, stages: Sequence[StageResult], log: StressLog
) -> list[str]:
    """Return the notices on a run."""
    notices = [*samples.notices, *log.notices, *sample_notices(profile, stages, samples.quality)]
    if not log.stages and log.not_understood and facts.expects.stages:
        notices.append(f"Lines of the log that were not understood: {log.not_understood:,}.")
    environment = facts.environment
    if not log.stages and stages and stages[0].lock_warnings is None:
        notices.append(
            "Lock waits were not measured: the log has no lines of the runtime. Set RUST_LOG=info to have them."
        )
    if environment.busy and environment.load_before is not None:
        load = environment.load_before.load_1
        notices.append(f"The machine was busy before the start: load {load:g} on {environment.cores} cores.")
    if environment.database_in_memory:
        notices += _memory_notices(environment, stages)
    if not profile.samples:
        notices.append("The sampler took no samples.")
    unreported = [stage.name for stage in stages if stage.seconds is not None and not stage.reported]
    if unreported:
        notices.append(f"Not in the workload's own result table: {', '.join(unreported)}.")
    if OUTSIDE in profile.stages:
        outside = int(profile.self_counts(stage=OUTSIDE).sum())
        if profile.samples and outside > 0.05 * profile.samples:
            notices.append(f"{outside} of {profile.samples} samples are outside the stages.")
    return notices


def _memory_notices(environment: Environment, stages: Sequence[StageResult]) -> list[str]:
    """Return a notice if a stage may have had the files of its database in memory."""
    files = dict.fromkeys(stage.provider or "" for stage in stages if has_database_file(stage))
    what = " and ".join(files)
    if not files:
        if all(stage.provider for stage in stages):
            return []
        what = "The workload"
    where = f"a {environment.database_filesystem}, which is memory"
    cannot = "fsync, the file system and SQLite's settings for durability cost nearly nothing there and cannot show"
    return [f"{what} ran with its files on {where}: {cannot}."]


def own_version() -> str:
    """Return the version of this duronb; ``unknown`` if it is not installed."""
    try:
        return version("duronb")
    except PackageNotFoundError:
        return "unknown"
