from __future__ import annotations

import json
from pathlib import Path

import pytest

from duronb.cli import main
from tests.cli.gate_stores import two_labels


def test_a_label_a_run_and_two_labels_each_have_their_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = two_labels(tmp_path, 0.7)
    target = tmp_path / "r.html"
    for words, heading, runs in (
        (["baseline"], "baseline: 5 runs", 5),
        (["native_baseline_20260314T150926Z"], "baseline · duroxide baseline", 1),
        (["baseline", "candidate"], "baseline → candidate", 10),
    ):
        assert main(["report", *words, "--store", store, "-o", str(target), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert (len(found["runs"]), found["written"]) == (runs, str(target))
        assert f"<h1><bdi>{heading}</bdi></h1>" in target.read_text(encoding="utf-8")


def test_the_page_is_called_after_its_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = two_labels(tmp_path, 0.7)
    monkeypatch.chdir(tmp_path)
    for words, name in (
        (["baseline"], "baseline.html"),
        (["native_baseline_20260314T150926Z"], "native_baseline_20260314T150926Z.html"),
        (["baseline", "candidate"], "baseline_candidate.html"),
    ):
        assert main(["report", *words, "--store", store]) == 0
        assert capsys.readouterr().out == f"{tmp_path / name}\n"
        assert (tmp_path / name).is_file()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["nothing"], "There is no run 'nothing'"),
        (["baseline", "-o", "no/where.html"], "The directory of 'no/where.html' does not exist."),
    ],
)
def test_wrong_usage_is_reported_on_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], line: str
) -> None:
    assert main(["report", *words, "--store", two_labels(tmp_path, 1.0)]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"duronb: {line}")
    assert captured.err.count("\n") == 1
