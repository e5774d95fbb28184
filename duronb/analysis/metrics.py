"""Metrics: the numbers of a stage that are analysed, with their titles, units and better directions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from duronb.analysis.artefacts import artefacts_of
from duronb.errors import RequestError
from duronb.model.run import RunRecord
from duronb.model.stage import StageResult
from duronb.quoting import quoted

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A named number of a stage.

    Parameters
    ----------
    name
        Its key in ``METRICS``, in options and in JSON.
    title
        Its name in tables and plots.
    unit
        Unit that follows a value; empty for a count.
    better
        Whether higher or lower values are better.
    of
        Function of run and stage that returns the value; ``None`` if it is unknown.
    positive
        Values are positive rates or times: effects are ratios, analysed as logarithms.
    in_record
        Whether the record of a run is enough; ``False`` if the samples of some runs have to be read.
    """

    name: str
    title: str
    unit: str
    better: Better
    of: Callable[[RunRecord, StageResult], float | None]
    positive: bool = True
    in_record: bool = True

    def value(self, run: RunRecord, stage: StageResult) -> float | None:
        """Return the value of a stage; ``None`` if it is unknown or not finite."""
        value = self.of(run, stage)
        return None if value is None or not isfinite(value) else float(value)


def sampling_hz(run: RunRecord) -> float:
    """Return the sampling frequency of a run in Hz without reading its samples; 0 if unknown, or without samples."""
    quality = run.quality
    if not quality.frequency_known or quality.samples == 0:
        return 0.0
    return float(run.request.frequency_hz if quality.frequency_hz is None else quality.frequency_hz)


def _completed_rate(_run: RunRecord, stage: StageResult) -> float | None:
    return stage.completed / stage.seconds if stage.completed is not None and stage.seconds else None


def _cpu_ms(run: RunRecord, stage: StageResult) -> float | None:
    return stage.cpu_ms_per_orchestration(sampling_hz(run)) if stage.samples else None


def _cpu_ms_without_artefacts(run: RunRecord, stage: StageResult) -> float | None:
    whole, artefacts = _cpu_ms(run, stage), artefacts_of(run, stage)
    if whole is None or artefacts is None:
        return None
    return whole * (stage.samples - artefacts) / stage.samples


def _cpu_ms_per_repetition(run: RunRecord, stage: StageResult) -> float | None:
    return stage.cpu_ms_per_repetition(sampling_hz(run)) if stage.samples else None


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
            name="cpu_ms_per_orchestration_without_artefacts",
            title="CPU per orchestration without timer artefacts",
            unit="ms",
            better="lower",
            of=_cpu_ms_without_artefacts,
            in_record=False,
        ),
        Metric(
            # It has no sampling noise, and includes the kernel also where the sampler does not see it.
            name="cpu_ms_per_orchestration_measured",
            title="CPU per orchestration, measured",
            unit="ms",
            better="lower",
            of=lambda _run, stage: stage.cpu_ms_per_orchestration_measured,
        ),
        Metric(
            name="cpu_ms_per_repetition",
            title="CPU per repetition",
            unit="ms",
            better="lower",
            of=_cpu_ms_per_repetition,
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
"""Candidates for the headline metric, best first. A comparison tests only the first one that all of its runs have."""

COST = "cpu_ms_per_orchestration_without_artefacts"
"""The second headline metric. A comparison gives it verdicts of its own, with an error of its own.

Runs of one release differ half as much in it as in ``cpu_ms_per_orchestration``: time without interrupts, and what the
hypervisor takes meanwhile, is noise of the machine.
"""


def metric_named(name: str) -> Metric:
    """Return the metric with this name, or raise a RequestError that lists the names."""
    try:
        return METRICS[name]
    except KeyError:
        raise RequestError(f"{quoted(name)} is not a metric.", f"Choose {', '.join(METRICS)}.") from None


def headline(stages: Sequence[tuple[RunRecord, StageResult]]) -> Metric | None:
    """Return the first metric of ``RATES`` that all of these stages have; ``None`` if there is none in common."""
    for name in RATES:
        if stages and all(METRICS[name].value(run, stage) is not None for run, stage in stages):
            return METRICS[name]
    return None
