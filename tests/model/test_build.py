"""Building a profile from stacks, against a plain dictionary that counts the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.build import ProfileBuilder, preorder_parents
from duronb.model.building.threads import MOST_PROCESSES
from duronb.model.events.stage_samples import with_samples
from duronb.model.profile import Profile
from duronb.model.stage import OUTSIDE, StageResult

FRAMES = st.tuples(st.sampled_from(["a", "ab", "b", "a b", "a;b", "[unknown]", "é"]), st.sampled_from(["", "bin"]))
STACKS = st.lists(FRAMES, max_size=6)
SAMPLES = st.lists(
    st.tuples(STACKS, st.sampled_from(["main", "worker"]), st.floats(100, 110), st.integers(1, 5)), max_size=40
)

Frame = tuple[str, str]
"""Function and module."""
Sample = tuple[list[Frame], str, float, int]
"""Stack from the root, thread, seconds, count."""
Counted = tuple[str, str, int, tuple[Frame, ...]]
"""Stage, thread, second, stack from the root."""


def profile_of(samples: list[Sample], stages: Sequence[StageResult] = (), frequency_hz: float = 100.0) -> Profile:
    builder = ProfileBuilder()
    for stack, thread, time, count in samples:
        builder.add(tuple(builder.frame(*frame) for frame in stack), thread, time, count)
    return builder.build(stages, frequency_hz)


def stacks_of(profile: Profile) -> Counter[Counted]:
    frames = profile.tree.frames
    found: Counter[Counted] = Counter()
    for stage, thread, second, node, count in zip(
        profile.stage, profile.thread, profile.second, profile.node, profile.count, strict=True
    ):
        stack = tuple((frames.names[frame], frames.modules[frame]) for frame in profile.tree.stack(int(node)))
        found[profile.stages[stage], profile.threads[thread], int(second), stack] += int(count)
    return found


@given(SAMPLES)
def test_every_sample_is_on_its_stack_stage_thread_and_second(samples: list[Sample]) -> None:
    stages = [
        StageResult(name="first", started=101.0, ended=104.0),
        StageResult(name="second", started=104.0, ended=107.5),
        StageResult(name="killed"),
    ]
    profile = profile_of(samples, stages)

    expected: Counter[Counted] = Counter()
    start = np.floor(min((time for _, _, time, _ in samples), default=0.0))
    for stack, thread, time, count in samples:
        stage = "first" if 101 <= time < 104 else "second" if 104 <= time < 107.5 else OUTSIDE
        expected[stage, thread, int(time - start), tuple(stack)] += count
    assert stacks_of(profile) == expected
    assert profile.samples == expected.total()
    assert len(profile.count) == len(expected)
    assert {"first", "second", "killed"} <= set(profile.stages)
    assert (OUTSIDE in profile.stages) == any(key[0] == OUTSIDE for key in expected)
    counted = {stage.name: stage.samples for stage in with_samples(stages, profile, None)}
    assert counted == {
        name: sum(count for key, count in expected.items() if key[0] == name) for name in ("first", "second", "killed")
    }


@given(SAMPLES)
def test_the_tree_is_in_preorder_with_distinct_siblings_in_name_order(samples: list[Sample]) -> None:
    profile = profile_of(samples)
    tree = profile.tree

    pairs = [(tree.frames.names[frame], tree.frames.modules[frame]) for frame in tree.frame[1:]]
    children: dict[int, list[tuple[str, str]]] = {}
    for node, pair in enumerate(pairs, start=1):
        children.setdefault(int(tree.parent[node]), []).append(pair)
    for siblings in children.values():
        assert siblings == sorted(set(siblings))
    assert tree.parent[0] == -1
    assert tree.frame[0] == -1
    np.testing.assert_array_equal(preorder_parents(tree.depth), tree.parent)
    prefixes = {tuple(stack[:depth]) for stack, *_ in samples for depth in range(len(stack) + 1)} | {()}
    assert len(tree) == len(prefixes)


@given(SAMPLES)
def test_totals_depths_and_ends_match_a_walk_over_every_stack(samples: list[Sample]) -> None:
    profile = profile_of(samples)
    tree = profile.tree
    totals = tree.totals(profile.self_counts())
    for node in range(len(tree)):
        path = tree.stack(node)
        under = [other for other in range(len(tree)) if tree.stack(other)[: len(path)] == path]
        assert tree.depth[node] == len(path)
        assert under == list(range(node, int(tree.end[node])))
        stack = [(tree.frames.names[frame], tree.frames.modules[frame]) for frame in path]
        assert totals[node] == sum(count for s, _, _, count in samples if s[: len(stack)] == stack)


@given(SAMPLES, st.randoms(use_true_random=False))
def test_the_order_of_the_samples_does_not_matter(samples: list[Sample], random: Random) -> None:
    shuffled = list(samples)
    random.shuffle(shuffled)
    one, other = profile_of(samples), profile_of(shuffled)
    for column in ("stage", "thread", "second", "node", "count"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))
    np.testing.assert_array_equal(one.tree.parent, other.tree.parent)
    assert list(one.tree.frames.names) == list(other.tree.frames.names)


def test_a_stack_that_is_an_ancestor_of_the_one_before_makes_no_node() -> None:
    profile = profile_of([([("a", ""), ("b", "")], "t", 1.0, 2), ([("a", "")], "t", 1.0, 3)])
    assert profile.tree.parent.tolist() == [-1, 0, 1]
    assert profile.self_counts().tolist() == [0, 3, 2]


def test_recursion_keeps_every_level() -> None:
    profile = profile_of([([("f", "")] * 3, "t", 1.0, 1), ([("f", "")] * 2, "t", 1.0, 1)])
    assert profile.tree.depth.tolist() == [0, 1, 2, 3]
    assert profile.tree.totals(profile.self_counts()).tolist() == [2, 2, 2, 1]


def test_an_empty_stack_counts_on_the_root() -> None:
    profile = profile_of([([], "t", 1.0, 4)])
    assert profile.self_counts().tolist() == [4]


def test_no_samples_make_a_tree_of_the_root() -> None:
    profile = profile_of([], [StageResult(name="only", started=1.0, ended=2.0)])
    assert (len(profile.tree), profile.samples, profile.stages) == (1, 0, ["only"])


def test_a_stack_of_5000_frames_is_kept_completely() -> None:
    stack = [(f"f{depth % 7}", "") for depth in range(5000)]
    profile = profile_of([(stack, "t", 1.0, 1), (stack[:4000], "t", 1.0, 2)])
    assert int(profile.tree.depth.max()) == 5000
    assert profile.tree.totals(profile.self_counts())[[0, 4000, 5000]].tolist() == [3, 3, 1]


def test_frames_of_equal_name_in_two_modules_stay_apart() -> None:
    profile = profile_of([([("read", "libc.so.6")], "t", 1.0, 1), ([("read", "bin")], "t", 1.0, 1)])
    assert list(profile.tree.frames.modules) == ["bin", "libc.so.6"]


def test_names_that_cannot_be_encoded_are_replaced() -> None:
    profile = profile_of([([("a\ud800", "")], "t\udfff", 1.0, 1)])
    assert profile.tree.frames.names[0].encode()
    assert profile.threads[0].encode()


@pytest.mark.parametrize("wrong", [1e300, 9e9, 0.0])
def test_samples_at_a_jump_of_the_clock_are_in_the_second_before_all_others(wrong: float) -> None:
    samples: list[Sample] = [([], "t", time, 1) for time in (1e6, 1e6 + 1.5, wrong, 1e6 + 3)]
    profile = profile_of(samples, [StageResult(name="all", started=1e6, ended=1e6 + 9)])
    assert profile.start == 1e6 - 1
    assert sorted(profile.second.tolist()) == [0, 1, 2, 4]
    assert {profile.stages[stage] for stage in profile.stage[profile.second == 0]} == {OUTSIDE}


def test_first_and_last_time_are_without_jumps() -> None:
    builder = ProfileBuilder()
    for time in (5e6, 0.0, 5e6 + 2, 18446744073.7):
        builder.add((), "t", time)
    assert (builder.first, builder.last, builder.jumped) == (5e6, 5e6 + 2, 2)


def test_threads_of_one_name_in_several_processes_have_the_process_in_their_name() -> None:
    builder = ProfileBuilder()
    for name, process in [("worker", 100), ("worker", 200), ("main", 100), ("worker", 100), ("x", None)]:
        builder.extend(
            np.array([builder.stack(())]), np.array([builder.thread(name, process)], dtype=np.int32), np.zeros(1)
        )
    profile = builder.build([], 1.0)
    assert profile.threads == ["main", "worker (process 100)", "worker (process 200)", "x"]
    assert {profile.threads[row]: count for row, count in zip(profile.thread, profile.count, strict=True)} == {
        "main": 1,
        "worker (process 100)": 2,
        "worker (process 200)": 1,
        "x": 1,
    }


def test_threads_of_one_name_in_very_many_processes_are_one_thread() -> None:
    builder = ProfileBuilder()
    for process in range(MOST_PROCESSES + 1):
        builder.thread("cc1", process)
    builder.add((), "cc1", 0.0)
    assert builder.build([], 1.0).threads == ["cc1"]
    assert builder.merged_names == ["cc1"]


def test_two_stages_of_one_name_share_it() -> None:
    stages = [StageResult(name="s", started=0.0, ended=1.0), StageResult(name="s", started=2.0, ended=3.0)]
    profile = profile_of([([], "t", 0.5, 1), ([], "t", 2.5, 1), ([], "t", 1.5, 1)], stages)
    assert profile.stages == ["s", OUTSIDE]
    assert int(profile.self_counts(stage="s").sum()) == 2
