from __future__ import annotations

import pytest

from duronb.ingest.stress_test import stages as log_stages
from duronb.ingest.stress_test.stages import Stages
from tests.ingest.stress_test.stress_script import WIDE, Script


def test_the_load_is_read_from_one_line_or_from_four() -> None:
    one, four = Script(), Script()
    for log in (one, four):
        log.say("=== Starting stress test (orch=1, worker=1) ===")
    one.say("Config: max_concurrent=20, duration=7s, tasks_per_instance=5, activity_delay=10ms")
    for line in ("Max concurrent: 20", "Duration: 7s", "Tasks per instance: 5", "Activity delay: 10ms"):
        four.say(line)
    for log in (one, four):
        (stage,) = log.parse().stages
        assert (stage.max_concurrent, stage.seconds, stage.tasks_per_instance, stage.activity_delay_ms) == (
            20,
            7,
            5,
            10,
        )


@pytest.mark.parametrize(
    ("lines", "active"),
    [
        (["Waiting for active orchestrations to complete...", "RESULTS"], 0),
        (
            [
                "Waiting for active orchestrations to complete...",
                "Still waiting for 5 active orchestrations...",
                "RESULTS",
            ],
            5,
        ),
        # Without the first line (a log of warnings only), or without an end, nothing is known.
        (["RESULTS"], None),
        (["Waiting for active orchestrations to complete..."], None),
    ],
)
def test_no_orchestration_was_active_if_the_log_states_no_number(lines: list[str], active: int | None) -> None:
    log = Script()
    log.say("=== Starting stress test (orch=1, worker=1) ===")
    for line in lines:
        if line == "RESULTS":
            log.results(10, "0", "1.00")
        else:
            log.say(line)
    assert log.parse().stages[0].active_at_stop == active


def test_lock_warnings_are_counted_by_operation() -> None:
    log = Script()
    log.say("=== Starting stress test (orch=1, worker=1) ===")
    busy = "Database locked: (code: 5) database is locked"
    log.say(f"Error fetching work item (retryable, attempt 1): {busy}, backing off 200ms", "WARN")
    log.say(f"Error fetching work item: {busy}", "WARN")
    log.say(f"ack_orchestration_item failed; retrying attempts=0 backoff_ms=10 error={busy}", "WARN")
    log.say(f'Orchestration stress-test-9 failed category="infrastructure" error={busy}', "WARN")
    (stage,) = log.parse().stages
    assert (stage.lock_warnings, stage.lock_warnings_fetch, stage.lock_warnings_ack) == (4, 2, 1)
    assert stage.lock_warnings_other == 1
    assert stage.backoff_seconds == pytest.approx(0.31)


def test_a_stage_known_only_from_a_table_has_no_lock_warnings() -> None:
    log = Script("none")
    log.text += WIDE.format("File SQLite", "1/1", 590, 0, 0, 0, 0, "100.00", "19.00", "95.00", "52.63") + "\n"
    (stage,) = log.parse().stages
    assert (stage.lock_warnings, stage.lock_warnings_fetch, stage.backoff_seconds) == (None, None, None)


def test_a_row_that_comes_twice_counts_once() -> None:
    log = Script("none")
    row = WIDE.format("File SQLite", "1/1", 590, 0, 0, 0, 0, "100.00", "19.00", "95.00", "52.63") + "\n"
    log.text += row + row
    assert len(log.parse().stages) == 1


def test_a_table_may_precede_its_log() -> None:
    log = Script()
    log.say(WIDE.format("File SQLite", "1/1", 100, 0, 0, 0, 0, "100.00", "10.00", "50.00", "100.00"))
    log.say("--- Testing File-Based SQLite Provider ---")
    log.stage(1, 1, 100, "0 (infra: 0, config: 0, app: 0)", "10.00")
    parsed = log.parse()
    (stage,) = parsed.stages
    assert (stage.name, stage.completed, stage.launched, stage.total_seconds) == ("File SQLite 1/1", 100, 100, 11.25)
    assert (stage.reported, stage.lock_warnings, parsed.conflicts) == (True, 0, [])


def test_a_log_of_endless_stages_is_read_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_stages, "MOST_STAGES", 3)
    log = Script()
    for _ in range(10):
        log.stage(1, 1, 10, "0", "1.00")
    assert [stage.name for stage in log.parse().stages] == ["1/1", "1/1 #2", "1/1 #3"]


def test_numbered_names_stay_unique() -> None:
    stages = Stages()
    for provider in ("stress test #2", None, None):
        stages.begin(provider, None)
    assert [stage.name for stage in stages.all] == ["stress test #2", "stress test", "stress test #3"]
