"""``duronb clean``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from duronb.cli import main
from duronb.engine.docker.clean import DockerPiece
from duronb.results.retention import size_text
from duronb.store import open_store
from tests.cli.keeping import stored

Clean = Callable[..., tuple[int, str, str]]


@pytest.fixture
def clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clean:
    def run(*words: str, store: str = str(tmp_path / "store")) -> tuple[int, str, str]:
        status = main(["clean", *words, "--store", store])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def ids(tmp_path: Path) -> set[str]:
    return {run.id for run in open_store(str(tmp_path / "store")).runs()}


def test_old_runs_go_to_the_trash_and_come_back(clean: Clean, tmp_path: Path) -> None:
    a1, a2, b1, a3 = stored(tmp_path, "aaba")
    status, out, err = clean("--keep", "1")
    assert (status, err) == (0, "")
    assert out.startswith("Moved to the trash: 2 runs, ")
    assert a1 in out
    assert a2 in out
    assert out.endswith("Restore them with duronb clean --undo; delete them with duronb clean --empty-trash.\n")
    assert ids(tmp_path) == {b1, a3}
    assert clean("--undo")[1].startswith("Restored 2 runs of the cleaning of 20")
    assert ids(tmp_path) == {a1, a2, b1, a3}


def test_a_dry_run_reports_what_would_be_removed_and_why_runs_stay(clean: Clean, tmp_path: Path) -> None:
    runs = stored(tmp_path, "aaa")
    open_store(str(tmp_path / "store")).tag(runs[0], "v1")
    (tmp_path / "store" / "docker_a_20200101T000000Z").mkdir()
    _, out, _ = clean("--keep", "1", "--dry-run", "a")
    assert out.startswith("Would move to the trash: 1 run, ")
    assert f"Kept: {runs[0]}, tagged v1.\n" in out
    assert "Not touched: docker_a_20200101T000000Z. The run docker_a_20200101T000000Z is damaged" in out
    assert len(ids(tmp_path)) == 3


def test_json_has_sizes_reasons_and_the_trash(clean: Clean, tmp_path: Path) -> None:
    first, _ = stored(tmp_path, "aa")
    facts = json.loads(clean("--keep", "1", "--json")[1])
    assert [run["id"] for run in facts["runs"]] == [first]
    assert facts["bytes"] == facts["runs"][0]["bytes"] > 100
    assert Path(facts["trash"]).is_dir()
    undone = json.loads(clean("--undo", "--json")[1])
    assert (undone["restored"], undone["in_trash"]) == ([first], [])


def test_the_trash_is_emptied(clean: Clean, tmp_path: Path) -> None:
    stored(tmp_path, "aaa")
    clean("--keep", "1")
    assert clean("--empty-trash", "--older-than", "30")[1] == "Nothing to delete.\n"
    assert clean("--empty-trash", "--dry-run")[1].startswith("Would delete 2 runs, ")
    facts = json.loads(clean("--empty-trash", "--json")[1])
    assert len(facts["deleted"][0]["runs"]) == 2
    assert clean("--undo")[0] == 2


def test_nothing_to_clean_is_reported(clean: Clean, tmp_path: Path) -> None:
    stored(tmp_path, "ab")
    assert clean("--keep", "5")[1] == "Nothing to clean: no label has more than 5 runs that may be removed.\n"


def test_what_is_removed_from_the_engine_and_what_stays_is_reported(
    clean: Clean, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def pieces(*, dry_run: bool) -> list[DockerPiece]:
        asked.append(dry_run)
        return [
            DockerPiece(kind="volume", name="duronb-target", bytes=1_990_000_000),
            DockerPiece(kind="volume", name="duronb-cargo", bytes=None),
            DockerPiece(kind="image", name="duronb-tools:\x1b[2J", bytes=160_800_000, stays="it is in use"),
        ]

    monkeypatch.setattr("duronb.engine.docker.clean.clean_docker", pieces)
    status, out, _ = clean("--docker", "--dry-run")
    first, *rows, last = out.splitlines()
    assert (status, first) == (0, "Would remove from the Docker engine: 2.0 GB")
    assert [row.split() for row in rows[-2:]] == [
        ["volume", "duronb-target", "2.0", "GB"],
        ["volume", "duronb-cargo", "?"],
    ]
    assert last == "Kept: image duronb-tools:␛[2J, it is in use."
    facts = json.loads(clean("--docker", "--json")[1])
    assert asked == [True, False]
    assert (facts["dry_run"], facts["bytes"], len(facts["docker"])) == (False, 1_990_000_000, 3)
    assert [piece["stays"] for piece in facts["docker"]] == [None, None, "it is in use"]
    monkeypatch.setattr("duronb.engine.docker.clean.clean_docker", lambda **_: [])
    assert clean("--docker")[1] == "Nothing to remove from the Docker engine.\n"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "The number of runs to keep is missing. Give it, such as --keep 5."),
        (["--keep", "-1"], ""),
        (["--keep", "five"], "--keep cannot be 'five'. Give a whole number from 0 to 9999999."),
        (["--keep", "1", "--undo"], "--keep, --undo, --empty-trash and --docker exclude each other."),
        (["--keep", "1", "--older-than", "3"], "--older-than applies only to --empty-trash."),
        (["--empty-trash", "--older-than", "soon"], "--older-than cannot be 'soon'."),
        (["--empty-trash", "--older-than", "nan"], "--older-than cannot be 'nan'."),
        (["--keep", "1", "--docker"], "--keep, --undo, --empty-trash and --docker exclude each other."),
        (["--docker", "a"], "--docker does not clean runs. Drop the label and --permanently."),
        (["--undo", "a"], "--undo and --empty-trash apply to the runs of all labels."),
        (["--undo", "--dry-run"], "--undo cannot be combined with --dry-run."),
        (["--undo"], "The trash of "),
        (["--keep", "1", "c"], "There is no run 'c'"),
        (["--keep", "1", "--permanently"], "Runs in a directory are moved to the trash first."),
    ],
)
def test_what_cannot_be_done_is_one_line(words: list[str], line: str, clean: Clean, tmp_path: Path) -> None:
    stored(tmp_path, "aa")
    status, out, err = clean(*words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"duronb: {line}")
    assert len(ids(tmp_path)) == 2


def test_an_object_store_needs_permanently(clean: Clean) -> None:
    import fsspec

    filesystem = fsspec.filesystem("memory")
    filesystem.store.clear()
    filesystem.pseudo_dirs[:] = [""]
    assert clean("--empty-trash", store="memory://x")[2] == (
        "duronb: memory://x has no trash. Only stores in a directory have one.\n"
    )


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_234_567, "1.2 MB"), (10**13, "10.0 TB")]
)
def test_sizes_have_the_unit_that_suits(size: int, text: str) -> None:
    assert size_text(size) == text
