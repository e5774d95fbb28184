"""History of one metric of one stage over all runs, as one host history per host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from duronb.analysis.conditions import history_key
from duronb.analysis.counting import IMPUTED, counting_of
from duronb.analysis.history.host import host_of
from duronb.analysis.history.host_history import HostHistory, host_history_of
from duronb.analysis.history.subjects import are_interleaved, subject_of
from duronb.analysis.metrics import METRICS, RATES, Metric, headline
from duronb.analysis.run_notices import gathered_notices
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
    """The history of a metric over all runs.

    Parameters
    ----------
    stage, metric
        The stage and the metric; the stage is empty if there are no runs.
    by
        Order of the runs: by time, or by subject.
    chosen
        Whether the order was chosen automatically.
    series
        One host history per host, in the order of their first runs.
    left_out
        Number of runs that are left out, by reason.
    total
        Number of all runs, including those that are left out.
    label
        The label to which the runs are limited, if there are runs of other labels; else ``None``.
    instead
        Names of rates and times that the runs without this metric have, those of most runs first.
    better_rates
        Number of runs with each better rate, by name; not empty if the metric was chosen, and some runs lack a better
        one.
    notices
        Notices of the runs, once for each kind.
    """

    stage: str
    metric: Metric
    by: Literal["time", "subject"]
    chosen: bool = False
    series: Sequence[HostHistory] = ()
    left_out: dict[str, int] = field(default_factory=dict)
    total: int = 0
    label: str | None = None
    instead: Sequence[str] = ()
    better_rates: dict[str, int] = field(default_factory=dict)
    notices: Sequence[str] = ()


def trend(
    runs: Sequence[RunRecord],
    stage: str | None = None,
    metric: str | None = None,
    by: By = "auto",
    counts: Counting | None = None,
) -> Trend:
    """Return the history of a metric over runs.

    Parameters
    ----------
    runs
        The runs, in any order.
    stage
        Name of the stage; ``None`` for the stage that most runs have.
    metric
        Name of a metric of ``duronb.analysis.metrics``, or ``bucket:`` followed by the id of a bucket; ``None`` for the
        first of ``RATES`` that all runs have, or else that most runs have.
    by
        ``time``, ``subject``, or ``auto``: by subject if the runs of several subjects are interleaved in time.
    counts
        Function that returns the samples of a run per bucket of a catalogue; by default from its profile.

    Raises
    ------
    RequestError
        The stage, metric or order does not exist.
    """
    if by not in ("auto", "time", "subject"):
        raise RequestError(f"by cannot be {quoted(by)}.", "Choose auto, time or subject.")
    given = None if metric is None else metric_or_bucket(metric, counts)
    name = _stage(runs, stage)
    left_out: Counter[str] = Counter()
    usable: list[tuple[RunRecord, StageResult]] = []
    for run in sorted(runs, key=lambda run: (run.created, run.id)):
        found = _usable_stage(run, name)
        if isinstance(found, str):
            left_out[found] += 1
        else:
            usable.append((run, found))
    figure = given or headline(usable) or _most_common(usable)
    groups: dict[tuple[tuple[str, ...], float | None, str], list[tuple[RunRecord, float]]] = {}
    without: list[tuple[RunRecord, StageResult]] = []
    for run, result in usable:
        value = figure.value(run, result)
        if value is None:
            without.append((run, result))
        else:
            key = history_key(run), result.seconds, counting_of(figure.name, run, result)
            groups.setdefault(key, []).append((run, value))
    hosts = {host_of(members[0][0], *key[1:]): members for key, members in groups.items()}
    if len({host.counting for host in hosts}) == 1 and IMPUTED not in {host.counting for host in hosts}:
        hosts = {replace(host, counting=""): members for host, members in hosts.items()}
    if without:
        left_out["without the metric"] = len(without)
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
        total=len(runs),
        instead=list(_having(without, [name for name, each in METRICS.items() if each.positive and each.in_record])),
        better_rates=_better_rates(usable, figure) if given is None else {},
        notices=gathered_notices({"": [run for members in hosts.values() for run, _ in members]}, name),
    )


def metric_or_bucket(name: str, counts: Counting | None = None) -> Metric:
    """Return the metric with this name: one of ``METRICS``, or the CPU time in a bucket.

    Raises
    ------
    RequestError
        There is no metric with this name.
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
        # In case of a tie the last one that the workload runs: it has a database file and the most dispatchers.
        return max(reversed(counts), key=lambda name: counts[name], default="")
    if counts and wanted not in counts:
        names = ", ".join(quoted(name) for name, _ in counts.most_common(8))
        raise RequestError(f"No run has a stage {quoted(wanted)}.", f"Choose {names}.")
    return wanted


def _usable_stage(run: RunRecord, name: str) -> StageResult | str:
    """Return the stage of a run with this name, or the reason why the run is left out."""
    if run.status != "complete":
        return run.status
    if run.series.warm_up:
        return "warm-up"
    try:
        return run.stage(name)
    except KeyError:
        return "without the stage"


def _having(stages: Sequence[tuple[RunRecord, StageResult]], names: Sequence[str]) -> dict[str, int]:
    """Return how many stages have each of some metrics, the most common first, without metrics that no stage has."""
    counts = {name: sum(METRICS[name].value(*each) is not None for each in stages) for name in names}
    return {name: counts[name] for name in sorted(names, key=lambda name: -counts[name]) if counts[name]}


def _most_common(stages: Sequence[tuple[RunRecord, StageResult]]) -> Metric:
    """Return the rate that most stages have; the best rate in case of a tie."""
    having = _having(stages, RATES)
    return METRICS[max(RATES, key=lambda name: having.get(name, 0))]


def _better_rates(stages: Sequence[tuple[RunRecord, StageResult]], chosen: Metric) -> dict[str, int]:
    better = RATES[: RATES.index(chosen.name)]
    having = _having(stages, better)
    return {name: having[name] for name in better if name in having}
