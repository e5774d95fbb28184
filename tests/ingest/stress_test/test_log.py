"""Logs of the stress test, in the formats of its history."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.ingest.stress_test.lines import split_line
from duronb.ingest.stress_test.log import StressLogParser, read_stress_log
from tests.ingest.stress_test.stress_script import NOON, WIDE, Script, whole_suite


@pytest.mark.parametrize("style", ["colour", "plain", "no target", "lost escape"])
def test_reads_the_four_stages_of_the_suite(style: str) -> None:
    log = whole_suite(style).parse()

    assert [stage.name for stage in log.stages] == [
        "In-Memory SQLite 1/1",
        "In-Memory SQLite 2/2",
        "File SQLite 1/1",
        "File SQLite 2/2",
    ]
    last = log.stages[-1]
    assert (last.provider, last.orchestration_dispatchers, last.worker_dispatchers) == ("File SQLite", 2, 2)
    assert (last.seconds, last.total_seconds, last.active_at_stop) == (10.0, 11.25, 20)
    assert (last.launched, last.completed, last.failed) == (591, 591, 3)
    assert (last.failed_infrastructure, last.failed_configuration, last.failed_application) == (2, 0, 0)
    assert (last.success_percent, last.throughput, last.activity_throughput) == (99.66, 19.03, 95.16)
    assert last.ms_per_orchestration == 52.54
    assert all(stage.reported for stage in log.stages)
    assert (log.suite_seconds, log.duroxide_version) == (10.0, "0.1.26")
    assert (log.not_understood, log.conflicts, log.failures, log.panic, log.notices) == (0, [], [], None, [])


def test_a_stage_lasts_from_its_first_line_to_the_last_of_its_results() -> None:
    log = whole_suite().parse()
    # The suite prints three lines; a stage prints eighteen, of which the last comes after its results.
    assert [(stage.started, stage.ended) for stage in log.stages[:2]] == [
        (NOON + 3, NOON + 19),
        (NOON + 21, NOON + 37),
    ]


@pytest.mark.parametrize("style", ["damaged", "none"])
def test_a_log_without_complete_time_stamps_has_values_but_no_times(style: str) -> None:
    stages = whole_suite(style).parse().stages
    assert [(stage.completed, stage.started, stage.ended) for stage in stages] == [
        (100, None, None),
        (200, None, None),
        (300, None, None),
        (591, None, None),
    ]


def test_a_killed_run_keeps_what_it_printed() -> None:
    log = Script()
    log.say("\n--- Testing In-Memory SQLite Provider ---")
    log.stage(1, 1, 100, "0 (infra: 0, config: 0, app: 0)", "10.00")
    log.say("=== Starting stress test (orch=2, worker=2) ===")
    log.say("Starting continuous orchestration pump...")
    done, killed = log.parse(ended=NOON + 60).stages

    assert (done.completed, done.throughput, done.reported) == (100, 10.0, False)
    assert (killed.name, killed.completed, killed.reported) == ("In-Memory SQLite 2/2", None, False)
    assert (killed.started, killed.ended) == (NOON + 19, NOON + 60)
    assert log.parse().stages[1].ended == NOON + 20


def test_the_table_takes_precedence_and_a_contradiction_is_reported() -> None:
    log = Script()
    log.say("--- Testing File-Based SQLite Provider ---")
    log.stage(1, 1, 100, "0 (infra: 0, config: 0, app: 0)", "10.00")
    log.say(WIDE.format("File SQLite", "1/1", 101, 0, 0, 0, 0, "100.00", "10.13", "50.65", "98.70"))
    parsed = log.parse()
    assert (parsed.stages[0].completed, parsed.stages[0].throughput) == (101, 10.13)
    assert parsed.conflicts == ["File SQLite 1/1"]


def test_stages_and_their_total_time_are_read_from_a_table_alone() -> None:
    log = Script("none")
    log.text += WIDE.format("File SQLite", "2:2", 590, 0, 0, 0, 0, "100.00", "19.00", "95.00", "52.63") + "\n"
    (stage,) = log.parse().stages
    assert (stage.name, stage.reported, stage.started) == ("File SQLite 2/2", True, None)
    assert stage.total_seconds == pytest.approx(590 / 19)


def test_the_narrow_table_has_no_kinds_of_failure() -> None:
    log = Script("none")
    row = "{:<20} {:<10} {:<10} {:<10} {:<10} {:<15} {:<15} {:<15}ms\n"
    log.text += row.format("In-Memory SQLite", "1/1", 386, 4, "98.97", "6.47", "32.36", "154.51")
    (stage,) = log.parse().stages
    assert (stage.completed, stage.failed, stage.failed_infrastructure) == (386, 4, None)
    assert (stage.success_percent, stage.ms_per_orchestration) == (98.97, 154.51)


def test_reads_the_first_format_with_one_unnamed_run() -> None:
    log = Script(target="parallel_orchestrations")
    log.say("=== Duroxide Parallel Orchestration Stress Test ===")
    for line in ("Max concurrent: 20", "Duration: 30s", "Tasks per instance: 5", "Activity delay: 10ms"):
        log.say(line)
    log.say("=== Results ===")
    for line in ("Total time: 30.612345678s", "Launched: 181", "Completed: 180", "Failed: 1"):
        log.say(line)
    log.say("Throughput: 4.64 orchestrations/sec")
    log.say("Average time per orchestration: 215.62ms")
    log.say("Activity throughput: 23.19 activities/sec")
    parsed = log.parse()
    (stage,) = parsed.stages
    assert (stage.name, stage.seconds, stage.total_seconds) == ("stress test", 30.0, 30.612345678)
    assert (stage.launched, stage.completed, stage.failed) == (181, 180, 1)
    assert (stage.throughput, stage.ms_per_orchestration, stage.activity_throughput) == (4.64, 215.62, 23.19)
    assert parsed.not_understood == 0


def test_reads_the_second_format_with_its_own_table() -> None:
    log = Script(target="parallel_orchestrations")
    log.say("=== Starting test with concurrency: orch=1, worker=1 ===")
    log.say("Max concurrent: 20, Duration: 10s, Tasks per instance: 5, Activity delay: 10ms")
    log.say("=== Results ===")
    log.say("Completed: 190")
    log.say("Activity throughput: 95.00 activities/sec")
    log.say("✓ Test completed")
    log.say("\n=== Summary Table ===")
    log.say("Orch     Worker   Launched   Completed  Failed   Orch/sec           Activity/sec      ")
    log.say("-" * 92)
    log.say("1        1        191        190        1        19.00              95.00             ")
    parsed = log.parse()
    (stage,) = parsed.stages
    assert (stage.name, stage.seconds, stage.reported) == ("1/1", 10.0, True)
    assert (stage.launched, stage.completed, stage.failed, stage.throughput) == (191, 190, 1, 19.0)
    assert parsed.not_understood == 0


def test_results_that_are_printed_twice_count_once() -> None:
    log = Script()
    log.say("=== Duroxide Large Payload Stress Test ===")
    log.say("Duration: 10 seconds")
    log.say("=== Starting stress test (orch=1, worker=1) ===")
    log.results(50, "0 (infra: 0, config: 0, app: 0)", "5.00")
    ended = log.seconds - 1
    log.say("", target="large_payload_stress")
    log.results(50, "0 (infra: 0, config: 0, app: 0)", "5.00")
    parsed = log.parse()
    (stage,) = parsed.stages
    assert (stage.name, stage.completed, stage.ended) == ("Large Payload Stress Test 1/1", 50, NOON + ended)
    assert parsed.suite_seconds == 10.0


def test_reads_the_other_provider_without_taking_its_summary_for_results() -> None:
    log = Script("no target")
    log.say("=== Duroxide PostgreSQL Stress Test Suite ===")
    log.say("Database: postgresql://u:***@h")
    log.say("--- Running PostgreSQL stress test (orch=8, worker=8) ---")
    log.say("Creating PostgreSQL provider with schema: stress_test_0a1b2c3d")
    log.stage(8, 8, 20, "0 (infra: 0, config: 0, app: 0)", "1.55")
    log.say("Completed: 20, Failed: 0, Success Rate: 100.00%")
    log.say("Throughput: 1.55 orch/sec, 7.73 activities/sec")
    log.say("Average latency: 646.80ms")
    log.say("=== Stress Test Results Summary ===")
    log.say(WIDE.format("PostgreSQL", "8:8", 20, 0, 0, 0, 0, "100.00", "1.55", "7.73", "646.80"))
    log.say("✅ All stress tests passed!")
    parsed = log.parse()
    assert [(stage.name, stage.completed, stage.reported) for stage in parsed.stages] == [("PostgreSQL 8/8", 20, True)]
    assert parsed.not_understood == 0


LOCKS = [
    (
        'Error fetching orchestration item (retryable, attempt 1): ProviderError { operation: "fetch", message: '
        '"Database locked: error returned from database: (code: 5) database is locked" }, backing off 200ms'
    ),
    (
        "Error fetching work item (retryable, attempt 2): ProviderError { message: "
        '"(code: 6) database is deadlocked" }, backing off 400ms'
    ),
    (
        "ack failed; retrying \x1b[3mattempts\x1b[0m\x1b[2m=\x1b[0m0 "
        "\x1b[3mbackoff_ms\x1b[0m\x1b[2m=\x1b[0m10 error=database is locked"
    ),
    "ack failed: (code: 262) database table is locked: history",
]


def test_lock_warnings_and_their_back_off_belong_to_the_stage_that_runs() -> None:
    log = Script()
    log.say("--- Testing File-Based SQLite Provider ---")
    log.say("=== Starting stress test (orch=2, worker=2) ===")
    for message in LOCKS:
        log.say(message, "WARN", "duroxide::runtime::dispatchers::worker")
    log.say("Error fetching work item: pool timed out, backing off 800ms", "WARN", "duroxide::runtime")
    log.results(10, "0", "1.00")
    log.say("✓ Test completed")
    log.say(LOCKS[0], "WARN")
    parsed = log.parse()
    (stage,) = parsed.stages
    assert (stage.lock_warnings, parsed.locks["lock_warnings"], parsed.warnings_outside) == (4, 5, 1)
    assert "Lock warnings of the log that belong to no stage: 1." in parsed.notices
    assert stage.backoff_seconds == pytest.approx(0.61)
    assert parsed.locks["backoff_seconds"] == pytest.approx(0.81)


def test_a_failed_stage_ends_and_is_reported() -> None:
    log = Script()
    log.say("--- Testing File-Based SQLite Provider ---")
    log.say("=== Starting stress test (orch=1, worker=1) ===")
    log.say("✗ Test failed: the provider is gone")
    parsed = log.parse()
    assert parsed.failures == ["✗ Test failed: the provider is gone"]
    assert parsed.stages[0].completed is None
    assert parsed.last_words == "✗ Test failed: the provider is gone"


@pytest.mark.parametrize(
    "head", ["thread 'main' panicked at src/lib.rs:48:18:", "thread 'main' (77) panicked at src/lib.rs:48:18:"]
)
def test_a_panic_is_kept_with_its_message(head: str) -> None:
    log = Script()
    log.say("=== Starting stress test (orch=1, worker=1) ===")
    log.text += f"{head}\nFailed to create SQLite provider: no room\nnote: run with `RUST_BACKTRACE=1`\n"
    assert log.parse().panic == f"{head} Failed to create SQLite provider: no room"


def test_a_stage_that_runs_twice_keeps_both_results() -> None:
    log = Script()
    log.say("--- Testing File-Based SQLite Provider ---")
    log.stage(1, 1, 10, "0", "1.00")
    log.stage(1, 1, 20, "0", "2.00")
    assert [(stage.name, stage.completed) for stage in log.parse().stages] == [
        ("File SQLite 1/1", 10),
        ("File SQLite 1/1 #2", 20),
    ]


def test_unknown_lines_are_counted_and_reported() -> None:
    log = whole_suite()
    log.say("=== Energy Report ===")
    log.say("Energy used: 7 J")
    parsed = log.parse()
    assert parsed.not_understood == 2
    assert parsed.examples == ["=== Energy Report ===", "Energy used: 7 J"]
    assert any("not understood" in notice for notice in parsed.notices)


def test_ordinary_log_lines_of_the_runtime_are_not_reported() -> None:
    log = whole_suite()
    log.say('Orchestration stress-test-7 failed category="infrastructure" error=gone', "WARN", "duroxide::x")
    log.say("Orchestration started instance_id=stress-test-1", "DEBUG", "duroxide::runtime")
    assert log.parse().not_understood == 0


def test_values_that_are_not_numbers_are_none() -> None:
    log = Script()
    log.say("=== Starting stress test (orch=1, worker=1) ===")
    log.results(0, "0", "NaN")
    stage = log.parse().stages[0]
    assert (stage.completed, stage.throughput) == (0, None)


def test_another_program_has_no_stages_and_no_notices() -> None:
    parser = StressLogParser()
    parser.feed(b"Hello, Rust!\nCounter: 3\nError: it broke\n")
    log = parser.finish()
    assert (log.stages, log.notices, log.last_words) == ([], [], "Error: it broke")


def test_the_current_stage_is_known_during_the_run() -> None:
    parser = StressLogParser()
    seen = [(parser.current_stage, parser.current_stage_number)]
    for line in whole_suite().text.encode().split(b"\n"):
        parser.feed_line(line)
        now = (parser.current_stage, parser.current_stage_number)
        if now != seen[-1] and now[0] is not None:
            seen.append(now)
    assert seen == [
        (None, 0),
        ("In-Memory SQLite 1/1", 1),
        ("In-Memory SQLite 2/2", 2),
        ("File SQLite 1/1", 3),
        ("File SQLite 2/2", 4),
    ]
    assert parser.current_stage is None


TEXT = whole_suite().text.encode()


@given(st.lists(st.integers(0, len(TEXT)), max_size=8))
def test_the_log_may_be_split_anywhere(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(TEXT)]
    parser = StressLogParser()
    for a, b in itertools.pairwise(edges):
        parser.feed(TEXT[a:b])
    assert parser.finish() == whole_suite().parse()


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_any_bytes_are_read_without_an_error(chunks: list[bytes]) -> None:
    parser = StressLogParser()
    for chunk in chunks:
        parser.feed(chunk)
    assert parser.finish().stages is not None


@given(st.lists(st.one_of(st.sampled_from(TEXT.decode().split("\n")), st.text(max_size=60)), max_size=60))
def test_any_lines_in_any_order_are_read_without_an_error(lines: list[str]) -> None:
    parser = StressLogParser()
    parser.feed("\n".join(lines).encode("utf-8", "replace"))
    names = [stage.name for stage in parser.finish().stages]
    assert len(set(names)) == len(names)


def test_an_endless_line_is_read_in_bounded_memory() -> None:
    parser = StressLogParser()
    for _ in range(30):
        parser.feed(b"x" * 100_000)
    parser.feed(b"\n=== Starting stress test (orch=1, worker=1) ===\n")
    assert parser.current_stage == "1/1"


def test_a_missing_file_is_an_empty_log(tmp_path: Path) -> None:
    assert read_stress_log(tmp_path / "none").stages == []


def test_reads_a_file(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(TEXT)
    assert read_stress_log(tmp_path / "log") == whole_suite().parse()


@given(st.data())
def test_colours_at_any_gap_change_nothing(data: st.DataObject) -> None:
    lines = whole_suite("plain").text.split("\n")
    for _ in range(20):
        number = data.draw(st.integers(0, len(lines) - 1))
        gaps = [place for place, letter in enumerate(lines[number]) if letter == " "]
        if gaps:
            place = data.draw(st.sampled_from(gaps))
            colour = data.draw(st.sampled_from(["\x1b[0m", "\x1b[1;32m", "\x1b[2m", "\x1b[K"]))
            lines[number] = lines[number][:place] + colour + lines[number][place:]
    parser = StressLogParser()
    parser.feed("\n".join(lines).encode())
    assert parser.finish() == whole_suite("plain").parse()


@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=12)), max_size=20))
def test_damaged_lines_raise_nothing_and_do_not_affect_other_stages(damages: list[tuple[int, bytes]]) -> None:
    lines = TEXT.split(b"\n")
    first_stage = next(number for number, line in enumerate(lines) if b"(orch=2" in line)
    for place, rubbish in damages:
        number = first_stage + 1 + place % (len(lines) - first_stage - 1)
        middle = place % (len(lines[number]) + 1)
        lines[number] = lines[number][:middle] + rubbish.replace(b"\n", b"") + lines[number][middle + 3 :]
    parser = StressLogParser()
    parser.feed(b"\n".join(lines))
    # Not from the table, which may be damaged too.
    assert parser.finish().stages[0].launched == 100


CHATTER = [
    'summary="SELECT event_data FROM history" db.statement="a; b"',
    "Atomically acked worker and enqueued completion",
    "=== Starting stress test (orch=9, worker=9) ===",
    "Completed: 77",
    "error=(code: 5) database is locked",
    "Orchestration started instance_id=stress-test-1 execution_id=1",
    "Orchestration completed instance_id=stress-test-1 history_events=12",
]


@given(
    st.lists(st.tuples(st.sampled_from(CHATTER), st.integers(0, 3)), max_size=30),
    st.sampled_from(["colour", "plain", "lost escape"]),
)
def test_skipped_lines_contain_nothing_relevant(said: list[tuple[str, int]], style: str) -> None:
    log = Script(style)
    log.say("--- Testing File-Based SQLite Provider ---")
    log.say("=== Starting stress test (orch=2, worker=2) ===")
    for message, place in said:
        log.say(message, "DEBUG" if place else "TRACE", "sqlx::query")
        if place == 3:
            log.text += "a line without a time\n"
    if len(said) % 2:
        log.results(10, "0", "1.00")
    slow = StressLogParser()
    for line in log.text.encode().split(b"\n")[:-1]:
        slow._parse(split_line(line))
    fast = StressLogParser()
    fast.feed(log.text.encode())
    assert fast.finish(NOON + 1000) == slow.finish(NOON + 1000)


def test_prefixed_lines_of_the_runtime_are_not_results() -> None:
    log = Script()
    log.say("=== Starting stress test (orch=1, worker=1) ===")
    log.say("=== Starting stress test (orch=9, worker=9) ===", "DEBUG", "sqlx::query")
    assert [stage.name for stage in log.parse().stages] == ["1/1"]
