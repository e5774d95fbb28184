"""The simulation of planted changes, with few draws."""

from __future__ import annotations

import pytest

from tests.simulations.planted_changes import INLINED, LARGE, LEAF, MIDDLE, SMALL, counted, releases, rows

RENAMED = (SMALL, LEAF, MIDDLE, LARGE)


@pytest.mark.long
@pytest.mark.parametrize("title", [*(f"renamed {name}" for name in RENAMED), *(f"inlined {name}" for name in INLINED)])
def test_a_renamed_or_inlined_function_is_that_and_nothing_else(title: str) -> None:
    (row,) = [row for row in rows() if row.title == title]
    assert counted(row, 2, releases()) == (2, 2, 0)


@pytest.mark.long
@pytest.mark.parametrize("title", ["x3 sqlite3_step", "+5 % of all CPU in sqlite3BtreeTableMoveto"])
def test_a_dearer_function_is_found_and_nothing_is_cheaper(title: str) -> None:
    (row,) = [row for row in rows() if row.title == title]
    right, _, wrong = counted(row, 4, releases())
    assert right >= 3
    assert wrong <= 1
