from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.merged_tree import MergedTree, depths, sum_above, without_outer_unknown
from duronb.model.names import normalise
from duronb.model.profile import CallTree, Profile
from duronb.model.union_tree import union_of
from tests.views.profiles import CELLS, STAGES, Cell, make_profile, patient

SIDES = st.lists(CELLS, min_size=1, max_size=4)


def paths(tree: CallTree) -> list[tuple[str, ...]]:
    return [tuple(tree.frames.names[frame] for frame in tree.stack(node)) for node in range(len(tree))]


def plain_paths(profile: Profile, *, generics: bool) -> set[tuple[str, ...]]:
    """Every path of names of a profile's tree, normalised name by name."""
    return {
        tuple(normalise(name, closures=generics, generics=generics) for name in path) for path in paths(profile.tree)
    }


@patient
@given(SIDES, st.booleans())
def test_the_union_has_every_path_of_any_tree_once_in_the_order_of_names(
    sides: list[dict[Cell, int]], generics: bool
) -> None:
    profiles = [make_profile(side) for side in sides]
    union = union_of([profile.tree for profile in profiles], generics=generics)
    expected = {path for profile in profiles for path in plain_paths(profile, generics=generics)}
    assert paths(union.tree) == sorted(expected)


@pytest.mark.long
@patient
@given(SIDES)
def test_every_sample_keeps_its_path(sides: list[dict[Cell, int]]) -> None:
    profiles = [make_profile(side) for side in sides]
    union = union_of([profile.tree for profile in profiles])
    joined = paths(union.tree)
    for profile, place in zip(profiles, union.places, strict=True):
        found: Counter[tuple[str, ...]] = Counter()
        expected: Counter[tuple[str, ...]] = Counter()
        for node, count in enumerate(profile.self_counts().tolist()):
            found[joined[place[node]]] += count
            expected[tuple(map(normalise, paths(profile.tree)[node]))] += count
        assert found == expected


def test_names_align_whatever_the_build_made_of_them() -> None:
    before = cell("step::h0123456789abcdef", "Vec<u8>::push::{closure#1}")
    after = cell("step::hfedcba9876543210", "Vec<u16>::push::{closure#4}")
    trees = [make_profile({side: 1}).tree for side in (before, after)]
    assert paths(union_of(trees, generics=True).tree) == [(), ("step",), ("step", "Vec::push::{closure}")]
    assert len(union_of(trees).tree) == 4


def test_a_frame_has_the_module_of_the_last_tree() -> None:
    trees = [make_profile({cell("read", module=module): 1}).tree for module in ("libc-2.31.so", "libc.so.6")]
    frames = union_of(trees).tree.frames
    assert list(zip(frames.names, frames.modules, strict=True)) == [("read", "libc.so.6")]


def cell(*names: str, module: str = "workload") -> Cell:
    return STAGES[0], "main", 0, tuple((name, module) for name in names)


@patient
@given(CELLS)
def test_without_outer_unknown_no_known_frame_has_only_unknown_ancestors(cells: dict[Cell, int]) -> None:
    tree = make_profile(cells).tree
    parent, folded, outermost = without_outer_unknown(tree)
    names = [tree.name(node) for node in range(len(tree))]
    for node in range(1, len(tree)):
        above = [tree.frames.names[frame] for frame in tree.stack(node)]
        assert folded[node] == all(name == "[unknown]" for name in above)
        assert outermost[node] == (above == ["[unknown]"])
        over = int(tree.parent[node])
        assert parent[node] == (0 if folded[over] else over), names[node]


@given(st.data())
def test_sums_above_are_those_of_the_way_up(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 30))
    parent = np.asarray([-1] + [data.draw(st.integers(-1, node - 1)) for node in range(1, size)], dtype=np.int32)
    values = np.asarray(data.draw(st.lists(st.integers(0, 9), min_size=size, max_size=size)), dtype=np.int64)

    def above(node: int) -> list[int]:
        over = int(parent[node])
        return [] if over < 0 else [over, *above(over)]

    np.testing.assert_array_equal(sum_above(parent, values), [values[above(node)].sum() for node in range(size)])
    np.testing.assert_array_equal(depths(parent), [len(above(node)) for node in range(size)])


def test_what_is_not_kept_counts_where_it_hung() -> None:
    # all -> a -> b, all -> c; without b.
    merged = MergedTree.of(np.asarray([-1, 0, 1, 0], np.int32), np.asarray([-1, 0, 1, 2], np.int32), 3)
    keep = np.ones(4, dtype=bool)
    keep[np.flatnonzero(merged.frame == 1)] = False
    parent, frame, home = merged.kept(keep)
    assert (parent.tolist(), frame.tolist()) == ([-1, 0, 0], [-1, 0, 2])
    assert frame[home[merged.of_node[2]]] == 0
