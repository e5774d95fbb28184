from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from duronb.errors import StoreError
from duronb.ingest.sample_file import SampleFile
from duronb.model.build import UNKNOWN
from duronb.model.event_view import view
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.formats.firefox import firefox
from tests.ingest.exchange.reading import by_thread_and_second, names_of, read_bytes, weights_of
from tests.ingest.exchange.test_speedscope import mutated
from tests.views.profiles import Cell, hostile_run, make_profile, realistic_cells, small_cells

TEXTS = ["main", "f", "g", "libprogram.so", "0x1234"]
STACKS = {"frame": [0, 1, 2, 3], "prefix": [None, 0, 1, 0], "length": 4}
"""Stacks main, main;f, main;f;g and main;0x1234."""
OFFSETS = {"frame": [0, 1, 2, 3], "prefixOffset": [0, 1, 1, 3], "length": 4}
"""The same stacks, with the distance to the caller."""
FRAMES = {"func": [0, 1, 2, 3], "address": [-1] * 4, "length": 4}
FUNCTIONS = {"name": [0, 1, 2, 4], "resource": [0, 0, -1, -1], "length": 4}
RESOURCES = {"name": [3], "lib": [0], "type": [1], "length": 1}
TABLES: dict[str, Any] = {
    "stackTable": STACKS,
    "frameTable": FRAMES,
    "funcTable": FUNCTIONS,
    "resourceTable": RESOURCES,
}


def thread(samples: dict[str, Any], name: str = "worker", pid: str = "1", **more: object) -> dict[str, Any]:
    return {"name": name, "pid": pid, "tid": 1, "samples": {"length": len(samples["stack"]), **samples}, **more}


def document(threads: list[dict[str, Any]], shared: object = None, **meta: object) -> dict[str, Any]:
    made = {"meta": {"preprocessedProfileVersion": 58, "version": 30, "interval": 1, **meta}, "threads": threads}
    return made if shared is None else {**made, "shared": shared}


def read(directory: Path, content: dict[str, Any]) -> SampleFile:
    return read_bytes(directory, json.dumps(content).encode(), "firefox")


SAMPLES = {"stack": [2, 1, 2, None], "time": [0.0, 1.0, 1500.0, 1600.0], "weight": None, "weightType": "samples"}
EXPECTED = {"main;f;g": 2, "main;f": 1, "": 1}


@pytest.mark.parametrize(
    "content",
    [
        document([thread(SAMPLES, **TABLES, stringArray=TEXTS)]),  # before version 56
        document([thread(SAMPLES, **TABLES)], {"stringArray": TEXTS}),  # version 56 to 58
        document([thread(SAMPLES)], {**TABLES, "stringArray": TEXTS}),  # from version 60 on
        document([thread(SAMPLES)], {**TABLES, "stackTable": OFFSETS, "stringArray": TEXTS}),  # from version 66 on
    ],
    ids=["tables in threads", "shared texts", "shared tables", "offsets"],
)
def test_all_versions_are_read(tmp_path: Path, content: dict[str, Any]) -> None:
    found = read(tmp_path, content)
    assert names_of(found.profile) == EXPECTED
    assert list(found.profile.threads) == ["worker"]
    assert found.quality.without_stack == 1
    assert ((("main", "libprogram.so"), ("f", "libprogram.so"), ("g", ""))) in {
        stack for _, _, stack in by_thread_and_second(found.profile)
    }
    assert sorted(set(found.profile.second.tolist())) == [0, 1]


def test_weights_and_time_deltas_are_read(tmp_path: Path) -> None:
    samples = {"stack": [0, 1, 3], "timeDeltas": [100.0, 900.0, 1500.0], "weight": [3, 0, 5], "weightType": "samples"}
    content = document([thread(samples, **TABLES)], {"stringArray": TEXTS}, startTime=1_700_000_000_250.0)
    found = read(tmp_path, content)
    assert names_of(found.profile) == {"main": 3, "main;0x1234": 5}
    # 0.35 s and 2.75 s after the second in which the profile starts.
    assert (found.profile.start, found.profile.second.tolist()) == (1_700_000_000.0, [0, 2])
    assert found.quality.unresolved_user == 5
    assert found.clocks.sampler == "realtime"


