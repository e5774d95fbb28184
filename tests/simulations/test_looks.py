"""A short version of the simulation of looks, with generous bounds."""

from __future__ import annotations

import pytest

from tests.simulations.looks import calibration, part_changed
from tests.simulations.noises import normal

pytestmark = pytest.mark.long


@pytest.mark.parametrize("name", ["automatic", "automatic, store"])
def test_series_until_decided_are_rarely_wrong_and_often_right(name: str) -> None:
    assert part_changed(normal(0.10), name, draws=150) <= 0.05 + 4 * 0.018
    assert part_changed(normal(0.07), name, draws=50, change=-0.10) >= 0.8


def test_about_half_of_the_series_are_decided_within_the_advice() -> None:
    asked, before, within, after, stated = calibration(0.10, (0.03, 0.15), 100)
    assert asked >= 40
    assert within == pytest.approx(stated, abs=30)
    assert before <= 50
    assert after <= 50
