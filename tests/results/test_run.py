from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import pytest

from duronb.errors import DuronbError, RequestError, StoreError
from duronb.model.run import RunRecord
from duronb.model.run_files import RunFiles
from duronb.results.run import Run
from duronb.results.runs import Runs
from duronb.views.formats.folded import folded
from tests.views.profiles import hostile_run, make_run, realistic_cells, small_cells
from tests.views.reading import Reader, check_inert


def test_a_run_has_everything_of_its_record_and_shares_its_samples() -> None:
    run = make_run(small_cells())
    record = RunRecord(
        id=run.id,
        status=run.status,
        created=run.created,
        tool_version=run.tool_version,
        parts=run.parts,
        location=run.location,
        files=run.files,
    )
    profile = record.profile
    again = Run.of(record)
    assert again.to_json() == record.to_json()
    assert again.profile is profile
    assert Run.of(again) is again


def test_hot_frames_are_a_table_and_plain_objects() -> None:
    frames = make_run(small_cells()).hot_frames(3, stage="File SQLite 2/2")
    assert json.loads(json.dumps(frames)) == frames.rows
    assert [(row["name"], row["self"], row["total"]) for row in frames.rows] == [
        ("vfs_write", 24, 24), ("read", 7, 7), ("step", 2, 26),
    ]  # fmt: skip
    assert "File SQLite 2/2, of 33 samples" in str(frames)
    assert "vfs_write" in "".join(Reader(frames._repr_html_()).text)


def test_an_unknown_stage_is_refused_with_the_stages() -> None:
    run = make_run(small_cells())
    for call in (
        run.flamegraph,
        run.folded,
        lambda stage: run.hot_frames(stage=stage),
        lambda stage: run.text(stage=stage),
    ):
        with pytest.raises(RequestError, match="Choose In-Memory SQLite 1/1"):
            call("File SQLite 9/9")


def test_samples_outside_of_stages_can_be_looked_at() -> None:
    assert make_run(small_cells()).hot_frames(stage="outside stages").samples == 5


@pytest.mark.parametrize("options", [{"theme": "pink"}, {"min_share": -0.1}, {"min_share": 2}])
def test_odd_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(RequestError):
        make_run(small_cells()).flamegraph(**options)


def test_a_pruned_flamegraph_says_how_much_is_left_out() -> None:
    payload = json.loads(make_run(realistic_cells(400)).flamegraph(min_share=0.01).payload)
    assert payload["omitted"]["nodes"] > 100
    assert any(f"{payload['omitted']['nodes']:,} nodes" in notice for notice in payload["run"]["notices"])


def test_folded_text_is_all_lines() -> None:
    run = make_run(small_cells())
    assert run.folded().splitlines() == list(folded(run.profile))


def test_text_and_repr() -> None:
    run = make_run(small_cells())
    assert "Hottest functions" in str(run)
    assert repr(run) == "<Run docker_baseline_20260314T150926Z, complete>"
    written: list[str] = []
    printer = type("Printer", (), {"text": lambda _, text: written.append(text)})()
    run._repr_pretty_(printer, cycle=False)
    assert written == [str(run)]


def test_a_run_without_samples_still_prints() -> None:
    bare = replace(make_run(small_cells()), files=RunFiles())
    assert "20.24" in str(bare)
    with pytest.raises(StoreError, match="no samples"):
        bare.flamegraph()


def test_runs_are_a_list_and_a_table() -> None:
    runs = Runs([make_run(small_cells(), label=label) for label in ("second", "first")])
    assert [run.label for run in runs] == ["second", "first"]
    lines = str(runs).splitlines()
    assert "second" in lines[-2]
    assert "docker_first_20260314T150926Z" in lines[-1]
    assert all(len(line) <= 100 for line in lines)
    assert "docker_first_20260314T150926Z" in "".join(Reader(runs._repr_html_()).text)
    assert "No runs" in str(Runs())
    assert "No runs" in Runs()._repr_html_()


def test_hostile_runs_are_text_in_tables() -> None:
    run = hostile_run()
    check_inert(Runs([run])._repr_html_() + run.hot_frames()._repr_html_() + "&lt;script&gt;alert(1)&lt;/script&gt;", 0)
    assert not any(ord(c) < 0x20 and c != "\n" for c in str(Runs([run])) + str(run.hot_frames()))


def test_pandas_gets_a_row_per_stage() -> None:
    frame = Runs([make_run(small_cells())]).to_pandas()
    assert list(frame["stage"]) == [stage.name for stage in make_run(small_cells()).stages]
    row = frame.iloc[3]
    assert (row["throughput"], row["label"]) == (20.24, "baseline")
    assert row["cpu_ms_per_orchestration"] == pytest.approx(33 * 1000 / 999 / 197)


def test_without_pandas_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(DuronbError, match="pip install pandas"):
        Runs().to_pandas()
