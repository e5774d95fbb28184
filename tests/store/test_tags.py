"""Permanent names of single runs."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path

import pytest

from duronb.errors import HostError, RequestError, StoreError
from duronb.store import Store, open_store
from tests.store.runs import CREATED, run_of


def keep(store: Store, directory: Path, label: str = "baseline", hours: int = 0) -> str:
    run = run_of(label, CREATED + timedelta(hours=hours))
    return store.save(run, None, log=directory / "none", cargo_lock=b"").id


def test_a_tag_loads_its_run_though_newer_ones_come(store: Store, tmp_path: Path) -> None:
    first = keep(store, tmp_path)
    store.tag(first, "v1")
    keep(store, tmp_path, hours=1)
    assert store.load("v1").id == first
    assert store.load("v1", paths=False).id == first
    assert store.tags() == {"v1": first}
    assert [run.id for run in store.runs() if run.id.startswith(".")] == []


def test_tags_are_listed_in_order_and_taken_away(store: Store, tmp_path: Path) -> None:
    run = keep(store, tmp_path)
    for name in ("z", "a", "m.1-x_y"):
        store.tag(run, name)
    assert list(store.tags()) == ["a", "m.1-x_y", "z"]
    store.untag("a")
    assert list(store.tags()) == ["m.1-x_y", "z"]
    with pytest.raises(StoreError, match="no tag 'a'"):
        store.untag("a")
    assert store.load(run).id == run


def test_a_tag_moves_only_by_force(store: Store, tmp_path: Path) -> None:
    first, second = keep(store, tmp_path), keep(store, tmp_path, hours=1)
    store.tag(first, "v1")
    store.tag(first, "v1")
    with pytest.raises(RequestError, match=f"v1 belongs to {first}"):
        store.tag(second, "v1")
    assert store.tags() == {"v1": first}
    store.tag(second, "v1", force=True)
    assert store.tags() == {"v1": second}


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", ".hidden", "-x", "a b", "x" * 65, "x\0", "é", "x\n", "run.json\u2028"]
)
def test_a_hostile_name_is_refused_everywhere(name: str, store: Store, tmp_path: Path) -> None:
    run = keep(store, tmp_path)
    with pytest.raises(RequestError, match="cannot be a tag"):
        store.tag(run, name)
    with pytest.raises(StoreError):
        store.untag(name)
    assert store.tags() == {}


def test_a_tag_is_neither_a_label_nor_an_id(store: Store, tmp_path: Path) -> None:
    run = keep(store, tmp_path)
    with pytest.raises(RequestError, match="label"):
        store.tag(run, "baseline")
    with pytest.raises(RequestError, match="form of a run"):
        store.tag(run, "docker_other_20260314T150926Z")


def test_a_label_that_is_used_after_the_tag_is_the_label(store: Store, tmp_path: Path) -> None:
    run = keep(store, tmp_path)
    store.tag(run, "later")
    labelled = keep(store, tmp_path, "later")
    assert store.load("later").id == labelled


def test_the_tag_of_a_removed_run_is_an_error(store: Store, tmp_path: Path) -> None:
    store.tag("docker_gone_20260314T150926Z", "v1")
    keep(store, tmp_path)
    with pytest.raises(StoreError, match=r"docker_gone_20260314T150926Z, which is not in the store\..*--delete v1"):
        store.load("v1")


@pytest.mark.parametrize("content", [b"", b"../../etc/passwd", b"\xff" * 10, b"x" * 10_000, b"docker_a_2026"])
def test_a_tag_file_without_an_id_is_ignored(content: bytes, tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    run = keep(store, tmp_path)
    (tmp_path / ".tags").mkdir()
    (tmp_path / ".tags" / "v1").write_bytes(content)
    (tmp_path / ".tags" / ".hidden").write_bytes(content)
    (tmp_path / ".tags" / "folder").mkdir()
    assert store.tags() == {}
    with pytest.raises(StoreError, match="no run 'v1'"):
        store.load("v1")
    store.tag(run, "v1", force=True)
    assert store.tags() == {"v1": run}


def test_a_tag_that_is_misspelt_is_suggested(store: Store, tmp_path: Path) -> None:
    store.tag(keep(store, tmp_path), "release-candidate")
    with pytest.raises(StoreError, match="did you mean release-candidate"):
        store.load("release-candidat")


def test_a_tag_is_one_file_with_one_line(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    run = keep(store, tmp_path)
    store.tag(run, "v1")
    assert [path.name for path in (tmp_path / ".tags").iterdir()] == ["v1"]
    assert (tmp_path / ".tags" / "v1").read_text() == f"{run}\n"


def test_tags_work_where_the_disk_has_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, target: object) -> None:
        raise OSError(errno.ENOTSUP, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    store = open_store(str(tmp_path))
    first, second = keep(store, tmp_path), keep(store, tmp_path, hours=1)
    store.tag(first, "v1")
    with pytest.raises(RequestError):
        store.tag(second, "v1")
    assert store.tags() == {"v1": first}


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    run = keep(store, tmp_path)
    (tmp_path / ".tags").write_text("a file")
    with pytest.raises(HostError, match="cannot be written"):
        store.tag(run, "v1")
    assert store.tags() == {}