def test_types_of_weights_are_events(tmp_path: Path) -> None:
    threads = [
        thread({"stack": [0, 1], "time": [0, 1], "weight": [1.5, 2], "weightType": "tracing-ms"}, "traced"),
        thread({"stack": [2], "time": [0], "weight": [640], "weightType": "bytes"}, "memory"),
        thread({"stack": [2], "time": [0], "weight": [-640], "weightType": "bytes"}, "freed"),
    ]
    profile = read(tmp_path, document(threads, {**TABLES, "stringArray": TEXTS})).profile
    assert weights_of(profile) == {"time": 3_500_000, "bytes": 640}
    assert names_of(profile, "time") == {"main": 1_500_000, "main;f": 2_000_000}
    assert names_of(profile, "bytes") == {"main;f;g": 640}


def test_a_frequency_is_known_if_each_sample_is_an_interval_of_cpu_time(tmp_path: Path) -> None:
    units = {"time": "ms", "eventDelay": "ms", "threadCPUDelta": "µs"}
    for deltas, unit, known in [
        ([1000, 1000, 1040], units, True),
        ([None, 2000, 1000], units, True),
        ([0, 1000, 1000], units, False),
        ([1000, 1000, 1000], None, False),
        (None, units, False),
    ]:
        samples = {"stack": [0, 1, 2], "time": [0, 1, 2], "weight": None, "threadCPUDelta": deltas}
        content = document([thread(samples)], {**TABLES, "stringArray": TEXTS}, sampleUnits=unit)
        found = read(tmp_path, content)
        assert found.frequency_known == known, (deltas, unit)
        assert found.profile.frequency_hz == (1000.0 if known else 999.0)


def test_equal_names_of_threads_of_two_processes_stay_apart(tmp_path: Path) -> None:
    threads = [thread(SAMPLES, "pool", pid) for pid in ("7", "7", "8")] + [thread(SAMPLES, "main", "8")]
    profile = read(tmp_path, document(threads, {**TABLES, "stringArray": TEXTS})).profile
    assert list(profile.threads) == ["main", "pool (process 7)", "pool (process 8)"]


def test_addresses_instead_of_names_are_said(tmp_path: Path) -> None:
    samples = {"stack": [3], "time": [0], "weight": None}
    found = read(tmp_path, document([thread(samples)], {**TABLES, "stringArray": TEXTS}, symbolicated=False))
    assert any("addresses instead of names" in notice for notice in found.notices)


@pytest.mark.parametrize("frequency", [999.0, 0.0, 49.0])
@pytest.mark.parametrize("cells", [small_cells(), realistic_cells(300)], ids=["small", "realistic"])
def test_what_is_exported_is_imported_again(tmp_path: Path, cells: dict[Cell, int], frequency: float) -> None:
    shown = display_tree(make_profile(cells, frequency_hz=frequency))
    found = read(tmp_path, firefox(shown, "t"))
    expected = {
        (name, second, stack or ((UNKNOWN, ""),)): count
        for (name, second, stack), count in by_thread_and_second(shown.profile).items()
    }
    assert by_thread_and_second(found.profile) == expected
    assert found.frequency_known == (frequency > 0)
    assert found.profile.frequency_hz == pytest.approx(frequency or 999.0, rel=1e-12)


