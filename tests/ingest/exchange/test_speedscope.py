from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from duronb.errors import StoreError
from duronb.ingest.exchange import json_values
from duronb.ingest.sample_file import SampleFile
from duronb.model.event import Event
from duronb.model.event_view import event_samples, view
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.formats.speedscope import speedscope
from tests.ingest.exchange.reading import by_stack, names_of, read_bytes, weights_of
from tests.views.profiles import Cell, hostile_run, make_profile, realistic_cells, small_cells

SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def document(frames: Sequence[str], *profiles: dict[str, Any], **more: object) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "shared": {"frames": [{"name": name, "file": f"/src/{name}.py", "line": 3} for name in frames]},
        "profiles": list(profiles),
        **more,
    }


def sampled(unit: str, samples: list[list[int]], weights: list[float], name: str = "thread") -> dict[str, Any]:
    end = sum(weights)
    return {"type": "sampled", "name": name, "unit": unit, "startValue": 0, "endValue": end, "samples": samples,
            "weights": weights}  # fmt: skip


def evented(unit: str, events: str, name: str = "thread", start: float = 0) -> dict[str, Any]:
    """Make a profile of events such as ``O0@1 C0@2``."""
    made = [
        {"type": text[0], "frame": int(text[1:].split("@")[0]), "at": float(text.split("@")[1])}
        for text in events.split()
    ]
    return {"type": "evented", "name": name, "unit": unit, "startValue": start, "endValue": 1e9, "events": made}


def read(directory: Path, content: dict[str, Any]) -> SampleFile:
    return read_bytes(directory, json.dumps(content).encode(), "speedscope")


def test_equal_times_are_samples_of_a_sampler(tmp_path: Path) -> None:
    # As py-spy writes it at 100 Hz.
    found = read(tmp_path, document(["main", "f"], sampled("seconds", [[0], [0, 1], [0, 1]] * 50, [0.01] * 150)))
    profile = found.profile
    assert names_of(profile) == {"main": 50, "main;f": 100}
    assert list(profile.events) == [Event("time", "nanoseconds")]
    assert weights_of(profile) == {"time": 1_500_000_000}
    assert list(profile.threads) == ["thread"]
    assert profile.tree.frames.modules[0] == "f.py"
    # 1.5 s in all: 100 samples in second 0, 50 in second 1.
    assert [int(profile.count[profile.second == second].sum()) for second in (0, 1)] == [100, 50]
    assert not found.frequency_known


def test_different_times_are_weights(tmp_path: Path) -> None:
    profile = read(tmp_path, document("ab", sampled("milliseconds", [[0], [0, 1], [1]], [1.5, 2, 0.25]))).profile
    assert names_of(profile) == {"a": 1_500_000, "a;b": 2_000_000, "b": 250_000}
    assert event_samples(profile) == [3]


def test_numbers_without_a_unit_are_samples_and_fractions_stay_exact(tmp_path: Path) -> None:
    profile = read(tmp_path, document("ab", sampled("none", [[0], [0, 1]], [3, 4]))).profile
    assert (names_of(profile), list(profile.events), profile.samples) == ({"a": 3, "a;b": 4}, [], 7)
    profile = read(tmp_path, document("ab", sampled("none", [[0], [0, 1]], [0.5, 1.25]))).profile
    assert names_of(profile) == {"a": 50, "a;b": 125}
    assert profile.events[0].scale == 100


def test_profiles_of_several_units_are_events(tmp_path: Path) -> None:
    content = document(
        "ab",
        sampled("none", [[0], [1]], [2, 3], "cpu"),
        sampled("bytes", [[0, 1]], [4096], "memory"),
        evented("microseconds", "O0@0 O1@2 C1@5 C0@6", "time"),
    )
    profile = read(tmp_path, content).profile
    assert weights_of(profile) == {"samples": 5, "bytes": 4096, "time": 6000}
    assert names_of(profile, "samples") == {"a": 2, "b": 3}
    assert names_of(profile, "bytes") == {"a;b": 4096}
    assert names_of(profile, "time") == {"a": 3000, "a;b": 3000}
    assert list(profile.threads) == ["cpu", "memory", "time"]


def test_events_are_the_times_inside_of_functions(tmp_path: Path) -> None:
    # a from 10 to 30, in it b from 12 to 15, and recursion of a from 20 to 24; then c alone.
    events = "O0@10 O1@12 C1@15 O0@20 C0@24 C0@30 O2@40 C2@47"
    found = read(tmp_path, document("abc", evented("nanoseconds", events, start=10)))
    assert names_of(found.profile) == {"a": 13, "a;b": 3, "a;a": 4, "c": 7}
    assert any("entered and left" in notice for notice in found.notices)
    assert found.profile.second.tolist() == [0] * 4


def test_events_that_do_not_fit_are_left_out_and_counted(tmp_path: Path) -> None:
    good = " ".join(f"O0@{2 * n} C0@{2 * n + 1}" for n in range(100))
    # b is closed without being opened; a is closed while b is open, which closes both.
    found = read(tmp_path, document("ab", evented("nanoseconds", f"{good} C1@300 O0@301 O1@302 C0@305 O1@306 C1@307")))
    assert names_of(found.profile) == {"a": 101, "a;b": 3, "b": 1}
    assert found.quality.sample_lines_not_understood == 2
    assert found.quality.sample_lines == 206
    with pytest.raises(StoreError, match="2 of its 4 lines cannot be understood"):
        read(tmp_path, document("ab", evented("nanoseconds", "O0@3 C0@2 O0@1 C0@5")))


