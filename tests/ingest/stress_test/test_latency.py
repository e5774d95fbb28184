from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.ingest.stress_test import latency as log_latency
from duronb.ingest.stress_test.latency import Latencies
from tests.ingest.stress_test.stress_script import Script


def debug_log(style: str = "colour") -> Script:
    """Three orchestrations, of which one takes two turns and one never ends; a line a second."""
    log = Script(style)
    log.say("--- Testing File-Based SQLite Provider ---")
    log.say("=== Starting stress test (orch=2, worker=2) ===")
    for what, instance in (
        ("started", 1),
        ("started", 2),
        ("started", 1),
        ("completed", 1),
        ("started", 3),
        ("started", 2),
        ("completed", 2),
    ):
        equals = "\x1b[2m=\x1b[0m" if style == "colour" else "="
        log.say(
            f"Orchestration {what} instance_id{equals}stress-test-{instance} execution_id{equals}1",
            "DEBUG",
            "duroxide::runtime",
        )
    return log


@pytest.mark.parametrize("style", ["colour", "plain", "lost escape"])
def test_latency_runs_from_the_first_turn_to_the_completion(style: str) -> None:
    (stage,) = debug_log(style).parse().stages
    # Lines are a second apart: 1 begins with the third line and ends with the sixth, 2 with the fourth and ninth.
    assert stage.latencies == 2
    assert stage.latency_ms_mean == pytest.approx(4000)
    assert stage.latency_ms_p50 == pytest.approx(4000)
    assert stage.latency_ms_p99 == pytest.approx(np.percentile([3000, 5000], 99))
    assert stage.completions == (0, 0, 0, 0, 1, 0, 0, 1)


def test_a_stage_without_debug_lines_has_no_latency() -> None:
    log = Script()
    log.stage(1, 1, 10, "0", "1.00")
    (stage,) = log.parse().stages
    assert (stage.latencies, stage.latency_ms_mean, stage.completions) == (0, None, ())


def test_the_same_instance_in_the_next_stage_is_another() -> None:
    log = debug_log()
    log.say("=== Starting stress test (orch=1, worker=1) ===")
    log.say("Orchestration completed instance_id=stress-test-3", "DEBUG", "duroxide::runtime")
    assert log.parse().stages[1].latencies == 0


def test_failed_and_sub_orchestrations_have_no_latency() -> None:
    latencies = Latencies(0.0)
    latencies.take("started", "a", 1.0)
    latencies.take("failed", "a", 2.0)
    latencies.take("completed", "a", 3.0)
    latencies.take("started", "b::sub::2", 1.0)
    latencies.take("completed", "b::sub::2", 2.0)
    assert latencies.figures() == {"completions": (0, 0, 0, 1)}


def test_a_clock_that_goes_backwards_leads_to_no_latency() -> None:
    latencies = Latencies(10.0)
    latencies.take("started", "a", 12.0)
    latencies.take("completed", "a", 5.0)
    assert latencies.figures() == {}


def test_memory_is_bounded_and_the_percentiles_stay_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_latency, "MOST_KEPT", 256)
    monkeypatch.setattr(log_latency, "MOST_STARTED", 50)
    latencies = Latencies(0.0)
    taken = np.random.default_rng(5).gamma(4, 0.25, 5000)
    for number, seconds in enumerate(taken):
        latencies.take("started", f"i{number}", number * 0.001)
        latencies.take("completed", f"i{number}", number * 0.001 + seconds)
    for number in range(1000):
        latencies.take("started", f"never {number}", 10.0)
    assert len(latencies._kept) < 256
    assert len(latencies._started) == 50
    figures = latencies.figures()
    assert figures["latencies"] == 5000
    assert figures["latency_ms_mean"] == pytest.approx(1000 * taken.mean())
    assert figures["latency_ms_p50"] == pytest.approx(1000 * np.median(taken), rel=0.15)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 100), st.floats(0, 100)), max_size=30))
def test_statistics_cover_the_completed_orchestrations(events: list[tuple[str, float, float]]) -> None:
    latencies = Latencies(0.0)
    expected = []
    for number, (name, started, seconds) in enumerate(events):
        latencies.take("started", f"{name}{number}", started)
        latencies.take("completed", f"{name}{number}", started + seconds)
        expected.append((started + seconds) - started)
    figures = latencies.figures()
    assert figures.get("latencies", 0) == len(events)
    assert sum(figures.get("completions", ())) == len(events)
    if expected:
        assert figures["latency_ms_p90"] == pytest.approx(1000 * np.percentile(expected, 90))
        assert figures["latency_ms_mean"] == pytest.approx(1000 * np.mean(expected))
