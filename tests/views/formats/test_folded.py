from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from duronb.views.formats.folded import folded
from tests.views.profiles import CELLS, Cell, make_profile, patient, small_cells


def test_lines_are_thread_frames_and_count() -> None:
    assert list(folded(make_profile(small_cells()), "File SQLite 1/1")) == [
        "tokio-rt;[libc.so.6];main;poll;read 5",
        "tokio-rt;[libc.so.6];main;poll;read;vfs_read 3",
    ]


def test_names_stay_raw() -> None:
    lines = list(folded(make_profile(small_cells()), "File SQLite 2/2"))
    assert "sqlx-worker;step::h0123456789abcdef 2" in lines
    assert "sqlx-worker;[libc.so.6];step::hfedcba9876543210;vfs_write 13" in lines


def test_without_threads_equal_stacks_are_summed() -> None:
    stack = (("a b", "m"), ("c;d", "m"))
    cells: dict[Cell, int] = {("s", "t 1", 0, stack): 2, ("s", "t 2", 5, stack): 3}
    assert list(folded(make_profile(cells), thread_names=False)) == ["a b;c:d 5"]
    assert list(folded(make_profile(cells))) == ["t_1;a b;c:d 2", "t_2;a b;c:d 3"]


@patient
@given(CELLS)
def test_every_line_is_one_stack_and_all_samples_are_there(cells: dict[Cell, int]) -> None:
    lines = list(folded(make_profile(cells)))
    counts: Counter[int] = Counter()
    for line in lines:
        assert len(line.splitlines()) == 1
        stack, _, count = line.rpartition(" ")
        counts[stack.count(";")] += int(count)
    depths: Counter[int] = Counter()
    for (_stage, _thread, _second, frames), samples in cells.items():
        depths[len(frames)] += samples
    assert counts == depths
    assert len({line.rpartition(" ")[0] for line in lines}) == len(lines)


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(KeyError):
        list(folded(make_profile(small_cells()), "nope"))
