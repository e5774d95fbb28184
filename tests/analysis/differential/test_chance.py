"""The smallest p-value that chance gives, against a count of divisions by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from duronb.analysis.differential.chance import MOST_DIVISIONS, Divisions
from duronb.analysis.differential.node_tests import Values, dispersions, prior_of, quasi_binomial

SIDE = np.repeat([0, 1], 5)
LEVEL = 0.05


def noise(rows: int, seed: int, runs: int = 10) -> tuple[Values, Values]:
    """Return counts of equal sides, with a share of their own and noise between runs in each row, and denominators."""
    rng = np.random.default_rng(seed)
    share = rng.uniform(0.02, 0.3, (rows, 1))
    count = rng.poisson(2000 * share * np.exp(rng.normal(0, 0.08, (rows, runs))))
    return count.astype(float), np.full((rows, runs), 2000.0)


def smallest(count: Values, whole: Values) -> list[float]:
    """Return the smallest p-value of each of all 252 divisions of ten runs, one by one."""
    found = []
    for before in combinations(range(10), 5):
        division = np.asarray([0 if run in before else 1 for run in range(10)])
        prior = prior_of(*dispersions(count, whole, division))
        found.append(float(quasi_binomial(count, whole, division, prior, moderated=True).p.min()))
    return found


@pytest.mark.parametrize(("level", "within"), [(0.05, 6), (0.04, 5), (0.01, 1)])
def test_no_more_divisions_than_the_level_are_within_the_limit(level: float, within: int) -> None:
    count, whole = noise(30, 1)
    limit = Divisions.of(SIDE).limit(count, whole, level)
    # Each of the 126 divisions is twice among the 252, with its sides swapped.
    assert sum(p <= limit for p in smallest(count, whole)) == 2 * within


def test_denominators_of_each_row_are_used() -> None:
    count, whole = noise(30, 2)
    whole = whole * np.linspace(1, 3, 30)[:, None] * np.linspace(0.8, 1.2, 10)
    limit = Divisions.of(SIDE).limit(count, whole, LEVEL)
    assert sum(p <= limit for p in smallest(count, whole)) == 12


def test_rows_that_are_nearly_one_cost_nothing() -> None:
    one, whole = noise(1, 4)
    divisions = Divisions.of(SIDE)
    alone = divisions.limit(one, whole, LEVEL)
    same = np.concatenate([one, one + 1, one + 2, one + 3])
    assert divisions.limit(same, np.repeat(whole, 4, axis=0), LEVEL) == pytest.approx(alone, rel=0.1)


@pytest.mark.parametrize(
    ("before", "after", "divisions"),
    [(1, 1, 1), (3, 3, 10), (1, 12, 13), (4, 4, 35), (3, 4, 35), (5, 5, 126), (9, 9, MOST_DIVISIONS)],
)
def test_divisions_are_counted(before: int, after: int, divisions: int) -> None:
    side = np.repeat([0, 1], [before, after])
    found = Divisions.of(side)
    assert found.sides.shape == (before + after, divisions)
    assert (found.sides.sum(axis=0) == after).all()
    assert (found.sides == side[:, None]).all(axis=0).any()
    assert found.tell(LEVEL) == (divisions >= 20)
    # The same is drawn each time.
    assert (Divisions.of(side).sides == found.sides).all()


def test_a_large_change_is_beyond_chance_alone() -> None:
    count, whole = noise(30, 7)
    count[3, SIDE == 1] *= 1.6
    prior = prior_of(*dispersions(count, whole, SIDE))
    p = quasi_binomial(count, whole, SIDE, prior, moderated=True).p
    assert np.flatnonzero(p <= Divisions.of(SIDE).limit(count, whole, LEVEL)).tolist() == [3]


def test_a_row_that_one_side_or_run_lacks_is_no_obstacle() -> None:
    count, whole = noise(30, 8)
    count[0, :5] = 0
    count[1] = 0
    whole[2, 7] = count[2, 7] = 0
    assert 0 < Divisions.of(SIDE).limit(count, whole, LEVEL) < LEVEL
