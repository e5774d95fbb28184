"""The phrase on further blocks."""

from __future__ import annotations

import pytest

from duronb.analysis.comparison.advice import Advice
from duronb.views.comparison.advice import advice_text, at_most_text


@pytest.mark.parametrize(
    ("advice", "seconds", "text"),
    [
        (Advice(6, 15, 0.5), 60, "even odds within 6 to 15 more blocks, about 6 to 15 min"),
        (Advice(6, 15, 0.52), None, "even odds within 6 to 15 more blocks"),
        (Advice(6, 7, 0.97, new=True), 18, "odds of 19 in 20 within 6 to 7 blocks of an A/B, about 1.8 to 2.1 min"),
        (Advice(1, 2, 0.8), 90, "odds of 8 in 10 within 1 to 2 more blocks, about 1.5 to 3 min"),
        (Advice(90, 200, 0.31), 60, "only 3 of 10 such comparisons would be decided by 200 more blocks, about 3.3 h"),
        (Advice(90, 200, 0.01), None, "only 1 of 20 such comparisons would be decided by 200 more blocks"),
    ],
)
def test_the_phrase_has_a_range_odds_and_time(advice: Advice, seconds: float | None, text: str) -> None:
    assert advice_text(advice, seconds) == text


def test_the_time_has_room_for_the_warm_up_and_is_rounded_up() -> None:
    assert at_most_text(Advice(6, 15, 0.5), 60) == "16m"
    assert at_most_text(Advice(1, 2, 0.5), 1) == "1m"
    assert at_most_text(Advice(1, 2, 0.5), None) == "20m"
