from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given

from duronb.model.record.environment import Environment
from duronb.model.stage import StageResult
from duronb.results.run import Run
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.flamegraph.hot_frames import hot_frames
from duronb.views.kit.table_text import table_text
from duronb.views.run.tables import metrics_table, runs_table
from tests.views.profiles import (
    CELLS,
    STAGES,
    Cell,
    cells_of,
    make_profile,
    make_run,
    patient,
    realistic_cells,
    small_cells,
)


@patient
@given(CELLS)
def test_hot_frames_count_a_function_once_per_stack(cells: dict[Cell, int]) -> None:
    shown = display_tree(make_profile(cells))
    selfs: Counter[tuple[str, str]] = Counter()
    totals: Counter[tuple[str, str]] = Counter()
    for (*_, stack), count in cells_of(shown.profile).items():
        if stack:
            selfs[stack[-1]] += count
        for frame in set(stack):
            totals[frame] += count
    found = hot_frames(shown, None)
    assert {(f.name, f.module): f.self_samples for f in found if f.self_samples} == dict(selfs)
    assert {(f.name, f.module): f.total for f in found} == dict(totals)
    assert [(-f.self_samples, -f.total) for f in found] == sorted((-f.self_samples, -f.total) for f in found)


def test_hot_frames_of_one_stage_are_parts_of_that_stage() -> None:
    shown = display_tree(make_profile(small_cells()))
    top = hot_frames(shown, 2, "File SQLite 2/2")
    assert [(f.name, f.self_samples, f.total, f.kind) for f in top] == [
        ("vfs_write", 24, 24, "kernel"),
        ("read", 7, 7, "libc"),
    ]
    assert top[0].share == pytest.approx(24 / 33)
    with pytest.raises(KeyError):
        hot_frames(shown, 2, "no such stage")


def test_metrics_keep_the_workloads_last_digit() -> None:
    table = metrics_table(make_run(realistic_cells(200)))
    assert [row[0] for row in table.rows] == list(STAGES)
    row = dict(zip(table.columns, table.rows[1], strict=True))
    assert row["orch/s"] == "18.24"
    assert row["window orch/s"] == "18.90"
    assert row["failed (i/c/a)"] == "1 (1/0/0)"
    assert row["success %"] == "99.25"
    assert row["back-off s"] == "22.4"


def test_cpu_time_per_orchestration_comes_from_the_samples() -> None:
    run = make_run({(STAGES[0], "t", 0, (("f", "m"),)): 1998})
    run = run.with_parts(stages=[replace(run.stages[0], completed=100)])
    row = dict(zip(metrics_table(run).columns, metrics_table(run).rows[0], strict=True))
    assert row["CPU ms/orch"] == "20.00"
    assert row["samples"] == "1,998"


def test_unknown_values_are_dashes() -> None:
    run = make_run(small_cells()).with_parts(stages=[StageResult(name="killed")])
    row = dict(zip(metrics_table(run).columns, metrics_table(run).rows[0], strict=True))
    assert [row[name] for name in ("orch/s", "completed", "failed (i/c/a)")] == ["–"] * 3


def test_a_column_without_any_value_is_left_out_with_its_note() -> None:
    table = StageResult(name="a", completed=1, throughput=1.0, lock_warnings=None, backoff_seconds=None)
    measured = replace(table, name="b", latency_ms_p50=1200.4, latency_ms_p99=3000.0)
    run = make_run(small_cells())
    bare = metrics_table(run.with_parts(stages=[table]))
    assert bare.columns == ["stage", "orch/s", "completed", "failed (i/c/a)"]
    assert set(bare.notes) <= set(bare.columns)
    full = metrics_table(run.with_parts(stages=[table, measured]))
    assert full.columns == [*bare.columns, "p50 ms", "p99 ms"]
    assert [row[-2:] for row in full.rows] == [["–", "–"], ["1,200", "3,000"]]


def test_back_off_is_shown_as_a_part_of_the_dispatchers_time() -> None:
    stage = StageResult(
        name="File SQLite 2/2",
        orchestration_dispatchers=2,
        worker_dispatchers=2,
        seconds=10.0,
        total_seconds=12.5,
        backoff_seconds=25.0,
        lock_warnings=90,
    )
    table = metrics_table(make_run(small_cells()).with_parts(stages=[stage]))
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert (row["back-off s"], row["back-off %"], row["drain s"]) == ("25.0", "50.0", "2.5")


@pytest.mark.parametrize(("imputed", "text"), [(0.5, "≤ 25.0"), (0.0, "25.0")])
def test_imputed_back_off_is_marked(imputed: float, text: str) -> None:
    stage = StageResult(name="a", worker_dispatchers=1, orchestration_dispatchers=1, seconds=100.0)
    stage = replace(stage, backoff_seconds=25.0, backoff_imputed_seconds=imputed)
    table = metrics_table(make_run(small_cells()).with_parts(stages=[stage]))
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert (row["back-off s"], row["back-off %"]) == (text, text.replace("25.0", "12.5"))


def test_what_a_stress_test_prints_fits_into_120_columns() -> None:
    run = make_run(realistic_cells(200))
    assert len(metrics_table(run).columns) >= 12
    lines = table_text(metrics_table(run), 120).splitlines()
    assert max(len(line) for line in lines) <= 120
    for word in ("window", "success", "drain", "CPU", "back-off", "samples"):
        assert word in "".join(lines[:4])


def test_every_row_has_every_column() -> None:
    run = make_run(small_cells())
    for table in (metrics_table(run), runs_table([run])):
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_runs_are_listed_in_the_order_given() -> None:
    runs = [make_run(small_cells(), label=label) for label in ("b", "a")]
    assert [row[0] for row in runs_table(runs).rows] == ["b", "a"]
    assert isinstance(runs[0], Run)


def test_the_table_says_what_the_stages_with_a_file_ran_on() -> None:
    run = make_run(small_cells())
    memory, file = (StageResult(name=f"{name} 2/2", provider=name) for name in ("In-Memory SQLite", "File SQLite"))

    def title(*stages: StageResult, **facts: str) -> str:
        return metrics_table(run.with_parts(stages=list(stages), environment=Environment.from_json(facts))).caption

    on_volume = {"tmp_filesystem": "ext4", "database_on": "volume"}
    assert title(memory, file, **on_volume) == "Stress test, per stage (File SQLite: on ext4 (volume))"
    assert title(file, tmp="tmpfs, 64 MB") == "Stress test, per stage (File SQLite: on tmpfs)"
    assert title(memory, **on_volume) == title(file) == "Stress test, per stage"
