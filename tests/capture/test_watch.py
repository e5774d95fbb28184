from __future__ import annotations

import pytest

from duronb.capture.watch import Watch
from duronb.events import Event


@pytest.fixture
def seen() -> list[Event]:
    return []


@pytest.fixture
def watch(seen: list[Event]) -> Watch:
    times = iter((100.0, 103.5, 104.0, 105.0))
    return Watch(seen.append, stages=4, expected_seconds=50.0, clock=lambda: next(times))


def test_ticks_contain_stage_time_and_lock_warnings(watch: Watch, seen: list[Event]) -> None:
    watch.line(b"2026-03-14T15:09:26.000000Z  INFO duroxide_sqlite_stress: --- Testing File-Based SQLite Provider ---")
    watch.line(b"2026-03-14T15:09:26.000001Z  INFO duroxide_stress: === Starting stress test (orch=2, worker=2) ===")
    watch.line(b"2026-03-14T15:09:27.000000Z  WARN duroxide::runtime: (code: 5) database is locked, backing off 200ms")

    watch.tick()

    (event,) = seen
    assert (event.stage, event.stage_number, event.stages) == ("File SQLite 2/2", 1, 4)
    assert (event.elapsed_seconds, event.expected_seconds) == (3.5, 50.0)
    assert event.lock_warnings == 1
    assert event.throughput is None


def test_live_throughput_belongs_to_its_stage_alone(watch: Watch, seen: list[Event]) -> None:
    watch.line(b"=== Starting stress test (orch=1, worker=1) ===")
    watch.line(b'\x1e{"stage": "1/1", "completed": 12, "elapsed": 4.0}')
    watch.tick()
    watch.line(b"=== Starting stress test (orch=2, worker=2) ===")
    watch.tick()

    assert (seen[0].completed, seen[0].throughput) == (12, 3.0)
    assert (seen[1].completed, seen[1].throughput) == (None, None)


@pytest.mark.parametrize(
    "line", [b"\x1e", b"\x1enonsense", b"\x1e[]", b'\x1e{"stage": "x", "completed": 1e999, "elapsed": 1}', b"\x1e\xff"]
)
def test_odd_progress_lines_are_passed_over(watch: Watch, seen: list[Event], line: bytes) -> None:
    watch.line(line)

    watch.tick()

    assert seen[0].completed is None


def test_a_stage_that_runs_longer_than_its_load_is_draining(seen: list[Event]) -> None:
    times = iter((0.0, 1.0, 4.0, 6.0, 30.0, 31.0))
    watch = Watch(seen.append, stages=2, expected_seconds=8.0, stage_seconds=3.0, clock=lambda: next(times))
    watch.line(b"=== Starting stress test (orch=1, worker=1) ===")
    for _ in range(4):
        watch.tick()
    watch.line(b"=== Starting stress test (orch=2, worker=2) ===")
    watch.tick()
    assert [event.draining for event in seen] == [False, False, True, True, False]


def test_repetitions_are_counted_also_after_a_line_without_its_end(watch: Watch) -> None:
    assert watch.repetitions is None
    watch.line(b'\x1e{"repetitions": 1}')
    watch.line(b'done\x1e{"repetitions": 2}')
    for damaged in (b'\x1e{"repetitions": null}', b"\x1e[2]", b"\x1e7", b"\x1e"):
        watch.line(damaged)
    assert watch.repetitions == 2
