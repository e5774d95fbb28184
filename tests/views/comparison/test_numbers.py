"""How the numbers of a comparison are written."""

from __future__ import annotations

import pytest

from duronb.views.comparison.numbers import p_equals, p_text, percent_change, value_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (21.44, "21.4"),
        (19.0, "19.0"),
        (1234.5, "1,234"),
        (0.01234, "0.0123"),
        (0.0, "0"),
        (None, "–"),
        (3e-9, "0.000000"),
    ],
)
def test_values_have_three_significant_digits(value: float | None, text: str) -> None:
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(1.1, "+10.0"), (0.888, "−11.2"), (1.0, "0.0"), (0.99999, "0.0"), (float("inf"), "∞"), (31, "+3,000.0")],
)
def test_changes_are_signed_percentages(ratio: float, text: str) -> None:
    assert percent_change(ratio) == text


def test_small_p_values_are_bounds() -> None:
    assert (p_text(1e-9), p_text(0.00213), p_text(1.0)) == ("<0.0001", "0.0021", "1")
    assert (p_equals(1e-9), p_equals(0.043)) == ("p < 0.0001", "p = 0.043")
