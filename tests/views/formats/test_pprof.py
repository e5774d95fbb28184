from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.build import UNKNOWN
from duronb.model.profile import Profile
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.formats.pprof import pprof, pprof_message
from tests.views.formats.pprof_reading import Stack, go_pprof, go_top, read
from tests.views.profiles import (
    CELLS,
    HOSTILE,
    Cell,
    cells_of,
    hostile_run,
    make_profile,
    patient,
    realistic_cells,
    small_cells,
)


def expected_samples(profile: Profile) -> Counter[tuple[str, str, int, Stack]]:
    """Count samples sample by sample; one without a frame is unknown."""
    found: Counter[tuple[str, str, int, Stack]] = Counter()
    for (stage, thread, second, stack), count in cells_of(profile).items():
        found[stage, thread, second, stack or ((UNKNOWN, ""),)] += count
    return found


def self_and_total(profile: Profile) -> dict[str, tuple[int, int]]:
    """Count per function name the samples that it has for itself, and those whose stack it is on, each once."""
    own: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for (_, _, _, stack), count in expected_samples(profile).items():
        own[stack[-1][0]] += count
        for name in {name for name, _ in stack}:
            total[name] += count
    return {name: (own[name], count) for name, count in total.items()}


@patient
@given(CELLS, st.sampled_from([999.0, 0.0, 1.0, 49.5, 1e9]))
def test_every_sample_is_read_back(cells: dict[Cell, int], frequency: float) -> None:
    profile = display_tree(make_profile(cells, frequency_hz=frequency)).profile
    found = read(gzip.decompress(pprof(profile, "title")))
    assert found.samples == expected_samples(profile)
    assert found.comments == ["title"]
    has_time = frequency > 0 and round(1e9 / frequency) * profile.samples < 2**63
    assert found.types == [("samples", "count"), *([("cpu", "nanoseconds")] if has_time else [])]
    if has_time:
        assert found.period == int(1e9 / frequency + 0.5)
        assert all(time == count * found.period for count, time in found.values)


def test_time_and_duration_are_those_of_the_samples() -> None:
    profile = make_profile(small_cells(), start=1_700_000_000.25)
    found = read(pprof_message(profile, "t"))
    assert (found.time_nanos, found.duration_nanos) == (1_700_000_000_250_000_000, 10 * 10**9)
    found = read(pprof_message(profile, "t", "File SQLite 2/2"))
    assert (found.time_nanos, found.duration_nanos) == (1_700_000_002_250_000_000, 2 * 10**9)
    # A second before the start moves the start.
    early = replace(profile, second=profile.second - 3)
    assert read(pprof_message(early, "t")).time_nanos == 1_699_999_997_250_000_000
    assert min(second for _, _, second, _ in read(pprof_message(early, "t")).samples) == 0


def test_one_stage_alone() -> None:
    profile = make_profile(small_cells())
    found = read(pprof_message(profile, "t", "File SQLite 1/1")).samples
    assert found == {key: n for key, n in expected_samples(profile).items() if key[0] == "File SQLite 1/1"}
    with pytest.raises(KeyError):
        pprof(profile, "t", "none")


def test_equal_profiles_are_equal_files() -> None:
    assert pprof(make_profile(small_cells()), "t") == pprof(make_profile(small_cells()), "t")


@pytest.mark.long
@pytest.mark.parametrize("cells", [small_cells(), realistic_cells(800)], ids=["small", "realistic"])
def test_pprof_itself_has_the_same_self_and_total(cells: dict[Cell, int], tmp_path: Path) -> None:
    profile = display_tree(make_profile(cells)).profile
    path = tmp_path / "a.pb.gz"
    path.write_bytes(pprof(profile, "t"))
    assert go_top(path) == self_and_total(profile)
    # The program, not the kernel, is what the profile is of.
    assert "File: sqlite-stress" in go_pprof(path, "-top")


@pytest.mark.long
def test_pprof_itself_reads_labels_and_time(tmp_path: Path) -> None:
    path = tmp_path / "a.pb.gz"
    path.write_bytes(pprof(make_profile(small_cells()), "t"))
    raw = go_pprof(path, "-raw")
    assert "PeriodType: cpu nanoseconds\nPeriod: 1001001\n" in raw
    rows = re.findall(r"^ +(\d+) +(\d+): ", raw, re.MULTILINE)
    assert sorted(int(count) for count, _ in rows) == sorted(small_cells().values())
    assert all(int(time) == int(count) * 1_001_001 for count, time in rows)
    tags = go_pprof(path, "-tags", "-sample_index=samples")
    assert re.search(r"stage: Total 46 of 46", tags)
    assert re.search(r"^ +33 \(.*\): File SQLite 2/2$", tags, re.MULTILINE)
    assert re.search(r"^ +26 \(.*\): sqlx-worker$", tags, re.MULTILINE)
    assert re.search(r"^ +18 \(.*\): 2s$", tags, re.MULTILINE)
    focused = go_pprof(path, "-top", "-sample_index=samples", "-tagfocus=stage=File SQLite 1/1")
    assert "Total samples = 46" in focused
    assert "Showing nodes accounting for 8," in focused


def test_hostile_names_survive(tmp_path: Path) -> None:
    profile = hostile_run().profile
    found = read(pprof_message(profile, HOSTILE[0]))
    assert found.samples == expected_samples(profile)
    path = tmp_path / "a.pb.gz"
    path.write_bytes(pprof(profile, HOSTILE[2]))
    assert "Showing nodes accounting for 145, 100% of 145 total" in go_pprof(path, "-top", "-sample_index=samples")


def test_a_run_without_samples_opens(tmp_path: Path) -> None:
    path = tmp_path / "a.pb.gz"
    path.write_bytes(pprof(make_profile({}), ""))
    assert "0 total" in go_pprof(path, "-top", "-sample_index=samples")
