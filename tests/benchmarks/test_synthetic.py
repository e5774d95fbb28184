from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from duronb.ingest.folded.lines import read_folded
from tests.benchmarks.pages import nested_json
from tests.benchmarks.spots import PATTERNS, spots
from tests.benchmarks.synthetic import DEEPEST, SHALLOWEST, SHORT_NAMES_FROM, parents, synthetic
from tests.benchmarks.synthetic import _names as names


def folded(tmp_path: Path, nodes: int) -> list[tuple[list[str], int]]:
    path = tmp_path / "made.folded"
    synthetic(nodes).write_folded(path)
    lines = [line.rpartition(" ") for line in path.read_text().splitlines()]
    return [(stack.split(";"), int(count)) for stack, _, count in lines]


def test_equal_seeds_give_equal_trees_and_other_seeds_others(tmp_path: Path) -> None:
    first, again, other = synthetic(2000), synthetic(2000), synthetic(2000, seed=5)
    assert (first.names, first.name.tolist(), first.count.tolist()) == (
        again.names,
        again.name.tolist(),
        again.count.tolist(),
    )
    assert first.name.tolist() != other.name.tolist()


@pytest.mark.parametrize("nodes", [300, 5000])
def test_the_text_and_the_arrays_are_the_same_tree(tmp_path: Path, nodes: int) -> None:
    made = synthetic(nodes)
    stacks = folded(tmp_path, nodes)
    profile = made.profile()
    tree = profile.tree
    prefixes = {tuple(stack[:length]) for stack, _ in stacks for length in range(1, len(stack) + 1)}
    assert len(tree) == len(prefixes) + 1 == made.nodes + 1
    own = profile.self_counts()
    for leaf, (stack, count) in zip(made.leaf.tolist(), stacks, strict=True):
        assert [tree.frames.names[frame] for frame in tree.stack(leaf)] == stack
        assert own[leaf] == count
    assert profile.samples == sum(count for _, count in stacks)


def test_stacks_are_as_deep_as_promised_and_sorted_with_siblings_in_the_order_of_names(tmp_path: Path) -> None:
    stacks = [stack for stack, _ in folded(tmp_path, 5000)]
    assert {SHALLOWEST <= len(stack) <= DEEPEST for stack in stacks} == {True}
    assert stacks == sorted(stacks)
    assert len(set(map(tuple, stacks))) == len(stacks)


def test_about_as_many_nodes_as_asked_for() -> None:
    assert synthetic(20_000).nodes == pytest.approx(20_000, rel=0.1)


@pytest.mark.parametrize("short", [False, True])
def test_names_are_sorted_distinct_and_none_begins_another(short: bool) -> None:
    found = names(1000, short=short)
    assert found == sorted(set(found))
    assert not any(after.startswith(before) for before, after in pairwise(found))
    assert not any(character in name for name in found for character in "; <>\n")


def test_names_are_short_where_the_text_would_be_too_long() -> None:
    assert max(map(len, names(1000, short=True))) < 20 < min(map(len, names(1000, short=False)))
    assert SHORT_NAMES_FROM > 1_000_000


def test_parents_are_the_last_node_one_level_higher() -> None:
    assert parents(np.array([1, 2, 3, 3, 2, 1, 2])).tolist() == [0, 1, 2, 2, 1, 0, 6]


def test_duronb_reads_the_text_to_the_sample(tmp_path: Path) -> None:
    made = synthetic(2000)
    made.write_folded(tmp_path / "made.folded")
    assert read_folded([(tmp_path / "made.folded").read_bytes()]).samples == made.profile().samples


def test_spots_are_in_frames_that_are_wide_enough_on_different_levels() -> None:
    profile = synthetic(20_000).profile()
    found = spots(profile, 6)
    tree = profile.tree
    own = profile.self_counts()
    totals, before = tree.totals(own), np.concatenate(([0], np.cumsum(own)))
    for spot in found:
        sample = spot.x * profile.samples
        hit = [
            node
            for node in np.flatnonzero(tree.depth == spot.depth).tolist()
            if before[node] < sample < before[node] + totals[node]
        ]
        assert len(hit) == 1
        assert 0.03 <= totals[hit[0]] / profile.samples <= 0.5
    assert len(found) == 6
    assert len({spot.depth for spot in found}) > 3


def test_two_of_the_patterns_match_some_names_and_not_all() -> None:
    import re

    for short in (False, True):
        for pattern in PATTERNS:
            matches = sum(re.search(pattern, name) is not None for name in names(5000, short=short))
            assert 0 < matches < 2500, pattern


def test_nested_json_is_the_tree_with_totals() -> None:
    import json

    profile = synthetic(300).profile()
    tree = profile.tree
    totals = tree.totals(profile.self_counts()).tolist()
    seen: list[tuple[str, int, int]] = []

    def walk(node: dict[str, Any], depth: int) -> None:
        seen.append((node["name"], node["value"], depth))
        for child in node["children"]:
            walk(child, depth + 1)

    walk(json.loads("".join(nested_json(profile))), 0)
    assert seen == [(tree.name(node), totals[node], int(tree.depth[node])) for node in range(len(tree))]
