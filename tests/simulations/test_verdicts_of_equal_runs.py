"""A short version of the simulation of equal runs."""

from __future__ import annotations

from math import log

import pytest

from tests.simulations.noises import normal
from tests.simulations.verdicts_of_equal_runs import of_blocks, of_runs

pytestmark = pytest.mark.long
DRAWS = 300


def test_equal_runs_rarely_differ() -> None:
    # 5 % and four standard errors of 300 draws.
    assert max(of_blocks(normal(0.1), draws=DRAWS, level=0.05, blocks=5).values()) <= 0.10
    assert max(of_runs(normal(0.1), (3, 20), draws=DRAWS)) <= 0.10
    assert max(of_runs(normal(0.1), (2, 10), draws=DRAWS)) <= 0.10


def test_the_noise_of_earlier_runs_finds_more() -> None:
    found = of_blocks(normal(0.09), draws=DRAWS, level=0.05, change=log(0.86), stages=1, blocks=5)
    assert found["automatic, store"] >= found["paired"] + 0.05
    assert found["automatic, store"] >= 0.6


def test_pairing_is_used_where_it_pays() -> None:
    found = of_blocks(normal(0.09, 0.7), draws=DRAWS, change=log(0.86), stages=1)
    assert found["automatic, store"] >= found["moderated"] + 0.2
