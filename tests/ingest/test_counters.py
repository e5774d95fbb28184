import pytest

from duronb.ingest.counters import read_counters, with_cpu_time
from duronb.model.stage import StageResult


def text(*rows: str) -> list[bytes]:
    return ["\n".join(["duronb counters 1", *rows, ""]).encode()]


def steady(cores: float = 0.5, busy: float = 1.0, steal: float = 0.25, seconds: int = 10) -> list[bytes]:
    """Return 50 readings a second of a workload that uses ``cores``; a fifth of it is system time."""
    rows = ["100.000000 0 0 0"]
    for number in range(1, 50 * seconds + 1):
        at = number / 50
        row = f"{100 + at:.6f} {cores * at:.6f} {0.8 * cores * at:.2f} {0.2 * cores * at:.2f}"
        if number % 10 == 1:
            row += f" {1000 + busy * at:.2f} {50 + steal * at:.2f}"
        rows.append(row)
    return text(*rows)


def test_a_window_has_its_cpu_time_and_steal() -> None:
    used = read_counters(steady()).between(102.0, 108.0)
    assert used is not None
    assert used.seconds == pytest.approx(3.0, abs=1e-6)
    assert (used.user_seconds, used.system_seconds) == pytest.approx((2.4, 0.6), abs=0.02)
    assert used.error_seconds <= 0.021  # 20 ms at half a core, at each end
    assert used.steal_seconds == pytest.approx(1.5, abs=0.02)
    assert used.steal_share == pytest.approx(0.2, abs=0.003)


def test_more_cores_than_one_are_counted() -> None:
    used = read_counters(steady(cores=3.5)).between(101.0, 109.0)
    assert used is not None
    assert used.seconds == pytest.approx(28.0)


def test_the_time_before_the_start_and_after_the_end_uses_nothing() -> None:
    used = read_counters(steady()).between(90.0, 110.5)
    assert used is not None
    assert used.seconds == pytest.approx(5.0)


@pytest.mark.parametrize(
    "window",
    [
        pytest.param((105.0, 105.01), id="shorter than a reading"),
        pytest.param((105.0, 105.0), id="empty"),
        pytest.param((106.0, 105.0), id="reversed"),
        pytest.param((80.0, 90.0), id="before the start"),
        pytest.param((102.0, 112.0), id="long after the last reading"),
    ],
)
def test_a_window_that_was_not_measured_has_no_cpu_time(window: tuple[float, float]) -> None:
    assert read_counters(steady()).between(*window) is None


def test_a_stage_without_a_tick_is_not_measured() -> None:
    rows = [f"{100 + n / 50:.6f} {n / 100000:.6f} 0 0" for n in range(500)]
    assert read_counters(text(*rows)).between(102.0, 108.0) is None


def test_a_gap_at_the_end_of_a_window_makes_it_unknown() -> None:
    rows = ["100 0 0 0", "101 1 1 0", "105 5 5 0", "106 6 6 0"]
    counters = read_counters(text(*rows))
    assert counters.between(100.0, 106.0) is not None
    assert counters.between(100.0, 103.0) is None


def test_a_clock_that_went_back_makes_all_windows_unknown() -> None:
    rows = ["100 0 0 0", "101 1 1 0", "99 2 2 0", "103 3 3 0"]
    assert read_counters(text(*rows)).between(100.0, 103.0) is None


def test_a_child_that_is_missing_in_one_reading_is_not_counted_twice() -> None:
    rows = ["100 0 0 0", "101 1 1 0", "102 0.5 0.5 0", "103 2 2 0", "104 2 2 0"]
    used = read_counters(text(*rows)).between(101.0, 103.0)
    assert used is not None
    assert used.seconds == pytest.approx(1.0)


def test_a_steal_counter_that_jumps_back_is_unknown() -> None:
    rows = ["100 0 0 0 10 5", "101 1 1 0 11 1", "102 2 2 0 12 2"]
    used = read_counters(text(*rows)).between(100.0, 102.0)
    assert used is not None
    assert used.seconds == pytest.approx(2.0)
    assert (used.steal_seconds, used.steal_share) == (None, None)


def test_a_kernel_without_steal_leaves_it_unknown() -> None:
    used = read_counters(text("100 0 0 0", "101 1 1 0", "102 2 2 0")).between(100.0, 102.0)
    assert used is not None
    assert used.steal_seconds is None


def test_damaged_lines_are_left_out() -> None:
    rows = ["100 0 0 0", "x", "100.5 nan 1 1", "100.6 -1 0 0", "101 1 1", "102 2 2 0"]
    used = read_counters([*text(*rows), b"103 99 99"]).between(100.0, 102.0)
    assert used is not None
    assert used.seconds == pytest.approx(2.0)


@pytest.mark.parametrize(
    "content", [b"", b"other\n100 0 0 0\n102 2 2 0\n", b"duronb counters 2\n100 0 0 0\n102 2 2 0\n"]
)
def test_a_file_that_is_missing_or_has_another_format_has_no_cpu_time(content: bytes) -> None:
    assert read_counters([content]).between(100.0, 102.0) is None


def test_a_stage_gets_the_values_and_stores_only_what_was_measured() -> None:
    stage = StageResult(name="a", completed=60)
    measured = with_cpu_time(stage, read_counters(steady()).between(102.0, 108.0))
    assert measured.cpu_seconds == pytest.approx(3.0)
    assert measured.cpu_ms_per_orchestration_measured == pytest.approx(50.0)
    assert StageResult.from_json(measured.to_json()) == measured
    assert with_cpu_time(stage, None).to_json().keys().isdisjoint({"cpu_seconds_user", "steal_share"})
