"""The choice of the test, from the number of blocks and from earlier runs."""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
import pytest
from scipy import stats

from duronb.analysis.comparison.choice import chosen_effect, pairing_pays
from duronb.analysis.comparison.earlier import EarlierNoise, known_noise
from duronb.analysis.comparison.effect import Effect
from duronb.analysis.distributions.prior import NoisePrior

FEW = [20.0, 21.5, 19.4, 22.0, 20.3, 20.9], [17.9, 18.8, 17.1, 19.2, 17.6, 18.0]
KNOWN = NoisePrior(deviation=0.08, df=20, groups=8)


def test_pairing_pays_if_it_finds_the_smaller_change() -> None:
    for blocks in range(3, 60):
        pairs, apart = (float(stats.t.ppf(0.995, df)) for df in (blocks - 1, 2 * blocks - 2))
        least = 1 - (apart / pairs) ** 2
        for correlation in (least - 0.01, least + 0.01):
            pays = pairing_pays(blocks, EarlierNoise(correlation=correlation))
            assert pays == (correlation > least)


@pytest.mark.parametrize(("blocks", "pays"), [(1, False), (2, False), (6, False), (20, False), (21, True), (200, True)])
def test_without_earlier_blocks_only_many_blocks_are_paired(blocks: int, pays: bool) -> None:
    assert pairing_pays(blocks, EarlierNoise()) == pays


def test_noise_that_is_known_for_runs_alone_speaks_against_pairs_and_noise_within_blocks_for_them() -> None:
    runs = EarlierNoise(prior=KNOWN, correlation=0.2)
    both = EarlierNoise(prior=KNOWN, within_blocks=KNOWN, correlation=0.2)
    assert [pairing_pays(6, each) for each in (runs, both)] == [False, True]
    assert [pairing_pays(6, EarlierNoise(prior=KNOWN, correlation=high)) for high in (0.5, 0.7)] == [False, True]


def test_runs_that_were_less_alike_than_others_are_paired_because_independent_runs_would_claim_too_much() -> None:
    unlike = [EarlierNoise(correlation=-0.1), EarlierNoise(prior=KNOWN, within_blocks=KNOWN, correlation=-0.1)]
    assert [pairing_pays(6, each) for each in unlike] == [True, True]
    assert [pairing_pays(2, each) for each in unlike] == [False, True]


@pytest.mark.parametrize(
    ("noise", "interleaved", "method"),
    [
        (EarlierNoise(), True, "welch"),
        (EarlierNoise(), False, "welch"),
        (EarlierNoise(correlation=0.7), True, "paired"),
        (EarlierNoise(correlation=0.7), False, "welch"),
        (EarlierNoise(prior=KNOWN), True, "moderated"),
        (EarlierNoise(prior=KNOWN, correlation=0.8), True, "paired"),
        (EarlierNoise(prior=KNOWN, within_blocks=KNOWN, correlation=0.5), True, "paired moderated"),
        (EarlierNoise(prior=KNOWN, within_blocks=KNOWN, correlation=0.5), False, "moderated"),
    ],
)
def test_each_test_has_its_runs(noise: EarlierNoise, interleaved: bool, method: str) -> None:
    effect = chosen_effect(*FEW, noise, interleaved=interleaved, busy=False).effect
    assert isinstance(effect, Effect)
    assert effect.method == method


def test_the_own_blocks_never_decide_whether_they_are_paired() -> None:
    # Equal blocks but for the change: a paired test would find it with any number of blocks.
    before = [20.0, 25.0, 15.0, 22.0, 18.0, 21.0]
    after = [rate * exp(0.02 + 0.001 * sign) for rate, sign in zip(before, [1, -1, 1, -1, 1, -1], strict=True)]
    effect = chosen_effect(before, after, EarlierNoise(), interleaved=True, busy=False).effect
    assert isinstance(effect, Effect)
    assert effect.method == "welch"
    assert effect.p > 0.5


@pytest.mark.parametrize(
    "known", [EarlierNoise(), EarlierNoise(deviation=0.06, df=3), EarlierNoise(deviation=0.06, df=20)]
)
def test_one_run_each_says_what_it_cannot_show(known: EarlierNoise) -> None:
    chosen = chosen_effect([20.0], [19.0], known, interleaved=False, busy=False)
    assert chosen.unseen.startswith("One run each shows nothing smaller than ")
    if known.df < 8:
        low, high = (100 * (exp(stats.norm.ppf(0.975) * noise * sqrt(2)) - 1) for noise in (0.06, 0.20))
        assert chosen.unseen.endswith(f" {low:.0f} to {high:.0f} %")
        assert not isinstance(chosen.effect, Effect)
    else:
        half = 100 * (exp(stats.t.ppf(0.975, 20) * 0.06 * sqrt(2)) - 1)
        assert f" {half:.0f} % (noise of earlier runs 6.0 %, 20 df)" in chosen.unseen
        assert isinstance(chosen.effect, Effect)
        assert chosen.effect.method == "pooled"


def test_the_correlation_is_that_of_earlier_blocks_shrunk_to_the_usual_one() -> None:
    rng = np.random.default_rng(3)
    shared = rng.normal(0, 0.1, (4, 6, 1))
    series = np.exp(shared + rng.normal(0, 0.03, (4, 6, 2)) + np.array([0.0, 0.2]))
    groups = np.moveaxis(series, 2, 1).reshape(8, 6).tolist()
    found = known_noise(groups, series.tolist())
    away = np.log(series) - np.log(series).mean(axis=1, keepdims=True)
    seen = float(stats.pearsonr(away[..., 0].ravel(), away[..., 1].ravel()).statistic)
    assert found.correlation == pytest.approx((8 * 0.1 + 20 * seen) / 28)
    assert found.within_blocks is not None
    assert found.within_blocks.groups == 4
    assert found.within_blocks.deviation == pytest.approx(0.03 * sqrt(2), rel=0.3)
    assert known_noise([], []).correlation == pytest.approx(0.1)
    assert known_noise(groups, []).within_blocks is None


@pytest.mark.parametrize("swapped", [False, True])
def test_an_outlier_among_few_runs_against_many_is_no_change(swapped: bool) -> None:
    many = np.exp(np.random.default_rng(2).normal(3, 0.05, 20)).tolist()
    few = [many[0], many[1], many[2] / 3]
    before, after = (many, few) if swapped else (few, many)
    effect = chosen_effect(before, after, EarlierNoise(prior=KNOWN), interleaved=False, busy=False).effect
    assert isinstance(effect, Effect)
    assert (effect.method, effect.df) == ("moderated", 2)
    own = float(np.log(few).var(ddof=1))
    assert effect.standard_error**2 >= own / 3
    assert effect.p > 0.05
