from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from duronb.cli import main
from tests.cli.gate_stores import one_series, two_labels

WORDS = ["compare", "baseline", "candidate", "--store"]


def test_two_labels_are_compared_and_the_verdict_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*WORDS, two_labels(tmp_path, 0.7)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("candidate regressed against baseline: File SQLite 2/2 −30.0 %.\n")
    assert "5 and 5 runs, p < 0.0001" in " ".join(out.split())


def test_runs_can_be_named_by_id_and_by_tag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = two_labels(tmp_path, 0.7)
    assert main(["compare", "native_baseline_20260314T150926Z", "candidate", "--store", store, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["before"]["runs"] == ["native_baseline_20260314T150926Z"]
    assert len(found["after"]["runs"]) == 5


def test_single_runs_take_the_noise_from_the_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = two_labels(tmp_path, 0.7, runs=12)
    words = ["native_baseline_20260314T150926Z", "native_candidate_20260314T150926Z"]
    assert main(["compare", *words, "--store", store, "--json"]) == 0
    (stage,) = json.loads(capsys.readouterr().out)["stages"]
    assert (stage["method"], stage["df"]) == ("pooled", 20)


def test_a_series_is_named_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "last", "--store", one_series(tmp_path, 0.8), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["paired"], found["level"]) == (True, pytest.approx(0.04))


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["baseline", "baseline"], "The run native_baseline_20260314T150926Z is on both sides. Compare two labels,"),
        (["baseline", "baselin"], "There is no run 'baselin'"),
        (["baseline"], "There is no A/B in "),
        (["baseline", "candidate", "--margin", "-1"], "--margin cannot be '-1'."),
        (["baseline", "candidate", "--margin", "nan"], "--margin cannot be 'nan'."),
        (["baseline", "candidate", "--metric", "lock_warnings"], "The metric lock waits may be zero"),
        (["baseline", "candidate", "--stage", "No"], "No run has a stage 'No'. Choose 'File SQLite 2/2'."),
        (["baseline", "candidate", "--html", "no/where.html"], "The directory of 'no/where.html' does not exist."),
    ],
)
def test_wrong_usage_is_reported_on_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], line: str
) -> None:
    assert main(["compare", *words, "--store", two_labels(tmp_path, 1.0)]) == 2
    captured = capsys.readouterr()
    assert captured.err.lower().startswith(f"duronb: {line}".lower())
    assert captured.err.count("\n") == 1


def test_other_conditions_are_refused_with_their_list_unless_forced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = two_labels(tmp_path, 0.7, environment={"engine": "docker"})
    assert main([*WORDS, store]) == 2
    assert "! Not compared: engine: native before, docker after." in capsys.readouterr().out
    assert main([*WORDS, store, "--force", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["forced"]
    assert {"condition": "engine", "before": "native", "after": "docker"} in found["mismatches"]


def test_a_report_is_written_and_its_path_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "report.html"
    assert main([*WORDS, two_labels(tmp_path, 0.7), "--html", str(target)]) == 0
    assert capsys.readouterr().out.endswith(f"Report   {target}\n")
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.long
def test_a_comparison_loads_nothing_heavy(tmp_path: Path) -> None:
    store = two_labels(tmp_path, 0.7)
    heavy = ("bokeh", "docker", "IPython", "ipywidgets", "pyarrow", "pandas", "scipy.stats")
    code = (
        "import sys; from duronb.cli import main; "
        f"assert main(['compare', 'baseline', 'candidate', '--store', {store!r}]) == 0; "
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True)
    assert found.stderr == "[]\n"
