from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.build import UNKNOWN
from duronb.model.kinds import kind_of
from duronb.model.profile import Profile
from duronb.model.stage import OUTSIDE
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.formats.firefox import firefox
from tests.views.formats.firefox_reading import Stack, check_profile, samples_of
from tests.views.profiles import (
    CELLS,
    HOSTILE,
    STAGES,
    Cell,
    cells_of,
    hostile_run,
    make_profile,
    patient,
    realistic_cells,
    small_cells,
)


def expected_samples(profile: Profile) -> Counter[tuple[str, int, Stack]]:
    """Count samples sample by sample; one without a frame is unknown."""
    found: Counter[tuple[str, int, Stack]] = Counter()
    for (_, thread, second, stack), count in cells_of(profile).items():
        found[thread, second, stack or ((UNKNOWN, ""),)] += count
    return found


@patient
@given(CELLS, st.sampled_from([999.0, 0.0, 1.0]))
def test_every_sample_is_in_its_thread_and_second(cells: dict[Cell, int], frequency: float) -> None:
    shown = display_tree(make_profile(cells, frequency_hz=frequency))
    made = json.loads(json.dumps(firefox(shown, "t")))
    check_profile(made)
    assert samples_of(made) == expected_samples(shown.profile)


def test_samples_of_a_second_share_it_by_their_counts() -> None:
    stacks = {name: ((name, "bin"),) for name in "abc"}
    cells: dict[Cell, int] = {
        (STAGES[0], "main", 4, stacks["a"]): 1,
        (STAGES[0], "main", 4, stacks["b"]): 6,
        (STAGES[1], "main", 4, stacks["a"]): 3,
        (STAGES[1], "main", 6, stacks["c"]): 2,
        (STAGES[1], "other", 4, stacks["c"]): 5,
    }
    threads = firefox(display_tree(make_profile(cells, frequency_hz=100)), "t")["threads"]
    assert [(thread["name"], thread["samples"]["weight"]) for thread in threads] == [
        ("main", [1, 6, 3, 2]),
        ("other", [5]),
    ]
    # 10 samples in the second: the middles of a tenth, of six tenths, of three tenths.
    assert threads[0]["samples"]["time"] == [4050.0, 4400.0, 4850.0, 6500.0]
    assert threads[0]["samples"]["threadCPUDelta"] == [10_000, 60_000, 30_000, 20_000]


def test_stages_are_markers_of_every_thread() -> None:
    made = firefox(display_tree(make_profile(small_cells())), "t")
    for thread in made["threads"]:
        markers = thread["markers"]
        found = [
            (data["stage"], data["samples"], start, end)
            for data, start, end in zip(markers["data"], markers["startTime"], markers["endTime"], strict=True)
        ]
        assert found == [("File SQLite 1/1", 8, 0, 2000), ("File SQLite 2/2", 33, 2000, 4000)]
        assert {made["shared"]["stringArray"][name] for name in markers["name"]} == {"Stage"}
    assert OUTSIDE not in json.dumps(made)


def test_categories_are_the_kinds_of_code() -> None:
    made = firefox(display_tree(make_profile(realistic_cells(300))), "t")
    shared, categories = made["shared"], made["meta"]["categories"]
    modules = [*(shared["stringArray"][name] for name in shared["resourceTable"]["name"]), ""]
    frames, functions = shared["frameTable"], shared["funcTable"]
    assert frames["length"] > 50
    for function, category in zip(frames["func"], frames["category"], strict=True):
        name = shared["stringArray"][functions["name"][function]]
        assert categories[category]["name"] == kind_of(name, modules[functions["resource"][function]])


def test_the_clock_is_that_of_the_run() -> None:
    profile = make_profile(small_cells(), start=1_700_000_000.5, frequency_hz=250)
    meta = firefox(display_tree(profile), "t")["meta"]
    assert (meta["startTime"], meta["interval"]) == (1_700_000_000_500.0, 4.0)
    assert (meta["profilingStartTime"], meta["profilingEndTime"]) == (0, 10_000)
    # Seconds before the start move it: no time is negative.
    early = firefox(display_tree(replace(profile, second=profile.second - 3)), "t")
    assert early["meta"]["startTime"] == 1_699_999_997_500.0
    assert samples_of(early) == expected_samples(display_tree(profile).profile)


def test_one_stage_alone() -> None:
    profile = make_profile(small_cells())
    made = firefox(display_tree(profile), "t", "File SQLite 2/2")
    check_profile(made)
    assert sum(samples_of(made).values()) == 33
    assert {data["stage"] for thread in made["threads"] for data in thread["markers"]["data"]} == {"File SQLite 2/2"}
    assert [thread["name"] for thread in made["threads"]] == ["sqlx-worker", "tokio-rt"]
    with pytest.raises(KeyError):
        firefox(display_tree(profile), "t", "none")


def test_hostile_names_survive() -> None:
    shown = display_tree(hostile_run().profile)
    made = json.loads(json.dumps(firefox(shown, HOSTILE[0])))
    check_profile(made)
    assert samples_of(made) == expected_samples(shown.profile)
    lone = firefox(display_tree(make_profile({("s\ud800", "t\ud801", 0, (("a\ud802", "m\udfff"),)): 1})), "\udbff")
    assert json.dumps(lone, ensure_ascii=False).encode()


def test_a_run_without_samples_is_a_profile() -> None:
    made = firefox(display_tree(make_profile({})), "t")
    check_profile(made)
    assert made["threads"] == []
