"""Student's distribution against mpmath's incomplete beta function with 50 digits, and against closed forms."""

from __future__ import annotations

from math import atan, inf, isnan, nan, pi, sqrt

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.analysis.distributions.student import student_quantile, student_sf
from tests.examples import examples

MAGNITUDES = st.floats(-6, 3).map(lambda power: 10**power)
FREEDOMS = st.one_of(st.integers(1, 60), st.floats(-0.3, 5).map(lambda power: 10**power))


def tail(t: float, df: float) -> float:
    """Return the probability of more than ``t``, which is positive; 0 for what is less than 1e-280."""
    with mpmath.workdps(50):
        x = mpmath.mpf(df) / (mpmath.mpf(df) + mpmath.mpf(t) ** 2)
        if x ** (mpmath.mpf(df) / 2) < 1e-280:  # The tail is less than this power.
            return 0.0
        return float(mpmath.betainc(mpmath.mpf(df) / 2, mpmath.mpf("0.5"), 0, x, regularized=True) / 2)


@examples(50)
@given(MAGNITUDES, FREEDOMS)
def test_tails_are_students(t: float, df: float) -> None:
    expected = tail(t, df)
    assert student_sf(t, df) == pytest.approx(expected, rel=1e-9, abs=1e-280)
    assert student_sf(-t, df) == pytest.approx(1 - expected, rel=1e-9)


@examples(50)
@given(st.one_of(st.floats(0.5001, 0.999), st.floats(-9, -1).map(lambda power: 1 - 10**power)), FREEDOMS)
def test_the_tail_of_a_quantile_is_what_it_was_asked_for(probability: float, df: float) -> None:
    quantile = student_quantile(probability, df)
    assert tail(quantile, df) == pytest.approx(1 - probability, rel=1e-8)
    assert student_quantile(1 - probability, df) == pytest.approx(-quantile, rel=1e-6)


@given(MAGNITUDES)
def test_closed_forms(t: float) -> None:
    assert student_sf(-t, 1) == pytest.approx(0.5 + atan(t) / pi, rel=1e-9)
    assert student_sf(-t, 2) == pytest.approx(0.5 + t / (2 * sqrt(2 + t * t)), rel=1e-9)


@pytest.mark.parametrize("t", [5, 10, 37])
def test_far_tails_of_nearly_normal_distributions_are_not_zero(t: float) -> None:
    with mpmath.workdps(50):
        normal = float(mpmath.erfc(t / mpmath.sqrt(2)) / 2)
    # The first term of the expansion in 1 / df (Abramowitz and Stegun 26.7.5): a t tail is a little heavier.
    assert student_sf(t, 1.1e7) == pytest.approx(normal, rel=t**4 / 1.1e7)
    assert student_sf(t, inf) == pytest.approx(normal, rel=1e-12)


def test_ends() -> None:
    assert [student_sf(t, 3) for t in (-inf, 0, inf)] == [1, 0.5, 0]
    assert [student_quantile(p, 3) for p in (0, 0.5, 1)] == [-inf, pytest.approx(0, abs=1e-15), inf]
    assert student_quantile(0.975, inf) == pytest.approx(1.959963984540054, rel=1e-12)


@pytest.mark.parametrize("df", [0, -1, nan])
def test_without_degrees_of_freedom_there_is_no_number(df: float) -> None:
    assert isnan(student_sf(1.0, df))
    assert all(isnan(student_quantile(p, df)) for p in (0, 0.9, 1))
    assert isnan(student_sf(nan, 3))
    assert all(isnan(student_quantile(p, 3)) for p in (nan, -0.1, 1.1))
