"""Tables as text: what is cut, what is not, and which columns are left out first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from duronb.model.stage import StageResult
from duronb.views.kit.table import Table
from duronb.views.kit.table_text import table_text
from duronb.views.run.tables import metrics_table, runs_table
from tests.analysis.comparison.sides import run_of


def test_ids_and_times_of_a_list_are_complete_whatever_the_label() -> None:
    created = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
    long = "import_performance-results-duroxide-pg-westus_"
    runs = [run_of("a-label-of-sixty-characters-" + "x" * 32, index, []) for index in range(2)]
    lines = table_text(runs_table(runs), 80).splitlines()[-2:]
    for run, line in zip(runs, lines, strict=True):
        assert line.split()[-1] == run.id
        assert (created + timedelta(minutes=runs.index(run))).strftime("%Y-%m-%d %H:%MZ") in line
    table = Table("c", ["label", "id"], [["l", f"{long}{number}"] for number in range(2)], frozenset({0, 1}),
                  uncut=frozenset({1}))  # fmt: skip
    assert [line.split()[-1] for line in table_text(table, 30).splitlines()[-2:]] == [f"{long}0", f"{long}1"]


def test_a_long_first_cell_that_may_not_be_cut_has_a_line_of_its_own() -> None:
    name = "a::very::long::path::of::a::function::that::explains"
    table = Table("c", ["function", "n"], [[name, "12"], ["short", "3"]], uncut=frozenset({0}))
    lines = table_text(table, 53).splitlines()
    assert lines[-3:] == [name, f"{'':<49}  12", f"{'short':<49}   3"]


def test_the_drain_stays_where_columns_are_left_out() -> None:
    stage = StageResult(
        name="In-Memory SQLite 1/1", seconds=3.0, total_seconds=33.5, completed=61, active_at_stop=20, launched=61,
        failed=0, failed_infrastructure=0, failed_configuration=0, failed_application=0, success_percent=100.0,
        throughput=1.82, activity_throughput=9.1, ms_per_orchestration=549.0, lock_warnings=16, backoff_seconds=0.5,
        samples=3000, orchestration_dispatchers=1, worker_dispatchers=1, latency_ms_p50=100.0, latency_ms_p99=900.0,
    )  # fmt: skip
    text = table_text(metrics_table(run_of("a", 0, [stage])), 100)
    assert "30.5" in text
    assert "9.1" not in text
