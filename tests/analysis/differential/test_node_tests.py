"""The tests against other implementations: statsmodels' generalised linear models, scipy's t and its corrections."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special, stats

from duronb.analysis.differential.node_tests import (
    Prior,
    benjamini_hochberg,
    dispersions,
    presence,
    prior_of,
    quantile,
    quasi_binomial,
    quasi_poisson,
)

SIDE = np.asarray([0, 0, 0, 0, 1, 1, 1, 1, 1])


def samples(rows: int, seed: int) -> tuple[Any, Any]:
    """Counts out of wholes, some rows with far more noise than a binomial has."""
    rng = np.random.default_rng(seed)
    whole = rng.integers(800, 4000, (1, len(SIDE))).astype(float)
    parts = rng.uniform(0.005, 0.4, (rows, 1)) * np.exp(rng.normal(0, rng.choice([0.0, 0.2], (rows, 1)), (rows, 9)))
    return rng.binomial(whole.astype(int), np.minimum(parts, 0.9)).astype(float), whole


def fitted(family: Any, counts: Any, **options: Any) -> tuple[Any, Any]:
    """Both models, the one without sides first."""
    ones = np.ones((len(SIDE), 1))
    designs = (ones, np.column_stack([ones, SIDE]))
    models = [sm.GLM(counts, design, family=family, **options).fit(tol=1e-14, maxiter=200) for design in designs]
    return models[0], models[1]


@pytest.mark.long
def test_quasi_binomial_is_the_analysis_of_deviance() -> None:
    count, whole = samples(25, 1)
    found = quasi_binomial(count, whole, SIDE)
    for row, hits in enumerate(count):
        null, full = fitted(sm.families.Binomial(), np.column_stack([hits, whole[0] - hits]))
        dispersion = max(1, full.pearson_chi2 / full.df_resid)
        f = (null.deviance - full.deviance) / dispersion
        assert found.dispersion[row] == pytest.approx(dispersion, rel=1e-9)
        assert found.df[row] == full.df_resid == 7
        assert found.p[row] == pytest.approx(stats.f.sf(f, 1, 7), rel=1e-7, abs=1e-9)
        parts = special.expit(full.params @ [[1, 1], [0, 1]])
        np.testing.assert_allclose(found.parts[row], parts, rtol=1e-9)
        # The variance of a part by the delta method from that of its logit.
        covariance = np.asarray(full.cov_params()) / full.scale * dispersion
        logits = [covariance[0, 0], covariance.sum()]
        np.testing.assert_allclose(found.variances[row], logits * (parts * (1 - parts)) ** 2, rtol=1e-7)


@pytest.mark.long
def test_quasi_poisson_is_the_analysis_of_deviance() -> None:
    count, _ = samples(25, 2)
    exposure = np.random.default_rng(3).uniform(50, 300, len(SIDE))
    found = quasi_poisson(count, exposure, SIDE)
    for row, hits in enumerate(count):
        null, full = fitted(sm.families.Poisson(), hits, exposure=exposure)
        dispersion = max(1, full.pearson_chi2 / full.df_resid)
        p = stats.f.sf((null.deviance - full.deviance) / dispersion, 1, 7)
        assert found.p[row] == pytest.approx(p, rel=1e-7, abs=1e-9)
        np.testing.assert_allclose(found.parts[row], np.exp(full.params @ [[1, 1], [0, 1]]), rtol=1e-9)


def test_other_groups_contribute_only_to_the_dispersion() -> None:
    count, whole = samples(20, 4)
    alone = quasi_binomial(count, whole, SIDE)
    groups = np.asarray([0, 0, 0, 0, 1, 2, 2, 2, 2])
    found = quasi_binomial(count, whole, groups)
    np.testing.assert_allclose(found.parts[:, 0], alone.parts[:, 0])
    np.testing.assert_allclose(found.parts[:, 1], count[:, 4] / whole[0, 4])
    squares = 0.0
    for at in (slice(0, 4), slice(5, 9)):
        part = count[:, at].sum(axis=1) / whole[0, at].sum()
        expected = part[:, None] * whole[0, at]
        squares += ((count[:, at] - expected) ** 2 / (expected * (1 - part[:, None]))).sum(axis=1)
    np.testing.assert_allclose(found.dispersion, np.maximum(1, squares / 6))
    np.testing.assert_array_equal(found.df, 6)


def test_without_known_noise_only_what_is_on_one_side_beyond_chance_is_tested() -> None:
    count = np.asarray([[0, 3], [0, 40], [0, 400], [100, 900], [400, 0]], dtype=float)
    found = presence(count, np.full((1, 2), 5000.0), np.asarray([0, 1]))
    assert found.p[3] == 1
    assert (found.p[[0, 1]] > 1e-3).all()
    assert (found.p[[2, 4]] < 1e-6).all()
    # The deviance of 40 samples against none in equal wholes is nearly 2 * 40 * log(2).
    assert found.t[1] ** 2 == pytest.approx(80 * np.log(2) / 5, rel=0.01)


@given(st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), max_size=60))
def test_corrected_values_are_those_of_scipy(values: list[float]) -> None:
    p = np.asarray(values, dtype=float)
    tested = ~np.isnan(p)
    q = benjamini_hochberg(p)
    assert np.isnan(q[~tested]).all()
    if tested.any():
        np.testing.assert_allclose(q[tested], stats.false_discovery_control(p[tested]), rtol=1e-9)


def test_a_side_without_counts_does_not_affect_the_dispersion() -> None:
    count = np.asarray([[0, 0, 0, 0, 90, 110, 100, 95, 105]], dtype=float)
    whole = np.full((1, 9), 1000.0)
    found = quasi_binomial(count, whole, SIDE)
    assert found.df[0] == 4
    alone = count[0, 4:]
    expected = alone.mean() * (1 - alone.mean() / 1000)
    assert found.dispersion[0] == pytest.approx(max(1, ((alone - alone.mean()) ** 2).sum() / expected / 4))
    assert found.p[0] < 1e-4


@pytest.mark.parametrize("test", [quasi_binomial, presence])
@pytest.mark.parametrize(
    ("count", "whole"),
    [([0] * 9, [5] * 9), ([5] * 9, [5] * 9), ([0] * 9, [0] * 9), ([0] * 4 + [1] * 5, [0] * 4 + [9] * 5)],
)
def test_tests_without_a_p_value_are_not_discoveries(test: Any, count: list[int], whole: list[int]) -> None:
    found = test(np.asarray([count], dtype=float), np.asarray([whole], dtype=float), SIDE)
    assert not found.p[0] <= (0.001 if test is presence else 0.9)


def test_a_prior_helps_only_where_a_side_has_no_count() -> None:
    count, whole = samples(10, 5)
    count[0, :4] = 0
    prior = Prior(level=1.0, slope=0.2, df=6.0)
    plain, drawn = quasi_binomial(count, whole, SIDE), quasi_binomial(count, whole, SIDE, prior)
    np.testing.assert_array_equal(plain.p[1:], drawn.p[1:])
    single, df, mean = (values[0] for values in dispersions(count, whole, SIDE))
    expected = (df * single + 6 * np.exp(1) * mean**0.2) / (df + 6)
    assert (drawn.df[0], df) == (10, 4)
    assert drawn.dispersion[0] == pytest.approx(max(1, single, expected), rel=1e-12)


def test_a_prior_is_estimated_by_moments() -> None:
    rng = np.random.default_rng(6)
    rows = 4000
    mean = np.exp(rng.uniform(2, 7, rows))
    true = 1.5 * mean**0.3 * 8 / rng.chisquare(8, rows)
    df = np.full(rows, 7.0)
    prior = prior_of(true * rng.chisquare(7, rows) / 7, df, mean)
    assert prior is not None
    assert prior.slope == pytest.approx(0.3, abs=0.03)
    assert prior.df == pytest.approx(8, rel=0.15)
    assert prior.expected(np.asarray([100.0]))[0] == pytest.approx(1.5 * 100**0.3, rel=0.1)


def test_the_worth_of_a_prior_solves_its_equation() -> None:
    rng = np.random.default_rng(7)
    df, mean = rng.integers(3, 9, 200).astype(float), np.exp(rng.uniform(1, 6, 200))
    values = rng.chisquare(df) / df * np.exp(rng.normal(0, 1, 200))
    prior = prior_of(values, df, mean)
    assert prior is not None
    logs = np.log(np.maximum(values, 1e-3)) - special.digamma(df / 2) + np.log(df / 2)
    slope, level = np.polyfit(np.log(mean), logs, 1)
    spread = ((logs - level - slope * np.log(mean)) ** 2).sum() / 198 - special.polygamma(1, df / 2).mean()
    half = optimize.brentq(lambda y: special.polygamma(1, y) - spread, 1e-3, 1e4, xtol=1e-14)
    assert prior.df == pytest.approx(2 * half, rel=1e-9)
    assert prior.level == pytest.approx(level + special.digamma(half) - np.log(half), rel=1e-9)


def test_few_dispersions_are_no_prior() -> None:
    assert prior_of(np.ones(5), np.full(5, 7.0), np.full(5, 10.0)) is None
    assert prior_of(np.ones(50), np.zeros(50), np.full(50, 10.0)) is None


def test_quantiles_are_those_of_scipy() -> None:
    np.testing.assert_allclose(quantile(0.975, np.asarray([1.0, 8.0, 30.0])), stats.t.ppf(0.975, [1, 8, 30]), rtol=1e-9)
