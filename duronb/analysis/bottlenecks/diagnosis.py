"""Diagnosis of a run: the CPU time of each stage by bucket, with functions, evidence from the log, and what to try."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from duronb.analysis.bottlenecks.assignment import Assignment, assign
from duronb.analysis.bottlenecks.bucket import Bucket, Catalogue, Fix
from duronb.analysis.bottlenecks.catalogue import load_catalogue
from duronb.analysis.bottlenecks.counts import BucketCounts, bucket_counts
from duronb.analysis.bottlenecks.requirement import fixes_for
from duronb.analysis.bottlenecks.safe_pattern import LONGEST_NAME
from duronb.ingest.stress_test.lines import split_line
from duronb.model.names import normalise
from duronb.model.profile import Counts, Profile
from duronb.model.run import RunRecord
from duronb.model.stage import OUTSIDE, StageResult


@dataclass(frozen=True, slots=True)
class DrivingFrame:
    """A function and its samples within a bucket."""

    name: str
    module: str
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """One bucket of one stage.

    Parameters
    ----------
    stage
        Name; ``None`` where the run has no stages.
    bucket, title, symptom
        Its id, its title, and what its samples do.
    samples, share
        Samples of the stage in the bucket, and their share of the stage's samples, 0 to 1.
    cpu_ms_per_orchestration
        CPU milliseconds per completed orchestration; ``None`` if completions or the frequency are unknown.
    claimed_by
        Frames that claimed the samples for the bucket, most samples first; each sample is counted for one frame.
    runs
        Functions that were running, most samples first; each sample is counted for one function.
    evidence
        Sentences from the stage's values and log.
    fixes, references
        What to try, and what to read.
    """

    stage: str | None
    bucket: str
    title: str
    symptom: str
    samples: int
    share: float
    cpu_ms_per_orchestration: float | None
    claimed_by: tuple[DrivingFrame, ...]
    runs: tuple[DrivingFrame, ...]
    evidence: tuple[str, ...]
    fixes: tuple[Fix, ...]
    references: tuple[str, ...]


def bottlenecks(
    run: RunRecord,
    *,
    stage: str | None = None,
    catalogue: Catalogue | None = None,
    profile: Profile | None = None,
    assignment: Assignment | None = None,
    frames: int = 3,
) -> list[Bottleneck]:
    """Return the buckets of each stage, ranked by CPU time.

    Parameters
    ----------
    run
        A run with samples.
    stage
        Name of the only stage to diagnose; ``None`` for all stages.
    catalogue
        By default the one that ``load_catalogue`` finds.
    profile, assignment
        The run's samples on another call tree, and the buckets of that tree; by default those of the run.
    frames
        Largest number of frames in ``claimed_by`` and in ``runs``.

    Returns
    -------
    The buckets stage by stage in the order in which the stages ran, then those of the samples outside the stages;
    within a stage most CPU time first. A bucket is included if it has samples or evidence, and ``unknown`` always.

    Raises
    ------
    KeyError
        The run has no such stage.
    LookupError
        The run contains no samples.
    RequestError
        The user's catalogue is invalid.
    """
    profile = run.profile if profile is None else profile
    if assignment is None:
        assignment = assign(profile.tree, load_catalogue(catalogue))
    results = {each.name: each for each in run.stages}
    buckets = assignment.catalogue.buckets
    fixes = [fixes_for(bucket.fixes, run.cargo_lock) for bucket in buckets]
    lines = _LogCounts(run, buckets)
    rows: list[Bottleneck] = []
    for name in _stages(run, profile, stage):
        self_counts = profile.self_counts(name if name in profile.stages else None)
        result = None if name is None else results.get(name)
        evidence = [[] if result is None else list(_evidence(each, result, lines.of(result.name))) for each in buckets]
        ms = _ms_per_sample(result, frequency(run, profile))
        for index, samples in _ranked(assignment.samples(self_counts), evidence):
            inside = np.flatnonzero((assignment.bucket == index) & (self_counts > 0))
            counts, bucket = self_counts[inside], buckets[index]
            rows.append(
                Bottleneck(
                    stage=name,
                    bucket=bucket.id,
                    title=bucket.title,
                    symptom=bucket.symptom,
                    samples=samples,
                    share=samples / max(1, int(self_counts.sum())),
                    cpu_ms_per_orchestration=None if ms is None else samples * ms,
                    claimed_by=_driving(profile, assignment.decider[inside], counts, frames),
                    runs=_driving(profile, inside, counts, frames),
                    evidence=tuple(evidence[index]),
                    fixes=fixes[index],
                    references=bucket.references,
                )
            )
    return rows


def bucket_cpu_ms(
    run: RunRecord, stage: str, catalogue: Catalogue | None = None, counts: BucketCounts | None = None
) -> dict[str, float]:
    """Return the CPU milliseconds per completed orchestration of each bucket, by bucket id.

    Parameters
    ----------
    run
        A run with samples.
    stage
        Name of a stage.
    catalogue
        By default the one that ``load_catalogue`` finds.
    counts
        The run's samples per bucket of this catalogue; by default they are counted.

    Returns
    -------
    All buckets of the catalogue; their sum is the stage's ``cpu_ms_per_orchestration``. Empty if completions or the
    frequency are unknown.

    Raises
    ------
    KeyError
        The run has no such stage.
    LookupError
        The run contains no samples.
    """
    result, catalogue = run.stage(stage), load_catalogue(catalogue)
    counts = bucket_counts(run.profile, catalogue) if counts is None else counts
    ms = _ms_per_sample(result, frequency(run, counts))
    if ms is None or stage not in counts.stages:
        return {}
    return {bucket.id: samples * ms for bucket, samples in zip(catalogue.buckets, counts.stages[stage], strict=True)}


def frequency(run: RunRecord, of: Profile | BucketCounts) -> float:
    """Return the sampling frequency in Hz; 0 if the recording does not state it, as in some imported files."""
    return float(of.frequency_hz) if run.quality.frequency_known else 0.0


def _stages(run: RunRecord, profile: Profile, wanted: str | None) -> Sequence[str | None]:
    known = list(dict.fromkeys([*(stage.name for stage in run.stages), *profile.stages]))
    if wanted is not None:
        if wanted not in known:
            raise KeyError(wanted)
        return [wanted]
    present = [stage for stage in known if stage in profile.stages and profile.self_counts(stage).any()]
    # If no stage has samples, show all samples without a stage.
    return [None] if not present or present == [OUTSIDE] else present


def _ranked(sums: Counts, evidence: Sequence[Sequence[str]]) -> Iterable[tuple[int, int]]:
    """Yield index and samples of each bucket with samples or evidence, and of the last bucket; most samples first."""
    for index in np.argsort(-sums, kind="stable").tolist():
        if sums[index] or evidence[index] or index == len(sums) - 1:
            yield index, int(sums[index])


def _ms_per_sample(result: StageResult | None, frequency_hz: float) -> float | None:
    """Return the CPU milliseconds per completed orchestration that one sample stands for; ``None`` if unknown."""
    if result is None or not result.completed or not frequency_hz:
        return None
    return 1000.0 / frequency_hz / result.completed


def _driving(profile: Profile, nodes: Iterable[int], counts: Counts, most: int) -> tuple[DrivingFrame, ...]:
    """Return the functions of some nodes with most samples; the root counts as no function."""
    tree = profile.tree
    of_frame = np.zeros(len(tree.frames) + 1, dtype=np.int64)
    np.add.at(of_frame, tree.frame[np.asarray(nodes, dtype=np.int64)], counts)
    sums: dict[tuple[str, str], int] = {}
    for frame in np.flatnonzero(of_frame[:-1]).tolist():
        key = (normalise(tree.frames.names[frame]), tree.frames.modules[frame])
        sums[key] = sums.get(key, 0) + int(of_frame[frame])
    ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return tuple(DrivingFrame(name, module, samples) for (name, module), samples in islice(ranked, most))


def _evidence(bucket: Bucket, result: StageResult, lines: Mapping[re.Pattern[str], int]) -> Iterable[str]:
    for item in bucket.evidence:
        value = lines.get(item.log, 0) if item.log is not None else getattr(result, item.figure or "", None)
        if isinstance(value, int | float) and value:
            text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
            yield item.text.replace("{value}", text)


class _LogCounts:
    """Lines of each stage's log that match each regular expression of the evidence; the log is read on first use."""

    def __init__(self, run: RunRecord, buckets: Sequence[Bucket]) -> None:
        self._run = run
        self._patterns = [item.log for bucket in buckets for item in bucket.evidence if item.log is not None]
        self._counts: dict[str, dict[re.Pattern[str], int]] | None = None

    def of(self, stage: str) -> Mapping[re.Pattern[str], int]:
        if self._counts is None:
            self._counts = self._read() if self._patterns else {}
        return self._counts.get(stage, {})

    def _read(self) -> dict[str, dict[re.Pattern[str], int]]:
        # The samples of an example begin after its first lines and end before its last ones: all lines belong to it.
        whole = self._run.stages[0].name if [each.is_entire_workload for each in self._run.stages] == [True] else None
        bounds = [
            (stage.started, stage.ended, stage.name)
            for stage in self._run.stages
            if stage.started is not None and stage.ended is not None
        ]
        counts: dict[str, dict[re.Pattern[str], int]] = {}
        now: float | None = None
        for raw in self._run.log.split(b"\n") if bounds or whole is not None else ():
            line = split_line(raw)
            now = now if line.time is None else line.time
            message = line.message[:LONGEST_NAME]
            matched = [pattern for pattern in self._patterns if pattern.search(message)]
            if matched:
                stage = whole
                if stage is None and now is not None:
                    stage = next((name for start, end, name in bounds if start <= now <= end), None)
                if stage is not None:
                    seen = counts.setdefault(stage, {})
                    for pattern in matched:
                        seen[pattern] = seen.get(pattern, 0) + 1
        return counts
