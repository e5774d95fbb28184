"""Cached samples per bucket: each run is counted once, with the same result as a single run."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from duronb.analysis.bottlenecks.bucket import Catalogue
from duronb.analysis.bottlenecks.catalogue import bundled_catalogue, load_catalogue
from duronb.analysis.bottlenecks.counts import KeptCounts, bucket_counts
from duronb.errors import StoreError
from duronb.model.profile import Profile
from duronb.model.run import RunRecord
from duronb.store import Store, open_store
from duronb.store import counts as kept
from duronb.store.reading import StoredFiles
from tests.analysis.bottlenecks.plain_buckets import plain_bucket
from tests.store.runs import CREATED, log_file, run_of, small_profile
from tests.views.profiles import cells_of, make_profile, realistic_cells

STAGE = "File SQLite 2/2"


@pytest.fixture(autouse=True)
def few_runs_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MINIMUM_RUNS", 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three runs that were stored an hour ago."""
    made = open_store(str(tmp_path / "results"))
    for number in range(3):
        run = run_of(f"l{number}", CREATED + timedelta(minutes=number))
        made.save(run, small_profile(), log=log_file(tmp_path), cargo_lock=b"")
        record = tmp_path / "results" / run.id / "run.json"
        os.utime(record, (record.stat().st_mtime - 3600,) * 2)
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the runs whose samples are read."""
    seen: list[str] = []
    original = StoredFiles.read_profile

    def read_profile(files: StoredFiles) -> Profile:
        seen.append(files._id)
        return original(files)

    monkeypatch.setattr(StoredFiles, "read_profile", read_profile)
    return seen


def counted(store: Store, catalogue: Catalogue) -> list[list[int]]:
    with KeptCounts(store.place) as counts:
        return [list(counts(run, catalogue).stages[STAGE]) for run in store.runs()]


@pytest.mark.long
def test_each_sample_is_counted_once() -> None:
    profile, catalogue = make_profile(realistic_cells(500)), bundled_catalogue()
    expected: dict[str, Counter[str]] = {}
    for (stage, _, _, stack), count in cells_of(profile).items():
        expected.setdefault(stage, Counter())[catalogue.buckets[plain_bucket(stack, catalogue)].id] += count
    counts = bucket_counts(profile, catalogue)
    ids = [bucket.id for bucket in catalogue.buckets]
    found = {stage: Counter(dict(zip(ids, sums, strict=True))) for stage, sums in counts.stages.items()}
    assert {stage: +sums for stage, sums in found.items() if sums.total()} == expected
    assert counts.frequency_hz == profile.frequency_hz


def test_samples_are_read_once(store: Store, read: list[str]) -> None:
    catalogue = bundled_catalogue()
    first = counted(store, catalogue)
    assert (sum(first[0]), len(read)) == (4, 3)
    assert counted(store, catalogue) == first
    assert len(read) == 3


def test_another_catalogue_counts_anew(store: Store, read: list[str], tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("[buckets.mine]\ntitle = 'Mine'\n[buckets.mine.patterns.x]\nname = '^sqlite3_'\n")
    own = load_catalogue(path)
    assert own.fingerprint != bundled_catalogue().fingerprint
    before = counted(store, bundled_catalogue())
    after = counted(store, own)
    assert len(after[0]) == len(before[0]) + 1
    assert after[0][own.index("mine")] == 4
    assert len(read) == 6


def test_the_fingerprint_covers_everything_that_affects_counts(tmp_path: Path) -> None:
    texts = [
        "name = 'a'", "name = 'b'", "module = 'a'", "kind = 'sqlite'",
        "name = 'a'\npriority = 'hold'", "name = 'a'\nwithin = ['fsync']",
    ]  # fmt: skip
    seen = set()
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.toml"
        path.write_text(f"[buckets.mine]\ntitle = 'Mine'\n[buckets.mine.patterns.x]\n{text}\n")
        seen.add(load_catalogue(path).fingerprint)
    assert len(seen) == len(texts)


def test_what_was_counted_before_an_interrupt_is_kept(store: Store, read: list[str]) -> None:
    def interrupted() -> None:
        with KeptCounts(store.place) as counts:
            counts(store.runs()[0], bundled_catalogue())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    counted(store, bundled_catalogue())
    assert len(read) == 3


@pytest.mark.parametrize("wrong", ['"text"', "[999, {}, 1]", f'[999, {{"{STAGE}": [1]}}]', f'[999, {{"{STAGE}": 1}}]'])
def test_invalid_cached_counts_are_counted_again(store: Store, read: list[str], wrong: str) -> None:
    expected = counted(store, bundled_catalogue())
    (path,) = Path(store.root).glob(".figures/*")
    figures = kept.KeptFigures(store.place, path.name, bundled_catalogue().fingerprint)
    for run in store.runs():
        figures.put(run.id, json.loads(wrong))
    figures.write()
    assert counted(store, bundled_catalogue()) == expected
    assert len(read) == 6


def test_missing_and_damaged_samples_are_errors(store: Store) -> None:
    newest = store.runs()[0]
    (Path(newest.location or "") / "samples.parquet").write_bytes(b"nothing")
    with KeptCounts(store.place) as counts:
        with pytest.raises(StoreError):
            counts(newest, bundled_catalogue())
        with pytest.raises(LookupError):
            counts(run_of(), bundled_catalogue())


def test_the_samples_of_many_runs_are_not_held(store: Store) -> None:
    runs: list[RunRecord] = store.runs()
    with KeptCounts(store.place) as counts:
        for run in runs:
            counts(run, bundled_catalogue())
    assert not any(run.files.kept_profile for run in runs)
    kept_one = runs[0].profile
    assert runs[0].read_profile() is kept_one
