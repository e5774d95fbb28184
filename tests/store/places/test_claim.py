"""Only one of many writers has a run's id, also where answers are lost."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import fsspec
import pytest

from duronb.errors import HostError
from duronb.store import Store, open_store
from duronb.store.places import claim
from duronb.store.places.claim import CLAIM
from duronb.store.places.object_store import Objects
from tests.store.many_writers import main
from tests.store.runs import CREATED, log_file, run_of, small_profile


@pytest.fixture
def memory() -> Any:
    filesystem = fsspec.filesystem("memory")
    filesystem.store.clear()
    filesystem.pseudo_dirs[:] = [""]
    return filesystem


def save(store: Store, directory: Path, name: str) -> str:
    return store.save(run_of(name=name), small_profile(), log=log_file(directory), cargo_lock=name.encode()).id


@pytest.mark.parametrize("conditional", [True, False])
def test_two_writers_that_see_no_run_store_two(
    conditional: bool, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not conditional:
        monkeypatch.setattr(claim, "creates", lambda filesystem: False)
    store = open_store("memory://results")
    first = save(store, tmp_path, "first")
    monkeypatch.setattr(Objects, "exists", lambda self, run_id: False)  # a stale answer
    second = save(store, tmp_path, "second")
    assert second == f"{first}_2"
    assert [store.place.read(run_id, "Cargo.lock") for run_id in (first, second)] == [b"first", b"second"]


def test_a_failing_writer_removes_only_what_it_wrote(
    memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store("memory://results")
    first = save(store, tmp_path, "first")
    before = set(memory.find("/results"))
    monkeypatch.setattr(Objects, "exists", lambda self, run_id: False)
    monkeypatch.setattr(type(memory), "put_file", lambda *given, **options: 1 / 0)
    with pytest.raises(HostError, match="division by zero"):
        save(store, tmp_path, "second")
    assert set(memory.find("/results")) == before
    assert any(name.startswith(f"/results/{first}/{CLAIM}") for name in before)


@pytest.mark.parametrize("call", ["exists", "makedirs", "pipe_file", "put_file", "rm_file"])
def test_whatever_a_filesystem_raises_is_one_line(
    call: str, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store("memory://results")

    def refuse(*given: object, **options: object) -> None:
        raise RuntimeError("connection\nlost")

    monkeypatch.setattr(type(memory), call, refuse)
    with pytest.raises(HostError, match=r"^memory://results cannot be written: connection lost\. Give another"):  # noqa: PT012
        store.reserve_id("docker", "baseline", CREATED)
        store.check_writable()
        save(store, tmp_path, "first")


@pytest.mark.skipif(
    not claim.creates(fsspec.filesystem("memory")), reason="fsspec before 2024.12 does not create conditionally"
)
def test_a_repeated_request_recognises_its_own_object(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write = type(memory).pipe_file

    def repeated(self: Any, path: str, value: bytes, mode: str = "overwrite") -> None:
        write(self, path, value, mode=mode)
        write(self, path, value, mode=mode)

    monkeypatch.setattr(type(memory), "pipe_file", repeated)
    assert claim.create(memory, "/a/claim", b"mine")
    assert not claim.create(memory, "/a/claim", b"yours")


def test_a_run_that_is_being_written_is_not_damaged(memory: Any, tmp_path: Path) -> None:
    store = open_store("memory://results")
    kept = save(store, tmp_path, "first")
    memory.pipe_file(f"/results/{run_of('later').id}/{CLAIM}", b"another writer")
    assert [run.id for run in store.runs()] == [kept]
    assert store.damaged == []


def test_a_partial_run_that_vanishes_while_it_is_looked_at_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "results"
    (root / ".partial-other").mkdir(parents=True)
    scan = os.scandir

    def vanishing(path: Any) -> Any:
        if path != root or not (root / ".partial-other").exists():
            return scan(path)
        with scan(path) as entries:
            found = list(entries)
        (root / ".partial-other").rmdir()
        return Closing(found)

    monkeypatch.setattr(os, "scandir", vanishing)
    assert save(open_store(str(root)), tmp_path, "first")
    assert not (root / ".partial-other").exists()


class Closing(list[Any]):
    """Entries of a directory, as scandir returns them."""

    def __enter__(self) -> list[Any]:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is open."""


def test_many_processes_store_every_run(tmp_path: Path) -> None:
    assert main([str(tmp_path / "results"), "--processes", "3", "--runs", "3"]) == 0


@pytest.mark.skipif("AWS_ENDPOINT_URL" not in os.environ, reason="there is no S3 server: set AWS_ENDPOINT_URL")
def test_many_processes_store_every_run_on_s3() -> None:
    bucket = os.environ.get("DURONB_TEST_BUCKET", "bucket")
    assert main([f"s3://{bucket}/many-{time.time_ns()}", "--processes", "3", "--runs", "3"]) == 0
