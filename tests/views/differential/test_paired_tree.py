"""Two call trees merged into one, compared with plain dictionaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.names import normalise
from duronb.model.profile import CallTree, Counts
from duronb.views.differential.paired_tree import union_tree
from duronb.views.flamegraph.display_tree import display_tree
from tests.views.differential.pairs import cells, pair, paths
from tests.views.profiles import (
    CELLS,
    STAGES,
    Cell,
    Stack,
    cells_of,
    make_profile,
    patient,
    realistic_cells,
)


def by_path(tree: CallTree, counts: Counts) -> Counter[tuple[str, ...]]:
    return Counter({path: int(count) for path, count in zip(paths(tree), counts, strict=True) if count})


def merged_plainly(stacks: Mapping[Cell, int], *, generics: bool) -> Counter[tuple[str, ...]]:
    """Self samples per path of names, from the displayed samples, with a dict."""
    found: Counter[tuple[str, ...]] = Counter()
    for (*_, stack), count in stacks.items():
        found[tuple(normalise(name, closures=generics, generics=generics) for name, _ in stack)] += count
    return found


@patient
@given(CELLS, CELLS, st.booleans())
def test_the_union_has_every_path_once_and_every_sample(
    before: dict[Cell, int], after: dict[Cell, int], generics: bool
) -> None:
    shown = [display_tree(make_profile(side)) for side in (before, after)]
    union = union_tree(*shown, generics=generics)
    plain = [merged_plainly(cells_of(side.profile), generics=generics) for side in shown]
    assert by_path(union.tree, union.before) == plain[0]
    assert by_path(union.tree, union.after) == plain[1]
    found = paths(union.tree)
    expected = {path[:depth] for side in plain for path in side for depth in range(len(path) + 1)} | {()}
    # Preorder with siblings by name is the lexical order of the paths.
    assert found == sorted(expected)


def test_names_align_whatever_the_build_made_of_them() -> None:
    before = {"step::h0123456789abcdef;Vec<u8>::push::{closure#1}": 2, "x;y": 1}
    after = {"step::hfedcba9876543210;Vec<u16>::push::{closure#4}": 5, "x;y": 1}
    folded = union_tree(make_profile(cells(before)), make_profile(cells(after)), generics=True)
    assert paths(folded.tree)[2] == ("step", "Vec::push::{closure}")
    assert (folded.before[2], folded.after[2]) == (2, 5)
    assert len(pair(before, after).tree) == len(folded.tree) + 1


def test_a_frame_is_where_it_is_now() -> None:
    stacks: list[Stack] = [(("read", "libc-2.31.so"),), (("read", "libc.so.6"),)]
    before, after = (make_profile({(STAGES[0], "main", 0, stack): 1}) for stack in stacks)
    union = union_tree(before, after)
    assert list(zip(union.tree.frames.names, union.tree.frames.modules, strict=True)) == [("read", "libc.so.6")]


def test_equal_profiles_differ_nowhere() -> None:
    profile = make_profile(realistic_cells(2000))
    union = union_tree(profile, profile)
    np.testing.assert_array_equal(union.before, union.after)
    assert len(union.tree) == len(display_tree(profile).profile.tree)