@pytest.mark.parametrize(("unit", "event"), [("nanoseconds", "time"), ("bytes", "bytes")])
def test_views_by_weight_come_back_as_weights(tmp_path: Path, unit: str, event: str) -> None:
    shown = display_tree(make_profile(small_cells(), frequency_hz=0.0))
    found = read(tmp_path, firefox(replace(shown, profile=replace(shown.profile, unit=unit)), "t"))
    assert weights_of(found.profile) == {event: 46}
    assert by_thread_and_second(view(found.profile)) == by_thread_and_second(shown.profile)


def test_hostile_names_come_back(tmp_path: Path) -> None:
    shown = display_tree(hostile_run().profile)
    found = read(tmp_path, firefox(shown, "t"))
    assert Counter(by_thread_and_second(found.profile)) == by_thread_and_second(shown.profile)


def shared_with(samples: dict[str, Any]) -> dict[str, Any]:
    return document([thread({**SAMPLES, **samples})], {**TABLES, "stringArray": TEXTS})


def changed(table: str, **columns: object) -> dict[str, Any]:
    shared = {**TABLES, "stringArray": TEXTS}
    return document([thread(SAMPLES)], {**shared, table: {**TABLES[table], **columns}})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (changed("stackTable", prefix=[None, 2, 1, 0]), "'prefix' is not an index below 1"),
        (changed("stackTable", prefix=[0, 0, 1, 0]), "'prefix' is not an index below 0"),
        (changed("stackTable", prefixOffset=[1, 0, 0, 0]), "'prefixOffset' is not an index below 1"),
        (changed("stackTable", prefixOffset=[0, -1, 0, 0]), "'prefixOffset' is not an index below 2"),
        (changed("stackTable", frame=[0, 1, 2, 4]), "'frame' is not an index below 4"),
        (changed("stackTable", frame=[0]), "'frame' has 1 entries instead of 4"),
        (changed("frameTable", func=[0, 1, 2, "3"]), "'func' is not an index below 4"),
        (changed("funcTable", name=[0, 1, 2, 9]), "'name' is not an index below 5"),
        (changed("funcTable", resource=[5, 0, 0, 0]), "'resource' is not an index below 1"),
        (document([thread(SAMPLES)]), "'stringArray' is not a list"),
        (
            document([thread({**SAMPLES, "weightType": "apples"})], {**TABLES, "stringArray": TEXTS}),
            "type of the weights",
        ),
        (
            document([thread({**SAMPLES, "stack": [9] * 4})], {**TABLES, "stringArray": TEXTS}),
            "'stack' is not an index",
        ),
        (shared_with({"time": [0]}), "'time' has 1 entries"),
        (document([{"name": 3}]), "'name' is not a string"),
        (document([], startTime="now"), "'startTime' is not a number"),
        (document([]), "no samples"),
        ({"meta": {"version": 30, "processType": 0}, "threads": []}, "internal format"),
    ],
)
def test_what_is_damaged_is_said(tmp_path: Path, content: dict[str, Any], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        read(tmp_path, content)


def test_a_small_file_cannot_describe_endless_stacks(tmp_path: Path) -> None:
    length = 70_000
    tables = {**TABLES, "stackTable": {"frame": [0] * length, "prefix": [None, *range(length - 1)], "length": length}}
    with pytest.raises(StoreError, match="more than 65,536 frames"):
        read(tmp_path, document([thread(SAMPLES)], {**tables, "stringArray": TEXTS}))


def test_no_document_is_anything_but_an_error_for_the_user(tmp_path: Path) -> None:
    chance = random.Random(7)
    wholes = [
        document([thread(SAMPLES)], {**TABLES, "stringArray": TEXTS}),
        document([thread(SAMPLES, **TABLES, stringArray=TEXTS)], sampleUnits={"threadCPUDelta": "ns"}),
    ]
    outcomes = set()
    for number in range(600):
        content = mutated(wholes[number % 2], chance)
        try:
            content["meta"]["preprocessedProfileVersion"]
        except (KeyError, TypeError):
            continue
        try:
            read(tmp_path, content)
            outcomes.add("read")
        except StoreError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
