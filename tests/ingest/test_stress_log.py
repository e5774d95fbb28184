"""Logs of the stress test, in the formats of its history."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duronb.ingest.log_lines import duration, split_line
from duronb.ingest.stress_log import StressLog, StressLogParser, read_stress_log

NOON = 1_795_348_800.0  # 2026-11-22T12:00:00Z
WIDE = "{:<20} {:<10} {:<10} {:<10} {:<8} {:<8} {:<8} {:<10} {:<15} {:<15} {:<15}ms"


class Script:
    """Writes a log as the workload would, one second a line."""

    def __init__(self, style: str = "colour", target: str = "duroxide::provider_stress_test::core") -> None:
        self.style, self.target, self.seconds, self.text = style, target, 0.0, ""

    def say(self, message: str, level: str = "INFO", target: str | None = None) -> None:
        minutes, seconds = divmod(self.seconds, 60)
        stamp = f"2026-11-22T12:{int(minutes):02d}:{seconds:09.6f}Z"
        target = target or self.target
        if self.style == "colour":
            prefix = f"\x1b[2m{stamp}\x1b[0m \x1b[32m{level:>5}\x1b[0m \x1b[2m{target}\x1b[0m\x1b[2m:\x1b[0m "
        elif self.style == "lost escape":
            prefix = f"[2m{stamp}[0m [32m{level:>5}[0m [2m{target}[0m[2m:[0m "
        elif self.style == "plain":
            prefix = f"{stamp} {level:>5} {target}: "
        elif self.style == "no target":
            prefix = f"{stamp} {level:>5} "
        elif self.style == "damaged":
            prefix = f"{stamp[14:]} {level:>5} {target}: "
        else:
            prefix = " "
        self.text += prefix + message + "\n"
        self.seconds += 1

    def stage(self, orch: int, worker: int, completed: int, failed: str, rate: str) -> None:
        self.say(f"=== Starting stress test (orch={orch}, worker={worker}) ===")
        self.say("Config: max_concurrent=20, duration=10s, tasks_per_instance=5, activity_delay=10ms")
        self.say("duroxide runtime (0.1.26) starting with provider sqlite (0.1.26)", target="duroxide::runtime")
        self.say("Starting continuous orchestration pump...")
        self.say("Duration elapsed, stopping pump...")
        self.say("Waiting for active orchestrations to complete...")
        self.say("Still waiting for 20 active orchestrations...")
        self.say("Still waiting for 3 active orchestrations...")
        self.results(completed, failed, rate)
        self.say("✓ Test completed", target="duroxide_sqlite_stress")

    def results(self, completed: int, failed: str, rate: str) -> None:
        self.say("=== Results ===")
        self.say("Total time: 11.25s")
        self.say(f"Launched: {completed}")
        self.say(f"Completed: {completed}")
        self.say(f"Failed: {failed}")
        self.say("Success rate: 100.00%")
        self.say(f"Throughput: {rate} orchestrations/sec")
        self.say("Activity throughput: 95.16 activities/sec")
        self.say("Average latency: 52.54ms")

    def parse(self, ended: float | None = None) -> StressLog:
        parser = StressLogParser()
        parser.feed(self.text.encode())
        return parser.finish(ended)


def whole_suite(style: str = "colour") -> Script:
    log = Script(style)
    log.say("=== Duroxide SQLite Stress Test Suite ===")
    log.say("Duration: 10 seconds per test")
    log.say("\n--- Testing In-Memory SQLite Provider ---")
    log.stage(1, 1, 100, "0 (infra: 0, config: 0, app: 0)", "10.00")
    log.stage(2, 2, 200, "0 (infra: 0, config: 0, app: 0)", "20.00")
    log.say("\n--- Testing File-Based SQLite Provider ---")
    log.stage(1, 1, 300, "0 (infra: 0, config: 0, app: 0)", "30.00")
    log.stage(2, 2, 591, "3 (infra: 2, config: 0, app: 0)", "19.03")
    log.say("\n=== Comparison Table ===")
    log.say(
        WIDE[:-2].format(
            "Provider",
            "Config",
            "Completed",
            "Failed",
            "Infra",
            "Config",
            "App",
            "Success %",
            "Orch/sec",
            "Activity/sec",
            "Avg Latency",
        )
    )
    log.say("-" * 150)
    for provider, config, completed, failed, infra, rate in (
        ("In-Memory SQLite", "1/1", 100, 0, 0, "10.00"),
        ("In-Memory SQLite", "2/2", 200, 0, 0, "20.00"),
        ("File SQLite", "1/1", 300, 0, 0, "30.00"),
        ("File SQLite", "2/2", 591, 3, 2, "19.03"),
    ):
        log.say(WIDE.format(provider, config, completed, failed, infra, 0, 0, "99.66", rate, "95.16", "52.54"))
    return log


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
    # The suite says three things; a stage says eighteen, of which the last comes after its results.
    assert [(stage.started, stage.ended) for stage in log.stages[:2]] == [
        (NOON + 3, NOON + 19),
        (NOON + 21, NOON + 37),
    ]


@pytest.mark.parametrize("style", ["damaged", "none"])
def test_a_log_without_whole_time_stamps_has_figures_but_no_bounds(style: str) -> None:
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


def test_the_table_decides_and_a_contradiction_is_told() -> None:
    log = Script()
    log.say("--- Testing File-Based SQLite Provider ---")
    log.stage(1, 1, 100, "0 (infra: 0, config: 0, app: 0)", "10.00")
    log.say(WIDE.format("File SQLite", "1/1", 101, 0, 0, 0, 0, "100.00", "10.13", "50.65", "98.70"))
    parsed = log.parse()
    assert (parsed.stages[0].completed, parsed.stages[0].throughput) == (101, 10.13)
    assert parsed.conflicts == ["File SQLite 1/1"]


def test_a_table_alone_gives_stages_and_their_total_time() -> None:
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
    assert (stage.lock_warnings, stage.backoff_seconds) == (4, pytest.approx(0.61))
    assert (parsed.lock_warnings, parsed.backoff_seconds) == (5, pytest.approx(0.81))


def test_a_failed_stage_ends_and_is_told() -> None:
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


def test_what_it_does_not_know_is_counted_and_shown() -> None:
    log = whole_suite()
    log.say("=== Energy Report ===")
    log.say("Energy used: 7 J")
    parsed = log.parse()
    assert parsed.not_understood == 2
    assert parsed.examples == ["=== Energy Report ===", "Energy used: 7 J"]
    assert any("not understood" in notice for notice in parsed.notices)


def test_ordinary_log_lines_of_the_runtime_are_no_news() -> None:
    log = whole_suite()
    log.say('Orchestration stress-test-7 failed category="infrastructure" error=gone', "WARN", "duroxide::x")
    log.say("Orchestration started instance_id=stress-test-1", "DEBUG", "duroxide::runtime")
    assert log.parse().not_understood == 0


def test_figures_that_are_no_numbers_are_left_open() -> None:
    log = Script()
    log.say("=== Starting stress test (orch=1, worker=1) ===")
    log.results(0, "0", "NaN")
    stage = log.parse().stages[0]
    assert (stage.completed, stage.throughput) == (0, None)


def test_a_program_that_is_no_stress_test_has_no_stages_and_no_notices() -> None:
    parser = StressLogParser()
    parser.feed(b"Hello, Rust!\nCounter: 3\nError: it broke\n")
    log = parser.finish()
    assert (log.stages, log.notices, log.last_words) == ([], [], "Error: it broke")


def test_tells_the_stage_while_it_runs() -> None:
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


@settings(deadline=None)
@given(st.lists(st.integers(0, len(TEXT)), max_size=8))
def test_where_the_log_is_cut_does_not_matter(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(TEXT)]
    parser = StressLogParser()
    for a, b in itertools.pairwise(edges):
        parser.feed(TEXT[a:b])
    assert parser.finish() == whole_suite().parse()


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=6))
def test_any_bytes_are_read_without_an_error(chunks: list[bytes]) -> None:
    parser = StressLogParser()
    for chunk in chunks:
        parser.feed(chunk)
    assert parser.finish().stages is not None


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(TEXT.decode().split("\n")), st.text(max_size=60)), max_size=60))
def test_any_lines_in_any_order_are_read_without_an_error(lines: list[str]) -> None:
    parser = StressLogParser()
    parser.feed("\n".join(lines).encode("utf-8", "replace"))
    names = [stage.name for stage in parser.finish().stages]
    assert len(set(names)) == len(names)


def test_a_line_without_end_is_read_in_bounded_memory() -> None:
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


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30.612345678s", 30.612345678), ("812.3ms", 0.8123), ("45µs", 45e-6), ("17ns", 17e-9), ("x", None), ("1m", None)],
)
def test_reads_durations_as_rust_prints_them(text: str, seconds: float | None) -> None:
    assert duration(text) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize("stamp", ["2026-13-01T00:00:00.1Z", "2026-01-01T25:00:00.1Z", "9999-01-01T00:00:00.1Z"])
def test_an_impossible_time_is_none(stamp: str) -> None:
    assert split_line(f"{stamp}  INFO duroxide: text".encode()).time is None
