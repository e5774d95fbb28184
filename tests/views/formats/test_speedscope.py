from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given

from duronb.model.stage import OUTSIDE
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.formats.speedscope import speedscope
from tests.views.profiles import CELLS, HOSTILE, Cell, cells_of, hostile_run, make_profile, patient, small_cells

UNITS = {"bytes", "microseconds", "milliseconds", "nanoseconds", "none", "seconds"}


def check_file(made: dict[str, Any]) -> None:
    """Check what speedscope's published schema and its reader demand of a file of sampled profiles."""
    assert made["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    assert isinstance(made["name"], str)
    assert isinstance(made["exporter"], str)
    frames = made["shared"]["frames"]
    for frame in frames:
        assert isinstance(frame["name"], str)
        assert set(frame) <= {"name", "file", "line", "col"}
        assert isinstance(frame.get("file", ""), str)
    assert 0 <= made["activeProfileIndex"] < len(made["profiles"])
    for profile in made["profiles"]:
        assert set(profile) == {"type", "name", "unit", "startValue", "endValue", "samples", "weights"}
        assert profile["type"] == "sampled"
        assert profile["unit"] in UNITS
        assert isinstance(profile["name"], str)
        assert len(profile["samples"]) == len(profile["weights"])
        assert profile["endValue"] - profile["startValue"] == sum(profile["weights"])
        assert all(isinstance(weight, int) and weight > 0 for weight in profile["weights"])
        assert all(0 <= frame < len(frames) for stack in profile["samples"] for frame in stack)


@patient
@given(CELLS)
def test_every_sample_of_every_stage_is_there(cells: dict[Cell, int]) -> None:
    profile = display_tree(make_profile(cells)).profile
    made = json.loads(json.dumps(speedscope(profile, "t")))
    check_file(made)
    found: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
    frames = [(frame["name"], frame.get("file", "")) for frame in made["shared"]["frames"]]
    for one in made["profiles"]:
        for stack, weight in zip(one["samples"], one["weights"], strict=True):
            found[one["name"], tuple(frames[frame] for frame in stack)] += weight
    expected: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
    for (stage, _, _, stack), count in cells_of(profile).items():
        expected[stage, stack] += count
    assert found == expected


def test_one_stage_alone_and_in_the_order_of_its_seconds() -> None:
    profile = make_profile(small_cells())
    made = speedscope(profile, "t", "File SQLite 1/1")
    assert [(one["name"], one["weights"]) for one in made["profiles"]] == [("File SQLite 1/1", [5, 3])]
    assert [one["name"] for one in speedscope(profile, "t")["profiles"]] == [
        "File SQLite 1/1",
        "File SQLite 2/2",
        OUTSIDE,
    ]
    with pytest.raises(KeyError):
        speedscope(profile, "t", "none")


def test_a_run_without_samples_has_one_empty_profile() -> None:
    made = speedscope(make_profile({}), "t")
    check_file(made)
    assert [(one["samples"], one["endValue"]) for one in made["profiles"]] == [([], 0)]
    # A stage that has no samples is one, too.
    assert speedscope(make_profile(small_cells()), "t", "In-Memory SQLite 1/1")["profiles"][0]["samples"] == []


def test_hostile_names_survive() -> None:
    profile = hostile_run().profile
    made = json.loads(json.dumps(speedscope(profile, HOSTILE[0])))
    check_file(made)
    assert {frame["name"] for frame in made["shared"]["frames"]} == {*HOSTILE, "inner"}
    lone = speedscope(make_profile({("s", "t", 0, (("a\ud800", "m\udfff"),)): 1}), "\udbff")
    assert json.dumps(lone, ensure_ascii=False).encode()
