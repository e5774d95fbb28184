"""A short version of the simulation of equal runs."""

from __future__ import annotations

from math import log

import pytest

from tests.simulations.verdicts_of_equal_runs import METHODS, normal, rate_of_changes

pytestmark = pytest.mark.long
DRAWS = 300


@pytest.mark.parametrize("method", METHODS)
def test_equal_runs_rarely_differ(method: str) -> None:
    # 5 % and four standard errors of 300 draws.
    assert rate_of_changes(normal(0.1), method, draws=DRAWS) <= 0.10


def test_the_noise_of_earlier_runs_finds_more() -> None:
    found = {
        method: rate_of_changes(normal(0.09), method, draws=DRAWS, change=log(0.86), stages=1)
        for method in ("paired", "moderated")
    }
    assert found["moderated"] >= found["paired"] + 0.05
    assert found["moderated"] >= 0.6
