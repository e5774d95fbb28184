from __future__ import annotations

import pytest

from tests.ingest.stress_test.stress_script import Script, whole_suite


def frame(log: Script, rss_kb: int, cpu: str, samples: int) -> None:
    """What a script prints after each program that it watched."""
    log.text += (
        f"\n{'=' * 42}\nResource Usage Metrics\n{'=' * 42}\n"
        f"Peak RSS:     {rss_kb // 1024} MB ({rss_kb} KB)\nAverage CPU:  {cpu}% (of one core)\n"
        f"Samples:      {samples}\n{'=' * 42}\n"
    )


def test_reads_the_measurements_of_a_monitored_process() -> None:
    log = Script()
    log.text += (
        f"{'=' * 42}\nDuroxide Stress Test Suite\n{'=' * 42}\nTest type: Parallel orchestrations\n"
        "Duration: 30s\nMonitoring: Enabled (RSS & CPU)\n\n"
    )
    log.stage(1, 1, 10, "0", "1.00")
    frame(log, 13792, "15.79", 53)
    parsed = log.parse()
    assert (parsed.peak_rss_kb, parsed.average_cpu_percent, parsed.monitor_samples) == (13792, 15.79, 53)
    assert (parsed.peak_rss_kb, parsed.average_cpu_percent) == (13792, 15.79)
    assert (parsed.not_understood, parsed.stages[0].completed) == (0, 10)


def test_two_programs_have_the_larger_peak_and_the_mean_cpu_usage() -> None:
    log = Script()
    frame(log, 13792, "10.00", 50)
    frame(log, 20480, ".50", 10)
    parsed = log.parse()
    assert (parsed.peak_rss_kb, parsed.monitor_samples) == (20480, 60)
    assert parsed.average_cpu_percent == pytest.approx(5.25)


def test_a_log_without_a_monitor_has_no_process_values() -> None:
    assert (whole_suite().parse().peak_rss_kb, whole_suite().parse().average_cpu_percent) == (None, None)


def test_a_stage_that_stopped_waiting_is_reported() -> None:
    log = Script()
    log.say("--- Testing In-Memory SQLite Provider ---")
    log.say("=== Starting stress test (orch=1, worker=1) ===")
    log.say("Waiting for active orchestrations to complete...")
    log.say("Still waiting for 3 active orchestrations...")
    log.say("Timeout waiting for orchestrations to complete")
    log.results(10, "0", "1.00")
    parsed = log.parse()
    assert parsed.timed_out == ["In-Memory SQLite 1/1"]
    assert any("stopped waiting" in notice for notice in parsed.notices)
    assert parsed.stages[0].active_at_stop == 3
