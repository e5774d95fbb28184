"""Saving, listing and finding runs."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from duronb.errors import HostError, StoreError
from duronb.model.record.quality import Quality
from duronb.model.run import RunRecord
from duronb.store import Store, open_store
from duronb.store.places import directory as disk
from duronb.store.places.directory import Disk
from tests import ROOT
from tests.store.runs import CREATED, log_file, run_of, small_profile

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def save(
    store: Store, directory: Path, run: RunRecord | None = None, *, log: Path | None = None, svg: bytes | None = SVG
) -> RunRecord:
    log = log or log_file(directory)
    return store.save(run or run_of(), small_profile(), log=log, cargo_lock=b"# lock\n", svg=svg)


def location_of(run: RunRecord) -> Path:
    assert run.location is not None
    return Path(run.location)


def everything_in(path: Path) -> list[str]:
    return sorted(str(entry.relative_to(path)) for entry in path.rglob("*"))


def test_a_saved_run_loads_as_it_was(store: Store, tmp_path: Path) -> None:
    saved = save(store, tmp_path)
    for run in (saved, store.load("baseline"), store.load(saved.id)):
        assert run.to_json() == run_of().to_json()
        assert run.created == CREATED
        assert run.log == b"what the workload printed\xff\n"
        assert run.profile.samples == 6
        np.testing.assert_array_equal(run.profile.node, small_profile().node)
        assert run.location == f"{store.root}/{run.id}"
        assert store.svg(run) == f"{store.root}/{run.id}.svg"


def test_a_run_on_disk_has_the_documented_files(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "results"))
    save(store, tmp_path)
    name = "docker_baseline_20260314T150926Z"
    assert everything_in(tmp_path / "results") == [
        name,
        f"{name}.svg",
        f"{name}/Cargo.lock",
        f"{name}/frames.parquet",
        f"{name}/run.json",
        f"{name}/samples.parquet",
        f"{name}/stress.log.zst",
    ]
    assert (tmp_path / "results" / f"{name}.svg").read_bytes() == SVG
    assert (tmp_path / "results" / name / "Cargo.lock").read_bytes() == b"# lock\n"
    assert json.loads((tmp_path / "results" / name / "run.json").read_text())["schema_version"] == 1


def test_listing_and_loading_read_no_samples(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "results"))
    run = save(store, tmp_path)
    for name in ("samples.parquet", "frames.parquet", "stress.log.zst"):
        (location_of(run) / name).unlink()
    assert [found.id for found in store.runs()] == [run.id]
    loaded = store.load("baseline")
    with pytest.raises(StoreError, match="samples"):
        _ = loaded.profile
    with pytest.raises(StoreError, match="log"):
        _ = loaded.log


def test_runs_come_newest_first_and_by_label(store: Store, tmp_path: Path) -> None:
    for label, hours in (("a", 0), ("b", 2), ("a", 1)):
        save(store, tmp_path, run_of(label, CREATED + timedelta(hours=hours)))
    assert [run.label for run in store.runs()] == ["b", "a", "a"]
    assert [run.created.hour for run in store.runs("a")] == [16, 15]
    assert store.runs("c") == []
    assert store.load("a").created.hour == 16


def test_an_empty_store_lists_nothing_and_makes_nothing(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "results"))
    assert store.runs() == []
    with pytest.raises(StoreError, match="no runs"):
        store.load("baseline")
    assert not (tmp_path / "results").exists()


def test_a_label_with_underscores_is_no_other_label(store: Store, tmp_path: Path) -> None:
    save(store, tmp_path, run_of("a_b", CREATED))
    save(store, tmp_path, run_of("b", CREATED - timedelta(days=1)))
    assert store.load("b").created < CREATED
    assert [run.label for run in store.runs("a_b")] == ["a_b"]


def test_the_beginning_of_one_id_is_enough_and_of_two_is_not(store: Store, tmp_path: Path) -> None:
    first = save(store, tmp_path, run_of("a", CREATED))
    save(store, tmp_path, run_of("a", CREATED + timedelta(days=1)))
    assert store.load("docker_a_20260314").id == first.id
    with pytest.raises(StoreError, match="beginning of 2 ids"):
        store.load("docker_a_2026")


def test_an_unknown_label_names_the_closest_and_how_to_list(store: Store, tmp_path: Path) -> None:
    save(store, tmp_path)
    with pytest.raises(StoreError, match=r"did you mean baseline\?.*duronb runs"):
        store.load("baselin")
    with pytest.raises(StoreError, match=r"no run '\\x1b\[31m'"):
        store.load("\x1b[31m")


@pytest.mark.parametrize("form", ["directory", "run.json", "svg", "relative"])
def test_a_path_loads_a_run_from_anywhere(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = save(open_store(str(tmp_path / "elsewhere")), tmp_path)
    monkeypatch.chdir(tmp_path)
    path = {
        "directory": f"{run.location}",
        "run.json": f"{run.location}/run.json",
        "svg": f"{run.location}.svg",
        "relative": f"./elsewhere/{run.id}",
    }[form]
    store = open_store(str(tmp_path / "results"))
    assert store.load(path).to_json() == run.to_json()
    with pytest.raises(StoreError):
        store.load(path, paths=False)


@pytest.mark.parametrize(
    "selector", ["..", "../elsewhere", "/etc", "/etc/passwd", ".", "", "a/../../b", "x\0y", "*", "docker_*"]
)
def test_a_selector_never_leads_out_of_the_store(selector: str, tmp_path: Path) -> None:
    save(open_store(str(tmp_path / "results")), tmp_path)
    with pytest.raises(StoreError):
        open_store(str(tmp_path / "results")).load(selector)
    with pytest.raises(StoreError):
        open_store(str(tmp_path / "results")).load(selector, paths=False)


def test_a_taken_id_gets_a_number(store: Store, tmp_path: Path) -> None:
    one = save(store, tmp_path)
    two = save(store, tmp_path, run_of(name="another subject"))
    assert store.reserve_id("docker", "baseline", CREATED) == "docker_baseline_20260314T150926Z_3"
    assert (one.id, two.id) == ("docker_baseline_20260314T150926Z", "docker_baseline_20260314T150926Z_2")
    assert two.subject.name == "another subject"
    assert store.load(two.id).subject == two.subject
    assert store.load("baseline").id == two.id


def test_the_same_run_is_stored_once(store: Store, tmp_path: Path) -> None:
    assert save(store, tmp_path).id == save(store, tmp_path).id
    assert len(store.runs()) == 1


def test_a_reserved_id_is_what_a_run_is_stored_under(store: Store, tmp_path: Path) -> None:
    run_id = store.reserve_id("embedded", "my.label", CREATED)
    assert run_id == "embedded_my.label_20260314T150926Z"
    assert save(store, tmp_path, replace(run_of("my.label"), id=run_id)).id == run_id


@pytest.mark.parametrize("run_id", ["../evil", "docker_x", "", "docker_../a_20260314T150926Z"])
def test_an_invalid_id_is_refused(run_id: str, store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        save(store, tmp_path, replace(run_of(), id=run_id))


def test_a_missing_log_is_an_empty_one(store: Store, tmp_path: Path) -> None:
    assert save(store, tmp_path, log=tmp_path / "none").log == b""


def test_a_run_without_a_picture_has_no_svg_file(tmp_path: Path) -> None:
    save(open_store(str(tmp_path / "results")), tmp_path, svg=None)
    assert not list((tmp_path / "results").glob("*.svg"))


def test_values_that_json_cannot_represent_do_not_lose_the_run(store: Store, tmp_path: Path) -> None:
    odd = {"nan": float("nan"), "count": np.int64(7), "path": Path("a"), "nested": [(1, float("inf"))], "bad": "\udc80"}
    run = save(store, tmp_path, run_of().with_parts(quality=Quality(extra=odd)))
    assert run.quality.extra == {"nan": None, "count": 7, "path": "a", "nested": [[1, None]], "bad": "\udc80"}


def test_a_label_passes_over_a_run_that_is_being_written(store: Store, tmp_path: Path) -> None:
    saved = save(store, tmp_path)
    later = run_of(created=CREATED + timedelta(hours=1))
    if store.root.startswith("memory"):
        import fsspec

        fsspec.filesystem("memory").pipe_file(f"/results/{later.id}/samples.parquet", b"PAR1")
    else:
        (tmp_path / "results" / later.id).mkdir()
    assert store.load("baseline").id == saved.id


def test_damaged_runs_are_left_out_and_reported(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    good = save(store, tmp_path)
    contents = {
        "docker_a_20260314T150926Z": b"{",
        "docker_b_20260314T150926Z": b'{"schema_version": 1}',
        "docker_c_20260314T150926Z": b"[]",
        "docker_d_20260314T150926Z": b'{"schema_version": 99}',
        "docker_e_20260314T150926Z": b"[" * 100_000,
        "docker_f_20260314T150926Z": None,
        "notes": b"{}",
    }
    for name, content in contents.items():
        (tmp_path / name).mkdir()
        if content is not None:
            (tmp_path / name / "run.json").write_bytes(content)
    assert [run.id for run in store.runs()] == [good.id]
    assert sorted(damaged.name for damaged in store.damaged) == sorted(set(contents) - {"notes"})
    with pytest.raises(StoreError, match=r"newer duronb\. Upgrade"):
        store.load("d")
    with pytest.raises(StoreError, match="damaged"):
        store.load("a")


@pytest.mark.parametrize(
    "changed",
    [
        {"created": "yesterday"},
        {"created": "2026-03-14T15:09:26"},
        {"created": 7},
        {"status": "splendid"},
        {"stages": 7},
        {"stages": [7]},
        {"stages": [{}]},
        {"request": {"label": "../.."}},
        {"request": None},
        {"quality": []},
        {"schema_version": "1"},
    ],
)
def test_a_record_with_a_wrong_part_is_damaged(changed: dict[str, object], tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "results"))
    path = location_of(save(store, tmp_path)) / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))
    with pytest.raises(StoreError, match="damaged"):
        store.load("baseline")
    assert store.runs() == []
    assert len(store.damaged) == 1


def test_a_newer_minor_version_may_add_fields(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "results"))
    path = location_of(save(store, tmp_path)) / "run.json"
    fields = json.loads(path.read_text())
    fields["news"] = fields["stages"][0]["news"] = fields["request"]["news"] = 1
    path.write_text(json.dumps(fields))
    assert store.load("baseline").to_json() == run_of().to_json()


def test_the_name_of_the_directory_is_the_id(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "results"))
    run = save(store, tmp_path)
    location_of(run).rename(tmp_path / "results" / "docker_copy_20260314T150926Z")
    (found,) = store.runs()
    assert found.id == "docker_copy_20260314T150926Z"
    assert found.profile.samples == 6


def test_a_full_disk_is_reported_in_one_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(str(tmp_path / "results"))

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(disk, "_sync_path", full)
    with pytest.raises(HostError, match="full") as error:
        save(store, tmp_path)
    assert "\n" not in str(error.value)
    assert everything_in(tmp_path / "results") == []


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from duronb.errors import HostError
from duronb.store import open_store
from tests.store.runs import run_of, small_profile
import duronb.store.columns
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
root = Path(sys.argv[1])
for limit in (0, 500, 2000, 4500):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        open_store(str(root / "results")).save(
            run_of(), small_profile(), log=root / "stress.log", cargo_lock=b"x" * 3000, svg=b"x" * 5000
        )
    except HostError as error:
        print("full" in str(error), list((root / "results").rglob("*")))
"""


