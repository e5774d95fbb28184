from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.ingest.stress_test.tables import Row, TableReader

WIDE = "{:<20} {:<10} {:<10} {:<10} {:<8} {:<8} {:<8} {:<10} {:<15} {:<15} {:<15}ms"
NARROW = "{:<20} {:<10} {:<10} {:<10} {:<10} {:<15} {:<15} {:<15}ms"


def rows(*lines: str) -> list[Row]:
    reader = TableReader()
    return [row for row in map(reader.row, lines) if isinstance(row, Row)]


def test_the_wide_table_has_the_kinds_of_failure() -> None:
    (row,) = rows(WIDE.format("File-Based SQLite", "2/2", 591, 4, 2, 1, 0, "99.32", "19.03", "95.16", "52.54"))
    assert row == Row(
        "File SQLite",
        2,
        2,
        {
            "completed": 591,
            "failed": 4,
            "failed_infrastructure": 2,
            "failed_configuration": 1,
            "failed_application": 0,
            "success_percent": 99.32,
            "throughput": 19.03,
            "activity_throughput": 95.16,
            "ms_per_orchestration": 52.54,
        },
    )


def test_the_narrow_table_does_not() -> None:
    (row,) = rows(NARROW.format("In-Memory SQLite", "1/1", 386, 4, "98.97", "6.47", "32.36", "154.51"))
    assert row.figures["failed"] == 4
    assert "failed_infrastructure" not in row.figures


def test_a_table_may_end_before_the_latency_and_write_a_colon() -> None:
    (row,) = rows("PostgreSQL           8:8        20         0          100.00     1.55            7.73")
    assert (row.name, row.figures["activity_throughput"]) == ("PostgreSQL 8/8", 7.73)
    assert "ms_per_orchestration" not in row.figures


def test_values_of_a_stage_that_completed_nothing_are_none() -> None:
    (row,) = rows(WIDE.format("File SQLite", "1/1", 0, 3, 3, 0, 0, "NaN", "0.00", "0.00", "inf"))
    assert (row.figures["success_percent"], row.figures["throughput"]) == (None, 0.0)
    assert row.figures["ms_per_orchestration"] is None


def test_the_first_table_has_columns_for_dispatchers_and_needs_its_heading() -> None:
    line = "1        2        191        190        1        19.00              95.00"
    assert rows(line) == []
    (row,) = rows("Orch     Worker   Launched   Completed  Failed   Orch/sec           Activity/sec", line)
    assert (row.name, row.figures["launched"], row.figures["completed"]) == ("1/2", 191, 190)


@pytest.mark.parametrize("provider", [True, False])
def test_tables_between_pipes_are_read_by_their_headings(provider: bool) -> None:
    lines = [
        "| Provider | Config | Completed | Failed | Success % | Orch/sec | Activity/sec | Avg Latency |",
        "|----------|--------|-----------|--------|-----------|----------|--------------|-------------|",
        "| File SQLite | 2/2 | 1,267 | 0 | 100.0% | 7.75 | 38.77 | 1,129ms |",
    ]
    if not provider:
        lines = ["|" + line.split("|", 2)[2] for line in lines]
    (row,) = rows(*lines)
    assert row.provider == ("File SQLite" if provider else None)
    assert (row.figures["completed"], row.figures["success_percent"]) == (1267, 100.0)
    assert (row.figures["throughput"], row.figures["ms_per_orchestration"]) == (7.75, 1129.0)


def test_the_second_column_called_config_holds_failures() -> None:
    (row,) = rows(
        "| Config | Completed | Failed | Infra | Config | App | Orch/sec |", "| 1/1 | 10 | 3 | 1 | 2 | 0 | 5 |"
    )
    figures = row.figures
    assert (figures["failed_infrastructure"], figures["failed_configuration"], figures["failed_application"]) == (
        1,
        2,
        0,
    )


def test_other_markdown_tables_are_ignored() -> None:
    reader = TableReader()
    assert reader.row("| Configuration | Orchestration Workers | Description |") is True
    assert reader.row("| 1/1 | 1 | Sequential |") is True


def test_a_row_without_values_is_not_understood() -> None:
    reader = TableReader()
    reader.row("| Config | Completed | Orch/sec |")
    assert reader.row("| 1/1 | none | fast |") is False
    assert reader.row("| all | 5 | 7 |") is False


@given(st.lists(st.one_of(st.text(min_size=1, max_size=80), st.just("| Config | Completed |")), max_size=8))
def test_any_lines_are_read_without_an_error(lines: list[str]) -> None:
    reader = TableReader()
    for line in lines:
        reader.row(line)


@given(
    st.sampled_from(["In-Memory SQLite", "File SQLite", "PostgreSQL", "My provider (v2)"]),
    st.tuples(*[st.integers(0, 99)] * 2),
    st.lists(st.integers(0, 10**6), min_size=5, max_size=5),
    st.lists(st.decimals(0, 10**5, places=2), min_size=4, max_size=4),
)
def test_a_row_is_read_as_it_was_written(
    provider: str, dispatchers: tuple[int, int], counts: list[int], rates: list[object]
) -> None:
    config = f"{dispatchers[0]}/{dispatchers[1]}"
    (row,) = rows(WIDE.format(provider, config, *counts, *map(str, rates)))
    assert (row.provider, row.orchestration_dispatchers, row.worker_dispatchers) == (provider, *dispatchers)
    kinds = ("completed", "failed", "failed_infrastructure", "failed_configuration", "failed_application")
    assert [row.figures[kind] for kind in kinds] == counts
    names = ("success_percent", "throughput", "activity_throughput", "ms_per_orchestration")
    assert [row.figures[name] for name in names] == [float(str(rate)) for rate in rates]
