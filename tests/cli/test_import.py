"""``duronb import``, through the real store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from duronb.cli import main


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    path = tmp_path / "their stacks.folded"
    path.write_text("main;a;b 3\nmain;c 1\n", encoding="utf-8")
    return path


def test_import_stores_a_run_that_the_other_commands_take(
    stacks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", str(tmp_path / "store")]
    assert main(["import", str(stacks), "theirs", *store]) == 0
    printed = capsys.readouterr().out
    assert "import_theirs_" in printed
    assert "Picture" in printed

    assert main(["show", "theirs", "--json", *store]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(frame["name"], frame["self"]) for frame in shown["hot_frames"]][:2] == [("b", 3), ("c", 1)]
    assert main(["runs", *store]) == 0
    assert "their stacks.folded" in capsys.readouterr().out
    assert main(["export", "theirs", str(tmp_path / "x.folded"), *store]) == 0
    assert (tmp_path / "x.folded").read_text(encoding="utf-8").splitlines() == ["main;a;b 3", "main;c 1"]


def test_import_as_json_is_the_run_and_its_label_may_be_left_out(
    stacks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(stacks), "--json", "--store", str(tmp_path / "store")]) == 0
    run = json.loads(capsys.readouterr().out)
    assert run["id"].startswith("import_imported_")
    assert (run["environment"]["engine"], run["stages"], run["subject"]["name"]) == ("import", [], stacks.name)
    assert Path(run["picture"]).is_file()


def test_import_of_an_unknown_format_fails_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_text("nothing\n", encoding="utf-8")
    assert main(["import", str(tmp_path / "x"), "--store", str(tmp_path / "store")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
