"""The index of a large store: it is never outdated, and a store works without it."""

from __future__ import annotations

import json
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from duronb.model.run import RunRecord
from duronb.store import index, listing, open_store
from duronb.store.index import NAME
from duronb.store.places import directory as disk
from tests.store.runs import CREATED, log_file, run_of, small_profile

MANY = 12


@pytest.fixture(autouse=True)
def small_stores_are_worth_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MINIMUM_RUNS", 4)


def filled(path: Path, runs: int = MANY) -> Path:
    """Set the modification times of records to those of their runs, since new records are not indexed."""
    for number in range(runs):
        run = run_of(f"l{number % 3}", CREATED + timedelta(minutes=number))
        write(path, run)
    return path


def write(path: Path, run: RunRecord, age_seconds: int = 3600, **changed: object) -> Path:
    (path / run.id).mkdir(parents=True, exist_ok=True)
    record = path / run.id / "run.json"
    record.write_text(json.dumps(run.to_json() | changed))
    before = record.stat().st_mtime - age_seconds
    os.utime(record, (before, before))
    return record


def read_records(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[RunRecord], int]:
    """List, and count the records that were opened for it."""
    opened: list[tuple[str, ...]] = []
    read = disk.Disk.read

    def watched(self: disk.Disk, *names: str) -> bytes:
        opened.append(names)
        return read(self, *names)

    with monkeypatch.context() as patch:
        patch.setattr(disk.Disk, "read", watched)
        found = open_store(str(path)).runs()
    return found, len(opened)


def test_the_second_listing_reads_no_records_and_returns_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, read_first = read_records(filled(tmp_path), monkeypatch)
    second, read_second = read_records(tmp_path, monkeypatch)
    assert (read_first, read_second) == (MANY, 0)
    assert [run.to_json() for run in second] == [run.to_json() for run in first]
    assert [run.id for run in second] == [run.id for run in first]
    assert [(run.created, run.location, run.tool_version) for run in second] == [
        (run.created, run.location, run.tool_version) for run in first
    ]


def test_a_small_store_gets_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_records(filled(tmp_path, 3), monkeypatch)
    assert not (tmp_path / NAME).exists()


def test_changed_removed_added_and_damaged_runs_are_listed_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, _ = read_records(filled(tmp_path), monkeypatch)
    changed, removed, damaged = runs[1], runs[2], runs[3]
    write(tmp_path, changed, status="interrupted", tool_version="9")
    (tmp_path / removed.id / "run.json").unlink()
    (tmp_path / removed.id).rmdir()
    (tmp_path / damaged.id / "run.json").write_text("{")
    write(tmp_path, run_of("new", CREATED + timedelta(days=1)))
    store = open_store(str(tmp_path))
    by_id = {run.id: run for run in store.runs()}
    assert (by_id[changed.id].status, by_id[changed.id].tool_version) == ("interrupted", "9")
    assert removed.id not in by_id
    assert [found.name for found in store.damaged] == [damaged.id]
    assert next(iter(by_id.values())).label == "new"


def test_a_record_replaced_by_one_of_the_same_size_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, _ = read_records(filled(tmp_path), monkeypatch)
    record = tmp_path / runs[0].id / "run.json"
    text = record.read_text().replace("0.1.32", "0.1.33")
    record.write_text(text)
    assert open_store(str(tmp_path)).runs()[0].subject.name == "0.1.33"