def test_every_file_of_a_run_is_flushed_before_the_run_appears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: set[int] = set()
    appeared: list[set[int]] = []
    rename = os.rename

    def watched_rename(source: str | Path, target: str | Path) -> None:
        appeared.append(set(flushed))
        rename(source, target)

    monkeypatch.setattr(os, "fsync", lambda descriptor: flushed.add(os.fstat(descriptor).st_ino))
    monkeypatch.setattr(os, "rename", watched_rename)
    monkeypatch.setattr(Path, "rename", watched_rename)
    run = save(open_store(str(tmp_path / "results")), tmp_path)
    files = {entry.name: entry.stat().st_ino for entry in location_of(run).iterdir()}
    assert {"run.json", "samples.parquet", "frames.parquet"} < set(files)
    assert any(set(files.values()) <= before for before in appeared)


@pytest.mark.long
def test_a_write_that_stops_half_way_leaves_nothing(tmp_path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    log_file(tmp_path, os.urandom(1000))
    (tmp_path / "results").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["True []"] * 4


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        store = open_store(str(path))
        with pytest.raises(HostError, match="cannot be written"):
            store.check_writable()
        with pytest.raises(HostError, match="cannot be written"):
            save(store, tmp_path)
        assert store.runs() == []


def test_a_store_that_can_be_written_stays_empty(store: Store) -> None:
    store.check_writable()
    assert store.runs() == []


def test_a_failed_upload_leaves_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fsspec

    filesystem = fsspec.filesystem("memory")
    filesystem.store.clear()
    store = open_store("memory://results")
    upload = filesystem.put_file

    def broken(source: str, target: str, **options: object) -> None:
        if target.endswith("run.json"):
            raise OSError("the network is gone")
        upload(source, target, **options)

    monkeypatch.setattr(type(filesystem), "put_file", lambda self, *a, **k: broken(*a, **k))
    with pytest.raises(HostError, match="network"):
        save(store, tmp_path)
    assert filesystem.find("/results") == []


def test_partial_runs_of_killed_processes_are_removed_after_a_day(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "results"))
    old, fresh = (tmp_path / "results" / f".partial-{name}" for name in ("old", "fresh"))
    for path in (old, fresh):
        path.mkdir(parents=True)
        (path / "run.json").write_text("{")
    os.utime(old, (0, 0))
    assert store.runs() == []
    save(store, tmp_path)
    assert not old.exists()
    assert fresh.exists()


