"""The cache of counted values: it is never outdated, and a store works without it."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from duronb.store import counts as kept
from duronb.store import open_store
from duronb.store.counts import FOLDER, KeptFigures
from duronb.store.places.directory import Disk
from tests.store.runs import CREATED, log_file, run_of, small_profile


@pytest.fixture(autouse=True)
def few_runs_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MINIMUM_RUNS", 2)


def filled(path: Path, runs: int = 3, age_seconds: int = 3600) -> list[str]:
    names = []
    for number in range(runs):
        run = run_of(f"l{number}", CREATED + timedelta(minutes=number))
        record = path / run.id / "run.json"
        record.parent.mkdir(parents=True)
        record.write_text("{}")
        os.utime(record, (CREATED.timestamp(), record.stat().st_mtime - age_seconds))
        names.append(run.id)
    return names


def put_all(path: Path, names: list[str], key: str = "k") -> None:
    figures = KeptFigures(Disk(path), "x.json", key)
    for number, name in enumerate(names):
        figures.put(name, {"n": [number, 0.1]})
    figures.write()


def get_all(path: Path, names: list[str], key: str = "k") -> list[Any]:
    figures = KeptFigures(Disk(path), "x.json", key)
    return [figures.get(name) for name in names]


def test_values_are_found_under_their_key_only(tmp_path: Path) -> None:
    names = filled(tmp_path)
    put_all(tmp_path, names)
    assert get_all(tmp_path, names) == [{"n": [0, 0.1]}, {"n": [1, 0.1]}, {"n": [2, 0.1]}]
    assert get_all(tmp_path, names, key="other") == [None] * 3
    assert get_all(tmp_path, ["docker_no_20260314T150926Z"]) == [None]


def test_a_changed_run_has_no_values(tmp_path: Path) -> None:
    names = filled(tmp_path)
    put_all(tmp_path, names)
    (tmp_path / names[0] / "run.json").write_text("{ }")
    (tmp_path / names[1] / "run.json").unlink()
    assert get_all(tmp_path, names) == [None, None, {"n": [2, 0.1]}]


def test_values_of_a_record_that_was_just_written_are_not_kept(tmp_path: Path) -> None:
    names = filled(tmp_path, age_seconds=0)
    put_all(tmp_path, names)
    assert get_all(tmp_path, names) == [None] * 3


def test_few_runs_are_not_written(tmp_path: Path) -> None:
    put_all(tmp_path, filled(tmp_path, 1))
    assert not (tmp_path / FOLDER).exists()


def test_a_single_new_run_is_added_to_many(tmp_path: Path) -> None:
    names = filled(tmp_path, 4)
    put_all(tmp_path, names[:3])
    put_all(tmp_path, names[3:])
    assert None not in get_all(tmp_path, names)


def test_removed_runs_are_forgotten_and_others_stay(tmp_path: Path) -> None:
    names = filled(tmp_path, 5)
    put_all(tmp_path, names[:3])
    (tmp_path / names[0] / "run.json").unlink()
    (tmp_path / names[0]).rmdir()
    put_all(tmp_path, names[3:])
    stored = json.loads((tmp_path / FOLDER / "x.json").read_text())
    assert set(stored["runs"]) == set(names[1:])


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[" * 100_000, b"{}", b"[]", b'{"key":"k","runs":[]}', b'{"key":"k","runs":{"NAME":[1]}}'],
)
def test_a_damaged_file_is_ignored(tmp_path: Path, content: bytes) -> None:
    names = filled(tmp_path)
    put_all(tmp_path, names)
    (tmp_path / FOLDER / "x.json").write_bytes(content.replace(b"NAME", names[0].encode()))
    assert get_all(tmp_path, names) == [None] * 3
    put_all(tmp_path, names)
    assert None not in get_all(tmp_path, names)


def test_a_store_that_cannot_be_written_works_without(tmp_path: Path) -> None:
    names = filled(tmp_path)
    (tmp_path / FOLDER).write_text("in the way")
    put_all(tmp_path, names)
    assert get_all(tmp_path, names) == [None] * 3


def test_the_file_is_no_run(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    saved = store.save(run_of(), small_profile(), log=log_file(tmp_path), cargo_lock=b"")
    put_all(tmp_path, filled(tmp_path))
    assert [run.id for run in store.runs()] == [saved.id]
    assert all(FOLDER not in str(damaged) for damaged in store.damaged)
