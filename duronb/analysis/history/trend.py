"""One figure of one stage over all runs, in order, apart for each host: repetitions, intervals, changes of level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from duronb.analysis.history.host_history import Host, HostHistory, host_history_of
from duronb.analysis.history.subjects import are_interleaved, subject_of
from duronb.analysis.metrics import METRICS, Metric
from duronb.errors import RequestError, StoreError
from duronb.model.record.packed import stage_names
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from duronb.quoting import quoted

if TYPE_CHECKING:
    from duronb.analysis.bottlenecks.bucket import Catalogue
    from duronb.analysis.bottlenecks.counts import BucketCounts

By = Literal["auto", "time", "subject"]
BUCKET = "bucket:"
Counting = Callable[[RunRecord, "Catalogue"], "BucketCounts"]


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A figure over all runs.

    Parameters
    ----------
    stage, metric
        What is shown; the stage is empty where there are no runs.
    by
        Order: of time, or of subjects.
    chosen
        The order was left to the runs.
    series
        One per host, in order of their first run.
    left_out
        Runs that are not shown, by reason.
    """

    stage: str
    metric: Metric
    by: Literal["time", "subject"]
    chosen: bool = False
    series: Sequence[HostHistory] = ()
    left_out: dict[str, int] = field(default_factory=dict)


def trend(
    runs: Sequence[RunRecord],
    stage: str | None = None,
    metric: str = "window_rate",
    by: By = "auto",
    counts: Counting | None = None,
) -> Trend:
    """Put runs into series.

    Parameters
    ----------
    runs
        In any order.
    stage
        Its name; the one that most runs have when ``None``.
    metric
        Of ``duronb.analysis.metrics``, or ``bucket:`` and the id of a bottleneck.
    by
        ``time``, ``subject``, or ``auto``: by subject where the runs of several are interleaved in time.
    counts
        Counts the samples of a run by a catalogue of bottlenecks; by default from its profile.

    Raises
    ------
    RequestError
        No such stage, metric or order.
    """
    figure = metric_or_bucket(metric, counts)
    if by not in ("auto", "time", "subject"):
        raise RequestError(f"by cannot be {quoted(by)}.", "Choose auto, time or subject.")
    name = _stage(runs, stage)
    left_out: Counter[str] = Counter()
    hosts: dict[Host, list[tuple[RunRecord, float]]] = {}
    for run in sorted(runs, key=lambda run: (run.created, run.id)):
        measured = _value(run, name, figure)
        if isinstance(measured, str):
            left_out[measured] += 1
        else:
            value, seconds = measured
            hosts.setdefault(_host(run, seconds), []).append((run, value))
    subjects = {host: [subject_of(run) for run, _ in members] for host, members in hosts.items()}
    order: Literal["time", "subject"]
    order = by if by != "auto" else "subject" if are_interleaved(subjects.values()) else "time"
    return Trend(
        stage=name,
        metric=figure,
        by=order,
        chosen=by == "auto",
        series=[
            host_history_of(host, members, subjects[host], positive=figure.positive, by=order)
            for host, members in hosts.items()
        ],
        left_out=dict(left_out),
    )


def metric_or_bucket(name: str, counts: Counting | None = None) -> Metric:
    """Return a metric, also one of a bottleneck.

    Raises
    ------
    RequestError
        There is none of that name.
    """
    if name in METRICS:
        return METRICS[name]
    if not name.startswith(BUCKET):
        raise RequestError(f"{quoted(name)} is not a metric.", f"Choose {', '.join(METRICS)}, or bucket:NAME.")
    from duronb.analysis.bottlenecks.catalogue import load_catalogue
    from duronb.analysis.bottlenecks.counts import bucket_counts
    from duronb.analysis.bottlenecks.diagnosis import bucket_cpu_ms

    catalogue = load_catalogue()
    titles = {bucket.id: bucket.title for bucket in catalogue.buckets}
    identity = name.removeprefix(BUCKET)
    if identity not in titles:
        raise RequestError(f"{quoted(identity)} is not a bucket.", f"Choose {', '.join(titles)}.")

    def of(run: RunRecord, stage: StageResult) -> float | None:
        try:
            counted = bucket_counts(run.read_profile(), catalogue) if counts is None else counts(run, catalogue)
        except (LookupError, StoreError):
            return None
        return bucket_cpu_ms(run, stage.name, catalogue, counted).get(identity)

    return Metric(name=name, title=f"CPU: {titles[identity]}", unit="ms", better="lower", of=of)


def _stage(runs: Iterable[RunRecord], wanted: str | None) -> str:
    counts: Counter[str] = Counter()
    for stages, times in Counter(tuple(stage_names(run.stages)) for run in runs).items():
        counts.update(dict.fromkeys(stages, times))
    if wanted is None:
        # Where they tie, the last that the workload runs: the one with a disk and most dispatchers.
        return max(reversed(counts), key=lambda name: counts[name], default="")
    if counts and wanted not in counts:
        names = ", ".join(quoted(name) for name, _ in counts.most_common(8))
        raise RequestError(f"No run has a stage {quoted(wanted)}.", f"Choose {names}.")
    return wanted


def _value(run: RunRecord, name: str, metric: Metric) -> tuple[float, float | None] | str:
    """Return figure and seconds of a run's stage, or the reason why the run is left out."""
    if run.status != "complete":
        return run.status
    if run.series.warm_up:
        return "warm-up"
    try:
        stage = run.stage(name)
    except KeyError:
        return "without the stage"
    value = metric.value(run, stage)
    return "without the figure" if value is None else (value, stage.seconds)


def _host(run: RunRecord, seconds: float | None) -> Host:
    facts = run.environment
    workload = run.subject.workload or "workload unknown"
    if run.engine == "import":
        return Host(facts.host or "imported results", workload, seconds)
    return Host(_machine(facts.cpu, facts.cores, facts.kernel, facts.tmp_filesystem, run.engine), workload, seconds)


@lru_cache(maxsize=64)
def _machine(cpu: str | None, cores: int | None, kernel: str | None, file_system: str | None, engine: str) -> str:
    parts = (
        cpu or "processor unknown",
        f"{cores or '?'} cores",
        f"kernel {(kernel or '').split('.', 1)[0] or '?'}",
        file_system or "file system unknown",
        engine or "engine unknown",
    )
    return ", ".join(parts)