@pytest.mark.parametrize("cells", [small_cells(), realistic_cells(300)], ids=["small", "realistic"])
def test_what_is_exported_is_imported_again(tmp_path: Path, cells: dict[Cell, int]) -> None:
    shown = display_tree(make_profile(cells)).profile
    found = read(tmp_path, speedscope(shown, "t"))
    assert by_stack(found.profile) == by_stack(shown)
    assert not found.frequency_known


@pytest.mark.parametrize(("unit", "event"), [("nanoseconds", "time"), ("bytes", "bytes")])
def test_views_by_weight_come_back_as_weights(tmp_path: Path, unit: str, event: str) -> None:
    shown = display_tree(make_profile(small_cells())).profile
    found = read(tmp_path, speedscope(replace(shown, unit=unit), "t"))
    assert weights_of(found.profile) == {event: 46}
    assert by_stack(view(found.profile)) == by_stack(shown)


def test_hostile_names_come_back(tmp_path: Path) -> None:
    shown = display_tree(hostile_run().profile).profile
    assert by_stack(read(tmp_path, speedscope(shown, "t")).profile) == by_stack(shown)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (document("a", sampled("none", [[1]], [1])), "'frame' is not an index below 1"),
        (document("a", sampled("none", [[-1]], [1])), "'frame' is not an index below 1"),
        (document("a", sampled("none", [[True]], [1])), "'frame' is not an index below 1"),
        (document("a", sampled("none", [[0]], [1, 2])), "'weights' has 2 entries instead of 1"),
        (document("a", sampled("none", [[0]], [])), "'weights' has 0 entries instead of 1"),
        (document("a", {**sampled("none", [[0]], [1]), "weights": ["1"]}), "'weights' is not a number"),
        (document("a", {**sampled("none", [[0]], [1]), "weights": [10**400]}), "'weights' is not a number"),
        (document("a", sampled("none", [[0]], [1e300])), "sum of the weights .* too large"),
        (document("a", sampled("parsecs", [[0]], [1])), "unit 'parsecs' does not exist"),
        (document("a", {"type": "graph"}), "neither sampled nor evented"),
        (document("a", {**evented("none", ""), "events": [{"type": "X", "at": 1, "frame": 0}]}), "neither opens nor"),
        (document("a"), "no profile"),
        (document("a", sampled("none", [], [])), "no samples"),
        (document("a") | {"profiles": 3}, "'profiles' is not a list"),
        (document("a") | {"profiles": [3]}, "'profiles' is not an object"),
        (document("a", sampled("none", [[0]], [1])) | {"shared": None}, "'shared' is not an object"),
        (document("a", sampled("none", [[0]], [1])) | {"shared": {"frames": [{}]}}, "'name' is not a string"),
    ],
)
def test_what_is_damaged_is_said(tmp_path: Path, content: dict[str, Any], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'{{"$schema": "{SCHEMA}", "profiles": [', "damaged in line 1; it may be incomplete"),
        (f'{{"$schema": "{SCHEMA}", "profiles": [NaN]}}', "damaged"),
        (f'{{"$schema": "{SCHEMA}", "profiles": {"[" * 200_000}', "nested too deeply|damaged"),
        (f'{{"$schema": "{SCHEMA}", "profiles": [{"9" * 6000}]}}', "damaged"),
        (f'{{"$schema": "{SCHEMA}", "\xff": 1}}', "not UTF-8"),
    ],
)
def test_text_that_is_no_json_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        read_bytes(tmp_path, text.encode("latin-1"), "speedscope")


def test_too_much_text_and_too_deep_stacks_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = document("a", sampled("none", [[0] * 70_000], [1]))
    with pytest.raises(StoreError, match="more than 65,536 frames"):
        read(tmp_path, deep)
    # 1,200 different stacks with 720,000 frames, in a text of a few kilobytes.
    nested = document("a", evented("none", " ".join(f"O0@{n}" for n in range(1200))))
    assert read(tmp_path, nested).profile.samples == 1199
    monkeypatch.setattr("duronb.ingest.exchange.stacks.MOST_FRAMES", 1199 * 1200 // 2 - 1)
    with pytest.raises(StoreError, match=r"different stacks .* more than"):
        read(tmp_path, nested)
    monkeypatch.setattr(json_values, "LARGEST_JSON", 1000)
    with pytest.raises(StoreError, match="larger than"):
        read(tmp_path, nested)


def mutated(value: Any, chance: random.Random) -> Any:
    """Replace one part of a document by another value."""
    others: list[Any] = [None, True, -1, 10**30, 1e308, "x", [], {}, [[]], float(2**53)]
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        if chance.random() < 0.1:
            return {name: each for name, each in value.items() if name != key}
        return {**value, key: mutated(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        return [*value[:at], mutated(value[at], chance), *value[at + 1 :]]
    return chance.choice(others)


def test_no_document_is_anything_but_an_error_for_the_user(tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = document("ab", sampled("none", [[0], [0, 1]], [1, 2]), evented("seconds", "O0@1 O1@2 C1@3 C0@4"))
    outcomes = set()
    for _ in range(400):
        content = {**whole, **{key: mutated(whole[key], chance) for key in chance.sample(["shared", "profiles"], 1)}}
        try:
            read(tmp_path, content)
            outcomes.add("read")
        except StoreError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
