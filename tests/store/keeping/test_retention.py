"""Cleaning: which runs are removed, which are kept, and how they are restored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.errors import RequestError, StoreError
from duronb.model.record.series_member import SeriesMember
from duronb.store import Store, open_store
from duronb.store.keeping import trash
from duronb.store.keeping.retention import clean, empty_trash, to_go, undo
from tests.store.runs import CREATED, run_of

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def fill(store: Store, directory: Path, labels: str, series: dict[int, str] | None = None) -> list[str]:
    """Save a run per letter, an hour apart; return ids, oldest first."""
    ids = []
    for number, label in enumerate(labels):
        run = run_of(label, CREATED + timedelta(hours=number))
        if series and number in series:
            run = run.with_parts(series=SeriesMember(id=series[number]))
        ids.append(store.save(run, None, log=directory / "none", cargo_lock=b"x" * 100, svg=SVG).id)
    return ids


def tree(path: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(path)): file.read_bytes()
        for file in path.rglob("*")
        if file.is_file() and ".trash" not in file.parts
    }


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "results"))


def test_the_newest_of_each_label_stay_and_the_rest_come_back_as_they_were(store: Store, tmp_path: Path) -> None:
    ids = fill(store, tmp_path, "aabab")
    before = tree(tmp_path / "results")
    cleaning = clean(store, 1)
    assert [run.id for run, _ in cleaning.runs] == [ids[2], ids[1], ids[0]]
    assert {run.id for run in store.runs()} == {ids[3], ids[4]}
    assert sorted(path.name for path in (tmp_path / "results").glob("*.svg")) == sorted(f"{i}.svg" for i in ids[3:])
    cleared, back, taken = undo(store)
    assert (sorted(back), taken, len(cleared.runs)) == (sorted(ids[:3]), [], 3)
    assert tree(tmp_path / "results") == before
    assert list((tmp_path / "results" / ".trash").iterdir()) == []
    with pytest.raises(StoreError, match="empty"):
        undo(store)


def test_a_dry_run_changes_nothing_and_reports_the_bytes(store: Store, tmp_path: Path) -> None:
    ids = fill(store, tmp_path, "aa")
    before = tree(tmp_path / "results")
    cleaning = clean(store, 1, dry_run=True)
    assert tree(tmp_path / "results") == before
    assert not (tmp_path / "results" / ".trash").exists()
    expected = sum(len(content) for name, content in before.items() if name.startswith(ids[0]))
    assert [(run.id, size) for run, size in cleaning.runs] == [(ids[0], expected)]
    assert cleaning.to_json()["bytes"] == expected


def test_tagged_runs_and_the_series_of_tagged_runs_stay(store: Store, tmp_path: Path) -> None:
    ids = fill(store, tmp_path, "abababcc", {0: "s1", 1: "s1", 2: "s2", 3: "s2"})
    store.tag(ids[0], "kept")
    cleaning = clean(store, 1)
    assert {run.id for run, _ in cleaning.runs} == {ids[2], ids[3], ids[6]}
    assert cleaning.protected == {ids[0]: "tagged kept", ids[1]: "of the series of kept"}


def test_only_one_label_is_cleaned_but_series_are_looked_at_across_labels(store: Store, tmp_path: Path) -> None:
    ids = fill(store, tmp_path, "abbaa", {0: "s", 1: "s"})
    store.tag(ids[1], "kept")
    cleaning = clean(store, 1, "a")
    assert [run.id for run, _ in cleaning.runs] == [ids[3]]
    assert cleaning.protected == {ids[0]: "of the series of kept"}
    with pytest.raises(StoreError, match="no run 'c'"):
        clean(store, 1, "c")


def test_damaged_directories_and_directories_named_by_hand_are_reported_and_kept(store: Store, tmp_path: Path) -> None:
    ids = fill(store, tmp_path, "aaa")
    results = tmp_path / "results"
    (results / "docker_a_20200101T000000Z").mkdir()
    (results / ids[0]).rename(results / "my own copy")
    cleaning = clean(store, 0)
    assert {run.id for run, _ in cleaning.runs} == set(ids[1:])
    assert [damaged.name for damaged in cleaning.damaged] == ["docker_a_20200101T000000Z"]
    assert cleaning.protected == {"my own copy": "its directory name is not an id"}
    assert (results / "my own copy" / "run.json").is_file()
    assert (results / "docker_a_20200101T000000Z").is_dir()


def test_cleanings_are_undone_one_after_the_other_newest_first(store: Store, tmp_path: Path) -> None:
    ids = fill(store, tmp_path, "aaaa")
    clean(store, 3)
    clean(store, 1)
    assert sorted(undo(store)[1]) == sorted(ids[1:3])
    assert undo(store)[1] == ids[:1]
    assert len(store.runs()) == 4


def test_undo_leaves_in_the_trash_what_another_run_replaced(store: Store, tmp_path: Path) -> None:
    ids = fill(store, tmp_path, "aaa")
    clean(store, 1)
    again = store.save(run_of("a", CREATED), None, log=tmp_path / "none", cargo_lock=b"new")
    assert again.id == ids[0]
    _, back, taken = undo(store)
    assert (back, taken) == ([ids[1]], [ids[0]])
    assert (Path(again.location or "") / "Cargo.lock").read_bytes() == b"new"
    assert [each.runs for each in trash.in_trash(tmp_path / "results")] == [(ids[0],)]


def test_a_cleaning_that_died_between_a_run_and_its_picture_is_completed_or_undone(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = fill(store, tmp_path, "aaa")
    results = tmp_path / "results"
    before = tree(results)

    def killed(source: Path, target: Path) -> None:
        raise KeyboardInterrupt

    def dies() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(trash, "_move_picture", killed)
            clean(store, 1)

    with pytest.raises(KeyboardInterrupt):
        dies()
    assert (results / f"{ids[1]}.svg").exists()
    assert {run.id for run in store.runs()} == {ids[0], ids[2]}
    undo(store)
    assert tree(results) == before
    with pytest.raises(KeyboardInterrupt):
        dies()
    clean(store, 1)
    assert [path.name for path in results.glob("*.svg")] == [f"{ids[2]}.svg"]


def test_the_trash_is_emptied_only_when_asked_and_by_age(store: Store, tmp_path: Path) -> None:
    fill(store, tmp_path, "aaaa")
    results = tmp_path / "results"
    clean(store, 3)
    old = datetime.now(UTC) - timedelta(days=40)
    next((results / ".trash").iterdir()).rename(results / ".trash" / f"{old:%Y%m%dT%H%M%SZ}")
    clean(store, 1)
    assert len(empty_trash(store, 30, dry_run=True)) == 1
    assert len(trash.in_trash(results)) == 2
    (gone,) = empty_trash(store, 30)
    assert (len(gone.runs), gone.bytes > 0) == (1, True)
    assert len(trash.in_trash(results)) == 1
    (gone,) = empty_trash(store)
    assert len(gone.runs) == 2
    assert empty_trash(store) == []
    assert list(results.glob(".partial-*")) == []
    assert len(store.runs()) == 1


@pytest.mark.parametrize("keep", [-1, 1.5, "5", None, True, 10**9])
def test_an_invalid_count_is_refused(keep: Any, store: Store) -> None:
    with pytest.raises(RequestError, match="keep cannot be"):
        clean(store, keep)


def test_an_empty_store_has_nothing_to_clean_and_nothing_is_made(store: Store, tmp_path: Path) -> None:
    assert clean(store, 0).runs == []
    assert empty_trash(store) == []
    assert not (tmp_path / "results").exists()


def test_a_store_of_objects_deletes_only_permanently(tmp_path: Path) -> None:
    import fsspec

    filesystem = fsspec.filesystem("memory")
    filesystem.store.clear()
    filesystem.pseudo_dirs[:] = [""]
    store = open_store("memory://results")
    ids = fill(store, tmp_path, "aaa")
    store.tag(ids[0], "kept")
    assert clean(store, 1, dry_run=True).bytes > 100
    with pytest.raises(RequestError, match=r"no trash\. .*--permanently"):
        clean(store, 1)
    assert len(store.runs()) == 3
    assert [run.id for run, _ in clean(store, 1, permanently=True).runs] == [ids[1]]
    assert {run.id for run in store.runs()} == {ids[0], ids[2]}
    assert not [path for path in filesystem.find("/results") if ids[1] in path]
    for doing in (undo, empty_trash):
        with pytest.raises(RequestError, match="no trash"):
            doing(store)


def test_a_store_on_disk_deletes_nothing_at_once(store: Store, tmp_path: Path) -> None:
    fill(store, tmp_path, "aa")
    with pytest.raises(RequestError, match="trash first"):
        clean(store, 1, permanently=True)
    assert len(store.runs()) == 2


def test_runs_in_the_trash_are_not_listed(store: Store, tmp_path: Path) -> None:
    ids = fill(store, tmp_path, "aa")
    clean(store, 1)
    with pytest.raises(StoreError):
        store.load(ids[0])


@given(
    labels=st.lists(st.sampled_from("abc"), max_size=30),
    keep=st.integers(0, 6),
    tagged=st.sets(st.integers(0, 29), max_size=4),
    series=st.dictionaries(st.integers(0, 29), st.sampled_from(["s", "t"]), max_size=10),
)
def test_every_run_is_kept_for_one_reason_or_removed(
    labels: list[str], keep: int, tagged: set[int], series: dict[int, str]
) -> None:
    runs = []
    for number, label in enumerate(labels):
        run = run_of(label, CREATED - timedelta(hours=number))
        runs.append(run.with_parts(series=SeriesMember(id=series[number])) if number in series else run)
    tags = {f"t{number}": runs[number].id for number in tagged if number < len(runs)}
    going, protected = to_go(runs, tags, keep)
    gone = {run.id for run in going}
    safe = {series[number] for number in tagged if number in series and number < len(runs)}
    for number, run in enumerate(runs):
        newer = sum(other.label == run.label for other in runs[:number])
        stays = newer < keep or number in tagged or series.get(number) in safe
        assert (run.id in gone) == (not stays)
        assert (run.id in protected) == (stays and newer >= keep)
