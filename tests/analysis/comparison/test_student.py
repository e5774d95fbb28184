"""Student's distribution against SciPy's, over all sizes of its arguments, and against closed forms."""

from __future__ import annotations

from math import atan, inf, isnan, nan, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from duronb.analysis.comparison.student import student_quantile, student_sf

MAGNITUDES = st.floats(-6, 4).map(lambda power: 10**power)
FREEDOMS = st.one_of(st.integers(1, 60), st.floats(-0.3, 10).map(lambda power: 10**power))


@given(MAGNITUDES, st.sampled_from([1, -1]), FREEDOMS)
def test_tails_are_students(t: float, sign: int, df: float) -> None:
    assert student_sf(sign * t, df) == pytest.approx(special.stdtr(df, -sign * t), rel=1e-9, abs=1e-280)


@given(st.one_of(st.floats(0.001, 0.999), st.floats(-12, -1).map(lambda power: 1 - 10**power)), FREEDOMS)
def test_quantiles_are_students(probability: float, df: float) -> None:
    expected = special.stdtrit(df, probability)
    assert student_quantile(probability, df) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(st.floats(0.5001, 1 - 1e-9), FREEDOMS)
def test_the_tail_of_a_quantile_is_what_it_was_asked_for(probability: float, df: float) -> None:
    assert student_sf(student_quantile(probability, df), df) == pytest.approx(1 - probability, rel=1e-10)


@given(MAGNITUDES)
def test_closed_forms(t: float) -> None:
    assert student_sf(-t, 1) == pytest.approx(0.5 + atan(t) / pi, rel=1e-13)
    assert student_sf(-t, 2) == pytest.approx(0.5 + t / (2 * sqrt(2 + t * t)), rel=1e-13)


@pytest.mark.parametrize("t", [5, 10, 37])
def test_far_tails_of_nearly_normal_ones_are_not_nothing(t: float) -> None:
    assert student_sf(t, 1.1e7) == pytest.approx(special.stdtr(1.1e7, -t), rel=1e-9)
    assert student_sf(t, inf) == pytest.approx(special.ndtr(-t), rel=1e-12)


def test_ends() -> None:
    assert [student_sf(t, 3) for t in (-inf, 0, inf)] == [1, 0.5, 0]
    assert [student_quantile(p, 3) for p in (0, 0.5, 1)] == [-inf, 0, inf]
    assert student_sf(1e200, 1) == pytest.approx(1 / (pi * 1e200), rel=1e-12)
    assert student_sf(1.5, inf) == pytest.approx(special.ndtr(-1.5), rel=1e-13)
    assert student_quantile(0.975, inf) == pytest.approx(special.ndtri(0.975), rel=1e-12)


@pytest.mark.parametrize("df", [0, -1, nan])
def test_without_degrees_of_freedom_there_is_no_number(df: float) -> None:
    assert isnan(student_sf(1.0, df))
    assert isnan(student_quantile(0.9, df))
    assert isnan(student_sf(nan, 3))
    assert all(isnan(student_quantile(p, 3)) for p in (nan, -0.1, 1.1))
