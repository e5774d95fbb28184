"""A short version of the simulated bisections, with generous bounds."""

from __future__ import annotations

import pytest

from tests.simulations.bisect import Row, searched


@pytest.mark.long
@pytest.mark.parametrize(("row", "most"), [(Row(0.06, 0.10), 80), (Row(0.12, 0.20), 80)])
def test_searches_name_the_right_commit(row: Row, most: int) -> None:
    results = [searched(row, seed) for seed in range(12)]
    assert sum(each.right for each in results) >= 10
    assert sum(each.wrong for each in results) <= 1
    assert sorted(each.blocks for each in results)[6] <= most


@pytest.mark.long
def test_equal_ends_rarely_have_a_wrong_name() -> None:
    results = [searched(Row(0.06, 0.0), seed) for seed in range(12)]
    assert sum(each.wrong for each in results) <= 1
