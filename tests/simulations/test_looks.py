"""A short version of the simulation of looks, with generous bounds."""

from __future__ import annotations

import pytest

from tests.simulations.looks import calibration, percent_changed

pytestmark = pytest.mark.long


def test_series_until_decided_are_rarely_wrong_and_often_right() -> None:
    assert percent_changed("CV 10 %", 0.0, 150) <= 5 + 4 * 1.8
    assert percent_changed("CV 7 %", -0.10, 50) >= 80


def test_about_half_of_the_series_are_decided_within_the_advice() -> None:
    asked, before, within, after, stated = calibration(0.10, (3.0, 15.0), 100)
    assert asked >= 40
    assert within == pytest.approx(stated, abs=30)
    assert before <= 50
    assert after <= 50
