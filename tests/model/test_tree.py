"""The call tree of stacks, against sets of prefixes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.build import preorder_parents
from duronb.model.tree import call_tree, packed, run_parents
from tests.examples import examples

FRAMES = [("b", ""), ("a", "x"), ("a b", ""), ("a", ""), ("unused", "")]


@examples(300)
@given(st.lists(st.lists(st.integers(0, 3), max_size=7).map(tuple), unique=True, max_size=40))
def test_the_nodes_are_the_distinct_beginnings_of_the_stacks(stacks: list[tuple[int, ...]]) -> None:
    tree, leaf = call_tree(FRAMES, [packed(stack) for stack in stacks])

    names = [[(tree.frames.names[f], tree.frames.modules[f]) for f in tree.stack(node)] for node in range(len(tree))]
    expected = sorted({stack[:depth] for stack in stacks for depth in range(len(stack) + 1)} | {()},
                      key=lambda stack: [FRAMES[index] for index in stack])  # fmt: skip
    assert names == [[FRAMES[index] for index in stack] for stack in expected]
    assert [names[node] for node in leaf] == [[FRAMES[index] for index in stack] for stack in stacks]
    assert ("unused", "") not in zip(tree.frames.names, tree.frames.modules, strict=True)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), max_size=40))
def test_parents_of_runs_are_those_of_the_depths_in_preorder(wishes: list[tuple[int, int]]) -> None:
    first, added, depths = [], [], [0]
    for depth, number in wishes:
        first.append(min(depth, depths[-1]))
        added.append(number)
        depths += range(first[-1] + 1, first[-1] + 1 + number)
    parents = run_parents(np.array(first, dtype=np.int64), np.array(added, dtype=np.int64))
    np.testing.assert_array_equal(parents, preorder_parents(np.array(depths, dtype=np.int32)))
