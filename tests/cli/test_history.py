"""``duronb history``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from duronb.cli import main
from duronb.store import open_store
from tests.views.history.histories import dropped

History = Callable[..., tuple[int, str, str]]


@pytest.fixture
def history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> History:
    def run(*words: str) -> tuple[int, str, str]:
        status = main(["history", *words, "--store", str(tmp_path / "store")])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def runs(tmp_path: Path) -> list[str]:
    store = open_store(str(tmp_path / "store"))
    ids = [store.save(run, None, log=tmp_path / "none", cargo_lock=b"").id for run in dropped()]
    store.tag(ids[2], "v1")
    return ids


def test_history_prints_the_change(history: History, runs: list[str]) -> None:
    status, out, err = history()
    assert (status, err) == (0, "")
    assert "History of window rate (orch/s), File SQLite 2/2: 30 runs" in out
    assert runs[15] in out
    assert "in order of subject" in history("--by", "subject")[1]


def test_json_is_one_object_with_points_and_changes(history: History, runs: list[str]) -> None:
    facts = json.loads(history("--json", "--stage", "File SQLite 2/2", "--metric", "window_rate")[1])
    (series,) = facts["series"]
    assert [point["run"] for point in series["points"]] == runs
    assert series["points"][2]["tags"] == ["v1"]
    assert [change["after_run"] for change in series["changes"]] == [runs[15]]


def test_a_page_is_written_beside_the_answer(history: History, runs: list[str], tmp_path: Path) -> None:
    page = tmp_path / "history.html"
    _, out, err = history("--html", str(page), "--json")
    assert json.loads(out)["html"] == str(page)
    assert err == f"duronb: The page was written to {page}\n"
    assert "data-duronb-pick" in page.read_text(encoding="utf-8")


def test_an_empty_store_is_an_empty_history(history: History) -> None:
    status, out, _ = history()
    assert status == 0
    assert "There are no runs to show." in out
    assert json.loads(history("--json")[1])["series"] == []


def test_a_label_selects_runs(history: History, runs: list[str]) -> None:
    assert "0 runs" in history("--label", "other")[1]
    assert "No run has the label 'other'. List the runs: duronb runs." in history("--label", "other")[1]
    assert "30 runs" in history("--label", "l")[1]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--metric", "x"], "'x' is not a metric. Choose window_rate"),
        (["--stage", "x"], "No run has a stage 'x'. Choose 'File SQLite 2/2'."),
        (["--by", "x"], "--by cannot be 'x'. Choose auto, time, subject."),
        (["--html", "/"], "'/' cannot be written ("),
    ],
)
def test_what_cannot_be_shown_is_one_line(words: list[str], line: str, history: History, runs: list[str]) -> None:
    status, out, err = history(*words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"duronb: {line}")