def test_two_writers_of_one_id_store_two_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(str(tmp_path / "results"))
    save(store, tmp_path)
    monkeypatch.setattr(Disk, "exists", lambda self, run_id: False)  # the other writer was a moment faster
    assert store.reserve_id("docker", "baseline", CREATED) == run_of().id
    assert save(store, tmp_path, run_of(name="other")).id == f"{run_of().id}_2"
    assert len(store.runs()) == 2


def test_the_store_is_named_by_argument_then_environment_then_checkout_then_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_store().root == str(tmp_path / "profiling" / "results")
    assert open_store(None, tmp_path / "checkout").root == str(tmp_path / "checkout" / "profiling" / "results")
    monkeypatch.setenv("DURONB_STORE", str(tmp_path / "env"))
    assert open_store(None, tmp_path / "checkout").root == str(tmp_path / "env")
    assert open_store("here").root == str(tmp_path / "here")
    assert open_store(f"file://{tmp_path}/there").root == str(tmp_path / "there")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert open_store("~/runs").root == str(tmp_path / "runs")
    assert open_store(open_store("memory://a/b").root).root == "memory://a/b"


@pytest.mark.parametrize("url", ["nonsense://x", "a\0b"])
def test_a_store_that_cannot_be_opened_says_so(url: str) -> None:
    with pytest.raises(HostError):
        open_store(url)


def test_a_log_that_is_damaged_says_so(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "results"))
    run = save(store, tmp_path, log=log_file(tmp_path, b"line\n" * 10_000))
    path = location_of(run) / "stress.log.zst"
    path.write_bytes(b"\0" * 50)
    with pytest.raises(StoreError, match="log"):
        _ = store.load("baseline").log


def test_a_run_without_samples_has_no_parquet_files_and_reports_it(store: Store, tmp_path: Path) -> None:
    saved = store.save(run_of(), None, log=tmp_path / "none", cargo_lock=b"")
    for run in (saved, store.load("baseline"), store.runs()[0]):
        assert run.to_json() == run_of().to_json()
        with pytest.raises(LookupError, match=run.id):
            _ = run.profile
        assert run.log == b""


def test_a_run_without_samples_consists_of_two_files(tmp_path: Path) -> None:
    run = open_store(str(tmp_path / "results")).save(run_of(), None, log=tmp_path / "none", cargo_lock=b"")
    assert everything_in(location_of(run)) == ["run.json", "stress.log.zst"]
