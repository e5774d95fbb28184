"""``duronb tag``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from duronb.cli import main
from tests.cli.keeping import stored

Tag = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tag:
    def run(*words: str) -> tuple[int, str, str]:
        status = main(["tag", *words, "--store", str(tmp_path / "store")])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_a_run_is_tagged_listed_and_untagged(tag: Tag, tmp_path: Path) -> None:
    first, second = stored(tmp_path, "ab")
    assert tag("a", "v1") == (0, f"{first} is tagged v1.\n", "")
    assert tag(second[:12], "v2")[0] == 0
    assert first in tag()[1]
    assert json.loads(tag("--json")[1]) == {
        "tags": [{"tag": "v1", "run": first, "present": True}, {"tag": "v2", "run": second, "present": True}]
    }
    assert tag("--delete", "v1") == (0, "The tag v1 is deleted; its run stays.\n", "")
    assert json.loads(tag("--delete", "v2", "--json")[1]) == {"deleted": "v2"}
    assert tag()[1] == "There are no tags. Add one: duronb tag RUN NAME.\n"


def test_a_tag_names_the_run_in_other_commands(tag: Tag, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, _ = stored(tmp_path, "aa")
    assert json.loads(tag(first, "kept", "--json")[1]) == {"run": first, "tag": "kept"}
    assert main(["show", "kept", "--store", str(tmp_path / "store")]) == 0
    assert first in capsys.readouterr().out
    assert tag("kept", "again")[1] == f"{first} is tagged again.\n"


def test_a_taken_tag_moves_by_force(tag: Tag, tmp_path: Path) -> None:
    first, second = stored(tmp_path, "ab")
    tag("a", "v1")
    status, out, err = tag("b", "v1")
    assert (status, out) == (2, "")
    assert err == f"duronb: The tag v1 belongs to {first}. Move it with --force (force=True).\n"
    assert tag("b", "v1", "--force")[1] == f"{second} is tagged v1.\n"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["a"], "The name of the tag is missing. Give RUN and NAME."),
        (["a", "../x"], "'../x' cannot be a tag."),
        (["a", "a"], "a is a label in use"),
        (["c", "v1"], "There is no run 'c'"),
        (["a", "v1", "--delete", "v1"], "--delete takes only the tag."),
        (["--delete", "none"], "There is no tag 'none'. List the tags: duronb tag."),
    ],
)
def test_what_cannot_be_done_is_one_line(words: list[str], line: str, tag: Tag, tmp_path: Path) -> None:
    stored(tmp_path, "a")
    status, out, err = tag(*words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"duronb: {line}")


def test_a_tag_whose_run_is_gone_is_listed_as_such(tag: Tag, tmp_path: Path) -> None:
    import shutil

    (run,) = stored(tmp_path, "a")
    tag("a", "v1")
    shutil.rmtree(tmp_path / "store" / run)
    assert tag()[1].splitlines()[-1].split() == ["v1", run, "gone"]
