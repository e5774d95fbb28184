from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from duronb.analysis.metrics import METRICS, RATES, headline, metric_named, sampling_hz
from duronb.errors import RequestError
from duronb.model.record.quality import Quality
from duronb.model.stage import StageResult
from tests.analysis.comparison.sides import STAGE, run_of, stage_of_rate

FULL = StageResult(
    name=STAGE,
    seconds=10.0,
    total_seconds=12.5,
    launched=210,
    completed=200,
    failed=10,
    throughput=16.0,
    activity_throughput=80.0,
    ms_per_orchestration=62.5,
    active_at_stop=20,
    lock_warnings=7,
    backoff_seconds=0.7,
    samples=999,
)
RUN = run_of("a", 0, [FULL]).with_parts(quality=Quality(frequency_hz=999, samples=999))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("window_rate", 18.0),
        ("completed_rate", 20.0),
        ("throughput", 16.0),
        ("activity_throughput", 80.0),
        ("cpu_ms_per_orchestration", 5.0),
        ("ms_per_orchestration", 62.5),
        ("drain_seconds", 2.5),
        ("backoff_seconds", 0.7),
        ("lock_warnings", 7.0),
        ("failed_percent", 100 * 10 / 210),
    ],
)
def test_the_figure_of_each_metric(name: str, value: float) -> None:
    assert METRICS[name].value(RUN, FULL) == pytest.approx(value)
    assert METRICS[name].name == name


@pytest.mark.parametrize("name", METRICS)
def test_a_stage_without_values_has_no_metrics(name: str) -> None:
    empty = StageResult(name=STAGE, lock_warnings=None, backoff_seconds=None)
    assert METRICS[name].value(RUN, empty) is None


@pytest.mark.parametrize("name", METRICS)
def test_a_stage_that_completed_nothing_has_a_figure_or_none_and_never_an_error(name: str) -> None:
    nothing = replace(FULL, completed=0, launched=0, failed=0, active_at_stop=0, throughput=0.0, seconds=0.0)
    value = METRICS[name].value(RUN, nothing)
    assert value is None or value >= 0


def test_a_value_that_is_not_finite_is_none() -> None:
    assert METRICS["throughput"].value(RUN, replace(FULL, throughput=nan)) is None


def test_samples_of_an_unknown_frequency_are_no_processor_time() -> None:
    unknown = RUN.with_parts(quality=Quality(frequency_hz=999, samples=5, frequency_known=False))
    assert sampling_hz(unknown) == 0.0
    assert METRICS["cpu_ms_per_orchestration"].value(unknown, FULL) is None
    assert sampling_hz(RUN.with_parts(quality=Quality(samples=0))) == 0.0
    assert sampling_hz(RUN.with_parts(quality=Quality(samples=9))) == 999.0


def test_the_headline_is_the_best_rate_that_all_have() -> None:
    full, bare = (RUN, FULL), (RUN, replace(FULL, active_at_stop=None))
    worse = (RUN, replace(FULL, active_at_stop=None, completed=None))
    assert [getattr(headline(found), "name", None) for found in ([full], [full, bare], [full, bare, worse])] == [*RATES]
    assert headline([]) is None
    assert headline([full, (RUN, stage_of_rate(None))]) is None


def test_an_unknown_metric_is_refused_with_the_known_ones() -> None:
    assert metric_named("window_rate") is METRICS["window_rate"]
    with pytest.raises(RequestError, match=r"'speed' is not a metric\. Choose window_rate, "):
        metric_named("speed")
