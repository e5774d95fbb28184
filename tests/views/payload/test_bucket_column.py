"""Buckets in a payload: decoded by Python, counted by the viewer, and optional."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import given

from duronb.analysis.bottlenecks.assignment import assign
from duronb.analysis.bottlenecks.bucket import Catalogue
from duronb.analysis.bottlenecks.catalogue import bundled_catalogue
from duronb.errors import StoreError
from duronb.views.flamegraph.display_tree import DisplayTree, display_tree
from duronb.views.payload.reading import decode_payload
from duronb.views.payload.writing import payload_of
from tests.analysis.bottlenecks.plain_buckets import plain_bucket
from tests.views.agreement.in_node import ENGINE, Ask, running
from tests.views.payloads import flamegraph_payload
from tests.views.profiles import CELLS, Cell, Stack, cells_of, make_profile, patient, realistic_cells, stack_of


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with running(ENGINE, tmp_path_factory.mktemp("viewer")) as ask:
        yield ask


@patient
@given(CELLS)
def test_the_column_is_read_back_as_it_was(cells: dict[Cell, int]) -> None:
    shown = display_tree(make_profile(cells))
    catalogue = bundled_catalogue()
    expected = assign(shown.profile.tree, catalogue)
    payload = json.loads(json.dumps(payload_of(shown, title="t", buckets=expected)))
    decoded = decode_payload(payload)
    if (expected.bucket == catalogue.unknown).all():
        assert "buckets" not in payload
        assert decoded.buckets is None
    else:
        assert decoded.buckets == [bucket.id for bucket in catalogue.buckets]
        assert decoded.bucket is not None
        assert np.array_equal(decoded.bucket, expected.bucket)


@pytest.mark.parametrize(
    "damage",
    [{"ids": []}, {"ids": ["x"]}, {"data": ""}, {"data": "%"}, {"ids": ["x"] * 251}, {"ids": None}],
)
def test_a_damaged_column_is_refused(damage: dict[str, object]) -> None:
    payload = flamegraph_payload(make_profile(realistic_cells(50)), title="t")
    payload["buckets"] = payload["buckets"] | damage
    with pytest.raises(StoreError, match="damaged"):
        decode_payload(payload)


@cache
def bucket_of(stack: Stack) -> int:
    return plain_bucket(stack, bundled_catalogue())


def sums(cells: dict[Cell, int], catalogue: Catalogue, stage: str | None) -> list[int]:
    counts: Counter[int] = Counter()
    for (own, _, _, stack), count in cells.items():
        if stage in (None, own):
            counts[bucket_of(stack)] += count
    return [counts[place] for place in range(len(catalogue.buckets))]


@pytest.mark.long
def test_the_viewer_counts_buckets_as_python_does_stage_by_stage_and_in_every_view(viewer: Ask) -> None:
    profile, catalogue = make_profile(realistic_cells(1500)), bundled_catalogue()
    cells = dict(cells_of(profile))
    payload = flamegraph_payload(profile, title="t")
    stages = [None, *payload["stages"]]
    views: list[dict[str, object]] = [
        {},
        {"view": "inverted"},
        {"view": "sandwich", "function": "sqlite3_ack_1"},
        {"view": "time"},
        {"generics": True, "recursion": True},
        {"runtime": "hidden"},
        {"runtime": "folded"},
    ]
    states = [{**view, "stage": stage, "zoom": []} for stage in stages for view in views]
    answers = viewer(json.dumps({"payload": payload, "width": 1000, "states": states}))
    for state, answer in zip(states, answers, strict=True):
        assert answer["buckets"] == sums(cells, catalogue, state["stage"]), state
        assert len(answer["shownBuckets"]) == len(answer["nodes"])
        assert answer["marked"] is None


@pytest.mark.long
def test_a_zoomed_frame_has_the_buckets_of_its_samples(viewer: Ask) -> None:
    cells = dict(cells_of(make_profile(realistic_cells(600))))
    catalogue = bundled_catalogue()
    payload = flamegraph_payload(make_profile(cells), title="t")
    random = Random(3)
    paths = [stack[1 : random.randint(2, len(stack))] for _, _, _, stack in random.sample(list(cells), 40)]
    paths = [path for path in paths if path]
    for extra in ({}, {"generics": True}):
        states = [{"zoom": [name for name, _ in path], **extra} for path in paths]
        answers = viewer(json.dumps({"payload": payload, "width": 1000, "states": states}))
        for path, answer in zip(paths, answers, strict=True):
            inside = {
                cell: count
                for cell, count in cells.items()
                if [n for n, _ in cell[3][1 : 1 + len(path)]] == [n for n, _ in path]
            }
            if not extra:
                assert answer["scope"] == sum(inside.values())
                assert answer["buckets"] == sums(inside, catalogue, None)
            assert sum(answer["buckets"]) == answer["scope"]


def test_a_chosen_bucket_highlights_its_frames_and_an_unknown_one_nothing(viewer: Ask) -> None:
    cells: dict[Cell, int] = {
        ("File SQLite 1/1", "w", 0, stack_of("main;sqlite3_step;c:malloc")): 3,
        ("File SQLite 1/1", "w", 0, stack_of("main;sqlite3_step")): 4,
        ("File SQLite 1/1", "w", 1, stack_of("poll")): 5,
    }
    payload = flamegraph_payload(make_profile(cells), title="t")
    states = [
        {"bucket": "sqlite"},
        {"bucket": "allocator"},
        {"bucket": "nothing"},
        {"bucket": "allocator", "view": "inverted"},
        {"bucket": "sqlite", "view": "sandwich", "function": "sqlite3_step"},
        {"bucket": "allocator", "view": "time"},
        {"bucket": "sqlite", "runtime": "hidden"},
    ]
    answers = viewer(json.dumps({"payload": payload, "width": 1000, "states": states}))

    def marked(answer: dict[str, list[int]]) -> list[str]:
        nodes, frames = answer["nodes"], answer["frames"]
        return [frames[nodes[i][1]][0] for i, mark in enumerate(answer["marked"]) if mark and (i or answer["callers"])]  # type: ignore[index]

    assert marked(answers[0]) == ["sqlite3_step"]
    assert marked(answers[1]) == ["malloc"]
    assert answers[2]["marked"] is None
    assert answers[2]["state"]["bucket"] == ""
    assert marked(answers[3]) == ["malloc", "sqlite3_step", "main"]
    assert "sqlite3_step" in marked(answers[4])
    assert marked(answers[5]) == ["malloc"]
    assert marked(answers[6]) == ["sqlite3_step"]


def test_a_payload_without_buckets_is_drawn_as_before(viewer: Ask) -> None:
    profile = make_profile({("File SQLite 1/1", "w", 0, stack_of("main;poll")): 3})
    payload = payload_of(DisplayTree(profile, np.zeros(2, dtype=np.int32), 0, 0, 0), title="t")
    assert "buckets" not in payload
    (answer,) = viewer(json.dumps({"payload": payload, "width": 1000, "states": [{"bucket": "sqlite"}]}))
    assert answer["buckets"] == []
    assert answer["shownBuckets"] == []
    assert answer["marked"] is None
    assert answer["state"]["bucket"] == ""