def test_a_record_that_was_just_written_is_not_indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path)
    write(tmp_path, run_of("fresh", CREATED + timedelta(days=1)), age_seconds=0)
    read_records(tmp_path, monkeypatch)
    _, read = read_records(tmp_path, monkeypatch)
    assert read == 1


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\n",
        b"nonsense",
        b"\xff\xfe",
        b"duronb-index-2 7 0 0 00000000\n",
        b"duronb-index-1 7 0 0 00000000\n",
        "half",
        "flipped",
        "longer",
    ],
)
def test_a_damaged_index_is_ignored_and_replaced(
    damage: bytes | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, _ = read_records(filled(tmp_path), monkeypatch)
    path = tmp_path / NAME
    whole = path.read_bytes()
    flipped = whole.replace(b"File SQLite", b"Pile SQLite", 1)
    assert flipped != whole
    made = {"half": whole[: len(whole) // 2], "flipped": flipped, "longer": whole + b"more\n"}
    path.write_bytes(made[damage] if isinstance(damage, str) else damage)
    runs, read = read_records(tmp_path, monkeypatch)
    assert [run.to_json() for run in runs] == [run.to_json() for run in good]
    assert read == MANY
    assert path.read_bytes() == whole


def test_an_index_that_lies_about_its_own_lines_names_the_damaged_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_records(filled(tmp_path), monkeypatch)
    head, _, body = (tmp_path / NAME).read_bytes().partition(b"\n")
    body = body.replace(b'"label":"l0"', b'"label":".."')
    (tmp_path / NAME).write_bytes(index._head(int(head.split()[2]), body) + body)
    run = next(run for run in open_store(str(tmp_path)).runs() if "_l0_" in run.id)
    with pytest.raises(index_error(), match="request of a listed run is damaged"):
        _ = run.label


def index_error() -> type[Exception]:
    from duronb.errors import StoreError

    return StoreError


def test_a_store_that_cannot_be_written_lists_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path)

    def refused(*args: object, **options: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr("tempfile.mkstemp", refused)
    runs, _ = read_records(tmp_path, monkeypatch)
    assert len(runs) == MANY
    assert not (tmp_path / NAME).exists()


def test_an_index_is_complete_or_absent_with_concurrent_writers(tmp_path: Path) -> None:
    filled(tmp_path)
    failures = []

    def work() -> None:
        for _ in range(10):
            (tmp_path / NAME).unlink(missing_ok=True)
            if len(open_store(str(tmp_path)).runs()) != MANY:
                failures.append("a run is missing")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(f"{NAME}-")] == []
    assert len(index.read_index(tmp_path)) in (0, MANY)


def test_a_listed_run_reads_its_samples_and_parses_only_the_stage_asked_for(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    saved = store.save(run_of("real"), small_profile(), log=log_file(tmp_path), cargo_lock=b"# lock\n")
    bare = store.save(run_of("bare"), None, log=tmp_path / "none", cargo_lock=b"")
    for run in (saved, bare):
        os.utime(Path(run.location or "") / "run.json", (0, 0))
    filled(tmp_path)
    store.runs()
    assert set(index.read_index(tmp_path)) >= {saved.id, bare.id}
    listed = {run.id: run for run in store.runs()}
    assert listed[saved.id].profile.samples == 6
    assert listed[saved.id].log == saved.log
    assert listed[saved.id].cargo_lock == b"# lock\n"
    with pytest.raises(LookupError):
        _ = listed[bare.id].profile
    stages = listed[saved.id].stages
    assert listed[saved.id].stage("File SQLite 2/2") == saved.stages[0] == stages[0] == stages[-1]
    assert (len(stages), list(stages), stages[:1]) == (1, list(saved.stages), list(saved.stages))
    with pytest.raises(KeyError):
        listed[saved.id].stage("File")
    with pytest.raises(AttributeError):
        _ = getattr(listed[saved.id], "nonsense")  # noqa: B009


def test_names_and_texts_of_any_kind_survive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path)
    odd = "tab\there\nnew line \x1f \x00 \udc80 é \u2028"
    write(tmp_path, run_of("odd", name=odd), tool_version=odd, created="2026-03-14\t15:09:26+02:00", news=odd)
    first, _ = read_records(tmp_path, monkeypatch)
    second, read = read_records(tmp_path, monkeypatch)
    assert read == 0
    assert [run.to_json() for run in second] == [run.to_json() for run in first]
    (run,) = (run for run in second if run.label == "odd")
    assert (run.subject.name, run.tool_version) == (odd, odd)
