"""The gate: each exit status through the command line, and what it writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from duronb.cli import main
from tests.cli.gate_stores import one_series, two_labels

WORDS = ["check", "baseline", "candidate", "--store"]


@pytest.mark.parametrize(
    ("factor", "runs", "status", "outcome"),
    [
        (1.0, 20, 0, "passed"),
        (1.3, 5, 0, "passed"),
        (0.7, 5, 1, "failed"),
        (0.97, 5, 3, "undecided"),
        (0.7, 1, 3, "undecided"),
    ],
)
def test_the_exit_status_says_what_the_gate_says(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    factor: float,
    runs: int,
    status: int,
    outcome: str,
) -> None:
    assert main([*WORDS, two_labels(tmp_path, factor, runs=runs)]) == status
    assert f"Gate: {outcome} (exit {status})" in capsys.readouterr().out


def test_a_candidate_recorded_after_the_baseline_differs_and_is_undecided(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All runs of the baseline are a week older: drift would look like this regression, and like an improvement."""
    for factor in (0.7, 1.3):
        (directory := tmp_path / str(factor)).mkdir()
        assert main([*WORDS, two_labels(directory, factor, first=7 * 24 * 60)]) == 3
        text = " ".join(capsys.readouterr().out.split())
        assert "candidate differs from baseline, but not necessarily because of the code" in text
        assert "It differs: All runs before are older than all runs after, so drift" in text
        assert "Gate: undecided (exit 3)" in text


@pytest.mark.parametrize(
    "words",
    [
        ["nothing", "candidate"],
        ["baseline", "baseline"],
        ["baseline", "candidate", "--margin", "x"],
        ["baseline", "candidate", "--margin", "0"],
        ["baseline", "candidate", "--stage", "none"],
        ["baseline", "candidate", "--metric", "none"],
        ["baseline", "candidate", "--junit", "no/such/place.xml"],
        ["baseline", "candidate", "--junit", "-", "--json"],
        ["baseline", "candidate", "--wrong"],
        ["baseline"],
        [],
    ],
)
def test_usage_is_2_and_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(["check", *words, "--store", two_labels(tmp_path, 1.0)]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("duronb: ")
    assert captured.err.count("\n") == 1


def test_other_conditions_are_3_unless_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = two_labels(tmp_path, 0.7, environment={"engine": "docker"})
    assert main([*WORDS, store]) == 3
    assert "these conditions differ: engine" in capsys.readouterr().out
    assert main([*WORDS, store, "--force"]) == 1


def test_the_margin_decides_what_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = two_labels(tmp_path, 0.88)
    assert [main([*WORDS, store, "--margin", margin]) for margin in ("5", "30%")] == [1, 0]
    assert "beyond the margin of 5 %" in capsys.readouterr().out


def test_a_series_can_be_judged_by_its_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = one_series(tmp_path, 0.8)
    assert [main(["check", name, "--store", store]) for name in ("last", "20260314")] == [1, 1]
    assert "5 and 5 runs in alternation" in " ".join(capsys.readouterr().out.split())


def test_json_is_one_object_with_the_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*WORDS, two_labels(tmp_path, 0.7), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "regressed"
    assert found["gate"] == {
        "outcome": "failed",
        "exit_code": 1,
        "reasons": [],
        "costs": [],
        "stages": [
            {
                "stage": "File SQLite 2/2",
                "outcome": "failed",
                "reason": "It regressed beyond the margin of 5 %.",
            }
        ],
    }
    assert found["written"] == []


def test_files_are_written_whatever_the_outcome(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = {name: tmp_path / f"out.{name}" for name in ("md", "xml", "html")}
    words = ["--markdown", str(paths["md"]), "--junit", str(paths["xml"]), "--html", str(paths["html"])]
    assert main([*WORDS, two_labels(tmp_path, 0.7), *words, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["written"] == [str(path) for path in paths.values()]
    assert "❌ **failed**" in paths["md"].read_text(encoding="utf-8")
    assert ET.parse(paths["xml"]).getroot().get("failures") == "1"
    page = paths["html"].read_text(encoding="utf-8")
    assert "Gate: failed" in page


def test_markdown_goes_to_standard_output_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*WORDS, two_labels(tmp_path, 1.0), "--markdown", "-"]) == 3
    assert capsys.readouterr().out.startswith("### duronb: <code>baseline</code> → <code>candidate</code>\n")


@pytest.mark.long
def test_the_shell_sees_the_exit_status(tmp_path: Path) -> None:
    store = two_labels(tmp_path, 0.7)
    words = [sys.executable, "-m", "duronb", *WORDS, store]
    found = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"PYTHONUTF8": "1"}, check=False)
    assert found.returncode == 1, found.stderr
    assert "candidate regressed against baseline" in found.stdout
