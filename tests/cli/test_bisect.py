"""``duronb bisect``: words, exit codes and both kinds of output; the search has its own tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from duronb.cli import main
from tests.capture.pretended import PretendedEngine
from tests.conftest import git


@pytest.fixture
def checkout(make_checkout: Callable[..., Path]) -> Path:
    """Return a checkout with commits tagged good, between and bad."""
    path = make_checkout()
    manifest = path / "Cargo.toml"
    manifest.write_text(manifest.read_text() + "\n[features]\nprovider-test = []\n")
    for name in ("good", "between", "bad"):
        (path / "name").write_text(name)
        git(path, "add", ".")
        git(path, "commit", "-q", "-m", f"<{name}>")
        git(path, "tag", name)
    return path


def run(checkout: Path, *words: str) -> int:
    return main(["bisect", *words, "--repo", str(checkout), "--store", str(checkout.parent / "store")])


def slow_after_one_binary(engine: PretendedEngine) -> None:
    """Make everything but what runs first slower: the good end is built, and warms up, first."""
    engine.rate = lambda binary, number: (500 if binary == engine.recorded[0] else 400) + number % 3


@pytest.mark.long
def test_the_commit_that_was_found_is_printed_with_its_evidence(
    engine: PretendedEngine, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slow_after_one_binary(engine)
    assert run(checkout, "good", "bad", "--seconds", "2") == 0
    out, err = capsys.readouterr()
    found = git(checkout, "rev-parse", "between").strip()
    assert out.startswith(f"The first slower candidate is {found[:9]} <between>.")
    assert "The first blocks show whether" in err

    assert run(checkout, "good", "bad", "--seconds", "2", "--json") == 0
    written = json.loads(capsys.readouterr().out)
    assert written["first_slower"] == {"name": found[:9], "title": "<between>", "ref": found}
    assert written["outcome"] == "found"
    (stage,) = written["evidence"]["stages"]
    assert sum(stage["after"]) / len(stage["after"]) < 0.9 * sum(stage["before"]) / len(stage["before"])
    assert written["probability"] >= 0.97
    assert written["loss"]["interval"][0] < 0.2 < written["loss"]["interval"][1]
    assert abs(sum(written["probabilities"]) + written["no_change_probability"] - 1) < 1e-9
    assert all(look["stored"] for look in written["measured"])


def test_nothing_to_bisect_ends_with_3(
    engine: PretendedEngine, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.rate = lambda _binary, number: 500 + number % 3
    assert run(checkout, "good", "bad", "--seconds", "2") == 3
    assert capsys.readouterr().out.startswith("Nothing to bisect: ")


def test_an_interrupt_ends_with_130_and_says_that_it_can_go_on(
    engine: PretendedEngine, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.behaviours = ["well"] * 5 + ["interrupt"]
    assert run(checkout, "good", "bad", "--seconds", "2") == 130
    assert "The same command resumes the search" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("good",), "required: BAD"),
        (("bad", "good"), "not an ancestor"),
        (("good", "nope"), "not a release, a ref of"),
        (("good", "bad", "--margin", "x"), "--margin cannot be"),
        (("good", "bad", "--margin", "0"), "--margin cannot be"),
        (("good", "bad", "--looks", "101"), "--looks cannot be"),
        (("good", "bad", "--blocks", "0"), "--blocks cannot be"),
        (("good", "bad", "--metric", "speed"), "not a metric"),
    ],
)
def test_usage_that_is_wrong_ends_with_2(
    engine: PretendedEngine, checkout: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert run(checkout, *words) == 2
    assert says in capsys.readouterr().err
    assert engine.prepared == 0


def test_an_end_that_does_not_compile_ends_with_1(
    engine: PretendedEngine, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.broken = lambda _plan: True
    assert run(checkout, "good", "bad", "--seconds", "2") == 1
    assert "error: broken" in capsys.readouterr().err
