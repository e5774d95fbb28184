"""The store of made-up runs is one that duronb reads."""

from __future__ import annotations

from pathlib import Path

from duronb.analysis.history.trend import trend
from duronb.store import open_store
from tests.benchmarks.many_runs import write_runs


def test_made_up_runs_list_without_damage_and_have_the_changes_that_were_planted(tmp_path: Path) -> None:
    write_runs(tmp_path, 200)
    store = open_store(str(tmp_path))
    runs = store.runs()
    assert (len(runs), store.damaged) == (200, [])
    found = trend(runs)
    assert [len(series.runs) for series in found.series] == [118, 79]
    for near in (49, 98):  # of 50 and 100, less the interrupted before them
        assert any(abs(change.index - near) <= 3 for change in found.series[0].changes)
