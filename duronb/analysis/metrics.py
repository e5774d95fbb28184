"""The figures of a stage that are analysed: what each is called, its unit, and which way is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from duronb.errors import RequestError
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from duronb.quoting import quoted

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure of a stage.

    Parameters
    ----------
    name
        As in ``METRICS``, options and JSON.
    title
        As a reader sees it.
    unit
        Behind a value; empty for a count.
    better
        Which way is better.
    of
        Takes run and stage; ``None`` where the stage does not have it.
    positive
        It is a rate or a time: effects are ratios, analysed as logarithms.
    """

    name: str
    title: str
    unit: str
    better: Better
    of: Callable[[RunRecord, StageResult], float | None]
    positive: bool = True

    def value(self, run: RunRecord, stage: StageResult) -> float | None:
        """Return the figure of a stage; ``None`` where there is none, or it is no number."""
        value = self.of(run, stage)
        return None if value is None or not isfinite(value) else float(value)


def sampling_hz(run: RunRecord) -> float:
    """Return the sampling frequency of a run without opening its samples; 0 where it has none."""
    quality = run.quality
    if not quality.frequency_known or quality.samples == 0:
        return 0.0
    return float(run.request.frequency_hz if quality.frequency_hz is None else quality.frequency_hz)


def _completed_rate(_run: RunRecord, stage: StageResult) -> float | None:
    return stage.completed / stage.seconds if stage.completed is not None and stage.seconds else None


def _cpu_ms(run: RunRecord, stage: StageResult) -> float | None:
    return stage.cpu_ms_per_orchestration(sampling_hz(run)) if stage.samples else None


def _failed_percent(_run: RunRecord, stage: StageResult) -> float | None:
    return 100 * stage.failed / stage.launched if stage.failed is not None and stage.launched else None


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            name="window_rate",
            title="window rate",
            unit="orch/s",
            better="higher",
            of=lambda _run, stage: stage.window_rate,
        ),
        Metric(name="completed_rate", title="completed / seconds", unit="orch/s", better="higher", of=_completed_rate),
        Metric(
            name="throughput",
            title="throughput, drain included",
            unit="orch/s",
            better="higher",
            of=lambda _run, stage: stage.throughput,
        ),
        Metric(
            name="activity_throughput",
            title="activity rate",
            unit="activities/s",
            better="higher",
            of=lambda _run, stage: stage.activity_throughput,
        ),
        Metric(
            name="cpu_ms_per_orchestration",
            title="CPU per orchestration",
            unit="ms",
            better="lower",
            of=_cpu_ms,
        ),
        Metric(
            name="ms_per_orchestration",
            title="1000 / throughput",
            unit="ms",
            better="lower",
            of=lambda _run, stage: stage.ms_per_orchestration,
        ),
        Metric(
            name="drain_seconds",
            title="drain",
            unit="s",
            better="lower",
            of=lambda _run, stage: stage.drain_seconds,
            positive=False,
        ),
        Metric(
            name="backoff_seconds",
            title="lock back-off",
            unit="s",
            better="lower",
            of=lambda _run, stage: stage.backoff_seconds,
            positive=False,
        ),
        Metric(
            name="lock_warnings",
            title="lock waits",
            unit="",
            better="lower",
            of=lambda _run, stage: stage.lock_warnings,
            positive=False,
        ),
        Metric(
            name="failed_percent",
            title="failed",
            unit="%",
            better="lower",
            of=_failed_percent,
            positive=False,
        ),
    )
}

RATES = ("window_rate", "completed_rate", "throughput")
"""The headline, best first: the first that every run of a comparison has. They are one figure and tested once."""


def metric_named(name: str) -> Metric:
    """Return a metric, or raise RequestError saying which there are."""
    try:
        return METRICS[name]
    except KeyError:
        raise RequestError(f"{quoted(name)} is not a metric.", f"Choose {', '.join(METRICS)}.") from None


def headline(stages: Sequence[tuple[RunRecord, StageResult]]) -> Metric | None:
    """Return the best rate that all of these stages have."""
    for name in RATES:
        if stages and all(METRICS[name].value(run, stage) is not None for run, stage in stages):
            return METRICS[name]
    return None
