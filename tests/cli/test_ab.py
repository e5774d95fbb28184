"""``duronb ab``, with an engine that pretends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from duronb.cli import main
from tests.capture.pretended import PretendedEngine


def run(tmp_path: Path, *words: str) -> int:
    return main(["ab", *words, "--store", str(tmp_path / "store")])


SHORT = ("--seconds", "2", "--stages", "file:2/2")


def test_progress_goes_block_by_block_to_standard_error_and_the_result_to_standard_output(
    engine: PretendedEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "0.1.1", "0.1.2", *SHORT, "--blocks", "2") == 0
    out, err = capsys.readouterr()
    words = " ".join(out.split())
    assert words.startswith("2 and 2 runs show nothing smaller than ")
    assert "It is undecided whether 0.1.2 differs from 0.1.1: File SQLite 2/2 " in words
    assert "2 runs before, 2 after" in out
    assert out.splitlines()[-1].startswith("Series ")
    lines = [line.strip() for line in err.splitlines()]
    assert "duroxide 0.1.1 against duroxide 0.1.2: 2 blocks of one run each" in err
    assert "warm-up, before (0.1.1): 20 orch/s" in lines
    assert sum(line.startswith(("block 1/2", "block 2/2")) for line in lines) == 4


def test_json_is_one_object(engine: PretendedEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "0.1.1", "0.1.2", *SHORT, "--blocks", "1", "--json", "--labels", "a,b") == 0
    written = json.loads(capsys.readouterr().out)
    assert (written["interrupted"], len(written["runs"])) == (False, 4)
    compared = written["comparison"]
    # The sides of a block run in random order.
    block = sorted(written["runs"][2:])
    assert [compared[side]["runs"] for side in ("before", "after")] == [[run] for run in block]
    assert [run[:9] for run in block] == ["native_a_", "native_b_"]
    assert [compared[side]["labels"] for side in ("before", "after")] == [["a"], ["b"]]
    assert (compared["paired"], compared["forced"], compared["look"]) == (True, False, 1)


@pytest.mark.long
def test_more_adds_to_the_last_series(
    engine: PretendedEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, "0.1.1", "0.1.2", *SHORT, "--blocks", "1")
    assert run(tmp_path, "--more", "2", "last") == 0
    out = capsys.readouterr().out
    assert "3 runs before, 3 after" in out
    assert "Look 2 at this series" in out
    assert run(tmp_path, "--more", "1") == 0
    out = capsys.readouterr().out
    assert "4 runs before, 4 after" in out
    assert "Look 3 at this series" in out


def test_options_of_a_side_are_one_word_and_force_the_comparison(
    engine: PretendedEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("0.1.1", "0.1.1", *SHORT, "--blocks", "1", "--after-options", "--args '--delay 2'", "--json")
    assert run(tmp_path, *words) == 0
    compared = json.loads(capsys.readouterr().out)["comparison"]
    assert compared["forced"]
    assert compared["mismatches"] == [{"condition": "workload arguments", "before": "none", "after": "--delay 2"}]


def test_an_interrupt_ends_with_130_and_what_is_complete_is_compared(
    engine: PretendedEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.behaviours = ["well"] * 5 + ["interrupt"]
    assert run(tmp_path, "0.1.1", "0.1.2", *SHORT) == 130
    out, err = capsys.readouterr()
    assert "1 run before, 1 after" in out
    assert "Record more blocks: duronb ab --more N" in err
    engine.behaviours = ["well"] * 8 + ["interrupt"]
    assert run(tmp_path, "0.1.1", "0.1.2", *SHORT, "--json") == 130
    written = json.loads(capsys.readouterr().out)
    assert (written["interrupted"], written["comparison"], len(written["runs"])) == (True, None, 3)


def test_rebuild_reaches_the_runs_of_both_sides(
    engine: PretendedEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "0.1.1", "0.1.2", *SHORT, "--blocks", "1", "--rebuild", "--json") == 0
    ids = json.loads(capsys.readouterr().out)["runs"]
    stored = [json.loads((tmp_path / "store" / run_id / "run.json").read_text(encoding="utf-8")) for run_id in ids]
    assert [record["request"]["rebuild"] for record in stored] == [True] * 4


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("0.1.1",), "two sides"),
        ((), "two sides"),
        (("0.1.1", "0.1.2", "--more", "1"), "--more adds"),
        (("--more", "1", "--seconds", "5"), "--seconds cannot be changed for a stored series"),
        (("--more", "1", "--rebuild"), "--rebuild cannot be changed for a stored series"),
        (("--more", "0"), "--more cannot be"),
        (("0.1.1", "0.1.2", "--at-most", "5m"), "--at-most limits the time of --until-decided"),
        (("0.1.1", "0.1.2", "--until-decided", "--at-most", "5"), "--at-most cannot be"),
        (("0.1.1", "0.1.2", "--blocks", "x"), "--blocks cannot be"),
        (("0.1.1", "0.1.2", "--seed", "-1"), "--seed"),
        (("0.1.1", "0.1.2", "--labels", "a"), "two labels"),
        (("0.1.1", "0.1.2", "--seconds", "0"), "seconds cannot be"),
        (("--more", "1"), "There is no A/B"),
    ],
)
def test_usage_that_is_wrong_ends_with_2_and_one_line(
    engine: PretendedEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert run(tmp_path, *words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert len(err.splitlines()) == 1
    assert engine.prepared == 0


def test_a_side_that_does_not_compile_ends_with_1(
    engine: PretendedEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.broken = lambda _plan: True
    assert run(tmp_path, "0.1.1", "0.1.2", *SHORT) == 1
    assert "error: broken" in capsys.readouterr().err


@pytest.mark.long
def test_until_decided_goes_on_by_itself_and_says_how_it_ended(
    engine: PretendedEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A third slower after, with a noise of a few percent.
    slow: dict[str, float] = {}

    def rate(binary: str, number: int) -> float:
        return slow.setdefault(binary, 20.0 if slow else 30.0) + number % 5 / 2

    engine.rate = rate
    words = ("0.1.1", "0.1.2", *SHORT, "--blocks", "3", "--until-decided", "--at-most", "10m", "--json")
    assert run(tmp_path, *words) == 0
    written = json.loads(capsys.readouterr().out)
    compared = written["comparison"]
    blocks = len(compared["before"]["runs"])
    assert blocks >= 3
    assert compared["verdict"] in ("regressed", "improved")
    assert compared["look"] == blocks - 2
    assert written["ended"] == f"It ended by itself after {blocks} complete blocks: {compared['verdict']}."
    assert compared["notices"][0] == written["ended"]
    assert main(["compare", "last", "--json", "--store", str(tmp_path / "store")]) == 0
    assert json.loads(capsys.readouterr().out)["level"] == compared["level"]
