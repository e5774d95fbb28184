from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.stage import StageResult

WHOLE = StageResult(
    name="File SQLite 2/2",
    provider="File SQLite",
    orchestration_dispatchers=2,
    worker_dispatchers=2,
    seconds=10.0,
    max_concurrent=20,
    total_seconds=11.0,
    launched=250,
    completed=240,
    failed=7,
    failed_infrastructure=3,
    failed_configuration=1,
    failed_application=1,
    throughput=21.82,
    active_at_stop=20,
    lock_warnings=90,
    lock_warnings_fetch=80,
    lock_warnings_ack=7,
    backoff_seconds=22.0,
    completions=(0, 21, 20),
    samples=1998,
)


def test_derived_figures_follow_from_the_stored_ones() -> None:
    assert WHOLE.window_rate == pytest.approx(22.0)
    assert WHOLE.drain_seconds == pytest.approx(1.0)
    assert WHOLE.success_rate == pytest.approx(240 / 250)
    assert WHOLE.failed_other == 2
    assert WHOLE.lock_warnings_other == 3
    assert WHOLE.backoff_share == pytest.approx(0.5)
    assert WHOLE.latency_ms_estimate == pytest.approx(20 / 22 * 1000)
    assert WHOLE.cpu_ms_per_orchestration(999) == pytest.approx(2000 / 240)


def test_derived_lists_every_derived_figure() -> None:
    properties = {name for name, value in vars(StageResult).items() if isinstance(value, property)}
    assert WHOLE.derived(999).keys() == (properties - {"dispatchers", "is_entire_workload"}) | {
        "cpu_ms_per_orchestration",
        "cpu_ms_per_repetition",
    }
    assert WHOLE.derived()["cpu_ms_per_orchestration"] is None


def test_a_stage_is_stored_and_read_back() -> None:
    assert StageResult.from_json(json.loads(json.dumps(WHOLE.to_json()))) == WHOLE


def test_stages_of_older_and_newer_runs_are_read() -> None:
    old = {"name": "1/1", "completed": 5, "lock_warnings": 3, "backoff_seconds": 1.5, "samples": 7}
    stage = StageResult.from_json(old | {"of_tomorrow": 1})
    assert (stage.completed, stage.lock_warnings, stage.max_concurrent, stage.completions) == (5, 3, None, ())
    assert stage.lock_warnings_other is None


def test_a_stored_stage_is_like_a_made_one() -> None:
    stored, made = StageResult.from_json({"name": "1/1", "samples": 7}), StageResult(name="1/1", samples=7)
    assert stored == made
    assert (hash(stored), repr(stored), stored.to_json()) == (hash(made), repr(made), made.to_json())
    assert replace(stored, samples=8) == replace(made, samples=8)
    with pytest.raises(FrozenInstanceError):
        stored.samples = 8  # type: ignore[misc]
    with pytest.raises(ValueError, match="no name"):
        StageResult.from_json({"samples": 7})


def test_what_was_not_measured_is_none() -> None:
    bare = StageResult(name="killed")
    assert set(bare.derived(999).values()) == {None}
    assert replace(WHOLE, launched=None, success_percent=96.0).success_rate == pytest.approx(0.96)
    assert replace(WHOLE, samples=0).cpu_ms_per_orchestration(999) is None


FIGURES = st.one_of(
    st.none(), st.integers(-5, 10**15), st.sampled_from([0.0, math.nan, math.inf, -math.inf, 5e-324, 1e308])
)
NUMBERS = [
    name
    for name in StageResult.__dataclass_fields__
    if name not in {"name", "provider", "completions", "samples", "latencies", "reported"}
]


@given(st.fixed_dictionaries(dict.fromkeys(NUMBERS, FIGURES)), FIGURES, st.integers(0, 10**9))
def test_zero_and_nan_raise_nothing_and_never_come_out(
    figures: dict[str, Any], frequency: float | None, samples: int
) -> None:
    stage = replace(StageResult(name="any", samples=samples), **figures)
    for name, value in stage.derived(frequency).items():
        if name not in {"failed_other", "lock_warnings_other"}:
            assert value is None or math.isfinite(value)


def test_a_false_zero_of_an_older_run_is_read_as_not_measured() -> None:
    # An example of a run before repetitions were stored, as it was written.
    old = {"name": "fan_out_fan_in", "started": 1.0, "ended": 4.0, "lock_warnings": 0, "backoff_seconds": 0.0}
    stage = StageResult.from_json(old | {"lock_warnings_fetch": None, "provider": None, "completed": None})
    assert (stage.lock_warnings, stage.backoff_seconds) == (None, None)
    # A stage that was counted keeps its zero.
    counted = StageResult.from_json(old | {"lock_warnings_fetch": 0})
    assert (counted.lock_warnings, counted.backoff_seconds) == (0, 0.0)
    named = StageResult.from_json(old | {"provider": "File SQLite", "completed": 3})
    assert named.lock_warnings == 0
