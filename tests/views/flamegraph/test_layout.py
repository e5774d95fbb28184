from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.flamegraph.layout import boxes, fitting_label
from tests.views.profiles import CELLS, Cell, Stack, cells_of, make_profile, patient, realistic_cells, totals_by_path


@patient
@given(CELLS)
def test_frames_are_side_by_side_above_their_callers(cells: dict[Cell, int]) -> None:
    shown = display_tree(make_profile(cells))
    samples = shown.profile.samples
    stacks: Counter[tuple[tuple[str, str], ...]] = Counter()
    for (*_, stack), count in cells_of(shown.profile).items():
        stacks[stack] += count
    totals: Counter[tuple[tuple[str, str], ...]] = Counter()
    for stack, count in stacks.items():
        for depth in range(len(stack) + 1):
            totals[stack[:depth]] += count
    left: dict[Stack, int] = {(): 0}
    for path in sorted(totals):
        if path:
            elder = sum(totals[other] for other in totals if other and other[:-1] == path[:-1] and other < path)
            left[path] = left[path[:-1]] + elder
    drawn = list(boxes(shown, shown.profile.self_counts()))
    if not samples:
        assert len(drawn) == 1
        return
    expected = [(left[path] / samples, totals[path] / samples, len(path), stacks[path]) for path in sorted(totals)]
    assert [(box.left, box.width, box.depth, box.self_samples) for box in drawn] == expected


@pytest.mark.parametrize("most", [1, 2, 10, 77])
def test_the_widest_frames_are_drawn_with_all_their_callers(most: int) -> None:
    shown = display_tree(make_profile(realistic_cells(400)))
    drawn = list(boxes(shown, shown.profile.self_counts(), most=most))
    assert 1 <= len(drawn) <= most
    edges = {(box.depth, round(box.left + box.width, 9)): box for box in drawn}
    assert edges
    for box in drawn:
        if box.depth:
            assert any(
                other.depth == box.depth - 1
                and other.left <= box.left
                and box.left + box.width <= other.left + other.width + 1e-12
                for other in drawn
            )


def test_narrow_frames_are_left_out() -> None:
    cells = realistic_cells(400)
    shown = display_tree(make_profile(cells))
    names = totals_by_path(
        (tuple(n for n, _ in stack), count) for (*_, stack), count in cells_of(shown.profile).items()
    )
    wide = sum(total >= 0.02 * shown.profile.samples for total in names.values())
    assert len(list(boxes(shown, shown.profile.self_counts(), 0.02))) == wide


@pytest.mark.parametrize(
    ("name", "characters", "label"),
    [
        ("main", 10, "main"),
        ("sqlite3VdbeExec", 8, "sqlite3…"),
        ("main", 2, ""),
        ("a::b::c::d", 10, "a::b::c::d"),
        ("a::b::c::d", 7, "b::c::d"),
        ("a::b::c::d", 5, "c::d"),
        ("a::b::c::d", 3, "d"),
        ("<alloc::vec::Vec<T> as core::ops::Drop>::drop", 30, "<Vec<T> as Drop>::drop"),
        ("core::ptr::drop_in_place::<a::Thing>", 24, "core::ptr::drop_in_place"),
        ("x::run::{{closure}}", 16, "run::{{closure}}"),
    ],
)
def test_long_labels_keep_the_end_of_the_name(name: str, characters: int, label: str) -> None:
    assert fitting_label(name, characters) == label


@given(st.text(max_size=80), st.integers(0, 60))
def test_labels_fit(name: str, characters: int) -> None:
    assert len(fitting_label(name, characters)) <= characters
