from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from duronb.views.kit.table_text import table_text, terminal_width
from duronb.views.run.tables import hot_table, metrics_table, runs_table
from duronb.views.run.text import run_text
from tests.views.profiles import hostile_run, make_run, realistic_cells, small_cells


@pytest.mark.parametrize("width", [80, 100, 200])
def test_text_fits_its_columns(width: int) -> None:
    for run in (make_run(realistic_cells(300)), hostile_run()):
        for line in run_text(run, width=width).splitlines():
            assert len(line) <= width or line.startswith(("Files", "Picture"))


def test_text_says_what_a_reader_needs() -> None:
    text = run_text(make_run(realistic_cells(300)), width=100)
    for part in ("baseline", "duroxide 0.1.32", "docker (perf, container with the capability SYS_ADMIN)",
                 "999 Hz", "17.24",
                 "File SQLite 2/2", "Hottest functions", "poll_future", "! Hardware counters are missing",
                 "/tmp/results/docker_baseline_20260314T150926Z"):  # fmt: skip
        assert part in text


def test_a_narrow_terminal_keeps_the_important_columns() -> None:
    narrow = table_text(metrics_table(make_run(small_cells())), 80)
    for word in ("stage", "orch/s", "window", "completed", "failed", "samples"):
        assert word in narrow
    assert "lock" not in narrow
    assert "lock" in table_text(metrics_table(make_run(small_cells())), 140)


def test_hostile_names_control_no_terminal() -> None:
    text = run_text(hostile_run(), width=100)
    assert not any(ord(c) < 0x20 and c != "\n" for c in text)
    assert "\u202e" not in text
    assert "␛[31m" in text


def test_the_path_of_the_picture_is_shown(tmp_path: Path) -> None:
    run = replace(make_run(small_cells()), location=str(tmp_path / "run"))
    assert "Picture" not in run_text(run, width=100)
    (tmp_path / "run.svg").write_text("<svg/>")
    assert f"Picture  {tmp_path}/run.svg" in run_text(run, width=100)


def test_an_interrupted_run_says_so_first() -> None:
    text = run_text(replace(make_run(small_cells()), status="interrupted"), width=100)
    assert "Status   interrupted" in text
    assert "! This run was interrupted" in text


def test_empty_tables_are_only_headings() -> None:
    assert len(table_text(runs_table([]), 80).splitlines()) == 4
    assert "function" in table_text(hot_table([], 0), 80).splitlines()[2]


def test_the_width_is_the_terminals_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns, expected in (("40", 80), ("90", 90), ("300", 100)):
        monkeypatch.setenv("COLUMNS", columns)
        assert terminal_width() == expected
