"""Levels of looks against simulated Brownian motions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from duronb.analysis.comparison.looks import HALF, Looks, left, look_level, looks_at, next_look
from duronb.model.record.series_member import BY_BLOCKS, SeriesMember
from duronb.model.run import RunRecord
from tests.store.runs import complete_run

DRAWS = 400_000


def crossings(runs: list[int], rules: Sequence[str | None] = ()) -> list[float]:
    """Return the part of the motions that crossed a limit at each look or before."""
    generator = np.random.default_rng(3)
    at = np.zeros(DRAWS)
    crossed = np.zeros(DRAWS, dtype=bool)
    found, last = [], 0
    for look, count in enumerate(runs, 1):
        at += generator.normal(0, np.sqrt(count - last), DRAWS)
        last = count
        limit = stats.norm.isf(look_level(runs[:look], rules=rules[:look]) / 2)
        crossed |= np.abs(at) / np.sqrt(count) > limit
        found.append(float(crossed.mean()))
    return found


@pytest.mark.parametrize(
    "runs", [[6], [6, 12], [5, 8], [5, 6, 30], [3, 5, 8, 12], [6, 12, 18, 24, 30], [*range(6, 41)], [100, 101]]
)
@pytest.mark.long
def test_all_looks_together_spend_a_part_that_rises_with_the_blocks(runs: list[int]) -> None:
    for count, crossed in zip(runs, crossings(runs), strict=True):
        assert crossed == pytest.approx(0.05 * count / (count + 8), abs=4 * np.sqrt(0.05 / DRAWS))


@pytest.mark.parametrize("old", [1, 2, 3])
@pytest.mark.long
def test_a_series_with_looks_of_an_earlier_version_has_the_allowed_error_in_total(old: int) -> None:
    runs = [5, 10, 15, 20, 25, 30, 31, 40]
    rules = [None] * old + [BY_BLOCKS] * (len(runs) - old)
    found = crossings(runs, rules)
    margin = 4 * np.sqrt(0.05 / DRAWS)
    # What earlier versions spent: four fifths of what was left at each look.
    assert found[:old] == pytest.approx([0.04, 0.048, 0.0496][:old], abs=margin)
    assert found[-1] <= 0.05 + margin


def test_looks_of_an_earlier_version_keep_the_levels_that_they_had() -> None:
    # Computed by the version that made them.
    assert look_level([5], rules=[None]) == pytest.approx(0.04, abs=1e-9)
    assert look_level([5, 10], rules=[None, None]) == pytest.approx(0.014473, abs=2e-5)
    assert left([5], rules=[None]) == pytest.approx(0.01)
    assert look_level([5, 10, 15], rules=[None] * 3) == pytest.approx(0.004583, abs=2e-5)
    # A new look at ten blocks takes a part of the 1 % that is left: 1 - 13/18.
    assert left([5, 10], rules=[None, BY_BLOCKS]) == pytest.approx(0.01 * 13 / 18)


def test_half_of_the_error_is_spent_after_eight_blocks_and_three_quarters_after_24() -> None:
    assert [left([blocks]) for blocks in (HALF, 24)] == pytest.approx([0.025, 0.0125])
    assert look_level([6]) == pytest.approx(0.05 * 6 / 14)


def test_looks_in_between_do_not_change_what_is_spent() -> None:
    assert left([6, 7, 8, 40]) == pytest.approx(left([6, 40])) == pytest.approx(0.05 * 8 / 48)


def test_a_look_with_few_new_blocks_is_hardly_stricter_than_its_error() -> None:
    # What was seen before adds no new chance to err: the level is above the error that it may spend.
    assert look_level([50, 51]) > left([50]) - left([50, 51])


def test_the_thousandth_look_is_still_possible() -> None:
    looks = Looks((6,), (BY_BLOCKS,)).ahead(7, 1000)
    levels = [level for _, level in looks]
    assert [blocks for blocks, _ in looks[:16]] == [*range(7, 21), 22, 24]
    assert 0 < min(levels) < max(levels) < 0.025


@pytest.mark.parametrize(("blocks", "following"), [(1, 2), (6, 7), (19, 20), (20, 22), (55, 60), (1000, 1100)])
def test_the_next_look_has_a_tenth_more_blocks(blocks: int, following: int) -> None:
    assert next_look(blocks) == following


def test_the_looks_are_those_that_the_runs_state() -> None:
    def run(look: int | None, spending: str | None) -> RunRecord:
        return complete_run().with_parts(series=SeriesMember(id="x", side="before", look=look, spending=spending))

    runs = [run(1, None)] * 5 + [run(3, BY_BLOCKS)] * 2 + [run(4, BY_BLOCKS)]
    assert looks_at(runs) == Looks((5, 7, 8), (None, BY_BLOCKS, BY_BLOCKS))
    assert looks_at([run(None, None)]) == Looks((1,), (None,))
    assert looks_at([]) == Looks()
    assert (Looks().number, Looks().level) == (1, 0.05)


@pytest.mark.parametrize("runs", [[], [0], [5, 5], [6, 5], [-1, 4]])
def test_looks_without_new_blocks_are_an_error_of_the_caller(runs: list[int]) -> None:
    with pytest.raises(ValueError, match="look"):
        look_level(runs)
